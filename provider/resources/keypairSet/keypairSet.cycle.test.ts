import type { CallAction, Operation } from "../../../simulator/index";
import { useSimulator } from "../../../simulator/testing/suite";
import { Fleets } from "../../fleet/fleet";
import type { HuaweiCloud } from "../../huawei/huaweiCloud";
import { callsOf, fail, projectOf } from "../../testing/fleet";
import { privateKeys, publicKeys } from "../../testing/keys";
import {
  anyFailure,
  contextOf,
  ManagedResource,
  noChange,
  partialFailure,
  plainFailure,
} from "../../testing/managedResource";
import { cloudOf, region, useShortBackoff, useShortPauses } from "../../testing/simulatedCloud";
import { keypairSet } from "./keypairSet";

const simulator = useSimulator({ servers: 0 });
useShortBackoff();
useShortPauses();

let cloud: HuaweiCloud;

beforeEach(() => {
  cloud = cloudOf(simulator);
});

type Pairs = Record<string, Record<string, unknown>>;

function newSet(logicalName = "team") {
  return new ManagedResource(keypairSet, cloud, logicalName);
}

const publicKey = publicKeys.ed25519;
const abc: Pairs = { a: { publicKey }, b: { publicKey: publicKeys.rsa }, c: { publicKey: publicKeys.ecdsa256 } };
const broken: CallAction = { type: "status", status: 500, code: "KPS.0003" };
const forbidden: CallAction = { type: "status", status: 403, code: "KPS.9003" };

/** So many pairs. */
function many(count: number, more: Record<string, unknown> = {}): Pairs {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, { publicKey, ...more }]));
}

function without(keypairs: Pairs, name: string): Pairs {
  return Object.fromEntries(Object.entries(keypairs).filter(([other]) => other !== name));
}

/** A set that is up, in a cloud whose calls are forgotten. */
async function created(keypairs: Pairs, more: Record<string, unknown> = {}) {
  const set = newSet();
  expect(await set.up({ keypairs, ...more })).toBe("create");
  simulator.clearCalls();
  return set;
}

/** Public keys by name, without comments, as the cloud has them. */
function live(): Record<string, string> {
  const pairs = projectOf(simulator).keypairs;
  return Object.fromEntries(pairs.map((pair) => [pair.name, pair.publicKey.split(" ").slice(0, 2).join(" ")]));
}

function keysOf(keypairs: Pairs): Record<string, unknown> {
  return Object.fromEntries(Object.entries(keypairs).map(([name, pair]) => [name, pair.publicKey]));
}

function pairOf(name: string) {
  return projectOf(simulator).keypairs.find((pair) => pair.name === name);
}

/** Names of the calls that change something. */
function writes(): string[] {
  const calls = simulator.calls().filter(({ method }) => method !== "GET");
  return calls.map(({ operation }) => String(operation)).sort();
}

function count(operation: Operation): number {
  return callsOf(simulator, operation).length;
}

/** All is as wanted, and the state knows it: before and after a refresh. */
async function expectAllWell(set: ReturnType<typeof newSet>, keypairs: Pairs): Promise<void> {
  expect(live()).toEqual(keysOf(keypairs));
  expect(set.preview({ keypairs })).toMatchObject(noChange);
  await set.refresh();
  expect(set.preview({ keypairs })).toMatchObject(noChange);
  const { fingerprints } = set.state;
  for (const name of Object.keys(keypairs))
    expect(Object.values(pairOf(name)?.fingerprints ?? {})).toContain(fingerprints[name]);

  expect(Object.keys(fingerprints).sort()).toEqual(Object.keys(keypairs).sort());
  expect(await set.up({ keypairs })).toBe("same");
}

