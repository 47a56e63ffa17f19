/** What is true of a set of which a change failed or stopped half way: whatever the user does next, success means that all is as declared. */
import type { CallAction } from "../../../simulator/index";
import { useSimulator } from "../../../simulator/testing/suite";
import { Fleets } from "../../fleet/fleet";
import type { HuaweiCloud } from "../../huawei/huaweiCloud";
import { fail } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { contextOf, ManagedResource, noChange, partialFailure, plainFailure } from "../../testing/managedResource";
import { cloudOf, region, useShortBackoff, useShortPauses } from "../../testing/simulatedCloud";
import { keypairSet } from "./keypairSet";

const simulator = useSimulator({ servers: 0 });
useShortBackoff();
useShortPauses();

const otherRegion = "cn-south-1";
const otherProject = "00000000000000000000000000000001";
const forbidden: CallAction = { type: "status", status: 403, code: "KPS.9003" };
const broken: CallAction = { type: "status", status: 500, code: "KPS.0003" };
const a = { publicKey: publicKeys.ed25519 };
const b = { publicKey: publicKeys.rsa };

let cloud: HuaweiCloud;

beforeEach(() => {
  simulator.addProject(otherRegion, otherProject);
  // The project of each region is looked up.
  cloud = cloudOf(simulator, { projectId: undefined });
});

type Wanted = Record<string, unknown>;

async function created(news: Wanted) {
  const set = new ManagedResource(keypairSet, cloud, "team");
  await set.up(news);
  return set;
}

/** Both pairs of a set are refused, in a batch and then each by itself; whatever comes after them is not. */
function refuseBothImports(): void {
  fail(simulator, "BatchImportKeypair", forbidden, { times: 1 });
  fail(simulator, "CreateKeypair", forbidden, { times: 2 });
}

/** Names with scope in each region that has any. */
function live(): Record<string, Record<string, string>> {
  const regions = simulator.state().projects.filter(({ keypairs }) => keypairs.length > 0);
  return Object.fromEntries(
    regions.map((project) => [
      project.name,
      Object.fromEntries(project.keypairs.map(({ name, scope }) => [name, scope])),
    ]),
  );
}

/** How the pairs of the first region are described. */
function descriptions(): unknown[] | undefined {
  return simulator.state().projects[0]?.keypairs.map(({ description }) => description);
}

/** The next update brings all to what is wanted, and the state knows it: before and after a refresh. */
async function expectHealed(set: Awaited<ReturnType<typeof created>>, news: Wanted): Promise<void> {
  simulator.clearFaults();
  await set.up(news);
  const { keypairs, scope = "user", region: wantedRegion = region } = news;
  const names = Object.keys(keypairs as object);
  expect(live()).toEqual({ [String(wantedRegion)]: Object.fromEntries(names.map((name) => [name, scope])) });
  expect(set.preview(news)).toMatchObject(noChange);
  await set.refresh();
  expect(set.preview(news)).toMatchObject(noChange);
  expect(Object.keys(set.state.fingerprints).sort()).toEqual(names.sort());
}

/** Whether the set's state is refreshed before the next update. */
const withAndWithoutRefresh = [
  ["at once", false],
  ["after a refresh", true],
] as const;

describe.each([
  ["scope", { scope: "domain" }],
  ["region", { region: otherRegion }],
])("another %s", (_property, change) => {
  const olds = { keypairs: { a, b } };
  const news = { ...olds, ...change };

  test.each(withAndWithoutRefresh)(
    "whose import is refused leaves the pairs, and the next update makes them anew %s",
    async (_when, isRefreshed) => {
      const set = await created(olds);
      refuseBothImports();
      const { reasons } = await partialFailure(set.up(news));
      expect(reasons.join("\n")).toMatch(/KPS\.9003/);
      expect(live()).toEqual({ [region]: { a: "user", b: "user" } });
      if (isRefreshed) await set.refresh();
      await expectHealed(set, news);
    },
  );

  test("whose import is refused leaves the pairs to a destroy", async () => {
    const set = await created(olds);
    refuseBothImports();
    await partialFailure(set.up(news));
    await set.destroy();
    expect(live()).toEqual({});
  });

  test("is taken back after the import was refused", async () => {
    const set = await created(olds);
    refuseBothImports();
    await partialFailure(set.up(news));
    await expectHealed(set, olds);
  });

  test.each(withAndWithoutRefresh)(
    "that stops half way keeps knowing the pairs that it did not come to, %s",
    async (_when, isRefreshed) => {
      const keypairs = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`key-${index}`, a]));
      const set = await created({ keypairs });
      const stop = new AbortController();
      const up = partialFailure(set.up({ keypairs, ...change }, contextOf(cloud, { signal: stop.signal })));
      const { scope = "user", region: place = region } = change as Partial<Record<string, string>>;
      while (Object.values(live()[place] ?? {}).filter((each) => each === scope).length < 100)
        await new Promise(setImmediate);
      stop.abort();
      const { reasons } = await up;
      expect(reasons.join("\n")).toContain("nothing was done, as the operation had to stop");
      expect(Object.keys(set.state.keypairs)).toContain("key-129");
      if (isRefreshed) await set.refresh();
      await expectHealed(set, { keypairs, ...change });
    },
  );
});

test("an import of which nobody knows the outcome stays unknown until a look succeeds", async () => {
  fail(simulator, "CreateKeypair", { type: "html" });
  fail(simulator, "ListKeypairDetail", broken, { skip: 1 });
  const set = new ManagedResource(keypairSet, cloud, "team");
  await partialFailure(set.up({ keypairs: { a } }));
  fail(simulator, "ListKeypairDetail", broken);
  await partialFailure(set.up({ keypairs: { a } }));
  expect(live()).toEqual({});
  await expectHealed(set, { keypairs: { a } });
});

