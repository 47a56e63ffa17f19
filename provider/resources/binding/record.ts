import { HuaweiCloudError } from "../../huawei/errors/errors";
import type { KnownBinding, KnownServer } from "../../fleet/knownBinding";
import type { ServerBinding } from "../../schema/types";
import type { Applied } from "./apply";
import { asSet } from "./inputs";
import { seenEntry } from "./knownServers";
import type { Observed } from "./observe";
import type { Plan } from "./plan";
import type { Transition } from "./transition";
import { awaitedServers } from "./unseenJobs";

/** What the last phase works with, server by server. */
interface Done extends Transition, Observed, Applied {
  /** Servers that leave and are not let go yet: in vain they were to get back what they had, or a job of theirs was not seen to end. */
  readonly held: ReadonlyMap<string, "notRestored" | "awaited">;
}

/** The last phase: what is known of the servers now. */
export function record(transition: Transition, observed: Observed, plan: Plan, applied: Applied): KnownBinding {
  const { wanted, leaving } = transition;
  const { failures } = applied;
  const awaited = awaitedServers(transition, plan, applied);
  const held = new Map<string, "notRestored" | "awaited">();
  for (const { serverId } of leaving) {
    if (failures.has(serverId)) held.set(serverId, "notRestored");
    else if (awaited.has(serverId)) held.set(serverId, "awaited");
  }
  const done = { ...transition, ...observed, ...applied, held };
  const servers = asSet([...wanted.serverIds, ...held.keys()]).flatMap((serverId) => serverAfter(serverId, done) ?? []);
  const { keypairName, keypairFingerprint, deletionPolicy, region } = wanted;
  return {
    keypairName,
    keypairFingerprint,
    deletionPolicy,
    region,
    key: keyAfter(done),
    tellsGiven: true,
    servers: new Map(servers.map((server) => [server.serverId, server])),
  };
}

/** Where nothing is known of the key now, the earlier one is still what the servers that were not bound anew trust. */
function keyAfter({ key, known, wanted, toBind }: Done): string | undefined {
  const isBoundAnew = toBind.length > 0 && toBind.length === wanted.serverIds.length;
  return key ?? (isBoundAnew ? undefined : known.key);
}

function serverAfter(serverId: string, done: Done): KnownServer | undefined {
  const { failures, held, fleet } = done;
  const isInSet = held.has(serverId) ? held.get(serverId) === "notRestored" : !failures.has(serverId);
  const lastSeen = lastSeenAfter(serverId, done);
  if (!isInSet && lastSeen === undefined) return undefined;
  const pending = fleet.changes.pendingOf(serverId);
  return { serverId, isInSet, lastSeen, given: givenAfter(serverId, done), pending };
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
  return { ...lastSeen, jobId: outcome.jobId ?? lastSeen.jobId, ...(isBound && { keypairName: wanted.keypairName }) };
}

/** Once it is bound, a server carries nothing else that this binding gave it. */
function givenAfter(serverId: string, { known, wanted, outcomes, failures, held }: Done): string[] {
  const before = known.servers.get(serverId);
  const isTried = outcomes.has(serverId) && !held.has(serverId);
  const isBound = isTried && !failures.has(serverId);
  const earlier = isBound || before?.lastSeen === undefined ? [] : before.given;
  return isTried ? asSet([...earlier, wanted.keypairName]) : [...earlier];
}
