import { clock } from "../operation/clock";
import { Gathering } from "./gathering";

/** Pauses that were asked for, in milliseconds, and what ends each. */
const pauses: { milliseconds: number; signal: AbortSignal; end: () => void }[] = [];

/** Waits until a test ends it. */
function pause(milliseconds: number, signal = new AbortController().signal): Promise<boolean> {
  return new Promise((settle) => {
    const end = () => {
      settle(true);
    };
    pauses.push({ milliseconds, signal, end });
    signal.addEventListener("abort", () => {
      settle(false);
    });
  });
}

let handedOver: string[][];
let now: number;

beforeEach(() => {
  pauses.length = 0;
  handedOver = [];
  now = 1_000_000;
  jest.spyOn(Date, "now").mockImplementation(() => now);
  jest.spyOn(clock, "sleep").mockImplementation(pause);
});

afterEach(() => {
  jest.restoreAllMocks();
});

function newGathering(most: () => number = () => 3): Gathering<string> {
  return new Gathering({ quiet: 50, longest: 120 }, most, (items) => handedOver.push(items));
}

/** Ends the latest pause, and nothing else goes on. */
async function pass(): Promise<void> {
  expect(pauses.filter(({ signal }) => !signal.aborted)).toEqual(pauses.slice(-1));
  pauses.at(-1)?.end();
  await new Promise(setImmediate);
}

test("what comes at the same moment is handed over together, in order, once nothing more came", async () => {
  const gathering = newGathering();
  gathering.add("one");
  gathering.add("two");
  expect(handedOver).toEqual([]);
  await pass();
  expect(handedOver).toEqual([["one", "two"]]);
});

test("the time in which nothing comes begins anew with each that comes", async () => {
  const gathering = newGathering();
  for (const item of ["one", "two"]) {
    gathering.add(item);
    await new Promise(setImmediate);
    expect(handedOver).toEqual([]);
  }
  await pass();
  expect(handedOver).toEqual([["one", "two"]]);
});

test("as many as there may be are handed over at once, and no pause goes on", () => {
  const gathering = newGathering();
  for (const item of ["one", "two", "three"]) gathering.add(item);
  expect(handedOver).toEqual([["one", "two", "three"]]);
  expect(pauses.every(({ signal }) => signal.aborted)).toBe(true);
});

test("what is left of many waits for more", async () => {
  const gathering = newGathering();
  for (const item of ["one", "two", "three", "four"]) gathering.add(item);
  expect(handedOver).toHaveLength(1);
  await pass();
  expect(handedOver).toEqual([["one", "two", "three"], ["four"]]);
});

test("how many there may be is asked anew each time", () => {
  let most = 3;
  const gathering = newGathering(() => most);
  gathering.add("one");
  most = 2;
  gathering.add("two");
  most = 1;
  gathering.add("three");
  expect(handedOver).toEqual([["one", "two"], ["three"]]);
});

test("the first waits no longer than the longest time, however often another comes", () => {
  const gathering = newGathering(() => Infinity);
  for (let count = 0; count < 6; count++) {
    gathering.add("item");
    now += 30;
  }
  expect(pauses.map(({ milliseconds }) => milliseconds)).toEqual([50, 50, 50, 30, 0, 0]);
});

test("the longest time begins anew with the first that comes after others were handed over", async () => {
  const gathering = newGathering();
  gathering.add("one");
  now += 1_000;
  await pass();
  gathering.add("two");
  expect(pauses.at(-1)?.milliseconds).toBe(50);
});

test("what is put back while others are handed over goes with the next", async () => {
  const gathering = new Gathering<string>(
    { quiet: 50, longest: 120 },
    () => 3,
    (items) => {
      handedOver.push(items);
      if (handedOver.length === 1) for (const item of items.slice(1)) gathering.add(item);
    },
  );
  for (const item of ["one", "two", "three"]) gathering.add(item);
  await pass();
  expect(handedOver).toEqual([
    ["one", "two", "three"],
    ["two", "three"],
  ]);
});