describe("the life of a set", () => {
  test("pairs are imported in one call, which is all, and recorded as they were given", async () => {
    const set = newSet();
    await set.up({ keypairs: abc });
    expect(writes()).toEqual(["BatchImportKeypair"]);
    expect(set.id).toBe("a,b,c");
    expect(set.state).toMatchObject({ keypairs: abc, type: "ssh", scope: "user", adoptExisting: false, region });
    await expectAllWell(set, abc);
  });

  test("changes touch the pairs that they are about", async () => {
    const set = await created({ ...abc, d: { publicKey } });
    const keypairs = {
      a: { publicKey, description: "mine" },
      b: { publicKey: `${publicKeys.rsa} another comment` },
      d: { publicKey: publicKeys.dss },
      e: { publicKey },
      f: { publicKey },
    };
    expect(await set.up({ keypairs })).toBe("update");
    // c goes, d is deleted and imported, e and f are imported.
    expect(writes()).toEqual([
      "BatchImportKeypair",
      "CreateKeypair",
      "DeleteKeypair",
      "DeleteKeypair",
      "UpdateKeypairDescription",
    ]);
    expect(pairOf("a")?.description).toBe("mine");
    await expectAllWell(set, { ...keypairs, b: { publicKey: publicKeys.rsa } });
    await set.destroy();
    expect(live()).toEqual({});
  });

  test("a private key is hosted, hosted anew and hosted no more", async () => {
    const hosted = (encryption: object) => ({
      a: { publicKey, keyProtection: { privateKey: privateKeys.ed25519, encryption } },
      b: { publicKey: publicKeys.rsa },
    });
    const byService = hosted({ type: "default" });
    const set = await created(byService);
    expect(pairOf("a")?.hosted).toBe(true);
    await expectAllWell(set, byService);
    const byKey = hosted({ type: "kms", kmsKeyName: "fleet" });
    simulator.clearCalls();
    await set.up({ keypairs: byKey });
    expect(writes()).toEqual(["ClearPrivateKey", "ImportPrivateKey"]);
    await expectAllWell(set, byKey);
    const bare = { a: { publicKey }, b: { publicKey: publicKeys.rsa } };
    await set.up({ keypairs: bare });
    expect(pairOf("a")?.hosted).toBe(false);
    await expectAllWell(set, bare);
  });

  test("another scope replaces them all, each deleted before it is imported anew, and those that leave the set as well", async () => {
    const set = await created(abc);
    const rest = without(abc, "c");
    expect(await set.up({ keypairs: rest, scope: "domain" })).toBe("replace");
    expect(projectOf(simulator).keypairs.map(({ name, scope }) => [name, scope])).toEqual([
      ["a", "domain"],
      ["b", "domain"],
    ]);
    expect(set.state.scope).toBe("domain");
  });

  test("what the engine is gone for is undone, except what may have been there", async () => {
    const set = await created(abc);
    await keypairSet.undoCreate?.(contextOf(cloud), set.id, { ...set.state, adoptExisting: true });
    expect(Object.keys(live())).toEqual(["a", "b", "c"]);
    await simulator.replaceKeypair(region, "b", { publicKey: publicKeys.dss });
    await keypairSet.undoCreate?.(contextOf(cloud), set.id, set.state);
    expect(Object.keys(live())).toEqual(["b"]);
  });

  test("what uses pairs by their names alone, and was found unchanged before, is named once", async () => {
    const set = await created(abc);
    const context = contextOf(cloud);
    const { keypairUsers } = context.fleets.record;
    const fleet = { logicalName: "fleet" };
    for (const name of [...Object.keys(abc), "e"]) keypairUsers.foundUnchanged(fleet, { region, name });
    keypairUsers.foundUnchanged({ logicalName: "other" }, { region, name: "e" });
    const keypairs = { a: { publicKey: publicKeys.dss }, b: abc.b, c: { publicKey: publicKeys.dss }, e: { publicKey } };
    await set.up({ keypairs }, context);
    const way =
      "run `pulumi up --refresh`, and have it depend on the set (option dependsOn), so that Pulumi knows the order.";
    expect(context.warnings).toEqual([
      `"fleet" was found unchanged before 3 key pairs were made ("e", "a", "c"): ${way}`,
      `"other" was found unchanged before key pair "e" was made: ${way}`,
    ]);
  });
});

