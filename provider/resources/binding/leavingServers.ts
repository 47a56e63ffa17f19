import type { Context } from "../../contract";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import type { PendingJob } from "../../fleet/serverChanges";
import { withDeadline } from "../../operation/deadline";
import type { BindingOutcome } from "./outcome";
import type { CloudPhoneKeypairBindingState } from "./state";

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

/** A job whose end nobody saw, with its server. */
export type ServerJob = { serverId: string } & PendingJob;

/** The jobs of a server, of those noted, that are this binding's: others are the concern of the binding that began them. */
export function unseenJobsOf(
  noted: readonly PendingJob[],
  serverId: string,
  { __pending = [] }: CloudPhoneKeypairBindingState,
  outcome: BindingOutcome | undefined,
): ServerJob[] {
  const begun = outcome?.error instanceof UnfinishedJob ? outcome.error.requestId : undefined;
  const isOwn = ({ requestId }: PendingJob) =>
    (begun !== undefined && requestId === begun) ||
    __pending.some((job) => job.serverId === serverId && job.requestId === requestId);
  return noted.filter(isOwn).map((job) => ({ serverId, ...job }));
}
