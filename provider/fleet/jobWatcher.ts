import { jobStatus, itemsPerPage, requestsPerPoll, type Cph, type Job } from "../huawei/cph";
import { randomBetween } from "../operation/backoff";
import { clock } from "../operation/clock";
import { isTimeOver } from "../operation/deadline";
import { HuaweiCloudError, means } from "../huawei/errors/errors";
import type { Operation } from "../operation/operation";
import { raceWithAbort } from "../operation/abort";
import { printable } from "../text/text";
import { onBehalfOf } from "../operation/sharedCall";

/** One server's job in a request. */
export interface WatchedJob {
  requestId: string;
  serverId: string;
  /** Absent where the service named none; then the server's job in the request counts. */
  jobId?: string;
}

/** Times are in milliseconds since the epoch. */
interface Watch extends WatchedJob {
  operation: Operation;
  acceptedAt: number;
  /** When it was last known to exist: accepted or seen. */
  knownAt: number;
  /** When it was last polled, or else accepted. */
  polledAt: number;
  /** When it is polled once more before its operation has to end. */
  lastPollAt: number;
  last?: Job;
  lastError?: unknown;
}

/** What ends the wait for a job. */
interface Wait {
  settle: (job: Job | undefined) => void;
  fail: (error: unknown) => void;
}

/**
 * Pauses between polls, in milliseconds: a part of the time in which nothing happened, so that short and long jobs are seen soon
 * after their end. After a job ends, the rest are polled in quick succession, up to 100 per call; and once more when the last of them
 * is about to end, if it takes as long.
 */
const pollIntervals = { shortest: 400, longest: 5_000, part: 0.1, inSweep: 1 };

/** So many polls are sent side by side after a job ended. */
const pollsInSweep = 4;

/** So long before an operation has to end, its jobs are polled once more; in milliseconds. */
const timeForLastPoll = 1_000;

/** After so many refused polls in a row the refusal is taken to be final: a single one may be the gateway's mistake. */
const refusalsForGood = 3;

/** For how long a job that was accepted or seen may be unknown to the service, in milliseconds. */
const unknownJobGrace = 20_000;

/** Watches all jobs of an account in one region, one poll after the other, with few polls a second however many jobs there are. */
export class JobWatcher {
  private readonly open = new Map<Watch, Wait>();
  private pausing = new AbortController();
  private nextPollAt = Infinity;
  private polling = false;
  /** When a job was last accepted or seen to end. */
  private newsAt = 0;
  /** How long a job takes, as that one tells which was seen soonest after its end; in milliseconds. */
  private lastJobTook = 0;
  /** Jobs not polled since then are polled next, without long pauses. */
  private sweepSince = 0;
  /** Polls in a row that were refused for lack of valid credentials or permission. */
  private refusals = 0;

  constructor(private readonly cph: (operation: Operation) => Cph) {}

  /**
   * The job once it succeeded or failed; undefined where the service knows of none. Throws when the operation has to stop, and
   * where the service refuses to be asked.
   */
  async settled(job: WatchedJob, operation: Operation): Promise<Job | undefined> {
    if (job.requestId === "") return undefined;
    const now = Date.now();
    const lastPollAt = operation.deadline - timeForLastPoll;
    const watch: Watch = { ...job, operation, acceptedAt: now, knownAt: now, polledAt: now, lastPollAt };
    const settled = new Promise<Job | undefined>((settle, fail) => this.open.set(watch, { settle, fail }));
    this.newsAt = now;
    this.pollIn(pollIntervals.shortest);
    try {
      return await raceWithAbort(settled, operation, () => unfinished(watch));
    } finally {
      this.open.delete(watch);
      if (this.open.size === 0) this.stopPolling();
    }
  }

  /** Polls after a pause, or earlier where an earlier poll is planned already. */
  private pollIn(pause: number): void {
    const at = Date.now() + pause;
    if (this.polling || at >= this.nextPollAt) return;
    this.pausing.abort();
    this.pausing = new AbortController();
    this.nextPollAt = at;
    void clock.sleep(pause, this.pausing.signal).then(async (isOver) => {
      if (isOver) await this.poll();
    });
  }

