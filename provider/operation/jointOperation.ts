import { setMaxListeners } from "node:events";
import type { Logger, Operation } from "./operation";
import { onAbort } from "./abort";

/** Several operations as one, for what serves them all: it has to stop when the last of them has to. */
export class JointOperation implements Operation {
  readonly log: Logger;
  private readonly controller = new AbortController();
  private readonly leave = new Map<Operation, () => void>();
  private running = 0;
  private ended = false;

  constructor(first: Operation) {
    this.log = first.log;
    setMaxListeners(0, this.controller.signal);
    this.join(first);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get deadline(): number {
    let latest = 0;
    for (const { deadline } of this.leave.keys()) latest = Math.max(latest, deadline);
    return latest;
  }

  /** Nothing comes of it where all that joined before had to stop. */
  join(operation: Operation): void {
    if (this.ended || this.leave.has(operation)) return;
    this.running++;
    const leave = onAbort(operation.signal, () => {
      this.running--;
      if (this.running === 0) this.controller.abort(operation.signal.reason);
    });
    this.leave.set(operation, leave);
  }

  /** What it was for is over. */
  end(): void {
    this.ended = true;
    for (const leave of this.leave.values()) leave();
    this.leave.clear();
  }
}
