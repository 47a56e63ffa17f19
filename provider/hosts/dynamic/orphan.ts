import { setMaxListeners } from "node:events";

/** How long running operations may take to stop once the engine is gone, in milliseconds. */
const timeToStop = 10_000;

const stopped = new AbortController();
// Every running operation listens.
setMaxListeners(0, stopped.signal);
const running = new Set<Promise<unknown>>();
let watching = false;

/** Runs an operation that {@link stopWhenOrphaned} stops and waits for. */
export async function track<T>(operate: (stopped: AbortSignal) => Promise<T>): Promise<T> {
  const operation = operate(stopped.signal);
  running.add(operation);
  try {
    return await operation;
  } finally {
    running.delete(operation);
  }
}

/**
 * Ends this process when the engine dies: the engine keeps our stdin open for its lifetime, so its end means that the engine is gone.
 * SIGINT means the same: the engine sends it as it exits, without waiting for us.
 */
export function stopWhenOrphaned(): void {
  if (watching) return;
  watching = true;
  process.stdin.on("end", () => void stop()).resume();
  process.on("SIGINT", () => void stop());
}

/** Whether the engine is gone, so that nobody records what operations did. */
export function isOrphaned(): boolean {
  return stopped.signal.aborted;
}

async function stop(): Promise<void> {
  stopped.abort();
  const timer = setTimeout(() => process.exit(1), timeToStop);
  await Promise.allSettled([...running]);
  clearTimeout(timer);
  process.exit(1);
}
