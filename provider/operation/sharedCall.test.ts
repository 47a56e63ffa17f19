import type { Operation } from "./operation";
import { operation, stoppable } from "../testing/simulatedCloud";
import { onBehalfOf, SharedCall } from "./sharedCall";

/** A call that goes on until it is told to end or has to stop. */
function endless(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => {
      reject(new Error("stopped"));
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
  });
}

describe("a call on behalf of several operations", () => {
  test("of one is made with that one, also where it is named more than once", async () => {
    const only = operation();
    expect(await onBehalfOf([only, only], (joint) => Promise.resolve(joint === only))).toBe(true);
  });

  test("of nobody is a mistake", async () => {
    await expect(onBehalfOf([], () => Promise.resolve())).rejects.toThrow(TypeError);
  });

  test("goes on until all of them have to stop", async () => {
    const [one, two, three] = [stoppable(), stoppable(), stoppable()];
    let stopped = false;
    const call = onBehalfOf([one, two, three], ({ signal }) =>
      endless(signal).finally(() => {
        stopped = true;
      }),
    );
    one.stop();
    three.stop();
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    two.stop();
    await expect(call).rejects.toThrow("stopped");
  });

  test("stops for the reason that the last of them has", async () => {
    const [one, two] = [stoppable(), new AbortController()];
    const reason = await onBehalfOf([one, operation({ signal: two.signal })], async ({ signal }) => {
      one.stop();
      two.abort("out of time");
      await Promise.resolve();
      return signal.reason as unknown;
    });
    expect(reason).toBe("out of time");
  });

  test("does not wait for those that had to stop before", async () => {
    const [one, two] = [stoppable(), stoppable()];
    one.stop();
    const call = onBehalfOf([one, two], ({ signal }) => endless(signal));
    await new Promise(setImmediate);
    two.stop();
    await expect(call).rejects.toThrow("stopped");
  });

  test("of those that all have to stop already stops at once", async () => {
    const [one, two] = [stoppable(), stoppable()];
    one.stop();
    two.stop();
    await expect(onBehalfOf([one, two], ({ signal }) => endless(signal))).rejects.toThrow("stopped");
  });

  test("may take until the latest of their deadlines", async () => {
    const operations = [operation({ seconds: 10 }), operation({ seconds: 500 }), operation({ seconds: 20 })];
    const deadline = await onBehalfOf(operations, (joint) => Promise.resolve(joint.deadline));
    expect(deadline).toBe(operations[1]?.deadline);
  });

  test.each(["answer", "failure"])("leaves nothing behind with them after its %s", async (end) => {
    const operations = Array.from({ length: 20 }, () => stoppable());
    let joint: Operation | undefined;
    const call = onBehalfOf(operations, (given) => {
      joint = given;
      return end === "answer" ? Promise.resolve() : Promise.reject(new Error("refused"));
    });
    await call.catch(() => undefined);
    for (const { stop } of operations) stop();
    expect(joint?.signal.aborted).toBe(false);
  });
});

describe("a shared call", () => {
  const stopped = () => new Error("waits no longer");

  test("is made once, and all who wait get what comes of it", async () => {
    const make = jest.fn().mockResolvedValue("value");
    const call = new SharedCall<string>([operation()], make);
    expect(await Promise.all([call.wait(operation(), stopped), call.wait(operation(), stopped)])).toEqual([
      "value",
      "value",
    ]);
    expect(make).toHaveBeenCalledTimes(1);
  });

  test("is waited for until the end of one's own operation, and goes on for those that joined", async () => {
    const [first, joined, other] = [stoppable(), stoppable(), stoppable()];
    const call = new SharedCall([first], ({ signal }) => endless(signal));
    call.join(joined);
    const ends = [first, joined, other].map((one) => call.wait(one, stopped).catch(String));
    first.stop();
    expect(await ends[0]).toBe("Error: waits no longer");
    expect(call.isAbandoned).toBe(false);
    joined.stop();
    expect(await ends[1]).toBe("Error: waits no longer");
    expect(call.isAbandoned).toBe(true);
    expect(await ends[2]).toBe("Error: stopped");
  });

  test.each([
    ["answer", () => Promise.resolve()],
    ["failure", () => Promise.reject(new Error("refused"))],
  ])("is not abandoned where they stop after its %s", async (_, make) => {
    const on = stoppable();
    const call = new SharedCall<void>([on], make);
    await call.value.catch(() => undefined);
    on.stop();
    expect(call.isAbandoned).toBe(false);
  });
});
