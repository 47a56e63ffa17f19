import { isBoundTo, keyBoundWith } from "../../fleet/knownBinding";
import { readServers } from "../../fleet/servers";
import type { Operation } from "../../operation/operation";
import { untilFirstError } from "../../operation/untilFirstError";
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

/** A server as it is wanted. */
interface WantedServer {
  readonly serverId: string;
  /** Of its key pair. */
  readonly name: string;
  /** Whether it is to be bound whatever key the key pair holds. */
  readonly isUnbound: boolean;
  /** Digest of the key that it was bound with, where it is known. */
  readonly bound: string | undefined;
}

/** The first phase: what keys the key pairs hold, and what the servers carry that are to be changed. */
export async function observe(transition: Transition): Promise<Observed> {
  const { context, fleet, known, wanted, leaving, restores } = transition;
  const { record } = context.fleets;
  const renewed = renewedByFingerprint(known, wanted);
  const placeOf = (name: string) => ({ region: wanted.region, name });
  const wantedNames = [...new Set(wanted.keypairOf.values())];
  const renewedHere = new Set(wantedNames.filter((name) => isRenewed(record, known, placeOf(name))));
  const wantedServers = [...wanted.keypairOf].map(([serverId, name]): WantedServer => {
    const server = known.servers.get(serverId);
    const isUnbound = renewed.has(name) || !isBoundTo(server, name);
    return { serverId, name, isUnbound, bound: keyBoundWith(known, server, name) };
  });
  const unbound = wantedServers.filter(({ isUnbound }) => isUnbound);
  // Their keys tell whether servers are to be bound anew that show the names of their key pairs.
  const names = [...new Set([...unbound.map(({ name }) => name), ...renewedHere])];
  await Promise.all(names.map((name) => keypairMade(context, placeOf(name))));

  const refused = new Map<string, Error>();
  const read = (serverIds: readonly string[], reading: Operation) =>
    readServers(fleet.servers, serverIds, reading, (serverId, error) => refused.set(serverId, error));
  const [servers, keys] = await untilFirstError(context, (reading) => [
    read([...idsOf(unbound), ...(restores ? idsOf(leaving) : [])], reading),
    keysByName(names, (name) => keyDigestOf({ ...context, ...reading }, placeOf(name))),
  ]);
  const withOtherKey = new Set(
    wantedServers.filter(({ name, bound }) => {
      // Of a state without a key nothing tells what the servers were bound with.
      return isOtherKey(bound, keys.get(name)) || (bound === undefined && renewedHere.has(name));
    }),
  );
  const others = [...withOtherKey].filter(({ isUnbound }) => !isUnbound);
  return {
    keys,
    withNewKey: new Set(idsOf(wantedServers.filter((server) => renewed.has(server.name) || withOtherKey.has(server)))),
    toBind: idsOf(wantedServers.filter((server) => server.isUnbound || withOtherKey.has(server))),
    servers: new Map([...servers, ...(await read(idsOf(others), context))]),
    refused,
  };
}

function idsOf(servers: readonly { readonly serverId: string }[]): string[] {
  return servers.map(({ serverId }) => serverId);
}