test("what an update made that the engine is gone for is undone, and the next one makes it", async () => {
  const set = await created(abc);
  const olds = set.state;
  const keypairs = { ...without(abc, "a"), b: { publicKey: publicKeys.dss }, d: { publicKey } };
  const news = { ...olds, keypairs };
  const state = await keypairSet.update(contextOf(cloud), set.id, olds, news);
  await keypairSet.undoUpdate?.(contextOf(cloud), olds, { ...state, adoptExisting: true });
  expect(Object.keys(live()).sort()).toEqual(["b", "c", "d"]);
  await keypairSet.undoUpdate?.(contextOf(cloud), olds, state);
  expect(live()).toEqual({ c: publicKeys.ecdsa256 });
  await set.up({ keypairs });
  await expectAllWell(set, keypairs);
});

describe("what a set costs", () => {
  test("1,000 pairs are imported with 100 calls, after one look at the list", async () => {
    const set = newSet();
    const keypairs = many(1_000);
    await set.up({ keypairs });
    expect(simulator.calls()).toHaveLength(101);
    expect([count("BatchImportKeypair"), count("ListKeypairs")]).toEqual([100, 1]);
    expect(set.id).toBe("key-0,key-1,key-2,key-3,key-4,key-5,key-6,key-7,key-8,key-9,+990");
    simulator.clearCalls();
    await set.refresh();
    expect(simulator.calls()).toHaveLength(20);
    expect(set.preview({ keypairs })).toMatchObject(noChange);
  });

  test("of 1,000 pairs only those that change are called for", async () => {
    const keypairs = many(1_000);
    const set = await created(keypairs);
    await set.up({ keypairs: { ...keypairs, one: { publicKey } } });
    expect(writes()).toEqual(["CreateKeypair"]);
    expect(simulator.calls()).toHaveLength(2);
  });

  test("10,000 pairs are as many calls as ten times 1,000", async () => {
    const keypairs = many(10_000);
    // On a busy machine it may take more than the usual 30 seconds.
    const patient = () => contextOf(cloud, { seconds: 120 });
    const set = newSet();
    await set.up({ keypairs }, patient());
    simulator.clearCalls();
    await set.refresh(patient());
    expect(simulator.calls()).toHaveLength(200);
    expect(set.preview({ keypairs })).toMatchObject(noChange);
    simulator.clearCalls();
    await set.up({ keypairs: { ...without(keypairs, "key-5000"), one: { publicKey } } }, patient());
    expect(writes()).toEqual(["CreateKeypair", "DeleteKeypair"]);
    expect(simulator.calls().length).toBeLessThan(5);
  }, 120_000);

  test("progress is a line every few seconds, and one that names a few", async () => {
    simulator.addFault({ match: { operation: "BatchImportKeypair" }, action: { type: "delay", milliseconds: 800 } });
    const context = contextOf(cloud);
    const begun = Date.now();
    await newSet().up({ keypairs: many(505) }, context);
    const passed = Date.now() - begun;
    expect(context.infos.at(-1)).toBe('Key pairs: 505 added ("key-0", "key-1", "key-2" and 502 more)');
    const progress = context.infos.slice(0, -1);
    expect(progress.length).toBeGreaterThanOrEqual(1);
    expect(progress.length).toBeLessThanOrEqual(passed / 3_000);
    for (const line of progress) expect(line).toMatch(/^[1-5]00 of 505 key pairs done$/);
  });

  test("pairs that hold other keys stay, and are told in one line", async () => {
    const set = await created(many(15));
    for (const name of Object.keys(many(15)).slice(1)) await simulator.replaceKeypair(region, name);
    const context = contextOf(cloud);
    await set.up({ keypairs: many(1) }, context);
    expect(context.warnings).toEqual([
      expect.stringMatching(
        /^Key pairs "key-1", .*"key-10" and 4 more hold other keys than this stack knows, .* and stay\.$/,
      ),
    ]);
    expect(Object.keys(set.state.keypairs)).toEqual(["key-0"]);
  });
});

