import { grouped, mostTold } from "../../text/grouped";
import type { Logger } from "../../operation/operation";
import type { Server, ServerBinding } from "../../schema/types";
import { enumerated, quoted } from "../../text/text";
import type { KnownBinding, KnownServer } from "../../fleet/knownBinding";
import { isGiven, serversInSet } from "./knownServers";
import { adviceOn, mistakenNames, nameOf } from "./serverNames";

/** The most servers that one line names: of those that drifted, people may want to look at each. */
const mostNamed = { drifted: 20, kept: 10 };

/** The most lines that differ by key pair only. */
const mostLines = 10;

/**
 * Servers of the set that carry another key pair than this binding gave them, or no longer exist. `shown` are those that the last list
 * showed: an import may name servers by their names.
 */
export function warnDrift(
  log: Logger,
  known: KnownBinding,
  servers: ReadonlyMap<string, Server>,
  shown: ReadonlyMap<string, Server>,
): void {
  const inSet = serversInSet(known);
  const drifted = inSet.filter((server) => {
    const carried = servers.get(server.serverId)?.keypairName;
    return carried !== undefined && !isGiven(server, carried);
  });
  const differences = grouped(drifted, ({ serverId, keypairName, lastSeen: before }) => {
    const carried = servers.get(serverId)?.keypairName ?? "";
    const other = carried === "" ? "no key pair" : `key pair ${quoted(carried)}`;
    return `${other} instead of "${before?.keypairName ?? keypairName}"`;
  });
  const carry = (some: readonly KnownServer[]) =>
    subjectOf(
      some.map(({ serverId }) => serverId),
      servers,
      mostNamed.drifted,
      ["carries", "carry"],
    );
  const { told, others } = mostTold(differences, mostLines);
  for (const [difference, some] of told) log.warn(`${carry(some)} ${difference}.`);
  if (others.length > 0) log.warn(`${carry(others)} something else than this binding gave.`);
  const gone = inSet.map(({ serverId }) => serverId).filter((serverId) => !servers.has(serverId));
  if (gone.length === 0) return;
  const mistaken = [...mistakenNames(gone, shown).values()];
  const advice = mistaken.length === 0 ? "" : `; ${adviceOn(mistaken)}`;
  log.warn(`${subjectOf(gone, servers, mostNamed.drifted, ["no longer exists", "no longer exist"])}${advice}.`);
}

/** Key pairs that hold another key than their servers were bound with: these still trust the earlier one. */
export function warnOtherKeys(log: Logger, known: KnownBinding, isRenewed: (keypairName: string) => boolean): void {
  const trusting = serversInSet(known).filter(({ keypairName }) => isRenewed(keypairName));
  const groups = grouped(trusting, ({ keypairName }) => keypairName);
  const tell = (holds: string, { length }: readonly KnownServer[], keypair: string) => {
    const trust = length === 1 ? "1 server trusts" : `${length} servers trust`;
    log.warn(`${holds} by now: ${trust} the earlier one until the next update binds the ${keypair} anew.`);
  };
  const { told, others } = mostTold(groups, mostLines);
  for (const [name, servers] of told) tell(`Key pair "${name}" holds another key`, servers, "key pair");
  if (others.length > 0) tell(`${groups.size - told.length} more key pairs hold other keys`, others, "key pairs");
}

/** Servers that left while a job of theirs had not been seen to end, and that nothing is given back to. */
export function warnPending(log: Logger, jobs: readonly { serverId: string; keypairName: string }[]): void {
  tellMayGet(log, jobs, "and nothing is given back after it");
}

function tellMayGet(
  log: Logger,
  jobs: readonly { serverId: string; keypairName: string }[],
  consequence: string,
): void {
  const tell = (entries: readonly { serverId: string }[], keypair: string) => {
    const serverIds = [...new Set(entries.map(({ serverId }) => serverId))];
    const subject = subjectOf(serverIds, new Map(), mostNamed.kept, ["may get", "may get"]);
    log.warn(`${subject} ${keypair} yet: the end of the job was not seen, ${consequence}.`);
  };
  const { told, others } = mostTold(
    grouped(jobs, (job) => job.keypairName),
    mostLines,
  );
  for (const [keypairName, entries] of told) tell(entries, `key pair ${quoted(keypairName)}`);
  if (others.length > 0) tell(others, "another key pair");
}

/** Servers that leave and stay recorded until the end of their job is seen. */
export function warnStillPending(log: Logger, jobs: readonly { serverId: string; keypairName: string }[]): void {
  tellMayGet(log, jobs, "and the next update looks for it again");
}

/** Servers that got another key under the name that they showed before. */
export function tellKeysUnseen(log: Logger, count: number): void {
  if (count === 0) return;
  const had = count === 1 ? "1 server had" : `${count} servers had`;
  log.info(
    `${had} a key pair of the same name before. The service shows names and no keys, so that the new key is told by the jobs alone.`,
  );
}

/** Servers that left, where nothing is given back. */
export function logKept(log: Logger, entries: readonly ServerBinding[]): void {
  const tell = (count: number, keypair: string) => {
    log.info(
      `${count} ${count === 1 ? "server keeps" : "servers keep"} ${keypair}: the service cannot take a key pair ` +
        'away (deletionPolicy "restore" gives back the earlier one).',
    );
  };
  const groups = grouped(entries, (entry) => entry.keypairName);
  const { told, others } = mostTold(groups, mostLines);
  for (const [keypairName, { length }] of told) tell(length, `key pair "${keypairName}"`);
  if (others.length > 0) tell(others.length, "another key pair");
}

/** Servers that left, where their earlier key pair should be given back but cannot. */
export function warnNotRestored(
  log: Logger,
  serverIds: readonly string[],
  servers: ReadonlyMap<string, Server>,
  reason: string,
): void {
  const groups = grouped(serverIds, (serverId) => servers.get(serverId)?.keypairName ?? "");
  const { told, others } = mostTold(groups, mostLines);
  const keep = (kept: readonly string[]) => subjectOf(kept, servers, mostNamed.kept, ["keeps", "keep"]);
  for (const [carried, kept] of told) log.warn(`${keep(kept)} key pair ${quoted(carried)}: ${reason}.`);
  if (others.length > 0) log.warn(`${keep(others)} another key pair: ${reason}.`);
}

/** The beginning of a sentence: as many servers as it may name, how many more there are, and its verb. */
function subjectOf(
  serverIds: readonly string[],
  servers: ReadonlyMap<string, Server>,
  mostNamed: number,
  [ofOne, ofSeveral]: [string, string],
): string {
  const names = enumerated(serverIds, mostNamed, (serverId) => nameOf(serverId, servers));
  return serverIds.length === 1 ? `Server ${names} ${ofOne}` : `Servers ${names} ${ofSeveral}`;
}
