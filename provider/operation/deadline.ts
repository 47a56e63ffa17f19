import { setMaxListeners } from "node:events";

/** Longer timers fire at once in Node; in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * Runs something with a signal that aborts when the time is over, or when `outer` does. A composite of `AbortSignal.timeout` will
 * not do: Node may collect its timer as garbage, and then the signal never aborts.
 */
export async function withDeadline<T>(
  milliseconds: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal, deadline: number) => Promise<T>,
): Promise<T> {
  const time = Math.min(longestTimer, Math.round(milliseconds));
  const controller = new AbortController();
  // Many calls of one operation listen at the same time; Node would warn the user of a leak.
  setMaxListeners(0, controller.signal);
  const timer = setTimeout(() => {
    controller.abort(new DOMException("The operation's time ran out.", "TimeoutError"));
  }, time);
  const abort = () => {
    controller.abort(outer?.reason);
  };
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort);
  try {
    return await run(controller.signal, Date.now() + time);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  }
}

/** Whether a signal aborted because the time was over, rather than because the run was interrupted. */
export function isTimeOver(signal: AbortSignal): boolean {
  const reason: unknown = signal.reason;
  return reason instanceof DOMException && reason.name === "TimeoutError";
}
