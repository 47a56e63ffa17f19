import { jobStatus, type Job } from "../../huawei/cph";
import { HuaweiCloudError, means } from "../../huawei/errors/errors";
import { withDeadline } from "../../operation/deadline";
import type { Operation } from "../../operation/operation";
import type { Fleet } from "../../fleet/fleet";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import type { PendingJob } from "../../fleet/serverChanges";
import { advised, type InputAdvice } from "../inputAdvice";
import { MissingKeypair, type MissingKeypairs } from "./missingKeypairs";
import type { Rounds } from "./rounds";
import { isNeedless, type ServerChange, type ServerOutcome } from "./serverChange";

/** How long an earlier change is waited for before the same is sent again, in milliseconds. */
const timeForSameChange = 15_000;

/** What the change of a server works with. */
export interface Changing extends Operation {
  readonly fleet: Fleet;
  /** In which servers that are not ready are asked again. */
  readonly rounds: Rounds;
  readonly missingKeypairs: MissingKeypairs;
  /** Whether another binding of the program wants the server by now, so that it gets nothing back. */
  readonly isClaimed: (serverId: string) => boolean;
  /** What to do with the inputs where the service refuses a server. */
  readonly advice: InputAdvice;
}

/** Changes one server, after all changes of it that are under way, also those of earlier runs. */
export function changeServer(changing: Changing, change: ServerChange): Promise<ServerOutcome> {
  const { serverId } = change;
  const { changes } = changing.fleet;
  return changes
    .exclusively(serverId, changing, async (isAfterOther) => {
      const pending = changes.pendingOf(serverId);
      if (pending.length === 0 && !isAfterOther) return submit(changing, change);
      await waitForEnd(changing, change, pending);
      return changeIfWanted(changing, change);
    })
    .catch((error: unknown) => ({ error: asError(error, changing.advice), unsent: true }));
}

/** Changes a server that other changes may have reached since it was looked at. */
async function changeIfWanted(changing: Changing, change: ServerChange): Promise<ServerOutcome> {
  const { servers, changes } = changing.fleet;
  const { serverId, keypairName, purpose } = change;
  servers.forget(serverId);
  const seen = await servers.get(serverId, changing);
  if (seen === undefined) throw new Error("the server no longer exists");
  // What cannot be asked for may still be done: only a change after it tells what the server ends with.
  const lost = changes.pendingOf(serverId).filter(({ requestId }) => requestId === undefined);
  // Where it showed the name before, only what became of the earlier changes tells whether it has the key.
  const isUntold = purpose.type === "bind" && purpose.hadName && !changes.haveAllSucceeded(serverId);
  const isUncertain = seen.keypairName === keypairName && (lost.length > 0 || isUntold);
  const isLeft = purpose.type === "restore" && changing.isClaimed(serverId);
  if (!isUncertain && (isLeft || isNeedless(change, seen.keypairName))) {
    // Who waits for an earlier job of the server is to know that it has what it is to have.
    if (purpose.type === "bind") changes.noteAccepted(serverId, keypairName);
    return { seen, unsent: true };
  }
  const outcome = await submit(changing, change);
  if (outcome.error === undefined) for (const job of lost) changes.end(serverId, job);
  return { ...outcome, seen };
}

/**
 * Waits until earlier changes have ended, however they ended. The same change may be sent again before: whichever of them ends last, the
 * server has the same key, and a job that never ends does not stand in its way for ever. It is still waited for before another change.
 */
async function waitForEnd(changing: Changing, change: ServerChange, pending: readonly PendingJob[]): Promise<void> {
  const { fleet, deadline: latest, signal: stopped } = changing;
  const { serverId, keypairName } = change;
  const isSame = isNeedless(change, keypairName) && pending.every((job) => job.keypairName === keypairName);
  const left = Math.max(0, latest - Date.now());
  const time = isSame ? Math.min(timeForSameChange, left / 5) : left;
  await withDeadline(time, stopped, async (signal, deadline) => {
    try {
      await fleet.changes.waitForEnd(serverId, pending, { signal, deadline, log: changing.log });
    } catch (error) {
      if (!isSame || stopped.aborted) throw error;
    }
  });
}

/** Submits a server and waits for its job, again and again while it is not ready. */
async function submit(changing: Changing, change: ServerChange): Promise<ServerOutcome> {
  const { fleet, rounds, missingKeypairs, advice } = changing;
  const { serverId, keypairName } = change;
  let jobId: string | undefined;
  let refusal: HuaweiCloudError | undefined;
  // Whatever follows an attempt without an answer: that may have begun a change.
  let isAnyLost = false;
  for (;;) {
    try {
      const accepted = await fleet.openAccess.submit({ serverId, keypairName }, changing);
      jobId = accepted.jobId;
      fleet.changes.noteAccepted(serverId, keypairName);
      const job = await fleet.jobs.settled({ ...accepted, serverId }, changing);
      jobId ??= job?.jobId;
      if (job?.status !== jobStatus.failed) return { jobId, jobUnknown: job === undefined };
      throw failureOfJob(job, accepted.requestId);
    } catch (error) {
      isAnyLost ||= error instanceof HuaweiCloudError && error.outcomeUnknown;
      const isMissing = means(error, "noKeypairOrNotReady") && (await missingKeypairs.has(keypairName));
      if (!isMissing && means(error, "notReady", "noKeypairOrNotReady", "busy") && (await rounds.next(error))) {
        refusal = error;
        continue;
      }
      const why = isMissing ? new MissingKeypair(change, error) : error;
      if (isAnyLost) fleet.changes.note(serverId, { keypairName });
      if (why instanceof UnfinishedJob) fleet.changes.note(serverId, { requestId: why.requestId, jobId, keypairName });
      return {
        jobId,
        error: asError(whyNotBound(why, refusal), advice),
        mayTakeEffect: isAnyLost || why instanceof UnfinishedJob,
      };
    }
  }
}

/** Where time was up before an answer came, why a server was refused before says more than that. */
function whyNotBound(error: unknown, refusal: HuaweiCloudError | undefined): unknown {
  return refusal !== undefined && error instanceof HuaweiCloudError && error.stopped
    ? refusal.followedBy(error)
    : error;
}

function asError(error: unknown, advice: InputAdvice): Error {
  return error instanceof Error ? advised(error, advice) : new Error(String(error));
}

function failureOfJob({ jobId, errorCode, errorMessage }: Job, requestId: string): HuaweiCloudError {
  return new HuaweiCloudError({
    operation: `CPH job ${jobId}`,
    code: errorCode,
    message: errorMessage ?? "the service gives no reason",
    requestId,
  });
}
