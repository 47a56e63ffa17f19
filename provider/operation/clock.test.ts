import { getEventListeners } from "node:events";
import { clock } from "./clock";

test("a sleep lasts its time", async () => {
  const start = performance.now();
  expect(await clock.sleep(30)).toBe(true);
  expect(performance.now() - start).toBeGreaterThanOrEqual(29);
});

test("a sleep ends when its signal aborts, and says so", async () => {
  const controller = new AbortController();
  const sleeping = clock.sleep(3_600_000, controller.signal);
  controller.abort();
  expect(await sleeping).toBe(false);
  expect(await clock.sleep(3_600_000, controller.signal)).toBe(false);
});

test("a sleep leaves no listener behind", async () => {
  const { signal } = new AbortController();
  await clock.sleep(1, signal);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("chance is even", () => {
  const drawn = Array.from({ length: 1_000 }, () => clock.random());
  expect(Math.min(...drawn)).toBeLessThan(0.1);
  expect(Math.max(...drawn)).toBeGreaterThan(0.9);
  for (const number of drawn) expect(number >= 0 && number < 1).toBe(true);
});
