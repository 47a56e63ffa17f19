import { setMaxListeners } from "node:events";
import { onAbort } from "./abort";
import type { Operation } from "./operation";

/** Runs what is to stop once a part of it fails. */
export async function untilFirstError(
  { signal, deadline, log }: Operation,
  start: (operation: Operation) => Promise<void>[],
): Promise<void> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const stop = () => {
    controller.abort(signal.reason);
  };
  const forget = onAbort(signal, stop);
  try {
    await Promise.all(start({ signal: controller.signal, deadline, log }));
  } finally {
    forget();
    stop();
  }
}