  private stopPolling(): void {
    this.pausing.abort();
    this.nextPollAt = Infinity;
  }

  private async poll(): Promise<void> {
    this.polling = true;
    const areRefused = await Promise.all(this.nextPolls().map((watches) => this.pollFor(watches)));
    // Those that were sent side by side count as one.
    this.refusals = areRefused.every(Boolean) ? this.refusals + 1 : 0;
    if (this.refusals === refusalsForGood) this.giveUp();
    this.polling = false;
    this.nextPollAt = Infinity;
    if (this.open.size > 0) this.pollIn(this.pause());
  }

  /** One; in a sweep several, if they are needed to look at what is left of it. */
  private nextPolls(): Watch[][] {
    const requests = this.openRequests();
    const polls = [takePoll(requests)];
    while (polls.length < pollsInSweep && requests.some((request) => this.isInSweep(request)))
      polls.push(takePoll(requests));
    return polls;
  }

  /** First those whose last poll it is, then those that waited longest. */
  private openRequests(): Watch[][] {
    const now = Date.now();
    const isLast = ({ polledAt, lastPollAt }: Watch) => polledAt < lastPollAt && lastPollAt <= now;
    const order = (watch: Watch) => (isLast(watch) ? 0 : watch.polledAt);
    const requests = new Map<string, Watch[]>();
    for (const watch of [...this.open.keys()].sort((a, b) => order(a) - order(b))) {
      const request = requests.get(watch.requestId);
      if (request === undefined) requests.set(watch.requestId, [watch]);
      else request.push(watch);
    }
    return [...requests.values()];
  }

  /** Whether some were not polled since the sweep began. */
  private isInSweep(watches: readonly Watch[]): boolean {
    return watches.some(({ polledAt }) => polledAt < this.sweepSince);
  }

  /** Returns whether the service refuses to be asked. */
  private async pollFor(watches: Watch[]): Promise<boolean> {
    const operations = watches.map(({ operation }) => operation);
    try {
      const jobs = await onBehalfOf(operations, (operation) => jobsOf(this.cph(operation), watches));
      for (const watch of watches) watch.lastError = undefined;
      this.take(watches, jobs);
      return false;
    } catch (error) {
      // A failed poll says nothing about the jobs; only where polling is refused for good is there nothing to wait for.
      for (const watch of watches) if (!watch.operation.signal.aborted) watch.lastError = error;
      return error instanceof HuaweiCloudError && (error.status === 401 || error.status === 403);
    } finally {
      for (const watch of watches) watch.polledAt = Date.now();
    }
  }

  private giveUp(): void {
    this.refusals = 0;
    for (const [watch, { fail }] of this.open) fail(unfinished(watch));
  }

  private take(watches: Watch[], jobs: Job[]): void {
    const now = Date.now();
    const byId = new Map(jobs.map((job) => [job.jobId, job]));
    const ended: Watch[] = [];
    for (const watch of watches) {
      // A request names a server once, so where the service named no job the server tells which it is.
      const job =
        watch.jobId === undefined ? jobs.find(({ serverId }) => serverId === watch.serverId) : byId.get(watch.jobId);
      if (job !== undefined) Object.assign(watch, { last: job, knownAt: now });
      if (job === undefined ? now - watch.knownAt > unknownJobGrace : isEnded(job)) {
        this.open.get(watch)?.settle(job);
        this.open.delete(watch);
        this.newsAt = now;
        if (job !== undefined) ended.push(watch);
      }
    }
    const inSweep = this.isInSweep(watches);
    // The one that is seen soonest after its end tells best: of those that are seen together the one that was accepted last.
    if (ended.length > 0)
      this.lastJobTook = Math.min(inSweep ? this.lastJobTook : Infinity, now - lastAcceptance(ended));
    if (this.newsAt === now && !inSweep) this.sweepSince = now;
  }

