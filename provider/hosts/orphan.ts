import type { Operations } from "./operations";

/** What ends with the engine. */
type Orphanable = Pick<Operations, "orphan">;

/** How long running operations may take to stop once the engine is gone, in milliseconds. */
const timeToStop = 10_000;

let watching = false;

/**
 * Ends this process when the engine dies: the engine keeps our stdin open for its lifetime, so its end means that the engine is gone.
 * SIGINT means the same: the engine sends it as it exits, without waiting for us.
 */
export function stopWhenOrphaned(operations: Orphanable): void {
  if (watching) return;
  watching = true;
  process.stdin.on("end", () => void stop(operations)).resume();
  process.on("SIGINT", () => void stop(operations));
}

async function stop(operations: Orphanable): Promise<void> {
  const timer = setTimeout(() => process.exit(1), timeToStop);
  await operations.orphan();
  clearTimeout(timer);
  process.exit(1);
}
