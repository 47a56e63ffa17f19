import { ownLog, type Context } from "../../contract";
import type { PendingJob } from "../../fleet/serverChanges";
import { withDeadline } from "../../operation/deadline";
import { warnPending, warnStillPending } from "./reports";

/** How long jobs of servers that leave are waited for, in milliseconds: longer than a job may be unknown before it counts as over. */
const timeToSeeEnds = 30_000;

/** Waits a while for jobs of servers that leave and that nothing is sent to. What has not ended by then stays noted. */
export async function waitForJobsOf(context: Context, region: string, serverIds: readonly string[]): Promise<void> {
  const { changes } = context.fleets.in(region);
  const left = Math.max(0, context.deadline - Date.now());
  await withDeadline(Math.min(timeToSeeEnds, left / 2), context.signal, async (signal, deadline) => {
    const waiting = { signal, deadline, log: context.log };
    await Promise.allSettled(
      serverIds.map((serverId) => changes.waitForEnd(serverId, changes.pendingOf(serverId), waiting)),
    );
  });
}

/**
 * Servers of those that leave, and that nothing is sent to, that stay recorded until the end of their job is seen. Of others it is told
 * that they may get a key pair yet: of all that a destroy leaves, and where nobody can ask for the job.
 */
export function notYetLetGo(
  context: Context,
  region: string,
  serverIds: readonly string[],
  isDestroyed: boolean,
): string[] {
  const { changes } = context.fleets.in(region);
  const jobs = serverIds.flatMap((serverId) => changes.pendingOf(serverId).map((job) => ({ serverId, ...job })));
  const isAwaited = ({ requestId }: PendingJob) => requestId !== undefined && !isDestroyed;
  const awaited = jobs.filter(isAwaited);
  warnStillPending(ownLog(context), awaited);
  warnPending(
    ownLog(context),
    jobs.filter((job) => !isAwaited(job)),
  );
  return [...new Set(awaited.map(({ serverId }) => serverId))];
}
