import type { Operation } from "../../operation/operation";
import { SharedCall } from "../../operation/sharedCall";
import { stoppedWhileSigningIn } from "../errors/errors";

/** Values that are got once for all who ask; a failure is not kept. */
export class SharedValues<T> {
  private readonly calls = new Map<string, SharedCall<T>>();

  /** An operation that has to stop waits no longer, and does not stop the others that wait for what it began to get. */
  async get(key: string, operation: Operation, get: (operation: Operation) => Promise<T>): Promise<T> {
    for (;;) {
      const call = this.calls.get(key) ?? this.begin(key, operation, get);
      try {
        return await call.wait(operation, stoppedWhileSigningIn);
      } catch (error) {
        if (operation.signal.aborted || !call.isAbandoned) throw error;
      }
    }
  }

  /** The value that is there, or is being got. */
  current(key: string): Promise<T> | undefined {
    return this.calls.get(key)?.value;
  }

  /** The value is got anew for the next who asks, unless another has taken its place. */
  forget(key: string, value: Promise<T>): void {
    if (this.calls.get(key)?.value === value) this.calls.delete(key);
  }

  private begin(key: string, operation: Operation, get: (operation: Operation) => Promise<T>): SharedCall<T> {
    const call = new SharedCall([operation], get);
    this.calls.set(key, call);
    call.value.catch(() => {
      this.forget(key, call.value);
    });
    return call;
  }
}
