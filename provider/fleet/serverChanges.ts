import { stoppedError } from "../huawei/errors";
import type { Operation } from "../huawei/operation";
import { unlessStopped } from "../huawei/waiting";

/** A change of a server's key pair that was begun, and whose end nobody saw. */
export interface PendingJob {
  requestId: string;
  jobId?: string;
  /** The key pair that the server may get yet. */
  keypairName: string;
}

/** Lets one change of a server at a time through: of two that overlap, nobody knows which key the server ends with. */
export class ServerChanges {
  /** By server: ends with the last change that is under way or waits. */
  private readonly last = new Map<string, Promise<unknown>>();
  /** By server: changes whose end this process has not seen. */
  readonly pending = new Map<string, PendingJob>();

  /** Runs a change once all earlier ones of the server are over, and tells it whether there were any. */
  async exclusively<T>(
    serverId: string,
    operation: Operation,
    change: (isAfterOther: boolean) => Promise<T>,
  ): Promise<T> {
    const earlier = this.last.get(serverId);
    const changed = (async () => {
      if (earlier !== undefined) {
        await unlessStopped(earlier, operation, () => stoppedError("CPH ChangeKeypairs", operation, false));
      }
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
}
