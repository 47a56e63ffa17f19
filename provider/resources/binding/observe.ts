import { isBoundTo, keyBoundWith } from "../../fleet/knownBinding";
import { readServers } from "../../fleet/servers";
import type { Server } from "../../schema/types";
import { renewedByFingerprint } from "./difference";
import { isOtherKey, isRenewed, keyDigestOf, keypairMade, keysByName } from "./keyOfPair";
import type { Transition } from "./transition";

/** What was seen before anything is changed. */
export interface Observed {
  /** By key pair name: digest of the key that it holds, where it is known. */
  readonly keys: ReadonlyMap<string, string>;
  /** Servers whose key pair holds, or may hold, another key than they were bound with where they show its name. */
  readonly withNewKey: ReadonlySet<string>;
  /** Servers that are to be bound. */
  readonly toBind: readonly string[];
  /** Servers that are to be bound, or to get back what they had, as they are. */
  readonly servers: ReadonlyMap<string, Server>;
  /** Why the service would not look up a server. */
  readonly refused: ReadonlyMap<string, Error>;
}

/** The first phase: what keys the key pairs hold, and what the servers carry that are to be changed. */
export async function observe(transition: Transition): Promise<Observed> {
  const { context, fleet, leaving, restores } = transition;
  const { keys, withNewKey, toBind } = await observeKeys(transition);
  const toRestore = restores ? leaving.map(({ serverId }) => serverId) : [];
  const refused = new Map<string, Error>();
  const servers = await readServers(fleet.servers, [...toBind, ...toRestore], context, (serverId, error) =>
    refused.set(serverId, error),
  );
  return { keys, withNewKey, toBind, servers, refused };
}

/** The keys tell whether servers are to be bound anew that show the names of their key pairs. */
async function observeKeys(transition: Transition): Promise<Omit<Observed, "servers" | "refused">> {
  const { context, known, wanted } = transition;
  const { record } = context.fleets;
  const renewed = renewedByFingerprint(known, wanted);
  const isRenewedHere = (name: string) => isRenewed(record, known, { region: wanted.region, name });
  const servers = [...wanted.keypairOf].map(([serverId, name]) => {
    const server = known.servers.get(serverId);
    const isUnbound = renewed.has(name) || !isBoundTo(server, name);
    return { serverId, name, isUnbound, bound: keyBoundWith(known, server, name) };
  });
  const unbound = servers.filter(({ isUnbound }) => isUnbound).map(({ name }) => name);
  const needed = new Set([...unbound, ...[...new Set(wanted.keypairOf.values())].filter(isRenewedHere)]);
  const keys = await keysOf(transition, [...needed]);
  const isOther = ({ name, bound }: (typeof servers)[number]) =>
    // Of a state without a key nothing tells what the servers were bound with.
    isOtherKey(bound, keys.get(name)) || (bound === undefined && isRenewedHere(name));
  const idsOf = (some: typeof servers) => some.map(({ serverId }) => serverId);
  return {
    keys,
    withNewKey: new Set(idsOf(servers.filter((server) => renewed.has(server.name) || isOther(server)))),
    toBind: idsOf(servers.filter((server) => server.isUnbound || isOther(server))),
  };
}

/** The keys that key pairs hold, once they are made where this run makes them. */
function keysOf({ context, wanted }: Transition, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return keysByName(names, async (name) => {
    const place = { region: wanted.region, name };
    await keypairMade(context, place);
    return keyDigestOf(context, place);
  });
}
