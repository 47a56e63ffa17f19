import type { Context } from "../../contract";
import { isDrifted, keypairNamesOf, type KnownBinding, type KnownServer } from "../../fleet/knownBinding";
import { readServers } from "../../fleet/servers";
import { untilFirstError } from "../../operation/untilFirstError";
import type { Server } from "../../schema/types";
import { isOtherKey, keyDigestOf, keysByName } from "./keyOfPair";
import { isGiven, namedInstead, seenEntry, serversInSet } from "./knownServers";
import { warnDrift, warnOtherKeys } from "./reports";

/**
 * What is known after a look at the servers and the key pairs. A server that carries another key pair leaves the set; where a key pair
 * holds another key, all of its servers do. Undefined where none of the servers exists any more, and where none of those that are to be
 * imported carries its key pair.
 */
export async function refreshed(
  context: Context,
  known: KnownBinding,
  isImport: boolean,
): Promise<KnownBinding | undefined> {
  const cache = context.fleets.in(known.region).servers;
  const [servers, keys] = await untilFirstError(context, (reading) => [
    readServers(cache, [...known.servers.keys()], reading),
    keysNow({ ...context, ...reading }, known).catch((error: unknown) => ({ error })),
  ]);
  // Then it does not matter what the key pairs hold.
  if (servers.size === 0) return undefined;
  if ("error" in keys) throw keys.error;
  const isRenewed = (name: string) => isOtherKey(known.keys.get(name), keys.get(name));
  const seen = [...known.servers.values()].flatMap((before) => {
    const live = servers.get(before.serverId);
    if (live === undefined) return [];
    const server = { ...before, lastSeen: seenEntry(live, before.lastSeen) };
    if (isInSet(before, live, isRenewed)) return [server];
    const keypairName = namedInstead(known.form, server);
    // What an import is to take, its id says: a map would take the server with whatever it carries.
    return isImport && keypairName !== undefined ? [] : [{ ...server, keypairName }];
  });
  const found = {
    ...known,
    keys: new Map([...keys, ...known.keys]),
    servers: new Map(seen.map((server) => [server.serverId, server])),
  };
  if (isImport && serversInSet(found).length === 0) return undefined;
  warnDrift(context.ownLog, known, servers, cache.lastShown);
  warnOtherKeys(context.ownLog, known, isRenewed);
  return found;
}

/** The keys that the key pairs of the binding hold, by name, as far as they are known. */
function keysNow(context: Context, known: KnownBinding): Promise<Map<string, string>> {
  const inSet = serversInSet(known).map(({ keypairName }) => keypairName);
  return keysByName(keypairNamesOf(known, inSet), (name) => keyDigestOf(context, { region: known.region, name }));
}

function isInSet(before: KnownServer, live: Server, isRenewed: (name: string) => boolean): boolean {
  if (before.keypairName === undefined || isDrifted(before)) return false;
  return !isRenewed(before.keypairName) && isGiven(before, live.keypairName);
}
