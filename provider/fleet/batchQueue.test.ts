import * as axios from "../huawei/sending/axios";
import { clock } from "../operation/clock";
import { failureOf, operation, stoppable } from "../testing/simulatedCloud";
import { BatchQueue, callFor, type QueuedRequest } from "./batchQueue";

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

type Batch = QueuedRequest<string, string>[];

let batches: Batch[];
let now: number;

beforeEach(() => {
  pauses.length = 0;
  batches = [];
  now = 1_000_000;
  jest.spyOn(Date, "now").mockImplementation(() => now);
  jest.spyOn(clock, "sleep").mockImplementation(pause);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** A queue of requests whose first letters are their keys. */
function newQueue(most: () => number = () => 3): BatchQueue<string, string> {
  const rules = { quiet: 50, longest: 120, keyOf: (request: string) => request.slice(0, 1) };
  return new BatchQueue({ call: "CPH UpdateKeypair", most, ...rules }, (batch) => batches.push(batch));
}

/** Submits requests that nobody waits for. */
function submit(queue: BatchQueue<string, string>, ...requests: string[]): void {
  for (const request of requests) void queue.submit(request, operation());
}

/** The requests of each batch so far. */
function sent(): string[][] {
  return batches.map((batch) => batch.map(({ request }) => request));
}

/** Ends the latest pause, and nothing else goes on. */
async function pass(): Promise<void> {
  expect(pauses.filter(({ signal }) => !signal.aborted)).toEqual(pauses.slice(-1));
  pauses.at(-1)?.end();
  await new Promise(setImmediate);
}

test("what comes at the same moment is sent together, in order, once nothing more came", async () => {
  const queue = newQueue();
  submit(queue, "one", "two");
  expect(sent()).toEqual([]);
  await pass();
  expect(sent()).toEqual([["one", "two"]]);
});

test("the time in which nothing comes begins anew with each that comes", async () => {
  const queue = newQueue();
  for (const request of ["one", "two"]) {
    submit(queue, request);
    await new Promise(setImmediate);
    expect(sent()).toEqual([]);
  }
  await pass();
  expect(sent()).toEqual([["one", "two"]]);
});

describe("while the first batch waits, what sends it is loaded", () => {
  function loadFor(milliseconds: number): void {
    jest.spyOn(axios, "loadAxios").mockImplementation(() => {
      now += milliseconds;
      return undefined as never;
    });
  }

  test("and no more time is taken", async () => {
    loadFor(25);
    submit(newQueue(), "one");
    await new Promise(setImmediate);
    expect(axios.loadAxios).toHaveBeenCalledTimes(1);
    expect(sent()).toEqual([]);
    expect(pauses).toHaveLength(1);
    await pass();
    expect(sent()).toEqual([["one"]]);
  });

  test("and where that takes long, what came meanwhile goes with it", async () => {
    loadFor(26);
    const queue = newQueue();
    submit(queue, "one");
    await new Promise(setImmediate);
    pauses[0]?.end();
    await new Promise(setImmediate);
    submit(queue, "two");
    await pass();
    expect(sent()).toEqual([["one", "two"]]);
  });

  test("and nothing is waited for where it was sent already", async () => {
    loadFor(26);
    const queue = newQueue();
    submit(queue, "one");
    queue.flush();
    await new Promise(setImmediate);
    expect(pauses.filter(({ signal }) => !signal.aborted)).toEqual([]);
  });
});

test("as many as there may be are sent at once, and no pause goes on", () => {
  submit(newQueue(), "one", "two", "a third");
  expect(sent()).toEqual([["one", "two", "a third"]]);
  expect(pauses.every(({ signal }) => signal.aborted)).toBe(true);
});

test("what is left of many waits for more", async () => {
  submit(newQueue(), "one", "two", "a third", "four");
  expect(sent()).toHaveLength(1);
  await pass();
  expect(sent()).toEqual([["one", "two", "a third"], ["four"]]);
});

test("how many there may be is asked anew each time", () => {
  let most = 3;
  const queue = newQueue(() => most);
  submit(queue, "one");
  most = 2;
  submit(queue, "two");
  most = 1;
  submit(queue, "a third");
  expect(sent()).toEqual([["one", "two"], ["a third"]]);
});

test("the first waits no longer than the longest time, however often another comes", () => {
  const queue = newQueue(() => Infinity);
  for (let count = 0; count < 6; count++) {
    submit(queue, "request");
    now += 30;
  }
  expect(pauses.map(({ milliseconds }) => milliseconds)).toEqual([50, 50, 50, 30, 0, 0]);
});

test("the longest time begins anew with the first that comes after others were sent", async () => {
  const queue = newQueue();
  submit(queue, "one");
  now += 1_000;
  await pass();
  submit(queue, "two");
  expect(pauses.at(-1)?.milliseconds).toBe(50);
});

test("a second one of the same key goes with the next batch", async () => {
  submit(newQueue(), "same", "other", "same again");
  expect(sent()).toEqual([["same", "other"]]);
  await pass();
  expect(sent()).toEqual([["same", "other"], ["same again"]]);
});

test("of the same key the first is sent first, also where no more than one may be sent", () => {
  let most = 3;
  const queue = newQueue(() => most);
  submit(queue, "same");
  most = 1;
  submit(queue, "same again");
  expect(sent()).toEqual([["same"], ["same again"]]);
});

test("all are sent without waiting where that is asked for, and nothing where nothing waits", () => {
  const queue = newQueue();
  queue.flush();
  expect(sent()).toEqual([]);
  submit(queue, "one");
  queue.flush();
  expect(sent()).toEqual([["one"]]);
  expect(pauses.every(({ signal }) => signal.aborted)).toBe(true);
});

test("each request gets its own result", async () => {
  const queue = newQueue(() => 2);
  const [one, two] = [queue.submit("one", operation()), queue.submit("two", operation())];
  batches[0]?.[1]?.reject(new Error("refused"));
  batches[0]?.[0]?.accept("done");
  await expect(two).rejects.toThrow("refused");
  expect(await one).toBe("done");
});

describe("an operation that has to stop", () => {
  test("before its batch is sent takes its request out, and one of the same key takes its place", async () => {
    const queue = newQueue();
    const on = stoppable();
    const stopped = failureOf(queue.submit("same", on));
    submit(queue, "other");
    on.stop();
    submit(queue, "same again");
    expect(await stopped).toMatchObject({ operation: "CPH UpdateKeypair", outcomeUnknown: false });
    expect(sent()).toEqual([["other", "same again"]]);
  });

  test("after its request was sent is told that its outcome is open, and the call goes on for the others", async () => {
    const queue = newQueue(() => 2);
    const on = stoppable();
    const stopped = failureOf(queue.submit("one", on));
    const other = queue.submit("two", operation());
    const batch = batches[0] ?? [];
    const call = callFor(batch, async ({ signal }) => {
      on.stop();
      await new Promise(setImmediate);
      for (const { accept } of batch) accept(signal.aborted ? "stopped" : "done");
    });
    expect(await stopped).toMatchObject({ operation: "CPH UpdateKeypair", outcomeUnknown: true });
    await call;
    expect(await other).toBe("done");
  });
});
