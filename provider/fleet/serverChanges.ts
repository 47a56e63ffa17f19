import { jobStatus } from "../huawei/cph";
import { stoppedError } from "../huawei/errors/errors";
import type { Operation } from "../operation/operation";
import { raceWithAbort } from "../operation/abort";
import type { JobWatcher } from "./jobWatcher";

/** A change of a server's key pair that was begun, and whose end nobody saw. */
export interface PendingJob {
  /** Absent where the answer was lost that would have told it: such a change cannot be asked for. */
  requestId?: string;
  jobId?: string;
  /** The key pair that the server may get yet. */
  keypairName: string;
  /** True where its name stands for another key since: the job gives the earlier one. */
  isOfEarlierKey?: true;
}

/** Lets one change of a server at a time through: of two that overlap, nobody knows which key the server ends with. */
export class ServerChanges {
  /** By server: ends with the last change that is under way or waits. */
  private readonly last = new Map<string, Promise<unknown>>();
  private readonly pending = new Map<string, readonly PendingJob[]>();
  private readonly accepted = new Map<string, string>();
  /** Servers of which a change that was waited for failed, or is not known any more. */
  private readonly unsuccessful = new Set<string>();

  constructor(private readonly jobs: JobWatcher) {}

  /** Changes of the server that were begun, in this run or an earlier one, and whose end nobody saw. */
  pendingOf(serverId: string): readonly PendingJob[] {
    return this.pending.get(serverId) ?? [];
  }

  /** Whether all changes of the server that were begun earlier, and waited for in this run, are known to have succeeded. */
  haveAllSucceeded(serverId: string): boolean {
    return this.pendingOf(serverId).length === 0 && !this.unsuccessful.has(serverId);
  }

  /** Servers that may get a key pair yet. */
  serversGetting(keypairName: string): string[] {
    return [...this.pending].flatMap(([serverId, jobs]) =>
      jobs.some((job) => job.keypairName === keypairName) ? [serverId] : [],
    );
  }

  /** A change was begun, and nobody saw its end. */
  note(serverId: string, job: PendingJob): void {
    const others = this.without(serverId, job);
    const noted = this.pendingOf(serverId).find((other) => isSameJob(other, job));
    this.pending.set(serverId, [...others, { ...noted, ...job }]);
  }

  /** A change has ended after all. */
  end(serverId: string, job: PendingJob): void {
    const others = this.without(serverId, job);
    if (others.length === 0) this.pending.delete(serverId);
    else this.pending.set(serverId, others);
  }

  /** The service accepted a change of the server to this key pair, or it was seen to have it when it was to get it. */
  noteAccepted(serverId: string, keypairName: string): void {
    this.accepted.set(serverId, keypairName);
  }

  /** The key pair of the server's latest change that the service accepted in this run. */
  latestAccepted(serverId: string): string | undefined {
    return this.accepted.get(serverId);
  }

  /** Waits until changes of the server have ended, however they ended; those that cannot be asked for stay noted. */
  async waitForEnd(serverId: string, pending: readonly PendingJob[], operation: Operation): Promise<void> {
    for (const job of pending) {
      const { requestId, jobId } = job;
      if (requestId === undefined) continue;
      const ended = await this.jobs.settled({ requestId, jobId, serverId }, operation);
      if (ended?.status !== jobStatus.success) this.unsuccessful.add(serverId);
      this.end(serverId, job);
    }
  }

  /** Runs a change once all earlier ones of the server are over, and tells it whether there were any. */
  async exclusively<T>(
    serverId: string,
    operation: Operation,
    change: (isAfterOther: boolean) => Promise<T>,
  ): Promise<T> {
    const earlier = this.last.get(serverId);
    const changed = (async () => {
      if (earlier !== undefined)
        await raceWithAbort(earlier, operation, () => stoppedError("CPH UpdateKeypair", operation, false));

      return change(earlier !== undefined);
    })();
    // The next one waits for what came before this one, too, even if this one had to stop waiting.
    const over = Promise.allSettled([earlier, changed]);
    this.last.set(serverId, over);
    try {
      return await changed;
    } finally {
      void over.then(() => {
        if (this.last.get(serverId) === over) this.last.delete(serverId);
      });
    }
  }

  private without(serverId: string, job: PendingJob): PendingJob[] {
    return this.pendingOf(serverId).filter((other) => !isSameJob(other, job));
  }
}

/** Changes whose answers were lost have no names: they are told apart by what they give. */
function isSameJob(one: PendingJob, other: PendingJob): boolean {
  const isNamed = one.requestId !== undefined || other.requestId !== undefined;
  return isNamed
    ? one.requestId === other.requestId && one.jobId === other.jobId
    : one.keypairName === other.keypairName;
}
