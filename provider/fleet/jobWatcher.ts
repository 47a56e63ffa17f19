import { setTimeout as sleep } from "node:timers/promises";
import { isMissingJob, jobStatus, requestsPerLook, type Cph, type Job } from "../huawei/cph";
import { HuaweiCloudError, printable } from "../huawei/errors";
import type { Operation } from "../huawei/operation";

/** One server's job in a request. */
export interface WatchedJob {
  requestId: string;
  serverId: string;
  /** Absent where the service named none; then the server's job in the request counts. */
  jobId?: string;
}

interface Watch extends WatchedJob {
  /** When it was last known to exist: accepted or seen; in milliseconds since the epoch. */
  knownAt: number;
  last?: Job;
  settle(job: Job | undefined): void;
  fail(error: unknown): void;
}

/** Pauses between looks, in milliseconds: short at first, then half as long again each time, with jitter. */
const pauses = { first: 400, longest: 5_000, growth: 1.5 };

/** So many refused looks in a row are taken to be for good: a single one may be the gateway's mistake. */
const refusalsForGood = 3;

/** For how long a job that was accepted or seen may be unknown to the service, in milliseconds. */
const unknownJobGrace = 20_000;

/** Watches all jobs of an operation with as few looks as possible. */
export class JobWatcher {
  private readonly open = new Set<Watch>();
  private running = false;
  private pause = pauses.first;
  private lastError?: unknown;
  /** Looks in a row that were refused for want of credentials or permission. */
  private refusals = 0;

  constructor(
    private readonly cph: Cph,
    private readonly operation: Operation,
  ) {}

  /**
   * The job once it succeeded or failed; undefined where the service knows of none. Throws when the operation has to stop, and
   * where the service refuses to be asked.
   */
  settled(job: WatchedJob): Promise<Job | undefined> {
    if (job.requestId === "") return Promise.resolve(undefined);
    return new Promise((settle, fail) => {
      this.open.add({ ...job, knownAt: Date.now(), settle, fail });
      this.pause = pauses.first;
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.open.size > 0) {
      try {
        await sleep(this.pause * (0.8 + Math.random() * 0.4), undefined, { signal: this.operation.signal });
      } catch {
        this.stop();
        break;
      }
      this.pause = Math.min(pauses.longest, this.pause * pauses.growth);
      await this.look();
    }
    this.running = false;
  }

  private async look(): Promise<void> {
    const requestIds = [...new Set([...this.open].map(({ requestId }) => requestId))];
    for (let first = 0; first < requestIds.length; first += requestsPerLook) {
      const group = requestIds.slice(first, first + requestsPerLook);
      try {
        this.take(group, await this.jobsOf(group));
        this.refusals = 0;
      } catch (error) {
        // A failed look says nothing about the jobs; only where looking is refused for good is there nothing to wait for.
        if (!this.operation.signal.aborted) this.lastError = error;
        const refused = error instanceof HuaweiCloudError && (error.status === 401 || error.status === 403);
        this.refusals = refused ? this.refusals + 1 : 0;
        if (this.refusals === refusalsForGood) this.stop();
      }
    }
  }

  /** Jobs of several requests; where the service does not know one of them (yet), each is asked for by itself. */
  private async jobsOf(requestIds: string[]): Promise<Job[]> {
    try {
      return await this.cph.listJobs(requestIds);
    } catch (error) {
      if (!isMissingJob(error)) throw error;
      if (requestIds.length === 1) return [];
      return (await Promise.all(requestIds.map((requestId) => this.jobsOf([requestId])))).flat();
    }
  }

  private take(requestIds: string[], jobs: Job[]): void {
    const byId = new Map(jobs.map((job) => [job.jobId, job]));
    for (const watch of this.open) {
      if (!requestIds.includes(watch.requestId)) continue;
      // A request names a server once, so where the service named no job the server tells which it is.
      const job =
        watch.jobId === undefined ? jobs.find(({ serverId }) => serverId === watch.serverId) : byId.get(watch.jobId);
      if (job !== undefined) {
        watch.last = job;
        watch.knownAt = Date.now();
      }
      if (job === undefined ? Date.now() - watch.knownAt > unknownJobGrace : isEnded(job)) {
        this.open.delete(watch);
        watch.settle(job);
      }
    }
  }

  private stop(): void {
    for (const watch of this.open) watch.fail(this.unfinished(watch));
    this.open.clear();
  }

  private unfinished({ jobId, requestId, last }: Watch): Error {
    const status = last?.status === undefined ? "no status" : `status ${last.status}`;
    const seen = last?.status === jobStatus.running ? "still running" : `with ${status}`;
    const cause = this.lastError instanceof Error ? `; the last look failed: ${this.lastError.message}` : "";
    return new Error(
      printable(`job ${jobId ?? "(unnamed)"} (request ${requestId}) was ${seen} when waiting had to end${cause}`),
    );
  }
}

/** Values other than success and failure are undocumented and end nothing. */
function isEnded({ status }: Job): boolean {
  return status === jobStatus.success || status === jobStatus.failed;
}
