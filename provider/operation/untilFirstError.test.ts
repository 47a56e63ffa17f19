import { setTimeout as sleep } from "node:timers/promises";
import { operation } from "../testing/simulatedCloud";
import type { Operation } from "./operation";
import { untilFirstError } from "./untilFirstError";

const endless = ({ signal }: Operation) => sleep(60_000, "late", { signal });

test("all run at the same time, and each has its result", async () => {
  const later = sleep(1, "two");
  expect(await untilFirstError(operation(), () => [Promise.resolve(1), later])).toEqual([1, "two"]);
});

test("the first error stops the others", async () => {
  let stopped: AbortSignal | undefined;
  const failing = untilFirstError(operation(), (running) => {
    stopped = running.signal;
    return [endless(running), Promise.reject(new Error("no answer"))];
  });
  await expect(failing).rejects.toThrow("no answer");
  expect(stopped?.aborted).toBe(true);
});
