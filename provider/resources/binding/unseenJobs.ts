import { UnfinishedJob } from "../../fleet/jobWatcher";
import type { KnownServer } from "../../fleet/knownBinding";
import type { PendingJob } from "../../fleet/serverChanges";
import type { Applied } from "./apply";
import type { Plan } from "./plan";
import { warnPending, warnStillPending } from "./reports";
import type { Transition } from "./transition";

/** A job whose end nobody saw, with its server. */
type ServerJob = { serverId: string } & PendingJob;

/**
 * Servers that leave and are known until a job of theirs is seen to end. Tells of them, and of those that are let go although they may
 * get a key pair yet: by a deletion, and where nobody can ask for the job.
 */
export function awaitedServers(transition: Transition, plan: Plan, applied: Applied): ReadonlySet<string> {
  const { context, isDeletion, isClaimed } = transition;
  const jobs = unseenJobs(transition, plan, applied);
  const awaited = jobs.filter(({ requestId }) => requestId !== undefined);
  // What becomes of a server that another binding took is that one's to tell.
  const isUntold = ({ serverId, requestId }: ServerJob) =>
    !applied.outcomes.has(serverId) && !isClaimed(serverId) && (isDeletion || requestId === undefined);
  if (!isDeletion) warnStillPending(context.ownLog, awaited);
  warnPending(context.ownLog, jobs.filter(isUntold));
  return new Set(awaited.map(({ serverId }) => serverId));
}

/** Of servers that leave without a failure: the jobs that this binding began. Others are the concern of the binding that began them. */
function unseenJobs({ fleet }: Transition, plan: Plan, { outcomes, failures }: Applied): ServerJob[] {
  return plan.farewells.flatMap(({ server }) => {
    const { serverId } = server;
    if (failures.has(serverId)) return [];
    const noted = fleet.changes.pendingOf(serverId);
    const error = outcomes.get(serverId)?.error;
    return noted.filter((job) => isOwn(job, server, error)).map((job) => ({ serverId, ...job }));
  });
}

function isOwn({ requestId }: PendingJob, { pending }: KnownServer, error: Error | undefined): boolean {
  const isBegun = error instanceof UnfinishedJob && error.requestId === requestId;
  return isBegun || pending.some((job) => job.requestId === requestId);
}
