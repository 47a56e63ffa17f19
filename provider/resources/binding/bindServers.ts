import { setTimeout as sleep } from "node:timers/promises";
import { jobStatus, type Job, type ServerKeypair } from "../../huawei/cph";
import { withDeadline } from "../../operation/deadline";
import { HuaweiCloudError, means } from "../../huawei/errors";
import type { Logger, Operation } from "../../operation/operation";
import type { Context } from "../../contract";
import { listed } from "../../text/text";
import { advised } from "../inputAdvice";
import { bindingAdvice } from "./inputAdvice";
import type { BindingOutcome, WantedServer } from "./outcome";
import { confirmServers } from "./confirmServers";
import type { Fleet } from "../../fleet/fleet";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import type { PendingJob } from "../../fleet/serverChanges";

/** Pauses before servers that were not ready are asked again, in milliseconds. */
const notReadyPause = { first: 1_000, longest: 15_000 };

/** How often servers that are not ready are told at most, in milliseconds. */
const notReadyTold = 30_000;

/** The most key pairs that progress names: each server may get back another one. */
const mostNamed = 5;

/** How long an earlier change is waited for before the same is sent again, in milliseconds. */
const timeForSameChange = 15_000;

/** The part of the time that is kept for confirming, in milliseconds at most. */
const timeToConfirm = 15_000;

/**
 * Gives each server its key pair: waits for servers that are not ready and for the jobs, then checks that every server carries what
 * was asked for. Servers fail one by one; nothing is thrown.
 */
export async function bindServers(
  context: Context,
  region: string,
  wanted: readonly WantedServer[],
): Promise<Map<string, BindingOutcome>> {
  const fleet = context.fleets.in(region);
  const outcomes = new Map<string, BindingOutcome>();
  const progress = new Progress(context, wanted);
  // Waiting ends a little before the deadline: what settled by then can still be confirmed and recorded.
  const left = context.deadline - Date.now();
  const timeToWait = Math.max(0, left - Math.min(timeToConfirm, left / 5));
  await withDeadline(timeToWait, context.signal, async (signal, deadline) => {
    const waiting = { signal, deadline, log: context.log };
    const rounds = new Rounds(waiting, wanted.length, context.ownLog);
    await Promise.all(
      wanted.map(async (server) => {
        const outcome = await fleet.servers.whileChanging(server.serverId, () =>
          bindServer(fleet, waiting, rounds, server),
        );
        outcomes.set(server.serverId, outcome);
        if (outcome.error === undefined) progress.add();
      }),
    );
  });
  await confirmServers(fleet, context, wanted, outcomes);
  progress.end([...outcomes.values()].filter(({ error }) => error === undefined).length);
  return outcomes;
}

/** Changes one server, after all changes of it that are under way, also those of earlier runs. */
function bindServer(fleet: Fleet, operation: Operation, rounds: Rounds, server: WantedServer): Promise<BindingOutcome> {
  const { serverId } = server;
  const { changes } = fleet;
  return changes
    .exclusively(serverId, operation, async (isAfterOther) => {
      const pending = changes.pendingOf(serverId);
      if (pending.length === 0 && !isAfterOther) return submit(fleet, operation, rounds, server);
      await waitForEnd(fleet, operation, server, pending);
      return changeIfWanted(fleet, operation, rounds, server);
    })
    .catch((error: unknown) => ({ error: reasonOf(error, undefined), unsent: true }));
}

/** Changes a server that other changes may have reached since it was looked at. */
async function changeIfWanted(
  fleet: Fleet,
  operation: Operation,
  rounds: Rounds,
  server: WantedServer,
): Promise<BindingOutcome> {
  const { servers, changes } = fleet;
  const { serverId, keypairName, isWanted } = server;
  servers.forget(serverId);
  const seen = await servers.look(serverId, operation);
  if (seen === undefined) throw new Error("the server no longer exists");
  // What cannot be asked for may still be done: only a change after it tells what the server ends with.
  const lost = changes.pendingOf(serverId).filter(({ requestId }) => requestId === undefined);
  const isShown = seen.keypairName === keypairName;
  const isUncertain = isShown && lost.length > 0;
  if (!isUncertain && !isWanted(seen.keypairName)) return { seen, unsent: true };
  const outcome = await submit(fleet, operation, rounds, server);
  if (outcome.error === undefined) for (const job of lost) changes.end(serverId, job);
  return { ...outcome, seen };
}

/**
 * Waits until earlier changes have ended, however they ended. The same change may be sent again before: whichever of them ends last, the
 * server has the same key, and a job that never ends does not stand in its way for ever. It is still waited for before another change.
 */
async function waitForEnd(
  { changes }: Fleet,
  operation: Operation,
  { serverId, keypairName, isWanted }: WantedServer,
  pending: readonly PendingJob[],
): Promise<void> {
  const isSame = !isWanted(keypairName) && pending.every((job) => job.keypairName === keypairName);
  const left = Math.max(0, operation.deadline - Date.now());
  const time = isSame ? Math.min(timeForSameChange, left / 5) : left;
  await withDeadline(time, operation.signal, async (signal, deadline) => {
    try {
      await changes.waitForEnd(serverId, pending, { ...operation, signal, deadline });
    } catch (error) {
      if (!isSame || operation.signal.aborted) throw error;
    }
  });
}

