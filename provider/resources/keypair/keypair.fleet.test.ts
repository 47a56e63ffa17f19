import type { CallAction, Operation } from "../../../simulator/index";
import { useSimulator } from "../../../simulator/testing/suite";
import type { HuaweiCloud } from "../../huawei/huaweiCloud";
import { PartialFailure } from "../../contract";
import { keypair } from "./keypair";
import { keypairSet } from "../keypairSet/keypairSet";
import { callsOf, fail, projectOf } from "../../testing/fleet";
import { privateKeys, publicKeys } from "../../testing/keys";
import { contextOf, ManagedResource, noChange } from "../../testing/managedResource";
import { cloudOf, region, useShortBackoff, useShortPauses } from "../../testing/simulatedCloud";
import { Fleets } from "../../fleet/fleet";

const simulator = useSimulator({ servers: 0 });
useShortBackoff();
useShortPauses();

let cloud: HuaweiCloud;
let fleets: Fleets;

beforeEach(() => {
  cloud = cloudOf(simulator);
  fleets = new Fleets(cloud);
});

type Pair = ManagedResource<Parameters<typeof keypair.create>[1], Parameters<typeof keypair.delete>[2]>;

type Inputs = Record<string, unknown>;

/** Inputs of so many key pairs. */
function inputsOf(count: number, more: Record<string, unknown> = {}): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `key-${index}`,
    publicKey: publicKeys.ed25519,
    ...more,
  }));
}

/** An operation in a process that all resources share. */
function context(signal?: AbortSignal) {
  return contextOf(cloud, { fleets, signal });
}

/** Each pair, and what its up came to: how, or the error. */
async function upAll(
  inputs: readonly Record<string, unknown>[],
  pairs = inputs.map(newPair),
): Promise<[Pair, unknown][]> {
  return Promise.all(
    inputs.map(async (each, index): Promise<[Pair, unknown]> => {
      const pair = pairs[index] ?? newPair();
      return [pair, await pair.up(each, context()).catch((error: unknown) => error)];
    }),
  );
}

function newPair(): Pair {
  return new ManagedResource(keypair, cloud);
}

async function created(inputs: readonly Record<string, unknown>[]): Promise<Pair[]> {
  const ups = await upAll(inputs);
  expect(ups.map(([, outcome]) => outcome)).toEqual(inputs.map(() => "create"));
  nextRun();
  return ups.map(([pair]) => pair);
}

/** What follows is another run of the engine. */
function nextRun(): void {
  fleets = new Fleets(cloud);
  simulator.clearCalls();
}

function live() {
  return projectOf(simulator).keypairs;
}

function calls(operation: Operation): number {
  return callsOf(simulator, operation).length;
}

function looks(): { pages: number; details: number } {
  return { pages: calls("ListKeypairs"), details: calls("ListKeypairDetail") };
}

async function refreshAll(pairs: readonly Pair[]): Promise<void> {
  await Promise.all(pairs.map((pair) => pair.refresh(context())));
}

describe("sixty creates at once", () => {
  test("take a look at the list, six batches and a look at each", async () => {
    const inputs = inputsOf(60);
    const ups = await upAll(inputs);
    expect(ups.map(([, outcome]) => outcome)).toEqual(inputs.map(() => "create"));
    expect(looks()).toEqual({ pages: 1, details: 60 });
    expect([calls("BatchImportKeypair"), calls("CreateKeypair")]).toEqual([6, 0]);
    for (const [index, [pair]] of ups.entries()) expect(pair.preview(inputs[index] ?? {})).toEqual(noChange);
  });
});

