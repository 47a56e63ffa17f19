import type { ServerKeypair } from "../../huawei/cph";
import type { Logger } from "../../operation/operation";
import { enumerated } from "../../text/text";

/** The most key pairs that progress names: each server may get back another one. */
const mostNamed = 5;

/** Tells how many servers are bound: every few seconds, and once it is over. */
export class Progress {
  private bound = 0;
  private nextReport?: NodeJS.Timeout;
  private readonly names: string;

  constructor(
    private readonly log: Logger,
    private readonly wanted: readonly ServerKeypair[],
  ) {
    this.names = enumerated(
      [...new Set(wanted.map(({ keypairName }) => keypairName))],
      mostNamed,
      (name) => `"${name}"`,
    );
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
    this.log.status(`${bound} of ${this.wanted.length} servers bound to key pair ${this.names}`);
  }
}
