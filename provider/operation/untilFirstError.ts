import { setMaxListeners } from "node:events";
import { onAbort } from "./abort";
import type { Operation } from "./operation";

/** What comes of all that runs at the same time; the rest is to stop once a part of it fails. */
export async function untilFirstError<T extends readonly unknown[] | []>(
  { signal, deadline, log }: Operation,
  start: (operation: Operation) => T,
): Promise<{ -readonly [Part in keyof T]: Awaited<T[Part]> }> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const stop = () => {
    controller.abort(signal.reason);
  };
  const forget = onAbort(signal, stop);
  try {
    return await Promise.all(start({ signal: controller.signal, deadline, log }));
  } finally {
    forget();
    stop();
  }
}