test("a pair that was to be made again, with an answer that was lost, is looked for by the next update", async () => {
  const set = await created({ keypairs: { a } });
  simulator.deleteKeypair(region, "a");
  fail(simulator, "CreateKeypair", { type: "html" });
  fail(simulator, "ListKeypairDetail", broken, { skip: 3 });
  await partialFailure(set.up({ keypairs: { a: { ...a, description: "mine" } } }));
  await expectHealed(set, { keypairs: { a } });
});

describe("pairs that get other names", () => {
  test("stay where the new ones are refused", async () => {
    const set = await created({ keypairs: { a, b } });
    refuseBothImports();
    const { reasons } = await partialFailure(set.up({ keypairs: { c: a, d: b } }));
    expect(reasons).toEqual([
      expect.stringMatching(/^"c", "d": .*KPS\.9003/),
      '"a", "b": nothing was done, because other changes of the set failed.',
    ]);
    expect(live()).toEqual({ [region]: { a: "user", b: "user" } });
  });

  test.each([
    ["is done by the next update", { c: a, d: b }],
    ["is taken back", { a, b }],
  ])("and then the edit %s", async (_, keypairs) => {
    const set = await created({ keypairs: { a, b } });
    refuseBothImports();
    await partialFailure(set.up({ keypairs: { c: a, d: b } }));
    await expectHealed(set, { keypairs });
  });
});

test("a destroy that failed in part says that the state does not show it", async () => {
  const set = await created({ keypairs: { a, b } });
  fail(simulator, "DeleteKeypair", forbidden, { times: 1 });
  expect((await plainFailure(set.destroy())).message).toMatch(
    /KPS\.9003.*\nThe state does not show .*`pulumi refresh`/,
  );
});

test("a pair that another set deleted, and nobody has made again, is made by the set that goes on having it", async () => {
  const keypairs = { a, b };
  const set = await created({ keypairs });
  const other = new ManagedResource(keypairSet, cloud, "other");
  await other.up({ keypairs: { c: a } });
  const fleets = new Fleets(cloud);
  const moved = { c: a, b: { publicKey: publicKeys.dss } };
  set.preview({ keypairs: { a } }, fleets.record);
  fail(simulator, "CreateKeypair", forbidden);
  fail(simulator, "BatchImportKeypair", forbidden);
  await partialFailure(other.up({ keypairs: moved }, contextOf(cloud, { fleets })));
  await partialFailure(set.up({ keypairs: { a } }, contextOf(cloud, { fleets })));
  expect(live()).toEqual({ [region]: { a: "user", c: "user" } });
  simulator.clearFaults();
  await set.up({ keypairs });
  expect(live()).toEqual({ [region]: { a: "user", b: "user", c: "user" } });
});

test("a description that is given for the first time is set, also an empty one", async () => {
  const set = await created({ keypairs: { a: { ...a, description: "somebody's" } } });
  const taken = new ManagedResource(keypairSet, cloud, "other");
  await taken.up({ keypairs: { a }, adoptExisting: true });
  const described = { keypairs: { a: { ...a, description: "" } }, adoptExisting: true };
  await taken.up(described);
  expect(descriptions()).toEqual([""]);
  expect(taken.preview(described)).toMatchObject(noChange);
  expect(set.exists).toBe(true);
});

test("a pair of another key that a refresh found has a description that nobody knows", async () => {
  const described = (pair: typeof a) => ({ keypairs: { a: { ...pair, description: "mine" } } });
  const set = await created(described(a));
  await simulator.replaceKeypair(region, "a", b);
  await set.refresh();
  await set.up(described(b));
  expect(descriptions()).toEqual(["mine"]);
});

describe("a description", () => {
  const described = (pair: typeof a, description: string) => ({ keypairs: { a: { ...pair, description } } });

  test("is put back with its pair", async () => {
    const set = await created(described(a, "mine"));
    fail(simulator, "CreateKeypair", forbidden, { times: 1 });
    await partialFailure(set.up(described(b, "mine")));
    expect(descriptions()).toEqual(["mine"]);
    await expectHealed(set, described(a, "mine"));
  });

  test("that may have changed is set again where the edit is taken back, also after a refresh", async () => {
    const set = await created(described(a, "mine"));
    fail(simulator, "UpdateKeypairDescription", { type: "reset", when: "after" });
    await partialFailure(set.up(described(a, "other")));
    expect(descriptions()).toEqual(["other"]);
    await set.refresh();
    await expectHealed(set, described(a, "mine"));
    expect(descriptions()).toEqual(["mine"]);
  });
});

test("a pair that another resource of the program is to have is given up, whatever else fails", async () => {
  const set = await created({ keypairs: { a, b } });
  const other = new ManagedResource(keypairSet, cloud, "other");
  const fleets = new Fleets(cloud);
  await simulator.replaceKeypair(region, "c", b);
  const context = contextOf(cloud, { fleets });
  const ups = [set.up({ keypairs: { a, c: a } }, context), other.up({ keypairs: { b } }, contextOf(cloud, { fleets }))];
  const [failed, made] = await Promise.allSettled(ups);
  expect([failed?.status, made?.status]).toEqual(["rejected", "fulfilled"]);
  expect([Object.keys(set.state.keypairs), Object.keys(other.state.keypairs)]).toEqual([["a"], ["b"]]);
});
