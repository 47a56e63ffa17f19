import { setMaxListeners } from "node:events";
import type { Operation } from "../huawei/operation";

/** Runs a call on behalf of several operations: it goes on until all of them have to stop. */
export async function onBehalfOf<T>(
  operations: readonly Operation[],
  call: (operation: Operation) => Promise<T>,
): Promise<T> {
  const [first, ...others] = new Set(operations);
  if (first === undefined) throw new TypeError("a call is made for somebody");
  if (others.length === 0) return call(first);
  const all = [first, ...others];
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const stopWithTheLast = () => {
    if (all.every(({ signal }) => signal.aborted)) controller.abort();
  };
  stopWithTheLast();
  for (const { signal } of all) signal.addEventListener("abort", stopWithTheLast);
  try {
    const deadline = Math.max(...all.map((operation) => operation.deadline));
    return await call({ signal: controller.signal, deadline, log: first.log });
  } finally {
    for (const { signal } of all) signal.removeEventListener("abort", stopWithTheLast);
  }
}

/** Waits for what serves others as well, but not beyond the end of this operation: then throws what `stopped` makes. */
export function unlessStopped<T>(value: Promise<T>, { signal }: Operation, stopped: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(stopped());
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    void value.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
    });
  });
}
