import { once } from "node:events";
import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { isTimeOver, withDeadline } from "./deadline";

/** Node's garbage collector, without starting Node anew. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

test("the signal aborts at the deadline, also after a garbage collection", async () => {
  await withDeadline(50, new AbortController().signal, async (signal) => {
    collectGarbage();
    await once(signal, "abort");
    expect(isTimeOver(signal)).toBe(true);
  });
});

test("the signal aborts with the outer one, before and during the run", async () => {
  const outer = new AbortController();
  await withDeadline(60_000, outer.signal, async (signal) => {
    outer.abort();
    await Promise.resolve();
    expect(signal.aborted).toBe(true);
    expect(isTimeOver(signal)).toBe(false);
  });
  await withDeadline(60_000, outer.signal, (signal) => {
    expect(signal.aborted).toBe(true);
    return Promise.resolve();
  });
});

test("the deadline is when the signal aborts, and a time beyond Node's timers does not abort at once", async () => {
  await withDeadline(1e12, undefined, async (signal, deadline) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(signal.aborted).toBe(false);
    expect(deadline).toBeGreaterThan(Date.now() + 1e9);
  });
});

test("a signal within another's time is out of time when the other is", async () => {
  await withDeadline(20, undefined, (outer) =>
    withDeadline(60_000, outer, async (signal) => {
      await once(signal, "abort");
      expect(isTimeOver(signal)).toBe(true);
    }),
  );
});
