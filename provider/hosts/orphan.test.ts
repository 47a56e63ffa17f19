import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { removeInterruptListeners } from "../testing/interrupts";
import { Operations } from "./operations";
import type * as orphanModule from "./orphan";

let orphan: typeof orphanModule;
let operations: Operations;
let stdin: PassThrough;
let exit: jest.SpyInstance;

const ownStdin = Object.getOwnPropertyDescriptor(process, "stdin");

beforeEach(() => {
  stdin = new PassThrough();
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
  exit = jest.spyOn(process, "exit").mockReturnValue(undefined as never);
  jest.resetModules();
  orphan = jest.requireActual<typeof orphanModule>("./orphan");
  operations = new Operations();
});

afterEach(() => {
  jest.restoreAllMocks();
  if (ownStdin !== undefined) Object.defineProperty(process, "stdin", ownStdin);
  removeInterruptListeners();
});

function run<T>(operate: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return operations.run({ defaultTimeout: 60_000 }, undefined, {}, ({ signal }) => operate(signal));
}

/** An operation that runs until it is told to stop, and then as long as it likes. */
class Operation {
  signal = AbortSignal.abort();
  finish: () => void = () => undefined;
  readonly outcome = run((signal) => {
    this.signal = signal;
    return new Promise<string>((resolve) => {
      this.finish = () => {
        resolve("recorded");
      };
    });
  });
}

test("when standard input ends, operations are stopped and waited for before the process ends", async () => {
  orphan.stopWhenOrphaned(operations);
  const operation = new Operation();
  expect(operation.signal.aborted).toBe(false);
  stdin.end();
  while (!operation.signal.aborted) await sleep(1);
  await sleep(20);
  expect(exit).not.toHaveBeenCalled();
  operation.finish();
  expect(await operation.outcome).toBe("recorded");
  while (exit.mock.calls.length === 0) await sleep(1);
  expect(exit).toHaveBeenCalledWith(1);
});

test("an operation that does not stop is not waited for in all eternity", async () => {
  orphan.stopWhenOrphaned(operations);
  const operation = new Operation();
  const timers = jest.spyOn(global, "setTimeout");
  stdin.end();
  while (timers.mock.calls.length === 0) await sleep(1);
  const [[end, milliseconds] = []] = timers.mock.calls;
  expect(milliseconds).toBe(10_000);
  expect(exit).not.toHaveBeenCalled();
  end?.();
  expect(exit).toHaveBeenCalledTimes(1);
  // The timer is not to outlive the test.
  operation.finish();
  while (exit.mock.calls.length < 2) await sleep(1);
});

test("an interrupt stops operations as well, and nobody records what they end with", async () => {
  const orphaned = jest.spyOn(operations, "orphan");
  orphan.stopWhenOrphaned(operations);
  const operation = new Operation();
  process.emit("SIGINT");
  while (!operation.signal.aborted) await sleep(1);
  expect(orphaned).toHaveBeenCalledTimes(1);
  operation.finish();
  while (exit.mock.calls.length === 0) await sleep(1);
});

test("where nothing runs the process ends at once", async () => {
  orphan.stopWhenOrphaned(operations);
  stdin.end();
  while (exit.mock.calls.length === 0) await sleep(1);
  expect(exit).toHaveBeenCalledWith(1);
});

test("operations that failed or ended before hold nothing up", async () => {
  orphan.stopWhenOrphaned(operations);
  orphan.stopWhenOrphaned(operations);
  await expect(run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await run(() => Promise.resolve(1))).toBe(1);
  expect(stdin.listenerCount("end")).toBe(1);
  stdin.end();
  while (exit.mock.calls.length === 0) await sleep(1);
  expect(exit).toHaveBeenCalledTimes(1);
});

test("what the engine writes is no reason to stop", async () => {
  orphan.stopWhenOrphaned(operations);
  const operation = new Operation();
  stdin.write("something");
  await sleep(20);
  expect(operation.signal.aborted).toBe(false);
  operation.finish();
  await operation.outcome;
});
