import { HuaweiCloudError } from "../../huawei/errors/errors";
import { keypairNamesOf, type KnownBinding, type KnownServer } from "../../fleet/knownBinding";
import type { ServerBinding } from "../../schema/types";
import type { Applied } from "./apply";
import { asSet } from "./inputs";
import { namedInstead, seenEntry } from "./knownServers";
import type { Observed } from "./observe";
import type { Plan } from "./plan";
import type { Transition } from "./transition";
import { awaitedServers } from "./unseenJobs";

/** What the last phase works with, server by server. */
interface Done extends Transition, Observed, Applied {
  /**
   * Servers that leave and are not let go yet: in vain they were to get back what they had, or a job of theirs was not seen to end. They
   * leave the set all the same: what was begun may take effect yet, and where the program names them again, they are bound again.
   */
  readonly held: ReadonlySet<string>;
}

/** The last phase: what is known of the servers now. */
export function record(transition: Transition, observed: Observed, plan: Plan, applied: Applied): KnownBinding {
  const { wanted, leaving } = transition;
  const { failures } = applied;
  const awaited = awaitedServers(transition, plan, applied);
  const leavingIds = leaving.map(({ serverId }) => serverId);
  const held = new Set(leavingIds.filter((serverId) => failures.has(serverId) || awaited.has(serverId)));
  const done = { ...transition, ...observed, ...applied, held };
  const serverIds = asSet([...wanted.keypairOf.keys(), ...held]);
  const servers = serverIds.flatMap((serverId) => serverAfter(serverId, done) ?? []);
  const { region, form, fingerprints, deletionPolicy } = wanted;
  return {
    region,
    form,
    fingerprints,
    deletionPolicy,
    keys: keysAfter(servers, done),
    tellsGiven: true,
    servers: new Map(servers.map((server) => [server.serverId, server])),
  };
}

/** Where nothing is known of a key now, the earlier one is still what the servers that were not bound anew trust. */
function keysAfter(servers: readonly KnownServer[], { keys, known, wanted, toBind }: Done): Map<string, string> {
  const isToBind = new Set(toBind);
  const trusting = [...wanted.keypairOf].flatMap(([serverId, name]) => (isToBind.has(serverId) ? [] : [name]));
  const boundAnew = new Set(wanted.keypairOf.values());
  for (const name of trusting) boundAnew.delete(name);
  const named = servers.flatMap(({ keypairName }) => keypairName ?? []);
  const names = keypairNamesOf(wanted, [...wanted.keypairOf.values(), ...named]);
  return new Map(
    names.flatMap((name) => {
      const key = keys.get(name) ?? (boundAnew.has(name) ? undefined : known.keys.get(name));
      return key === undefined ? [] : [[name, key]];
    }),
  );
}

function serverAfter(serverId: string, done: Done): KnownServer | undefined {
  const { failures, held, fleet, wanted } = done;
  const isInSet = !held.has(serverId) && !failures.has(serverId);
  const lastSeen = lastSeenAfter(serverId, done);
  if (!isInSet && lastSeen === undefined) return undefined;
  const pending = fleet.changes.pendingOf(serverId);
  const server = { serverId, lastSeen, given: givenAfter(serverId, done), pending };
  return { ...server, keypairName: isInSet ? wanted.keypairOf.get(serverId) : namedInstead(wanted.form, server) };
}

function lastSeenAfter(
  serverId: string,
  { known, wanted, servers, outcomes, failures, held }: Done,
): ServerBinding | undefined {
  const before = known.servers.get(serverId)?.lastSeen;
  const outcome = outcomes.get(serverId);
  const server = outcome?.seen ?? servers.get(serverId);
  if (server === undefined) {
    // An id that was refused says nothing of the server.
    const isGone = failures.has(serverId) && !(failures.get(serverId) instanceof HuaweiCloudError);
    return isGone ? undefined : before;
  }
  const lastSeen = seenEntry(server, before);
  if (outcome === undefined) return lastSeen;
  const isBound = outcome.error === undefined && !held.has(serverId);
  return {
    ...lastSeen,
    jobId: outcome.jobId ?? lastSeen.jobId,
    ...(isBound && { keypairName: wanted.keypairOf.get(serverId) }),
  };
}

/** Once it is bound, a server carries nothing else that this binding gave it. */
function givenAfter(serverId: string, { known, wanted, outcomes, failures, held }: Done): string[] {
  const before = known.servers.get(serverId);
  const tried = outcomes.has(serverId) && !held.has(serverId) ? wanted.keypairOf.get(serverId) : undefined;
  const isBound = tried !== undefined && !failures.has(serverId);
  const earlier = isBound || before?.lastSeen === undefined ? [] : before.given;
  return tried === undefined ? [...earlier] : asSet([...earlier, tried]);
}
