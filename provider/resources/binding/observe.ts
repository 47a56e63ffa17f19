import { isBound } from "../../fleet/knownBinding";
import { readServers } from "../../fleet/servers";
import type { Server } from "../../schema/types";
import { isKeypairChanged } from "./difference";
import { isOtherKey, keyDigestOf, keypairMade } from "./keyOfPair";
import type { Transition } from "./transition";

/** What was seen before anything is changed. */
export interface Observed {
  /** Digest of the key that the key pair holds, where it is known. */
  readonly key?: string;
  /** Whether the key pair holds, or may hold, another key than servers that show its name were bound with. */
  readonly isNewKey: boolean;
  /** Servers that are to be bound. */
  readonly toBind: readonly string[];
  /** Servers that are to be bound, or to get back what they had, as they are. */
  readonly servers: ReadonlyMap<string, Server>;
  /** Why the service would not look up a server. */
  readonly refused: ReadonlyMap<string, Error>;
}

/** The first phase: what key the key pair holds, and what the servers carry that are to be changed. */
export async function observe(transition: Transition): Promise<Observed> {
  const { context, fleet, leaving, restores } = transition;
  const { key, isNewKey, toBind } = await observeKey(transition);
  const toRestore = restores ? leaving.map(({ serverId }) => serverId) : [];
  const refused = new Map<string, Error>();
  const servers = await readServers(fleet.servers, [...toBind, ...toRestore], context, (serverId, error) =>
    refused.set(serverId, error),
  );
  return { key, isNewKey, toBind, servers, refused };
}

/** The key tells whether servers are to be bound anew that show the key pair's name. */
async function observeKey({ context, known, wanted }: Transition): Promise<Omit<Observed, "servers" | "refused">> {
  const { region, keypairName, serverIds } = wanted;
  const place = { region, name: keypairName };
  const isRemade = context.fleets.record.keypairs.isRemade(place);
  const isChanged = isKeypairChanged(known, wanted);
  const unbound = serverIds.filter((serverId) => {
    const server = known.servers.get(serverId);
    return isChanged || server === undefined || !isBound(server, known.keypairName);
  });
  const isKeyNeeded = unbound.length > 0 || (isRemade && serverIds.length > 0);
  if (isKeyNeeded) await keypairMade(context, place);
  const key = isKeyNeeded ? await keyDigestOf(context, place) : undefined;
  // Of a state without a key nothing tells what the servers were bound with.
  const isOther = isOtherKey(known.key, key) || (known.key === undefined && isRemade);
  const isNewKey = isOther || (isChanged && keypairName === known.keypairName);
  return { key, isNewKey, toBind: isOther ? serverIds : unbound };
}
