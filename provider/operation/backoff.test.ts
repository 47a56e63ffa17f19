import { operation, stoppable } from "../testing/simulatedCloud";
import { Backoff, randomBetween } from "./backoff";
import { clock } from "./clock";

/** Pauses that were waited for, in milliseconds; they take no time. */
let pauses: number[];

beforeEach(() => {
  pauses = [];
  jest.spyOn(clock, "sleep").mockImplementation((milliseconds) => Promise.resolve(pauses.push(milliseconds) > 0));
});

afterEach(() => {
  jest.restoreAllMocks();
});

function setChance(random: number): void {
  jest.spyOn(clock, "random").mockReturnValue(random);
}

test("pauses double up to the longest", async () => {
  setChance(1);
  const backoff = new Backoff({ first: 100, longest: 1_000 });
  for (let count = 0; count < 6; count++) expect(await backoff.pause(operation())).toBe(true);
  expect(pauses).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

test("pauses are random, all of them or but for the part that is certain", async () => {
  const patient = operation();
  for (const random of [0, 0.5]) {
    setChance(random);
    await new Backoff({ first: 100, longest: 1_000 }).pause(patient);
    await new Backoff({ first: 100, longest: 1_000, certainPart: 0.5 }).pause(patient);
    await new Backoff({ first: 100, longest: 1_000, certainPart: 1 }).pause(patient);
  }
  expect(pauses).toEqual([0, 50, 100, 50, 75, 100]);
});

test("a pause is as long as was asked for, and the next one is longer all the same", async () => {
  setChance(1);
  const backoff = new Backoff({ first: 100, longest: 1_000 });
  await backoff.pause(operation(), 5_000);
  await backoff.pause(operation());
  expect(pauses).toEqual([5_000, 200]);
});

test("a pause that would last beyond the deadline is none", async () => {
  const backoff = new Backoff({ first: 100, longest: 1_000 });
  expect(await backoff.pause(operation({ seconds: 10 }), 10_001)).toBe(false);
  expect(pauses).toEqual([]);
});

test("a pause ends with its operation", async () => {
  jest.restoreAllMocks();
  const stopped = stoppable();
  const pause = new Backoff({ first: 100, longest: 1_000 }).pause(stopped, 20_000);
  stopped.stop();
  expect(await pause).toBe(false);
});

test("a random time lies between two others", () => {
  const times = [0, 0.25, 1].map((random) => {
    setChance(random);
    return randomBetween(90, 110);
  });
  expect(times).toEqual([90, 95, 110]);
});
