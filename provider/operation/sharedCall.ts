import { raceWithAbort } from "./abort";
import { JointOperation } from "./jointOperation";
import type { Operation } from "./operation";

/** A call in flight that serves many operations, each until its own end. It goes on until the last of those that joined has to stop. */
export class SharedCall<T> {
  /** What comes of the call. */
  readonly value: Promise<T>;
  private readonly joint: JointOperation;

  constructor([first, ...others]: readonly [Operation, ...Operation[]], call: (operation: Operation) => Promise<T>) {
    this.joint = new JointOperation(first);
    for (const operation of others) this.join(operation);
    this.value = call(this.joint);
    const end = () => {
      this.joint.end();
    };
    this.value.then(end, end);
  }

  /** Whether all that joined had to stop before it was over: its failure says nothing to others, who may begin it anew. */
  get isAbandoned(): boolean {
    return this.joint.signal.aborted;
  }

  /** The call goes on for this operation, too. */
  join(operation: Operation): void {
    this.joint.join(operation);
  }

  /** Waits for what comes of it, but not beyond the end of this operation: then throws what `stopped` makes. */
  wait(operation: Operation, stopped: (operation: Operation) => Error): Promise<T> {
    return raceWithAbort(this.value, operation, stopped);
  }
}

/** Makes a call on behalf of several operations: it goes on until all of them have to stop. */
export async function onBehalfOf<T>(
  operations: readonly Operation[],
  call: (operation: Operation) => Promise<T>,
): Promise<T> {
  const running = [...new Set(operations)].filter(({ signal }) => !signal.aborted);
  const [first = operations[0], ...others] = running;
  if (first === undefined) throw new TypeError("a call is made for somebody");
  if (others.length === 0) return call(first);
  return new SharedCall([first, ...others], call).value;
}
