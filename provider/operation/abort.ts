import type { Operation } from "./operation";

/** Waits for what serves others as well, but not beyond the end of this operation: then throws what `stopped` makes. */
export function raceWithAbort<T>(
  value: Promise<T>,
  operation: Operation,
  stopped: (operation: Operation) => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(operation.signal, () => {
      reject(stopped(operation));
    });
    void value.then(resolve, reject).finally(forget);
  });
}

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls when the signal aborts, or at once where it has; returns what ends that. A signal itself looks through all its listeners
 * whenever one comes or goes, which takes long where thousands of servers wait in one operation.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  const all = listeners.get(signal) ?? listenTo(signal);
  all.add(listener);
  return () => all.delete(listener);
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>();
  listeners.set(signal, all);
  const tellAll = () => {
    for (const listener of all) listener();
  };
  signal.addEventListener("abort", tellAll, { once: true });
  return all;
}