describe("a batch", () => {
  test.each<[string, CallAction]>([
    ["after it was done", { type: "reset", when: "after" }],
    ["before it was done", { type: "reset" }],
    ["in the middle", { type: "truncate" }],
    ["to a proxy's page", { type: "html", when: "after" }],
    ["to an answer of another shape", { type: "body", body: {} }],
  ])("whose answer was lost %s is settled for each by looking", async (_, action) => {
    fail(simulator, "BatchImportKeypair", action, { times: 1 });
    const inputs = inputsOf(8);
    const ups = await upAll(inputs);
    expect(ups.map(([, outcome]) => outcome)).toEqual(inputs.map(() => "create"));
    expect(
      live()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(inputs.map(({ name }) => name));
    for (const [index, [pair]] of ups.entries()) expect(pair.preview(inputs[index] ?? {})).toEqual(noChange);
  });

  test("whose answer was lost is recorded by each where looking fails as well, and the next update finishes it", async () => {
    fail(simulator, "BatchImportKeypair", { type: "reset", when: "after" });
    fail(simulator, "ListKeypairDetail", { type: "status", status: 500 });
    const inputs = inputsOf(8);
    const ups = await upAll(inputs);
    for (const [pair, outcome] of ups) {
      expect(outcome).toBeInstanceOf(PartialFailure);
      expect(pair.exists).toBe(true);
    }
    simulator.clearFaults();
    const pairs = ups.map(([pair]) => pair);
    expect((await upAll(inputs, pairs)).map(([, outcome]) => outcome)).toEqual(inputs.map(() => "update"));
    expect(live()).toHaveLength(8);
  });

  test("with a key pair that the service refuses makes all the others", async () => {
    const inputs = inputsOf(6).map((each, index) => (index === 2 ? { ...each, userId: "nobody" } : each));
    const outcomes = await upAll(inputs);
    expect(calls("BatchImportKeypair")).toBe(1);
    for (const [index, [pair, outcome]] of outcomes.entries()) {
      if (index === 2) expect(outcome).toMatchObject({ code: "KPS.0006", outcomeUnknown: false });
      else expect(outcome).toBe("create");
      expect(pair.exists).toBe(index !== 2);
    }
  });

  test("that the service refuses as a whole because of one makes all the others", async () => {
    fail(simulator, "BatchImportKeypair", { type: "status", status: 400, code: "KPS.0002" });
    const inputs = inputsOf(6).map((each, index) => (index === 2 ? { ...each, userId: "nobody" } : each));
    const outcomes = (await upAll(inputs)).map(([, outcome]) => outcome);
    expect(outcomes.filter((outcome) => outcome === "create")).toHaveLength(5);
    expect(outcomes[2]).toMatchObject({ code: "KPS.0006" });
  });

  test.each([false, true])("with names that were taken meanwhile (adoptExisting %s)", async (adoptExisting) => {
    await simulator.replaceKeypair(region, "key-1", { publicKey: publicKeys.ed25519 });
    await simulator.replaceKeypair(region, "key-2", { publicKey: publicKeys.rsa });
    // The list was read before.
    fail(simulator, "ListKeypairs", { type: "body", body: { keypairs: [] } }, { times: 1 });
    const ups = await upAll(inputsOf(6, { adoptExisting }));
    expect(calls("BatchImportKeypair")).toBe(1);
    const [, [same, sameOutcome] = [], [other, otherOutcome] = [], ...rest] = ups;
    for (const [, outcome] of rest) expect(outcome).toBe("create");
    if (adoptExisting) expect(sameOutcome).toBe("create");
    else
      expect(String(sameOutcome)).toMatch(/KPS BatchImportKeypair failed: .*"key-1" exists already, with the same key/);
    expect(same?.exists).toBe(adoptExisting);
    expect(String(otherOutcome)).toMatch(
      adoptExisting ? /"key-2" exists already but cannot be taken over/ : /"key-2" exists already, with another key/,
    );
    expect(other?.exists).toBe(false);
    expect(live().find(({ name }) => name === "key-2")?.publicKey).toBe(publicKeys.rsa);
  });

  test("is not shared by two resources of the same name: one makes it, the other takes it over", async () => {
    const [one, two, ...others] = inputsOf(6).map((inputs) => ({ ...inputs, adoptExisting: true }));
    const ups = await upAll([one ?? {}, two ?? {}, one ?? {}, ...others]);
    expect(ups.map(([, outcome]) => outcome)).toEqual(Array(7).fill("create"));
    expect(live().map(({ name }) => name)).toHaveLength(6);
  });

  test("does not begin where two resources of the program want the same name and one of them its own pair", async () => {
    const [one = {}] = inputsOf(1);
    const ups = await upAll([one, { ...one, adoptExisting: true }]);
    const [first, second] = ups.map(([, outcome]) => outcome);
    expect(first).toBe("create");
    expect(String(second)).toMatch(/key-0.*is the name of .*key.* as well/);
  });

  test("under way when one operation stops: that one is recorded as perhaps made, the others are made", async () => {
    fail(simulator, "BatchImportKeypair", { type: "delay", milliseconds: 200 });
    const [one, ...others] = inputsOf(6);
    const stop = new AbortController();
    const pair = newPair();
    const stopped = pair.up(one ?? {}, context(stop.signal)).catch((error: unknown) => error);
    const ups = upAll(others);
    while (calls("BatchImportKeypair") === 0) await new Promise(setImmediate);
    stop.abort();
    expect(await stopped).toBeInstanceOf(PartialFailure);
    expect(pair.id).toBe("key-0");
    expect((await ups).map(([, outcome]) => outcome)).toEqual(others.map(() => "create"));
    await pair.refresh(context());
    expect(pair.preview(one ?? {})).toEqual(noChange);
  });
});

describe("a refresh of sixty", () => {
  test("costs the pages of one list", async () => {
    const inputs = inputsOf(60);
    const pairs = await created(inputs);
    await refreshAll(pairs);
    expect(looks()).toEqual({ pages: 2, details: 0 });
    expect(simulator.calls()).toHaveLength(2);
    for (const [index, pair] of pairs.entries()) expect(pair.preview(inputs[index] ?? {})).toEqual(noChange);
  });

  test("looks closer at those whose description is managed", async () => {
    const pairs = await created([...inputsOf(60).slice(10), ...inputsOf(10, { description: "mine" })]);
    simulator.changeKeypair(region, "key-3", { description: "theirs" });
    await refreshAll(pairs);
    expect(looks()).toEqual({ pages: 2, details: 10 });
    expect(pairs.find(({ id }) => id === "key-3")?.state.description).toBe("theirs");
  });

  test("looks closer at a pair that holds another key", async () => {
    const pairs = await created(inputsOf(60));
    await simulator.replaceKeypair(region, "key-3", { publicKey: publicKeys.rsa });
    await refreshAll(pairs);
    expect(looks()).toEqual({ pages: 2, details: 1 });
    expect(pairs[3]?.state.publicKey).toBe(publicKeys.rsa);
    expect(pairs[3]?.preview(inputsOf(4)[3] ?? {}).replaces).toEqual(["publicKey"]);
  });

  test("looks closer at all where lists carry few fields", async () => {
    const pairs = await created(inputsOf(60));
    simulator.setVariants({ listFields: "few" });
    await refreshAll(pairs);
    expect(looks()).toEqual({ pages: 2, details: 60 });
  });

  test("looks one by one where lists are forbidden", async () => {
    const pairs = await created(inputsOf(60));
    fail(simulator, "ListKeypairs", { type: "status", status: 403, code: "KPS.9003" });
    await refreshAll(pairs);
    expect(looks()).toEqual({ pages: 1, details: 60 });
    expect(pairs.every(({ exists }) => exists)).toBe(true);
  });

  test.each<[string, CallAction]>([
    ["an error of the service", { type: "status", status: 500, code: "KPS.0003" }],
    ["a proxy's 404", { type: "html", status: 404 }],
    ["silence", { type: "reset" }],
  ])("takes nothing for gone where the list is %s", async (_, action) => {
    const pairs = await created(inputsOf(60));
    fail(simulator, "ListKeypairs", action);
    const outcomes = await Promise.allSettled(pairs.map((pair) => pair.refresh(context())));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(pairs.every(({ exists }) => exists)).toBe(true);
  });

  test("takes a pair that the list does not show for gone only where a closer look says so", async () => {
    const pairs = await created(inputsOf(8));
    simulator.deleteKeypair(region, "key-3");
    fail(simulator, "ListKeypairs", { type: "body", body: { keypairs: [] } }, { times: 1 });
    await refreshAll(pairs);
    expect(looks()).toEqual({ pages: 1, details: 8 });
    expect(pairs.map(({ exists }) => exists)).toEqual(pairs.map((_, index) => index !== 3));
  });

  test("goes on where one operation stops, whichever began to read the list", async () => {
    const pairs = await created(inputsOf(60));
    fail(simulator, "ListKeypairs", { type: "delay", milliseconds: 100 }, { times: 1 });
    const stop = new AbortController();
    const [first, ...others] = pairs;
    const stopped = first?.refresh(context(stop.signal)).catch((error: unknown) => error);
    const refreshed = refreshAll(others);
    while (looks().pages === 0) await new Promise(setImmediate);
    stop.abort();
    expect(await stopped).toBeInstanceOf(Error);
    await refreshed;
    expect(looks()).toEqual({ pages: 2, details: 0 });
    expect(pairs.every(({ exists }) => exists)).toBe(true);
  });
});

describe("in the process that wrote it", () => {
  test("a read sees what was created, updated and deleted", async () => {
    const pairs = await created(inputsOf(60));
    await refreshAll(pairs);
    const [updated, deleted] = pairs;
    await updated?.up({ ...inputsOf(1)[0], description: "mine" }, context());
    await updated?.refresh(context());
    expect(updated?.state.description).toBe("mine");
    const state = deleted?.state;
    await deleted?.destroy(context());
    if (state === undefined) throw new Error("nothing was recorded");
    expect(await keypair.read(context(), "key-1", state)).toBeUndefined();
    await deleted?.up({ name: "key-1", publicKey: publicKeys.rsa }, context());
    await deleted?.refresh(context());
    expect(deleted?.state.publicKey).toBe(publicKeys.rsa);
  });
});

test("a pair that somebody else made after the list was read is not taken for a generated one whose answer was lost", async () => {
  await upAll(inputsOf(20));
  await simulator.replaceKeypair(region, "theirs", { publicKey: publicKeys.rsa });
  fail(simulator, "CreateKeypair", { type: "reset" });
  const [[, outcome] = []] = await upAll([{ name: "theirs" }]);
  expect(String(outcome)).toContain('a key pair named "theirs" exists already');
  expect(live().map(({ name }) => name)).toContain("theirs");
});

test("a name that another pair of the program leaves is waited for, also where the engine tells of that only later", async () => {
  const [leaving, coming] = ["leaving", "coming"].map((name) => new ManagedResource(keypair, cloud, name));
  await leaving?.up({ name: "wanted", publicKey: publicKeys.ed25519 }, context());
  fleets = new Fleets(cloud);
  simulator.clearCalls();
  // Its pauses take their time: between them the engine tells.
  jest.restoreAllMocks();
  const creation = coming?.up({ name: "wanted", publicKey: publicKeys.ecdsa256 }, context());
  while (callsOf(simulator, "ListKeypairDetail").length === 0) await new Promise(setImmediate);
  // By now it knows that the name is taken.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await leaving?.up({ name: "other", publicKey: publicKeys.ed25519 }, context())).toBe("replace");
  expect(await creation).toBe("create");
  const keys = projectOf(simulator).keypairs.map(({ name, publicKey }) => [name, publicKey.split(" ")[1]]);
  expect(Object.fromEntries(keys)).toEqual({
    wanted: publicKeys.ecdsa256.split(" ")[1],
    other: publicKeys.ed25519.split(" ")[1],
  });
});

describe("a pair that two resources share", () => {
  const shared = { name: "shared", publicKey: publicKeys.rsa, adoptExisting: true };
  const keyProtection = { privateKey: privateKeys.rsa, encryption: { type: "default" } };
  const detailed = { ...shared, description: "mine", keyProtection };
  const triggers = { rotation: "2" };

  const newNamed = (logicalName: string) => new ManagedResource(keypair, cloud, logicalName);
  const newSet = (logicalName: string) => new ManagedResource(keypairSet, cloud, logicalName);

  function inSet({ name, adoptExisting, ...pair }: typeof shared): Record<string, unknown> {
    return { keypairs: { [name]: pair }, adoptExisting };
  }

  const resource = { make: newNamed, of: (inputs: typeof shared): Inputs => inputs, changes: () => ({ triggers }) };
  const set = { make: newSet, of: inSet, changes: () => ({ userId: simulator.credentials.userId }) };

  test.each([
    { what: "a resource", from: resource, who: "another resource", to: resource },
    { what: "a resource", from: resource, who: "a set", to: set },
    { what: "a set", from: set, who: "a resource", to: resource },
  ])("stays as it is where $what is replaced that shares it with $who", async ({ from, to }) => {
    const [replaced, holder] = [from.make("replaced"), to.make("holder")];
    const [before, held] = [from.of(shared), to.of(detailed)];
    const after = { ...before, ...from.changes() };
    await replaced.up(before, context());
    await holder.up(held, context());
    nextRun();
    expect(await holder.up(held, context())).toBe("same");
    expect(await replaced.up(after, context())).toBe("replace");
    expect(calls("DeleteKeypair")).toBe(0);
    expect(live()).toMatchObject([{ name: "shared", description: "mine", hosted: true }]);
    await Promise.all([replaced.refresh(context()), holder.refresh(context())]);
    expect(replaced.preview(after)).toMatchObject({ changed: [], replaces: [] });
    expect(holder.preview(held)).toMatchObject({ changed: [], replaces: [] });
  });

  test("is made anew once where both are replaced", async () => {
    const pairs = ["one", "two"].map(newNamed);
    for (const pair of pairs) await pair.up(shared, context());
    nextRun();
    for (const pair of pairs) expect(await pair.up({ ...shared, triggers }, context())).toBe("replace");
    expect([calls("DeleteKeypair"), calls("CreateKeypair") + calls("BatchImportKeypair")]).toEqual([1, 1]);
    expect(live()).toMatchObject([{ name: "shared" }]);
  });
});
