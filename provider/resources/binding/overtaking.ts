import { readServers } from "../../fleet/servers";
import type { PendingJob } from "../../fleet/serverChanges";
import { withDeadline } from "../../operation/deadline";
import { bindServers } from "./bindServers";
import type { ServerChange } from "./serverChange";
import { bindingWork, type Transition } from "./transition";

/** How long an update waits for jobs of servers that leave, in milliseconds: longer than a job may be unknown before it counts as over. */
const timeToSeeEnds = 30_000;

/** The part of a deletion's time that is kept for binding again what was overtaken, in milliseconds at most. */
const timeToRebind = 15_000;

/**
 * Waits a while for jobs of servers that leave and that nothing is sent to; what was not seen to end stays noted. Where such a job ended
 * after a change that another binding made, that change is made again; returns why it could not be.
 */
export async function waitForJobs(
  transition: Transition,
  serverIds: readonly string[],
): Promise<ReadonlyMap<string, Error>> {
  const { notRebound } = await settle(transition, serverIds, Math.min(timeToSeeEnds, timeLeft(transition) / 2));
  return notRebound;
}

/**
 * Waits, as long as there is time, for jobs of a deleted binding that may yet overtake changes which others made since. Returns why
 * servers are not known to carry what these gave them.
 */
export async function waitForOvertaking(transition: Transition): Promise<ReadonlyMap<string, Error>> {
  const { fleet, leaving, isClaimed } = transition;
  const overtakable = leaving.flatMap(({ serverId }) => {
    const taken = isClaimed(serverId) ? takenWith(transition, serverId) : undefined;
    const isAnother = ({ keypairName }: PendingJob) => keypairName !== taken || isRemade(transition, keypairName);
    return taken !== undefined && fleet.changes.pendingOf(serverId).some(isAnother) ? [serverId] : [];
  });
  const left = timeLeft(transition);
  const { unseen, notRebound } = await settle(transition, overtakable, left - Math.min(timeToRebind, left / 5));
  return new Map([...unseen, ...notRebound]);
}

function timeLeft({ context }: Transition): number {
  return Math.max(0, context.deadline - Date.now());
}

/** Whether the name stands for another key than when the job began, so that what a server shows is no sign. */
function isRemade({ context, wanted: { region } }: Transition, name: string): boolean {
  return context.fleets.record.keypairs.isRemade({ region, name });
}

/** The key pair that another binding has given a server, in this run or before. */
function takenWith({ context, fleet, wanted }: Transition, serverId: string): string | undefined {
  return fleet.changes.latestAccepted(serverId) ?? context.fleets.record.bindings.boundTo(wanted.region, serverId);
}

/** By server: why the end of a job was not seen, and why a server that was overtaken could not be bound again. */
interface Unsettled {
  unseen: Map<string, Error>;
  notRebound: Map<string, Error>;
}

async function settle(transition: Transition, serverIds: readonly string[], milliseconds: number): Promise<Unsettled> {
  const { changes } = transition.fleet;
  const awaited = new Map(
    serverIds
      .map((serverId) => [serverId, changes.pendingOf(serverId)] as const)
      .filter(([, jobs]) => jobs.some(({ requestId }) => requestId !== undefined)),
  );
  const unseen = await waitForEnds(transition, awaited, milliseconds);
  const ended = [...awaited.keys()].filter((serverId) => !unseen.has(serverId));
  const notRebound = await rebindOvertaken(transition, ended);
  // Whoever comes next waits for them, and looks again.
  for (const serverId of notRebound.keys()) for (const job of awaited.get(serverId) ?? []) changes.note(serverId, job);

  return { unseen, notRebound };
}

async function waitForEnds(
  { context, fleet }: Transition,
  awaited: ReadonlyMap<string, readonly PendingJob[]>,
  milliseconds: number,
): Promise<Map<string, Error>> {
  const unseen = new Map<string, Error>();
  await withDeadline(milliseconds, context.signal, async (signal, deadline) => {
    const waiting = { signal, deadline, log: context.log };
    await Promise.all(
      [...awaited].map(([serverId, jobs]) =>
        fleet.changes
          .exclusively(serverId, waiting, () => fleet.changes.waitForEnd(serverId, jobs, waiting))
          .catch((error: unknown) => unseen.set(serverId, error as Error)),
      ),
    );
  });
  return unseen;
}

async function rebindOvertaken(transition: Transition, serverIds: readonly string[]): Promise<Map<string, Error>> {
  const work = bindingWork(transition);
  try {
    const outcomes = await bindServers(work, await overtakenChanges(transition, serverIds));
    return new Map([...outcomes].flatMap(([serverId, { error }]) => (error === undefined ? [] : [[serverId, error]])));
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    const taken = serverIds.filter((serverId) => takenWith(transition, serverId) !== undefined);
    return new Map(taken.map((serverId) => [serverId, reason]));
  }
}

/** Servers that do not carry what another binding gave them. */
async function overtakenChanges(transition: Transition, serverIds: readonly string[]): Promise<ServerChange[]> {
  const { context, fleet } = transition;
  const taken = serverIds.flatMap((serverId) => {
    const keypairName = takenWith(transition, serverId);
    return keypairName === undefined ? [] : [{ serverId, keypairName }];
  });
  for (const { serverId } of taken) fleet.servers.forget(serverId);
  const takenIds = taken.map(({ serverId }) => serverId);
  const seen = await readServers(fleet.servers, takenIds, context);
  return taken.flatMap(({ serverId, keypairName }): ServerChange[] => {
    const carried = seen.get(serverId)?.keypairName;
    if (carried === undefined || (carried === keypairName && !isRemade(transition, keypairName))) return [];
    return [{ serverId, keypairName, carried, purpose: { type: "rebind", instead: carried } }];
  });
}
