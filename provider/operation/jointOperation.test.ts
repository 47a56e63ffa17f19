import type { Operation } from "./operation";
import { operation, stoppable } from "../testing/simulatedCloud";
import { JointOperation, onBehalfOf } from "./jointOperation";

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

describe("a joint operation", () => {
  test("lasts as long as one that joined later", () => {
    const [one, late] = [stoppable(), { ...stoppable(), deadline: Infinity }];
    const joint = new JointOperation(one);
    joint.join(late);
    one.stop();
    expect([joint.signal.aborted, joint.deadline]).toEqual([false, Infinity]);
    late.stop();
    expect(joint.signal.aborted).toBe(true);
  });

  test("counts one that joins twice once", () => {
    const [one, two] = [stoppable(), stoppable()];
    const joint = new JointOperation(one);
    joint.join(two);
    joint.join(two);
    one.stop();
    two.stop();
    expect(joint.signal.aborted).toBe(true);
  });

  test("is joined by nobody once it is over", () => {
    const late = stoppable();
    const joint = new JointOperation(stoppable());
    joint.end();
    joint.join(late);
    late.stop();
    expect(joint.signal.aborted).toBe(false);
  });
});
