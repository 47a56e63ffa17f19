import type { Context } from "../../contract";
import { lookAtServers } from "../../fleet/servers";
import type { Server } from "../../schema/types";
import { bindServers } from "./bindServers";
import type { ServerChange } from "./serverChange";

/** The key pair that another binding of the program has given a server, in this run or before. */
export function takenFor({ fleets }: Context, region: string, serverId: string): string | undefined {
  return fleets.in(region).changes.latestAccepted(serverId) ?? fleets.record.bindings.boundTo(region, serverId);
}

/**
 * Gives servers that another binding has taken its key pair again, where they carry another one: a job whose end nobody saw may have
 * ended after the change to it. Returns why servers could not get it.
 */
export async function rebindOvertaken(
  context: Context,
  region: string,
  serverIds: readonly string[],
): Promise<Map<string, Error>> {
  const { servers } = context.fleets.in(region);
  const taken = serverIds.flatMap((serverId) => {
    const keypairName = takenFor(context, region, serverId);
    return keypairName === undefined ? [] : [{ serverId, keypairName }];
  });
  for (const { serverId } of taken) servers.forget(serverId);
  const takenIds = taken.map(({ serverId }) => serverId);
  let seen: Map<string, Server>;
  try {
    seen = await lookAtServers(servers, takenIds, context);
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    return new Map(takenIds.map((serverId) => [serverId, reason]));
  }
  const overtaken = taken.flatMap(({ serverId, keypairName }): ServerChange[] => {
    const carried = seen.get(serverId)?.keypairName;
    if (carried === undefined || carried === keypairName) return [];
    return [{ serverId, keypairName, carried, purpose: { type: "bind", isNewKey: false } }];
  });
  const fleet = context.fleets.in(region);
  const outcomes = await bindServers({ ...context, fleet, isClaimed: () => false }, overtaken);
  return new Map([...outcomes].flatMap(([serverId, { error }]) => (error === undefined ? [] : [[serverId, error]])));
}