describe("drift", () => {
  test("a pair that is gone leaves the set, and is imported again", async () => {
    const set = await created(abc);
    simulator.deleteKeypair(region, "b");
    await set.refresh();
    expect(Object.keys(set.state.keypairs)).toEqual(["a", "c"]);
    expect(set.preview({ keypairs: abc })).toMatchObject({
      changed: ["keypairs"],
      paths: ["keypairs.b"],
      replaces: [],
    });
    expect(await set.up({ keypairs: abc })).toBe("update");
    await expectAllWell(set, abc);
  });

  test("a set all of whose pairs are gone is gone", async () => {
    const set = await created(abc);
    for (const name of Object.keys(abc)) simulator.deleteKeypair(region, name);
    await set.refresh();
    expect(set.exists).toBe(false);
  });

  test("another key under a name shows, and is replaced", async () => {
    const set = await created(abc);
    await simulator.replaceKeypair(region, "b", { publicKey: publicKeys.dss });
    await set.refresh();
    expect(set.state.keypairs.b?.publicKey).toBe(publicKeys.dss);
    expect(Object.values(pairOf("b")?.fingerprints ?? {})).toContain(set.state.fingerprints.b);
    expect(set.preview({ keypairs: abc })).toMatchObject({ paths: ["keypairs.b.publicKey"], replaces: [] });
    await set.up({ keypairs: abc });
    await expectAllWell(set, abc);
  });

  test("the same key under another scope shows, and is made anew", async () => {
    const set = await created(abc);
    simulator.deleteKeypair(region, "b");
    await simulator.replaceKeypair(region, "b", { publicKey: publicKeys.rsa, scope: "domain" });
    await set.refresh();
    expect(set.preview({ keypairs: abc })).toMatchObject({ changed: ["keypairs"], paths: ["keypairs.b"] });
    await set.up({ keypairs: abc });
    expect(pairOf("b")?.scope).toBe("user");
    await expectAllWell(set, abc);
  });

  test("a private key that is hosted no more shows; one that somebody hosts is left alone", async () => {
    const keyProtection = { privateKey: privateKeys.ed25519, encryption: { type: "default" } };
    const keypairs = { ...abc, a: { publicKey, keyProtection } };
    const set = await created(keypairs);
    await cloud.kps(region, contextOf(cloud)).clearPrivateKey("a");
    await cloud.kps(region, contextOf(cloud)).importPrivateKey("b", undefined, {
      privateKey: privateKeys.rsa,
      encryption: { type: "default" },
    });
    await set.refresh();
    expect(set.preview({ keypairs })).toMatchObject({ paths: ["keypairs.a.keyProtection"] });
    await set.up({ keypairs });
    expect([pairOf("a")?.hosted, pairOf("b")?.hosted]).toEqual([true, true]);
    await expectAllWell(set, keypairs);
  });

  test("nothing else in the account is a concern", async () => {
    const set = await created(abc);
    await simulator.replaceKeypair(region, "theirs", { publicKey });
    await set.refresh();
    expect(set.preview({ keypairs: abc })).toMatchObject(noChange);
    await set.destroy();
    expect(Object.keys(live())).toEqual(["theirs"]);
  });

  test.each<[string, CallAction]>([
    ["an error of the service", broken],
    ["a proxy's 404", { type: "html", status: 404 }],
    ["silence", { type: "reset" }],
  ])("nothing is taken for gone where the list is %s", async (_, action) => {
    const set = await created(many(60));
    fail(simulator, "ListKeypairs", action);
    await anyFailure(set.refresh());
    expect(Object.keys(set.state.keypairs)).toHaveLength(60);
  });

  test("a pair that the list does not show is gone only where a closer look says so", async () => {
    const set = await created(many(60));
    simulator.deleteKeypair(region, "key-3");
    fail(simulator, "ListKeypairs", { type: "body", body: { keypairs: [] } }, { times: 1 });
    await set.refresh();
    expect(Object.keys(set.state.keypairs)).toHaveLength(59);
    expect(count("ListKeypairDetail")).toBe(60);
  });

  test.each(["few", "all"] as const)("lists that carry %s fields are enough", async (listFields) => {
    simulator.setVariants({ listFields });
    const set = await created(many(60));
    await set.refresh();
    expect(set.preview({ keypairs: many(60) })).toMatchObject(noChange);
    expect(count("ListKeypairDetail")).toBe(0);
  });
});

