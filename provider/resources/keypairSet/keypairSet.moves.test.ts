/** Names that go from one resource of a program to another within one run: in whatever order the engine tells of them, no pair is lost. */
import { useSimulator } from "../../../simulator/testing/suite";
import { Fleets } from "../../fleet/fleet";
import type { HuaweiCloud } from "../../huawei/huaweiCloud";
import { addServers, callsOf, fail, projectOf } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { anyFailure, contextOf, ManagedResource, noChange, plainFailure } from "../../testing/managedResource";
import { cloudOf, region, useShortBackoff, useShortPauses } from "../../testing/simulatedCloud";
import { keypair } from "../keypair/keypair";
import { keypairSet } from "./keypairSet";

const simulator = useSimulator({ servers: 0 });
useShortBackoff();
useShortPauses();

let cloud: HuaweiCloud;
let fleets: Fleets;

beforeEach(() => {
  cloud = cloudOf(simulator);
  nextRun();
});

/** What follows is another run of the engine. */
function nextRun(): void {
  fleets = new Fleets(cloud);
  simulator.clearCalls();
}

function context() {
  return contextOf(cloud, { fleets });
}

const newSet = (logicalName: string) => new ManagedResource(keypairSet, cloud, logicalName);
const newPair = (logicalName: string) => new ManagedResource(keypair, cloud, logicalName);
const publicKey = publicKeys.ed25519;
const a = { publicKey };
const b = { publicKey: publicKeys.rsa };

function names(): string[] {
  return projectOf(simulator)
    .keypairs.map(({ name }) => name)
    .sort();
}

function deletions(): number {
  return callsOf(simulator, "DeleteKeypair").length;
}

test("single pairs move into a set that takes them over, without a deletion", async () => {
  const singles = [newPair("one"), newPair("two")];
  await singles[0]?.up({ name: "a", ...a }, context());
  await singles[1]?.up({ name: "b", ...b }, context());
  nextRun();
  const set = newSet("team");
  await set.up({ keypairs: { a, b }, adoptExisting: true }, context());
  // The engine deletes at the end what the program has no more.
  for (const single of singles) await single.destroy(context());
  expect([names(), deletions()]).toEqual([["a", "b"], 0]);
  nextRun();
  await set.refresh(context());
  expect(set.preview({ keypairs: { a, b }, adoptExisting: true })).toMatchObject(noChange);
});

test("the private key of a generated pair that moves into a set goes with a warning, where servers trust it", async () => {
  const single = newPair("one");
  await single.up({ name: "a" }, context());
  const [serverId = ""] = addServers(simulator, 1);
  simulator.changeServer(region, serverId, { keypairName: "a" });
  nextRun();
  const { publicKey } = single.state;
  await newSet("team").up({ keypairs: { a: { publicKey } }, adoptExisting: true }, context());
  const deletion = context();
  await single.destroy(deletion);
  expect([names(), deletions()]).toEqual([["a"], 0]);
  expect(deletion.warnings).toEqual([
    expect.stringMatching(/^1 server still trusts key pair "a" .*Its private key goes with this resource/),
  ]);
});

