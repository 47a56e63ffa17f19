import { grouped } from "../../text/grouped";
import type { Server } from "../../schema/types";
import { enumerated, presentable, quoted } from "../../text/text";

/** The most characters of a server's name that are told. */
const longestServerName = 100;

/** The most names that were given as ids, and servers of one name, that are told. */
const most = { names: 5, namesakes: 3 };

/** A server as messages name it: by its id, and its name where that is known. */
export function nameOf(serverId: string, servers: ReadonlyMap<string, Server>): string {
  const name = servers.get(serverId)?.serverName;
  return name === undefined || name === "" ? serverId : `${serverId} (${presentable(name, longestServerName)})`;
}

/** Where a server's name was given as its id. */
export interface MistakenName {
  name: string;
  /** Several servers may have the same name. */
  serverIds: string[];
}

/** Which of these unknown ids are names of servers that a list showed, by the name. */
export function mistakenNames(
  unknownIds: readonly string[],
  shown: ReadonlyMap<string, Server>,
): Map<string, MistakenName> {
  const byName = grouped(unknownIds.length === 0 ? [] : [...shown.values()], ({ serverName }) => serverName);
  const mistaken = unknownIds.map((name) => ({ name, serverIds: idsOf(byName.get(name) ?? []) }));
  return new Map(mistaken.filter(({ serverIds }) => serverIds.length > 0).map((one) => [one.name, one]));
}

/** What to do about names that were given as ids. */
export function adviceOn(mistaken: readonly MistakenName[]): string {
  const names = enumerated(mistaken, most.names, ({ name, serverIds }) => {
    const ids = enumerated(serverIds, most.namesakes, String);
    return `${quoted(name)} is the name of ${serverIds.length === 1 ? `server ${ids}` : `${serverIds.length} servers (${ids})`}`;
  });
  const isOne = mistaken.flatMap(({ serverIds }) => serverIds).length === 1;
  return `${names}; give ${isOne ? "its id" : "the ids of those that you mean"}`;
}

function idsOf(servers: readonly Server[]): string[] {
  return servers.map(({ serverId }) => serverId).sort();
}
