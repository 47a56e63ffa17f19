import { PartialFailure, type Context, type Resource } from "../contract";
import { Operations, read, stateToRead } from "./operations";

interface Made {
  name: string;
}

let operations: Operations;
let undone: { id: string; state: Made; aborted: boolean }[];

beforeEach(() => {
  operations = new Operations();
  undone = [];
});

const context = {} as Context;

/** A resource whose create ends as it is told to. */
function resourceOf(create: () => Promise<{ id: string; state: Made }>): Resource<object, Made> {
  return {
    create,
    undoCreate: ({ signal }: Context, id: string, state: Made) => {
      undone.push({ id, state, aborted: signal.aborted });
      return Promise.resolve();
    },
  } as unknown as Resource<object, Made>;
}

const made = { id: "id", state: { name: "made" } };

/** A create that ends once its operation is stopped. */
function startCreate(end: () => typeof made): Promise<typeof made> {
  return operations.run({ defaultTimeout: 60_000 }, undefined, context, (own) =>
    operations.create(
      resourceOf(async () => {
        await new Promise<void>((resolve) => {
          own.signal.addEventListener("abort", () => {
            resolve();
          });
        });
        return end();
      }),
      own,
      {},
    ),
  );
}

function partially(wasThere: boolean): () => never {
  return () => {
    throw new PartialFailure("id", { name: "made" }, ["no"], wasThere);
  };
}

describe("a create that the engine stops", () => {
  test("is the engine's to record, and not undone", async () => {
    const creation = startCreate(() => made);
    operations.stop();
    expect(await creation).toEqual(made);
    expect(undone).toEqual([]);
  });

  test("and that fails in part as well", async () => {
    const creation = startCreate(partially(false));
    operations.stop();
    await expect(creation).rejects.toThrow(PartialFailure);
    expect(undone).toEqual([]);
  });
});

describe("a create that the engine does not live to see the end of", () => {
  const ours = [{ ...made, aborted: false }];

  test("is undone, in time of its own, before the host may end", async () => {
    const creation = startCreate(() => made);
    await operations.orphan();
    expect(undone).toEqual(ours);
    expect(await creation).toEqual(made);
  });

  test("is undone also where the engine stopped it before", async () => {
    const creation = startCreate(() => made);
    operations.stop();
    await operations.orphan();
    expect(undone).toEqual(ours);
    await creation;
  });

  test("is undone where it fails in part", async () => {
    const creation = startCreate(partially(false)).catch((error: unknown) => error);
    await operations.orphan();
    expect(undone).toEqual(ours);
    expect(await creation).toBeInstanceOf(PartialFailure);
  });

  test.each<[string, () => never]>([
    ["finds something that was there before", partially(true)],
    [
      "makes nothing",
      () => {
        throw new Error("no");
      },
    ],
  ])("is not undone where it %s", async (_, end) => {
    const creation = startCreate(end).catch(() => "failed");
    await operations.orphan();
    expect(undone).toEqual([]);
    expect(await creation).toBe("failed");
  });
});

describe("an update", () => {
  const olds = { name: "old" };

  /** An update that ends once its operation is stopped. */
  function startUpdate(end: () => Made): Promise<Made> {
    const resource = {
      update: async ({ signal }: Context) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => {
            resolve();
          });
        });
        return end();
      },
      undoUpdate: ({ signal }: Context, { name }: Made, state: Made) => {
        undone.push({ id: name, state, aborted: signal.aborted });
        return Promise.resolve();
      },
    } as unknown as Resource<object, Made>;
    return operations.run({ defaultTimeout: 60_000 }, undefined, context, (own) =>
      operations.update(resource, own, "id", olds, {}),
    );
  }

  test("that the engine stops is the engine's to record", async () => {
    const update = startUpdate(() => made.state);
    operations.stop();
    expect(await update).toEqual(made.state);
    expect(undone).toEqual([]);
  });

  test.each([
    ["", () => made.state],
    [", also in part", partially(false)],
    [", also where the old one is back", partially(true)],
  ])("that the engine does not live to see the end of is undone, in time of its own%s", async (_, end) => {
    const update = startUpdate(end).catch(() => undefined);
    await operations.orphan();
    expect(undone).toEqual([{ id: "old", state: made.state, aborted: false }]);
    await update;
  });

  test("that makes nothing is not undone", async () => {
    const update = startUpdate(() => {
      throw new Error("no");
    }).catch(() => "failed");
    await operations.orphan();
    expect([undone, await update]).toEqual([[], "failed"]);
  });
});

test("what begins after the stop ends at once", async () => {
  operations.stop();
  const signal = await operations.run({ defaultTimeout: 60_000 }, 5, {}, (own) => Promise.resolve(own.signal));
  expect(signal.aborted).toBe(true);
});

test("a host waits for nothing that ended before", async () => {
  const limits = { defaultTimeout: 60_000 };
  expect(await operations.run(limits, undefined, {}, () => Promise.resolve(1))).toBe(1);
  await expect(operations.run(limits, undefined, {}, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await operations.orphan();
});

describe("a read", () => {
  const resource = { read: () => Promise.resolve(undefined) } as unknown as Resource<object, object>;

  test("of what the state knows and is gone finds nothing", async () => {
    expect(await read(resource, context, "id", stateToRead({ region: "r" }))).toBeUndefined();
  });

  test("of what was only named and is not there is an error", async () => {
    await expect(read(resource, context, "id", stateToRead({ name: "id" }))).rejects.toThrow('"id" does not exist.');
  });
});
