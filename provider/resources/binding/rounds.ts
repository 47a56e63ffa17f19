import type { HuaweiCloudError } from "../../huawei/errors/errors";
import { Backoff } from "../../operation/backoff";
import type { Logger, Operation } from "../../operation/operation";

/** Pauses before servers that were not ready are asked again, in milliseconds. */
const notReadyPauses = { first: 1_000, longest: 15_000, certainPart: 0.5 };

/** How often servers that are not ready are told at most, in milliseconds. */
const notReadyTold = 30_000;

/** Servers that were not ready are asked again in rounds, all at once, so that they share calls. */
export class Rounds {
  private coming?: Promise<boolean>;
  private readonly backoff = new Backoff(notReadyPauses);
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
    const isOn = await this.backoff.pause(this.operation);
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
    this.log.status(
      `${refusals.length} of ${this.serverCount} servers ${are} not ready yet (${codes}); asking again until ${until}`,
    );
  }
}