describe("an import", () => {
  test("takes names by commas, and leaves nothing to change", async () => {
    await created(abc);
    const set = newSet();
    await set.import("c, a");
    expect(set.state.keypairs).toEqual({ c: { publicKey: publicKeys.ecdsa256 }, a: { publicKey } });
    expect(set.preview({ keypairs: without(abc, "b") })).toMatchObject(noChange);
    expect(writes()).toEqual([]);
  });

  test.each([
    ["a,nowhere,never", /^There are no key pairs of these names: "nowhere", "never"\.$/],
    ["a,b c", /must be their names, separated by commas; a name in it may hold letters.*"b c"/],
    ["a,", /a name in it is empty/],
    ["a,+990", /a name in it may hold/],
  ])("of %s fails", async (id, message) => {
    await created(abc);
    expect((await plainFailure(newSet().import(id))).message).toMatch(message);
  });

  test("of pairs that differ in what a set shares fails", async () => {
    await created(abc);
    await simulator.replaceKeypair(region, "d", { publicKey, scope: "domain" });
    expect((await plainFailure(newSet().import("a,d"))).message).toBe(
      'The key pairs of a set have one scope, but that of "a" is "user", that of "d" is "domain": import them as several sets.',
    );
  });
});

describe("a name that is taken", () => {
  test("fails for that pair alone, and is taken over where the program allows it", async () => {
    await simulator.replaceKeypair(region, "a", { publicKey });
    await simulator.replaceKeypair(region, "b", { publicKey: publicKeys.dss });
    const set = newSet();
    const { reasons } = await partialFailure(set.up({ keypairs: abc }));
    expect(reasons.join("\n")).toMatch(/^"a": .*"a" exists already, with the same key.*\n"b": .*with another key/);
    expect(Object.keys(set.state.keypairs)).toEqual(["c"]);
    const adopting = await partialFailure(set.up({ keypairs: abc, adoptExisting: true }));
    expect(adopting.reasons).toHaveLength(1);
    expect(Object.keys(set.state.keypairs).sort()).toEqual(["a", "c"]);
    simulator.deleteKeypair(region, "b");
    simulator.clearCalls();
    await set.up({ keypairs: abc, adoptExisting: true });
    expect(writes()).toEqual(["CreateKeypair"]);
  });

  test("in all cases leaves nothing behind", async () => {
    for (const name of Object.keys(abc)) await simulator.replaceKeypair(region, name, { publicKey: publicKeys.dss });
    const set = newSet();
    await plainFailure(set.up({ keypairs: abc }));
    expect(set.exists).toBe(false);
  });
});

