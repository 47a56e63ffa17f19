import { grouped } from "../fleet/grouped";
import type { Logger } from "../huawei/operation";
import type { Server, ServerBinding } from "../schema/types";
import { presentable, quoted } from "../text";
import { entryOf, isGivenBy, type CloudPhoneKeypairBindingState } from "./cloudPhoneKeypairBindingState";

/** The most characters of a server's name, and of why it failed, that are told. */
const longestServerName = 100;
const longestReason = 3000;

/** The most servers that one line names: of those that drifted, people may want to look at each. */
const mostNamed = { drifted: 20, kept: 10 };

/** Servers of the set that carry another key pair than this binding gave them, or no longer exist. */
export function warnDrift(log: Logger, known: CloudPhoneKeypairBindingState, servers: Map<string, Server>): void {
  const drifted = known.serverIds.filter((serverId) => {
    const carried = servers.get(serverId)?.keypairName;
    return carried !== undefined && !isGivenBy(known, serverId, carried);
  });
  const differences = grouped(drifted, (serverId) => {
    const carried = servers.get(serverId)?.keypairName ?? "";
    const shown = carried === "" ? "no key pair" : `key pair ${quoted(carried)}`;
    return `${shown} instead of "${entryOf(known, serverId)?.keypairName ?? known.keypairName}"`;
  });
  for (const [difference, ids] of differences) {
    log.warn(`${subjectOf(ids, servers, mostNamed.drifted, ["carries", "carry"])} ${difference}.`);
  }
  const gone = known.serverIds.filter((serverId) => !servers.has(serverId));
  if (gone.length > 0)
    log.warn(`${subjectOf(gone, servers, mostNamed.drifted, ["no longer exists", "no longer exist"])}.`);
}

/** A key pair that holds another key than its servers were bound with: they still trust the earlier one. */
export function warnOtherKey(log: Logger, { keypairName, serverIds }: CloudPhoneKeypairBindingState): void {
  if (serverIds.length === 0) return;
  const trust = serverIds.length === 1 ? "1 server trusts" : `${serverIds.length} servers trust`;
  log.warn(
    `Key pair "${keypairName}" holds another key by now: ${trust} the earlier one until the next update binds the key pair anew.`,
  );
}

/** Servers that left, where nothing is given back. */
export function logKept(log: Logger, entries: readonly ServerBinding[]): void {
  for (const [keypairName, { length }] of grouped(entries, (entry) => entry.keypairName)) {
    log.info(
      `${length} ${length === 1 ? "server keeps" : "servers keep"} key pair "${keypairName}": the service cannot take a key pair ` +
        'away (deletionPolicy "restore" gives back the earlier one).',
    );
  }
}

/** Servers that left, where their earlier key pair should be given back but cannot. */
export function warnNotRestored(
  log: Logger,
  serverIds: readonly string[],
  servers: Map<string, Server>,
  reason: string,
): void {
  for (const [carried, kept] of grouped(serverIds, (serverId) => servers.get(serverId)?.keypairName ?? "")) {
    const subject = subjectOf(kept, servers, mostNamed.kept, ["keeps", "keep"]);
    log.warn(`${subject} key pair ${quoted(carried)}: ${reason}.`);
  }
}

/** One sentence for each server that failed. */
export function failureReasons(failures: Map<string, Error>, servers: Map<string, Server>): string[] {
  return [...failures].map(([serverId, { message }]) =>
    presentable(`server ${nameOf(serverId, servers)}: ${message}`, longestReason),
  );
}

function nameOf(serverId: string, servers: Map<string, Server>): string {
  const name = servers.get(serverId)?.serverName;
  return name === undefined || name === "" ? serverId : `${serverId} (${presentable(name, longestServerName)})`;
}

/** The beginning of a sentence: as many servers as it may name, how many more there are, and its verb. */
function subjectOf(
  serverIds: readonly string[],
  servers: Map<string, Server>,
  mostNamed: number,
  [ofOne, ofSeveral]: [string, string],
): string {
  const names = serverIds.slice(0, mostNamed).map((serverId) => nameOf(serverId, servers));
  if (serverIds.length === 1) return `Server ${names.join()} ${ofOne}`;
  const more = serverIds.length - names.length;
  return `Servers ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""} ${ofSeveral}`;
}
