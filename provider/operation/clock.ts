import { setTimeout as wait } from "node:timers/promises";

/** Waits so many milliseconds; true once they passed, false as soon as the signal aborts. */
async function sleep(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await wait(milliseconds, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

/** Where pauses and chance come from. Tests put others in their place. */
export const clock = {
  sleep,
  /** From 0 up to 1. */
  random: () => Math.random(),
};