describe("a partial failure", () => {
  test("records what was done and names every pair with the service's code; the next update does only the rest", async () => {
    const keypairs = many(25);
    keypairs["key-3"] = { publicKey, description: "x".repeat(255) };
    fail(simulator, "UpdateKeypairDescription", forbidden);
    const set = newSet();
    const { reasons } = await partialFailure(set.up({ keypairs }));
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/^"key-3": KPS UpdateKeypairDescription failed: .*KPS\.9003/);
    expect(Object.keys(live())).toHaveLength(25);
    simulator.clearFaults();
    simulator.clearCalls();
    await set.up({ keypairs });
    expect(writes()).toEqual(["UpdateKeypairDescription"]);
    await expectAllWell(set, keypairs);
  });

  test("for the same reason is one line, which names no pair for the others and the requests of all", async () => {
    const set = newSet();
    const keypairs = many(3, { publicKey, description: "d" });
    fail(simulator, "UpdateKeypairDescription", forbidden);
    const { reasons } = await partialFailure(set.up({ keypairs }));
    expect(reasons).toEqual([
      expect.stringMatching(/^"key-0", "key-1", "key-2": KPS Up.* The others: requests (\w+), (?!\1)\w+\.$/),
    ]);
    for (const name of Object.keys(keypairs))
      await simulator.replaceKeypair(region, name, { publicKey: publicKeys.rsa });
    await expect(newSet().up({ keypairs })).rejects.toThrow(
      /^"key-0", "key-1", "key-2": .*key pair named "…" exists already, with another key.*$/,
    );
  });

  test("of an import that is refused for one pair leaves that to the next update", async () => {
    const set = newSet();
    const keypairs = many(12);
    // The list was read before somebody made it.
    await simulator.replaceKeypair(region, "key-7", { publicKey: publicKeys.rsa });
    fail(simulator, "ListKeypairs", { type: "body", body: { keypairs: [] } }, { times: 1 });
    const { reasons } = await partialFailure(set.up({ keypairs }));
    expect(reasons).toEqual([expect.stringMatching(/^"key-7": KPS BatchImportKeypair failed: .*KPS\.7004/)]);
    expect(Object.keys(set.state.keypairs)).toHaveLength(11);
    simulator.deleteKeypair(region, "key-7");
    simulator.clearCalls();
    await set.up({ keypairs });
    expect(writes()).toEqual(["CreateKeypair"]);
    await expectAllWell(set, keypairs);
  });

  test("names every pair, whatever their number", async () => {
    const set = await created(many(30));
    fail(simulator, "DeleteKeypair", forbidden);
    const { reasons } = await partialFailure(set.up({ keypairs: { "key-0": { publicKey } } }));
    for (let index = 1; index < 30; index++) expect(reasons.join("\n")).toContain(`"key-${index}"`);
    expect(Object.keys(set.state.keypairs)).toHaveLength(30);
    simulator.clearFaults();
    await set.up({ keypairs: { "key-0": { publicKey } } });
    await expectAllWell(set, { "key-0": { publicKey } });
  });

  test("of a destroy names the pairs, and the next one deletes them", async () => {
    const set = await created(abc);
    fail(simulator, "DeleteKeypair", forbidden, { skip: 1, times: 1 });
    expect((await plainFailure(set.destroy())).message).toMatch(/^"[abc]": .*KPS\.9003/);
    expect(Object.keys(live())).toHaveLength(1);
    await set.destroy();
    expect(live()).toEqual({});
  });

  test("of another key puts the old one back, and heals where the edit is taken back", async () => {
    const set = await created(abc);
    fail(simulator, "CreateKeypair", forbidden, { times: 1 });
    const edited = { ...abc, b: { publicKey: publicKeys.dss } };
    const { reasons } = await partialFailure(set.up({ keypairs: edited }));
    expect(reasons.join("\n")).toMatch(/"b": .*KPS\.9003.*\n.*"b" was deleted for it, and has been put back/);
    await set.up({ keypairs: abc });
    await expectAllWell(set, abc);
  });

  test("of another key, where nothing can be put back, heals as well", async () => {
    const set = await created(abc);
    fail(simulator, "CreateKeypair", forbidden);
    await partialFailure(set.up({ keypairs: { ...abc, b: { publicKey: publicKeys.dss } } }));
    expect(Object.keys(live())).toEqual(["a", "c"]);
    simulator.clearFaults();
    await set.up({ keypairs: abc });
    await expectAllWell(set, abc);
  });
});

