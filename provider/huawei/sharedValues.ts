import { raceWithAbort } from "../operation/abort";
import type { Operation } from "../operation/operation";
import { stoppedWhileSigningIn } from "./errors";

/** Values that are got once for all who ask; a failure is not kept. */
export class SharedValues<T> {
  private readonly entries = new Map<string, { value: Promise<T>; signal: AbortSignal }>();

  /** An operation that has to stop waits no longer, and does not stop the others that wait for what it began to get. */
  async get(key: string, operation: Operation, get: () => Promise<T>): Promise<T> {
    for (;;) {
      const entry = this.entries.get(key) ?? this.begin(key, operation.signal, get);
      try {
        return await raceWithAbort(entry.value, operation, stoppedWhileSigningIn);
      } catch (error) {
        if (operation.signal.aborted || !entry.signal.aborted) throw error;
      }
    }
  }

  /** The value that is there, or is being got. */
  current(key: string): Promise<T> | undefined {
    return this.entries.get(key)?.value;
  }

  /** The value is got anew for the next who asks, unless another has taken its place. */
  forget(key: string, value: Promise<T>): void {
    if (this.entries.get(key)?.value === value) this.entries.delete(key);
  }

  private begin(key: string, signal: AbortSignal, get: () => Promise<T>): { value: Promise<T>; signal: AbortSignal } {
    const value = get();
    const entry = { value, signal };
    this.entries.set(key, entry);
    value.catch(() => {
      this.forget(key, value);
    });
    return entry;
  }
}