describe("a pair moves out of a set", () => {
  test.each([
    ["the set is updated first", true, 1],
    ["the single pair is made first", false, 0],
  ])("where %s", async (_, isSetFirst, expected) => {
    const set = newSet("team");
    await set.up({ keypairs: { a, b } }, context());
    nextRun();
    const single = newPair("single");
    const steps = [
      () => set.up({ keypairs: { b } }, context()),
      () => single.up({ name: "a", ...a, adoptExisting: true }, context()),
    ];
    for (const step of isSetFirst ? steps : steps.reverse()) await step();
    expect([names(), deletions()]).toEqual([["a", "b"], expected]);
    nextRun();
    await single.refresh(context());
    await set.refresh(context());
    expect(single.preview({ name: "a", ...a, adoptExisting: true })).toEqual(noChange);
    expect(Object.keys(set.state.keypairs)).toEqual(["b"]);
  });

  test.each(["set first", "single first"])("where both go on at the same moment: %s", async (order) => {
    for (let round = 0; round < 5; round++) {
      const set = newSet("team");
      await set.up({ keypairs: { a, b } }, context());
      nextRun();
      const single = newPair("single");
      const moves = [
        () => set.up({ keypairs: { b } }, context()),
        () => single.up({ name: "a", ...a, adoptExisting: true }, context()),
      ];
      await Promise.all((order === "set first" ? moves : moves.reverse()).map((move) => move()));
      expect(names()).toEqual(["a", "b"]);
      nextRun();
      await set.destroy(context());
      await single.destroy(context());
      expect(names()).toEqual([]);
      nextRun();
    }
  });

  test("that the set has still to give up is taken over where it is", async () => {
    const set = newSet("team");
    await set.up({ keypairs: { a, b } }, context());
    nextRun();
    fail(simulator, "CreateKeypair", { type: "delay", milliseconds: 200 });
    const update = set.up({ keypairs: { b, c: a } }, context());
    while (callsOf(simulator, "CreateKeypair").length === 0) await new Promise(setImmediate);
    const single = newPair("single");
    await Promise.all([update, single.up({ name: "a", ...a, adoptExisting: true }, context())]);
    expect([names(), deletions()]).toEqual([["a", "b", "c"], 0]);
  });

  test("that waits for a slow deletion, and is imported after it", async () => {
    const set = newSet("team");
    await set.up({ keypairs: { a, b } }, context());
    nextRun();
    fail(simulator, "DeleteKeypair", { type: "delay", milliseconds: 200 });
    const update = set.up({ keypairs: { b } }, context());
    while (deletions() === 0) await new Promise(setImmediate);
    const single = newPair("single");
    await Promise.all([update, single.up({ name: "a", ...a, adoptExisting: true }, context())]);
    expect(names()).toEqual(["a", "b"]);
  });
});

describe("a name moves from one set to another, whose key it gets", () => {
  test.each([
    ["the old one is updated first", true],
    ["the new one is updated first", false],
  ])("where %s", async (_, isOldFirst) => {
    const [old, other] = [newSet("old"), newSet("other")];
    await old.up({ keypairs: { a, b } }, context());
    await other.up({ keypairs: { c: a } }, context());
    nextRun();
    const leave = () => old.up({ keypairs: { b } }, context());
    const come = () => other.up({ keypairs: { c: a, a: b } }, context());
    // The engine compares what is updated later while the first update runs.
    const first = isOldFirst ? leave() : come();
    await Promise.all([first, isOldFirst ? come() : leave()]);
    expect(names()).toEqual(["a", "b", "c"]);
    expect(Object.keys(old.state.keypairs)).toEqual(["b"]);
    expect(projectOf(simulator).keypairs.find(({ name }) => name === "a")?.publicKey).toContain(
      b.publicKey.split(" ")[1],
    );
    nextRun();
    expect(await old.up({ keypairs: { b } }, context())).toBe("same");
    expect(await other.up({ keypairs: { c: a, a: b } }, context())).toBe("same");
  });
});

test("a pair goes from a set that leaves the program to another only where that takes over what exists", async () => {
  const [old, other] = [newSet("old"), newSet("other")];
  await old.up({ keypairs: { a } }, context());
  nextRun();
  // The engine tells nothing of the old set before it deletes it at the end.
  const failure = await plainFailure(other.up({ keypairs: { a } }, context()));
  expect(failure.message).toContain("adoptExisting: true");
  nextRun();
  await other.up({ keypairs: { a }, adoptExisting: true }, context());
  await old.destroy(context());
  expect([names(), deletions()]).toEqual([["a"], 0]);
});

test("a set whose replacement is forced makes each pair in the place of its own, and deletes those that leave it", async () => {
  const set = newSet("team");
  await set.up({ keypairs: { a, b, c: a } }, context());
  const { id, state } = set;
  nextRun();
  // `pulumi up --replace`: checked without the earlier inputs, not compared, deleted, created.
  const declared = { logicalName: "team" };
  const forced = { ...context(), declared, logicalName: "team" };
  const { region } = state;
  const keypairs = { a: b, b: a, d: b };
  const { inputs } = keypairSet.check(undefined, { keypairs }, { declared, region, record: fleets.record });
  await keypairSet.delete({ ...forced, declared: undefined }, id, state);
  expect(names()).toEqual(["a", "b"]);
  await keypairSet.create(forced, inputs);
  const keys = projectOf(simulator).keypairs.map((pair) => [pair.name, pair.publicKey.split(" ")[1]]);
  const [keyOfA, keyOfB] = [a, b].map((pair) => pair.publicKey.split(" ")[1]);
  expect(Object.fromEntries(keys)).toEqual({ a: keyOfB, b: keyOfA, d: keyOfB });
  expect(deletions()).toBe(3);
});