  private pause(): number {
    const now = Date.now();
    const watches = [...this.open.keys()];
    if (this.isInSweep(watches)) return pollIntervals.inSweep;
    // Jobs that take as long as those before have ended by then: no pause is to outlast that by much.
    const lastEnd = lastAcceptance(watches) + this.lastJobTook;
    if (lastEnd - now < pollIntervals.shortest && watches.every(({ polledAt }) => polledAt < lastEnd))
      return Math.max(0, lastEnd - now) + pollIntervals.inSweep;
    const pause = Math.min(
      pollIntervals.longest,
      Math.max(pollIntervals.shortest, (now - this.newsAt) * pollIntervals.part),
    );
    const lastPolls = watches.map(({ lastPollAt }) => lastPollAt).filter((at) => at > now);
    return Math.min(
      randomBetween(0.9 * pause, 1.1 * pause),
      Math.max(pollIntervals.shortest, Math.min(...lastPolls) - now),
    );
  }
}

function lastAcceptance(watches: readonly Watch[]): number {
  return watches.reduce((latest, { acceptedAt }) => Math.max(latest, acceptedAt), 0);
}

/** Takes as many requests from the front as one call shows, with all of their jobs. */
function takePoll(requests: Watch[][]): Watch[] {
  const watches: Watch[] = [];
  for (const request of requests.slice(0, requestsPerPoll)) {
    if (watches.length > 0 && watches.length + request.length > itemsPerPage) break;
    if (isAmbiguous([...watches, ...request])) continue;
    watches.push(...request);
    requests.splice(requests.indexOf(request), 1);
  }
  return watches;
}

/** A job without an id is told by its server, so the server may be asked for once. */
function isAmbiguous(watches: readonly Watch[]): boolean {
  const unnamed = watches.filter(({ jobId }) => jobId === undefined);
  return unnamed.some((watch) => watches.some((other) => other !== watch && other.serverId === watch.serverId));
}

/** Jobs of several requests; where the service does not know one of them (yet), each is asked for by itself. */
async function jobsOf(cph: Cph, watches: readonly Watch[]): Promise<Job[]> {
  const requestIds = [...new Set(watches.map(({ requestId }) => requestId))];
  try {
    return await cph.listJobs(requestIds, watches);
  } catch (error) {
    if (!means(error, "missingJob")) throw error;
    if (requestIds.length === 1) return [];
    const single = requestIds.map((id) =>
      jobsOf(
        cph,
        watches.filter(({ requestId }) => requestId === id),
      ),
    );
    return (await Promise.all(single)).flat();
  }
}

/** Waiting for a job had to end before the service said what became of it. */
export class UnfinishedJob extends Error {
  override readonly name = "UnfinishedJob";

  constructor(
    message: string,
    readonly requestId: string,
    /** True where the service last said so; otherwise the job may be over, and the server tell more. */
    readonly isRunning: boolean,
    /** Why the last poll failed. */
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

function unfinished({ jobId, requestId, operation, last, lastError }: Watch): UnfinishedJob {
  const isRunning = last?.status === jobStatus.running;
  const status = isRunning ? "running" : (last?.status ?? "unknown");
  const cause = lastError instanceof Error ? `; the last poll failed: ${lastError.message}` : "";
  const message = `job ${jobId ?? "(unnamed)"} (request ${requestId}) had not ended when ${endOfWaiting(operation)} (last status: ${status})${cause}`;
  return new UnfinishedJob(printable(message), requestId, isRunning, lastError);
}

function endOfWaiting({ signal }: Operation): string {
  if (!signal.aborted) return "waiting for it was given up";
  return isTimeOver(signal) ? "time ran out" : "the run was interrupted";
}

/** Values other than success and failure are undocumented and end nothing. */
function isEnded({ status }: Job): boolean {
  return status === jobStatus.success || status === jobStatus.failed;
}
