import { setTimeout as wait } from "node:timers/promises";

/** Where pauses and chance come from. Tests put others in their place. */
export const clock = {
  /** Waits so many milliseconds; true once they passed, false as soon as the signal aborts. */
  async sleep(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
    try {
      await wait(milliseconds, undefined, { signal });
      return true;
    } catch {
      return false;
    }
  },

  /** From 0 up to 1. */
  random(): number {
    return Math.random();
  },
};