/** Submits a server and waits for its job, again and again while it is not ready. */
async function submit(
  fleet: Fleet,
  operation: Operation,
  rounds: Rounds,
  server: ServerKeypair,
): Promise<BindingOutcome> {
  const { serverId } = server;
  let jobId: string | undefined;
  let refusal: HuaweiCloudError | undefined;
  for (;;) {
    try {
      const accepted = await fleet.openAccess.submit(server, operation);
      fleet.changes.noteAccepted(serverId, server.keypairName);
      jobId = accepted.jobId;
      const job = await fleet.jobs.settled({ ...accepted, serverId }, operation);
      jobId ??= job?.jobId;
      if (job?.status !== jobStatus.failed) return { jobId, jobUnknown: job === undefined };
      throw failureOf(job, accepted.requestId);
    } catch (error) {
      if (means(error, "notReady", "busy") && (await rounds.next(error))) {
        refusal = error;
        continue;
      }
      const { keypairName } = server;
      if (error instanceof UnfinishedJob) {
        fleet.changes.note(serverId, { requestId: error.requestId, jobId, keypairName });
      } else if (error instanceof HuaweiCloudError && error.outcomeUnknown) {
        fleet.changes.note(serverId, { keypairName });
      }
      return { jobId, error: reasonOf(error, operation.signal.aborted ? refusal : undefined) };
    }
  }
}

/** Why a server was not bound. Where time was up before an answer came, why it was refused before says more. */
function reasonOf(error: unknown, refusal: HuaweiCloudError | undefined): Error {
  const isSilence = error instanceof HuaweiCloudError && error.status === undefined && error.code === undefined;
  const reason = refusal !== undefined && isSilence ? refusal.followedBy(error) : error;
  return reason instanceof Error ? advised(reason, bindingAdvice) : new Error(String(reason));
}

function failureOf({ jobId, errorCode, errorMessage }: Job, requestId: string): HuaweiCloudError {
  return new HuaweiCloudError({
    operation: `CPH job ${jobId}`,
    code: errorCode,
    message: errorMessage ?? "the service gives no reason",
    requestId,
  });
}

/** Servers that were not ready are asked again in rounds, all at once, so that they share calls. */
class Rounds {
  private coming?: Promise<boolean>;
  private pause = notReadyPause.first;
  /** Why the servers that wait for the next round were refused. */
  private refusals: HuaweiCloudError[] = [];
  private toldAt = -Infinity;

  constructor(
    private readonly operation: Operation,
    private readonly serverCount: number,
    private readonly log: Logger,
  ) {}

  /** Waits for the next round. False where the operation ends before it. */
  next(refusal: HuaweiCloudError): Promise<boolean> {
    this.refusals.push(refusal);
    this.coming ??= this.wait().finally(() => {
      this.coming = undefined;
    });
    return this.coming;
  }

  private async wait(): Promise<boolean> {
    const { deadline, signal } = this.operation;
    const pause = this.pause * (0.5 + Math.random() / 2);
    this.pause = Math.min(notReadyPause.longest, this.pause * 2);
    if (Date.now() + pause >= deadline) return false;
    const isOn = await sleep(pause, true, { signal }).catch(() => false);
    // Only now: during the pause the others of the round came to wait as well.
    if (isOn) this.tell(this.refusals.splice(0));
    return isOn;
  }

  private tell(refusals: readonly HuaweiCloudError[]): void {
    const now = performance.now();
    if (now - this.toldAt < notReadyTold) return;
    this.toldAt = now;
    const are = refusals.length === 1 ? "is" : "are";
    const codes = [...new Set(refusals.map(({ code }) => code))].sort().join(", ");
    const until = new Date(this.operation.deadline).toISOString().replace(/\.\d+/, "");
    this.log.info(
      `${refusals.length} of ${this.serverCount} servers ${are} not ready yet (${codes}); asking again until ${until}`,
    );
  }
}

/** Tells how many servers are bound: every few seconds, and once it is over. */
class Progress {
  private bound = 0;
  private nextReport?: NodeJS.Timeout;
  private readonly names: string;

  constructor(
    private readonly context: Context,
    private readonly wanted: readonly ServerKeypair[],
  ) {
    this.names = listed([...new Set(wanted.map(({ keypairName }) => keypairName))], mostNamed, (name) => `"${name}"`);
  }

  add(): void {
    const interval = 3_000;
    this.bound++;
    // Later than the server, so that the last of many is counted as well while others are still waited for.
    this.nextReport ??= setTimeout(() => {
      this.nextReport = undefined;
      this.report(this.bound);
    }, interval);
  }

  end(bound: number): void {
    clearTimeout(this.nextReport);
    if (this.wanted.length > 0) this.report(bound);
  }

  private report(bound: number): void {
    this.context.ownLog.info(`${bound} of ${this.wanted.length} servers bound to key pair ${this.names}`);
  }
}