describe("a set and a single pair of one logical name", () => {
  test("are two resources: the pair is deleted where it leaves the program as the set comes", async () => {
    const single = newPair("team");
    await single.up({ name: "x", ...a }, context());
    nextRun();
    const set = newSet("team");
    const run = context();
    fail(simulator, "CreateKeypair", { type: "delay", milliseconds: 200 });
    const creation = set.up({ keypairs: { a } }, run);
    await keypair.delete({ ...run, logicalName: "team" }, single.id, single.state);
    expect(names()).not.toContain("x");
    await creation;
  });

  test("are two resources: what a forced replacement of the set has to make anew is not the pair's", async () => {
    const set = newSet("team");
    await set.up({ keypairs: { a } }, context());
    nextRun();
    const run = { ...context(), logicalName: "team" };
    const { region } = set.state;
    const declared = { logicalName: "team" };
    const { inputs } = keypairSet.check(undefined, { keypairs: { a } }, { declared, region, record: fleets.record });
    await keypairSet.delete(run, set.id, set.state);
    await newPair("team").up({ name: "z", ...b }, run);
    expect(names()).toEqual(["a", "z"]);
    await keypairSet.create({ ...run, declared }, inputs);
    expect(names()).toEqual(["a", "z"]);
  });
});

describe("a set and a single pair of one logical name, of which one is replaced by force, and the other fails", () => {
  const declared = { logicalName: "team" };

  beforeEach(() => {
    fail(simulator, "CreateKeypair", { type: "status", status: 403, code: "KPS.9003" }, { skip: 1 });
  });

  test("do not mix up their pairs: the set fails", async () => {
    const single = newPair("team");
    await single.up({ name: "x", ...a }, context());
    nextRun();
    const run = { ...context(), logicalName: "team" };
    keypair.check(undefined, { name: "x", ...b }, { declared, region: single.state.region, record: fleets.record });
    await keypair.delete(run, single.id, single.state);
    const set = newSet("team");
    await plainFailure(set.up({ keypairs: { a } }, run));
    expect(set.exists).toBe(false);
  });

  test("do not mix up their pairs: the single pair fails", async () => {
    const set = newSet("team");
    await set.up({ keypairs: { a } }, context());
    nextRun();
    const run = { ...context(), logicalName: "team" };
    keypairSet.check(undefined, { keypairs: { a } }, { declared, region: set.state.region, record: fleets.record });
    await keypairSet.delete(run, set.id, set.state);
    const single = newPair("team");
    await plainFailure(single.up({ name: "z", ...b }, run));
    expect(single.exists).toBe(false);
  });
});

test("a set does not delete what a single pair has taken over", async () => {
  const single = newPair("single");
  await single.up({ name: "a", ...a, adoptExisting: true }, context());
  const set = newSet("team");
  await set.up({ keypairs: { a, b }, adoptExisting: true }, context());
  nextRun();
  const run = context();
  await single.up({ name: "a", ...a, adoptExisting: true }, run);
  await set.destroy(run);
  expect(names()).toEqual(["a"]);
  expect(run.infos).toContain('Key pairs stay that another resource of this program has: "a".');
});

test("a set does not delete a pair whose name a resource wants in vain", async () => {
  const set = newSet("team");
  await set.up({ keypairs: { a, b } }, context());
  nextRun();
  fail(simulator, "CreateKeypair", { type: "status", status: 403, code: "KPS.9003" });
  const single = newPair("single");
  // Another key: the old pair goes first, and is put back.
  await anyFailure(single.up({ name: "a", ...b }, context()));
  const failure = await anyFailure(set.up({ keypairs: { b } }, context()));
  expect(failure.message).toMatch(
    /^"a": Key pair "a" is not deleted here: "single" of this program wants its name, and failed/,
  );
  expect(Object.keys(set.state.keypairs)).toEqual(["a", "b"]);
});
