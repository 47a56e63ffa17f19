import { getEventListeners } from "node:events";
import { operation, stoppable } from "../testing/simulatedCloud";
import { raceWithAbort } from "./abort";

describe("a wait for what serves others as well", () => {
  const stopped = () => new Error("mine ended");

  test("is for its answer or its failure", async () => {
    expect(await raceWithAbort(Promise.resolve(1), operation(), stopped)).toBe(1);
    await expect(raceWithAbort(Promise.reject(new Error("refused")), operation(), stopped)).rejects.toThrow("refused");
  });

  test("ends with its own operation, and no other wait with it", async () => {
    const [one, two] = [stoppable(), stoppable()];
    let answer: (value: string) => void = () => undefined;
    const value = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const mine = raceWithAbort(value, one, stopped);
    const other = raceWithAbort(value, two, stopped);
    one.stop();
    await expect(mine).rejects.toThrow("mine ended");
    answer("for all");
    expect(await other).toBe("for all");
  });

  test("does not begin where its operation had to stop before, whatever comes later", async () => {
    const one = stoppable();
    one.stop();
    await expect(raceWithAbort(Promise.reject(new Error("refused")), one, stopped)).rejects.toThrow("mine ended");
  });

  test("costs the operation one listener, however many wait", async () => {
    const one = stoppable();
    const never = new Promise<never>(() => undefined);
    const waits = Array.from({ length: 1000 }, () => raceWithAbort(never, one, stopped));
    expect(getEventListeners(one.signal, "abort")).toHaveLength(1);
    one.stop();
    for (const wait of waits) await expect(wait).rejects.toThrow("mine ended");
  });
});
