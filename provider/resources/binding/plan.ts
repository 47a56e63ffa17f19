import type { KnownServer } from "../../fleet/knownBinding";
import { UnknownServer } from "./failures";
import { propertiesOf } from "./forms";
import { isOtherKey } from "./keyOfPair";
import { isGiven } from "./knownServers";
import type { Observed } from "./observe";
import { warnNotRestored } from "./reports";
import type { ServerChange } from "./serverChange";
import type { Transition } from "./transition";

/** What is to be done. */
export interface Plan {
  readonly changes: readonly ServerChange[];
  /** What becomes of the servers that leave. Those that no longer exist are not among them. */
  readonly farewells: readonly Farewell[];
  /** Why servers cannot be changed. */
  readonly failures: ReadonlyMap<string, Error>;
}

/** What becomes of a server that leaves: it gets back what it had, or it keeps what it carries. */
export interface Farewell {
  readonly server: KnownServer;
  readonly change?: ServerChange;
  /** Why it keeps it, where it should not. */
  readonly obstacle?: keyof typeof obstacles;
}

const obstacles = {
  noEarlier: "no earlier one is known, and the service cannot take a key pair away",
  doubtful: "the state does not tell whether this binding gave it",
};

/** The second phase: what each server is to get. Takes note of the jobs whose end nobody saw, so that they are waited for. */
export function plan(transition: Transition, observed: Observed): Plan {
  noteUnseenJobs(transition, observed.toBind);
  const farewells = transition.leaving.flatMap((server) => farewellTo(server, transition, observed) ?? []);
  // What is pending may turn out otherwise: it is told of later.
  const isPending = ({ server }: Farewell) => transition.fleet.changes.pendingOf(server.serverId).length > 0;
  tellOfObstacles(
    transition,
    observed.servers,
    farewells.filter((farewell) => !isPending(farewell)),
  );
  const bindings = observed.toBind.flatMap((serverId) => bindingChange(serverId, transition, observed) ?? []);
  for (const change of bindings) noteJobsOfEarlierKey(transition, change);
  return {
    changes: [...farewells.flatMap(({ change }) => change ?? []), ...bindings],
    farewells,
    failures: new Map([...observed.refused, ...unknownServers(transition, observed)]),
  };
}

function noteUnseenJobs({ context, fleet, known, wanted }: Transition, toBind: readonly string[]): void {
  const { bindings } = context.fleets.record;
  for (const { serverId, pending } of known.servers.values())
    for (const job of pending) fleet.changes.note(serverId, job);

  for (const serverId of toBind)
    for (const job of bindings.pendingAt(wanted.region, serverId)) fleet.changes.note(serverId, job);
}

function farewellTo(
  server: KnownServer,
  { fleet, restores, isClaimed }: Transition,
  { servers }: Observed,
): Farewell | undefined {
  const { serverId, given } = server;
  if (!restores) return { server };
  const carried = servers.get(serverId)?.keypairName;
  if (carried === undefined) return undefined;
  if (isClaimed(serverId)) return { server };
  // It may get yet what this binding gave it.
  const isPending = fleet.changes.pendingOf(serverId).length > 0;
  if (!isPending && !isGiven(server, carried))
    return { server, ...(server.perhapsGiven === carried && { obstacle: "doubtful" }) };

  const keypairName = server.lastSeen?.previousKeypairName ?? "";
  if (keypairName !== "" && (isPending || keypairName !== carried))
    return { server, change: { serverId, keypairName, carried, purpose: { type: "restore", given } } };

  return { server, obstacle: "noEarlier" };
}

function bindingChange(
  serverId: string,
  { fleet, wanted, known }: Transition,
  { keys, withNewKey, servers }: Observed,
): ServerChange | undefined {
  const carried = servers.get(serverId)?.keypairName;
  const keypairName = wanted.keypairOf.get(serverId);
  if (carried === undefined || keypairName === undefined) return undefined;
  const { boundKey, lastSeen } = known.servers.get(serverId) ?? {};
  const isNewKey =
    withNewKey.has(serverId) ||
    isOtherKey(boundKey, keys.get(keypairName)) ||
    fleet.changes.pendingOf(serverId).some((job) => job.isOfEarlierKey && job.keypairName === keypairName);
  const hadName = (lastSeen?.keypairName ?? carried) === keypairName;
  return { serverId, keypairName, carried, purpose: { type: "bind", isNewKey, hadName } };
}

/** Once this update is over, the state knows the new key alone, also where these jobs were waited for in vain. */
function noteJobsOfEarlierKey(
  { fleet: { changes } }: Transition,
  { serverId, keypairName, purpose }: ServerChange,
): void {
  if (purpose.type !== "bind" || !purpose.isNewKey) return;
  for (const job of changes.pendingOf(serverId))
    if (job.keypairName === keypairName) changes.note(serverId, { ...job, isOfEarlierKey: true });
}

function unknownServers({ wanted }: Transition, { toBind, servers, refused }: Observed): [string, Error][] {
  return toBind
    .filter((serverId) => !servers.has(serverId) && !refused.has(serverId))
    .map((serverId) => [serverId, new UnknownServer(wanted.region, propertiesOf(wanted.form).servers)]);
}

/** Tells why servers do not get back what they had. */
export function tellOfObstacles(
  { context }: Transition,
  servers: Observed["servers"],
  farewells: readonly Farewell[],
): void {
  for (const [name, reason] of Object.entries(obstacles)) {
    const kept = farewells.filter(({ obstacle }) => obstacle === name).map(({ server }) => server.serverId);
    warnNotRestored(context.ownLog, kept, servers, reason);
  }
}
