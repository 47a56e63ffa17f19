import type { Context } from "../../contract";
import type { KnownBinding, KnownServer } from "../../fleet/knownBinding";
import { readServers } from "../../fleet/servers";
import type { Server } from "../../schema/types";
import { isOtherKey, keyDigestOf } from "./keyOfPair";
import { seenEntry, isGiven, serversInSet } from "./knownServers";
import { warnDrift, warnOtherKey } from "./reports";

/**
 * What is known after a look at the servers and the key pair. A server that carries another key pair leaves the set; where the key pair
 * holds another key, all do. Undefined where none of the servers exists any more, and where none of those that are to be imported
 * carries the key pair.
 */
export async function refreshed(
  context: Context,
  known: KnownBinding,
  isImport: boolean,
): Promise<KnownBinding | undefined> {
  const cache = context.fleets.in(known.region).servers;
  const servers = await readServers(cache, [...known.servers.keys()], context);
  if (servers.size === 0) return undefined;
  const key = await keyDigestOf(context, { region: known.region, name: known.keypairName });
  const isOther = isOtherKey(known.key, key);
  const seen = [...known.servers.values()].flatMap((server) => {
    const live = servers.get(server.serverId);
    return live === undefined ? [] : [[server.serverId, seenAs(server, live, isOther)] as const];
  });
  const found = { ...known, key: known.key ?? key, servers: new Map(seen) };
  if (isImport && serversInSet(found).length === 0) return undefined;
  warnDrift(context.ownLog, known, servers, cache.lastShown);
  if (isOther) warnOtherKey(context.ownLog, known);
  return found;
}

function seenAs(server: KnownServer, live: Server, isOther: boolean): KnownServer {
  const isInSet = server.isInSet && !isOther && isGiven(server, live.keypairName);
  return { ...server, isInSet, lastSeen: seenEntry(live, server.lastSeen) };
}