describe("an answer that was lost", () => {
  test.each<[string, CallAction]>([
    ["after it was done", { type: "reset", when: "after" }],
    ["before it was done", { type: "reset" }],
    ["in the middle", { type: "truncate" }],
    ["to a proxy's page", { type: "html", when: "after" }],
    ["to an answer of another shape", { type: "body", body: {} }],
  ])("%s is settled for each pair by looking", async (_, action) => {
    fail(simulator, "BatchImportKeypair", action, { times: 1 });
    const set = newSet();
    const keypairs = many(14);
    await set.up({ keypairs });
    await expectAllWell(set, keypairs);
  });

  test("is recorded where looking fails as well, and the next update looks at those pairs alone", async () => {
    fail(simulator, "BatchImportKeypair", { type: "reset", when: "after" }, { skip: 1, times: 1 });
    fail(simulator, "ListKeypairDetail", broken);
    const set = newSet();
    const keypairs = many(20);
    await partialFailure(set.up({ keypairs }));
    expect(Object.keys(set.state.keypairs)).toHaveLength(20);
    expect(Object.keys(set.state.fingerprints)).toHaveLength(10);
    simulator.clearFaults();
    simulator.clearCalls();
    await set.up({ keypairs });
    expect([writes(), count("ListKeypairDetail")]).toEqual([[], 10]);
    await expectAllWell(set, keypairs);
  });

  test("to an import that never happened is found out by the next update", async () => {
    fail(simulator, "CreateKeypair", { type: "html" });
    fail(simulator, "ListKeypairDetail", broken, { skip: 1 });
    const set = newSet();
    const keypairs = { a: { publicKey } };
    await partialFailure(set.up({ keypairs }));
    expect(live()).toEqual({});
    simulator.clearFaults();
    await set.up({ keypairs });
    await expectAllWell(set, keypairs);
  });

  test("to a deletion is settled by the next update", async () => {
    const set = await created(abc);
    fail(simulator, "DeleteKeypair", { type: "reset", when: "after" });
    const rest = without(abc, "a");
    const { reasons } = await partialFailure(set.up({ keypairs: rest }));
    expect(reasons).toEqual([expect.stringMatching(/^"a": KPS DeleteKeypair failed: no answer/)]);
    expect(Object.keys(set.state.keypairs)).toEqual(["a", "b", "c"]);
    simulator.clearFaults();
    await set.up({ keypairs: rest });
    await expectAllWell(set, rest);
  });
});

test("an operation that has to stop records what it did, and the next one does the rest", async () => {
  const stop = new AbortController();
  const set = newSet();
  const keypairs = many(250);
  fail(simulator, "BatchImportKeypair", { type: "delay", milliseconds: 100 }, { skip: 10 });
  const up = partialFailure(set.up({ keypairs }, contextOf(cloud, { signal: stop.signal })));
  while (count("BatchImportKeypair") < 12) await new Promise(setImmediate);
  stop.abort();
  const { reasons } = await up;
  expect(reasons.join("\n")).toMatch(
    /"key-200", "key-201", "key-202" and 47 more: nothing was done, as the operation had to stop/,
  );
  const known = Object.keys(set.state.keypairs);
  expect(known.length).toBeGreaterThanOrEqual(100);
  expect(known).not.toContain("key-249");
  simulator.clearFaults();
  simulator.clearCalls();
  await set.up({ keypairs });
  await expectAllWell(set, keypairs);
});

test("no message of a failure shows a private key", async () => {
  const keyProtection = { privateKey: privateKeys.ed25519, encryption: { type: "default" } };
  fail(simulator, "CreateKeypair", { type: "status", status: 400, code: "KPS.6011" });
  const failure = await anyFailure(newSet().up({ keypairs: { a: { publicKey, keyProtection } } }));
  expect(failure.message).toMatch(/Give the private key that belongs to/);
  expect(failure.message).not.toContain("PRIVATE");
});

test("pairs are read by a fleet's lists together with others", async () => {
  const set = await created(many(60));
  const other = newSet("other");
  await other.up({ keypairs: abc });
  simulator.clearCalls();
  const fleets = new Fleets(cloud);
  await Promise.all([set.refresh(contextOf(cloud, { fleets })), other.refresh(contextOf(cloud, { fleets }))]);
  expect(simulator.calls()).toHaveLength(2);
});
