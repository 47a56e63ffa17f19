/** A binding that gives each server a key pair of its own. */
import { RunRecord } from "../../fleet/runRecord";
import { unknownValue } from "../../schema/unknown";
import { checkContextOf } from "../../testing/checkContext";
import { previousOf, useBindingFleet, type Binding } from "../../testing/bindingFleet";
import { callsOf, serversOfCalls } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { noChange, partialFailure, plainFailure } from "../../testing/managedResource";
import { region } from "../../testing/simulatedCloud";
import type { KeypairState } from "../keypair/state";
import { cloudPhoneKeypairBinding } from "./binding";
import { knownFrom, stateOf, type CloudPhoneKeypairBindingState } from "./state";

const { simulator, newBinding, newContext, newFleets, newServers, carried, refuse } = useBindingFleet();

/** Server ids with their key pairs, in order. */
function map(ids: readonly string[], ...names: string[]): Record<string, string> {
  return Object.fromEntries(ids.map((id, index) => [id, names[index] ?? ""]));
}

/** The servers that calls named since the last look. */
function called(): string[] {
  const servers = serversOfCalls(simulator).flat().sort();
  simulator.clearCalls();
  return servers;
}

describe("check", () => {
  const [one, two] = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"];

  function problemsOf(news: Record<string, unknown>, context = checkContextOf("fleet", region)): string[] {
    const { problems } = cloudPhoneKeypairBinding.check(undefined, news, context);
    return problems.map(({ property, reason }) => `${property} ${reason}`);
  }

  test.each<[string, Record<string, unknown>]>([
    ["a key pair for each server", { keypairNames: { [one]: "a", [two]: "b" }, keypairFingerprints: { a: "aa:bb" } }],
    ["an unknown map", { keypairNames: unknownValue, keypairFingerprints: unknownValue }],
    [
      "unknown entries",
      { keypairNames: { [one]: unknownValue, [two]: "b" }, keypairFingerprints: { a: unknownValue } },
    ],
    ["the fingerprints of a whole set", { keypairNames: { [one]: "a" }, keypairFingerprints: { a: "aa", b: "bb" } }],
  ])("accepts %s", (_, news) => {
    expect(problemsOf(news)).toEqual([]);
  });

  const wayOut =
    "give keypairName and serverIds for one key pair on all servers, or keypairNames alone for a key pair for each server";
  const instead = "is missing; give keypairName and serverIds, or keypairNames for a key pair for each server";

  test.each<[string, Record<string, unknown>, string[]]>([
    [
      "both forms",
      { keypairNames: { [one]: "a" }, keypairName: "a", serverIds: [one] },
      [`keypairNames cannot stand beside keypairName and serverIds: ${wayOut}`],
    ],
    [
      "a part of the other form, also where it is unknown",
      { keypairNames: unknownValue, serverIds: unknownValue },
      [`keypairNames cannot stand beside serverIds: ${wayOut}`],
    ],
    ["none of the forms", {}, [`keypairName ${instead}`, `serverIds ${instead}`]],
    [
      "fingerprints of the other form",
      { keypairNames: { [one]: "a" }, keypairFingerprint: "aa" },
      [
        "keypairFingerprint goes with keypairName; with keypairNames give keypairFingerprints, by the name of the key pair",
      ],
    ],
    [
      "fingerprints by name beside one key pair",
      { keypairName: "a", serverIds: [one], keypairFingerprints: { a: "aa" } },
      ["keypairFingerprints goes with keypairNames; with keypairName give keypairFingerprint"],
    ],
    [
      "a fingerprint of a key pair that no server gets",
      { keypairNames: { [one]: "a" }, keypairFingerprints: { b: "bb" } },
      ["keypairFingerprints.b belongs to no key pair of keypairNames"],
    ],
    ["an empty map", { keypairNames: {} }, ["keypairNames is empty; name at least one server"]],
    ["no map", { keypairNames: "a" }, ["keypairNames must be an object"]],
    [
      "all mistakes in entries at once",
      { keypairNames: { "a b": "a", [one]: "", [two]: "n".repeat(65), ["x".repeat(33)]: 7 } },
      [
        `keypairNames.${"x".repeat(33)} must be a string`,
        'keypairNames.a b is named by an id that may hold letters, digits, "_" and "-" only, not "a b"',
        `keypairNames.${one} is empty`,
        `keypairNames.${two} is 65 characters long; at most 64 are allowed ("${"n".repeat(65)}")`,
        `keypairNames.${"x".repeat(33)} is named by an id that is 33 bytes long; at most 32 are allowed ("${"x".repeat(33)}")`,
      ],
    ],
  ])("refuses %s", (_, news, expected) => {
    expect(problemsOf(news)).toEqual(expected);
  });

  test("tells a few of many mistakes, and how many more there are", () => {
    const keypairNames = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`id-${index}`, "a b"]));
    const problems = problemsOf({ keypairNames });
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe("keypairNames has 480 more mistakes");
    const numbers = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`id-${index}`, index]));
    expect(problemsOf({ keypairNames: numbers }).at(-1)).toBe("keypairNames has 480 more mistakes");
    expect(problemsOf({ keypairName: "a", serverIds: Object.values(numbers) }).at(-1)).toBe(
      "serverIds has 480 more mistakes",
    );
  });

  test("refuses a server that another binding names, in whichever form", () => {
    const record = new RunRecord();
    const list = { ...checkContextOf("list", region), record };
    const maps = { ...checkContextOf("maps", region), record };
    expect(problemsOf({ keypairName: "a", serverIds: [one] }, list)).toEqual([]);
    // Of which key pair it is to get nothing is known yet.
    expect(problemsOf({ keypairNames: { [one]: unknownValue, [two]: "b" } }, maps)).toEqual([
      expect.stringMatching(`^keypairNames names server "${one}", as "list" does`),
    ]);
    expect(problemsOf({ keypairName: "a", serverIds: [one] }, list)).toEqual([
      expect.stringMatching(`^serverIds names server "${one}", as "maps" does`),
    ]);
  });
});

describe("a life", () => {
  test("gives each server its key pair in one call, and then calls only those whose key pair differs", async () => {
    const ids = newServers(4);
    const [first = "", second = "", third = "", fourth = ""] = ids;
    const binding = newBinding();
    const context = newContext();
    await binding.up({ keypairNames: map(ids.slice(0, 3), "one", "two", "one") }, context);
    expect(context.infos.at(-1)).toBe("3 of 3 servers bound");
    expect(serversOfCalls(simulator)).toHaveLength(1);
    expect(called()).toEqual([first, second, third]);
    expect(carried(ids)).toEqual(["one", "two", "one", "original"]);
    expect(binding.state.keypairNames).toEqual(map(ids.slice(0, 3), "one", "two", "one"));
    expect([binding.state.keypairName, binding.state.serverIds]).toEqual([undefined, undefined]);

    const changed = { keypairNames: { [first]: "one", [second]: "three", [fourth]: "two" } };
    const paths = [second, fourth, third].map((serverId) => `keypairNames.${serverId}`);
    expect(binding.preview(changed)).toEqual({
      ...noChange,
      changed: ["keypairNames"],
      paths: expect.arrayContaining(paths) as string[],
    });
    expect(await binding.up(changed)).toBe("update");
    expect(called()).toEqual([second, fourth].sort());
    expect(carried(ids)).toEqual(["one", "three", "one", "two"]);
    expect(await binding.up(changed)).toBe("same");
    await binding.refresh();
    expect(binding.preview(changed)).toEqual(noChange);
  });

  test("names one key pair where all servers get the same", async () => {
    const ids = newServers(2);
    const context = newContext();
    await newBinding().up({ keypairNames: map(ids, "one", "one") }, context);
    expect(context.infos.at(-1)).toBe('2 of 2 servers bound to key pair "one"');
  });

  test("binds anew the servers of a key pair whose fingerprint changes, and no others", async () => {
    const ids = newServers(3);
    const keypairNames = map(ids, "one", "two", "one");
    const binding = newBinding();
    await binding.up({ keypairNames, keypairFingerprints: { one: "1" } });
    called();
    expect(binding.preview({ keypairNames }).changed).toEqual([]);
    const changed = { keypairNames, keypairFingerprints: { one: "2" } };
    expect(binding.preview(changed).changed).toEqual(["keypairFingerprints"]);
    await binding.up(changed);
    expect(called()).toEqual([ids[0], ids[2]]);
    expect(binding.preview(changed)).toEqual(noChange);
  });

  test("gives servers that leave their earlier key pairs back where that is the policy", async () => {
    const ids = newServers(3);
    const binding = newBinding();
    const restoring = { deletionPolicy: "restore" };
    await binding.up({ keypairNames: map(ids, "one", "two", "three"), ...restoring });
    await binding.up({ keypairNames: map(ids.slice(0, 2), "two", "two"), ...restoring });
    expect(carried(ids)).toEqual(["two", "two", "original"]);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original", "original"]);
  });

  test("retains what servers carry, and says so by key pair", async () => {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ keypairNames: map(ids, "one", "two") });
    called();
    const context = newContext();
    await binding.destroy(context);
    expect(called()).toEqual([]);
    expect(context.infos.map((line) => line.slice(0, 31))).toEqual([
      '1 server keeps key pair "one": ',
      '1 server keeps key pair "two": ',
    ]);
  });

  test("records what settled, names what failed in the words of its form, and then does only the rest", async () => {
    const ids = newServers(3);
    const [fine = "", refused = ""] = ids;
    const wanted = { keypairNames: { ...map(ids, "one", "two", "three"), unknown: "one" } };
    refuse([refused]);
    const binding = newBinding();
    const { reasons } = await partialFailure(binding.up(wanted));
    expect(reasons.join("\n")).toContain("or take it out of `keypairNames`");
    expect(reasons.join("\n")).toContain("take it out of keypairNames");
    expect(binding.state.keypairNames).toEqual({ ...map(ids, "one", "original", "three") });
    expect(previousOf(binding)).toEqual(["original", "original", "original"]);
    simulator.clearFaults();
    called();
    const rest = { keypairNames: map(ids, "one", "two", "three") };
    await binding.refresh();
    expect(binding.state.keypairNames).toEqual({ ...map(ids, "one", "original", "three") });
    await binding.up(rest);
    expect(called()).toEqual([refused]);
    expect(carried([fine, refused])).toEqual(["one", "two"]);
    await binding.up({ ...rest, deletionPolicy: "restore" });
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original", "original"]);
  });

  test("fails plainly where nothing was done", async () => {
    const binding = newBinding();
    const failure = await plainFailure(binding.up({ keypairNames: { unknown: "one" } }));
    expect(failure.message).toMatch(/it does not exist in region .*; take it out of keypairNames$/);
    expect(binding.exists).toBe(false);
  });

  test("is not held up by servers whose key pair is missing", async () => {
    const ids = newServers(3);
    const binding = newBinding();
    await partialFailure(binding.up({ keypairNames: map(ids, "one", "missing", "two") }));
    expect(carried(ids)).toEqual(["one", "original", "two"]);
  });
});

describe("another form", () => {
  test.each([
    ["a list", "a map"],
    ["a map", "a list"],
  ])("of %s becomes %s in place, without a call where no key pair differs", async (from) => {
    const ids = newServers(2);
    const list = { keypairName: "one", serverIds: ids, keypairFingerprint: "1", deletionPolicy: "restore" };
    const maps = {
      keypairNames: map(ids, "one", "one"),
      keypairFingerprints: { one: "1" },
      deletionPolicy: "restore",
    };
    const [before, after] = from === "a list" ? [list, maps] : [maps, list];
    const binding = newBinding();
    await binding.up(before);
    const { id } = binding;
    called();
    expect(binding.preview(after).replaces).toEqual([]);
    expect([...binding.preview(after).changed].sort()).toEqual(["keypairName", "keypairNames", "serverIds"]);
    expect(await binding.up(after)).toBe("update");
    expect([called(), binding.id]).toEqual([[], id]);
    expect(binding.state).toMatchObject(after);
    for (const property of Object.keys(before))
      if (property !== "deletionPolicy") expect(binding.state).not.toHaveProperty(property);

    expect(binding.preview(after)).toEqual(noChange);
    await binding.refresh();
    expect(binding.preview(after)).toEqual(noChange);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original"]);
  });

  test("calls the servers whose key pair differs, also where its name holds another key by now", async () => {
    const ids = newServers(3);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids });
    called();
    await binding.up({ keypairNames: map(ids, "one", "two", "one") });
    expect(called()).toEqual([ids[1]]);
    await simulator.replaceKeypair(region, "one", { publicKey: publicKeys.ecdsa521 });
    await binding.up({ keypairName: "one", serverIds: ids });
    expect(called()).toEqual(ids);
  });
});

describe("drift", () => {
  test("shows as the entry of its server, and leaves out servers that carry none or no longer exist", async () => {
    const ids = newServers(4);
    const [kept = "", taken = "", bare = "", gone = ""] = ids;
    const wanted = { keypairNames: map(ids, "one", "two", "one", "three"), deletionPolicy: "restore" };
    const binding = newBinding();
    await binding.up(wanted);
    simulator.changeServer(region, taken, { keypairName: "theirs" });
    simulator.changeServer(region, bare, { keypairName: "" });
    simulator.removeServer(region, gone);
    const context = newContext();
    await binding.refresh(context);
    expect(context.warnings).toEqual([
      expect.stringMatching(`^Server ${taken} .*carries key pair "theirs" instead of "two"\\.$`),
      expect.stringMatching(`^Server ${bare} .*carries no key pair instead of "one"\\.$`),
      expect.stringMatching(`^Server ${gone} no longer exists\\.$`),
    ]);
    expect(binding.state.keypairNames).toEqual({ [kept]: "one", [taken]: "theirs" });
    expect(binding.preview(wanted).changed).toEqual(["keypairNames"]);
    called();
    const rest = { ...wanted, keypairNames: map([kept, taken, bare], "one", "two", "one") };
    const again = newContext();
    await binding.refresh(again);
    expect(again.warnings).toEqual([]);
    await binding.up(rest);
    expect(called()).toEqual([taken, bare].sort());
    await binding.destroy();
    expect(carried([kept, taken, bare])).toEqual(["original", "original", "original"]);
  });

  test("is healed by another hand only where the next update knows of it", async () => {
    const [id = ""] = newServers(1);
    const wanted = { keypairNames: { [id]: "one" } };
    const binding = newBinding();
    await binding.up(wanted);
    simulator.changeServer(region, id, { keypairName: "theirs" });
    await binding.refresh();
    simulator.changeServer(region, id, { keypairName: "one" });
    await binding.refresh();
    // Which key it trusts under the name nobody knows.
    expect(binding.state.keypairNames).toEqual({});
    called();
    await binding.up(wanted);
    expect(called()).toEqual([id]);
  });

  describe("of one of two servers", () => {
    const restoring = { deletionPolicy: "restore" };

    async function driftedBinding() {
      const ids = newServers(2);
      const [kept = "", drifted = ""] = ids;
      const binding = newBinding();
      await binding.up({ keypairNames: map(ids, "one", "two"), ...restoring });
      simulator.changeServer(region, drifted, { keypairName: "theirs" });
      await binding.refresh();
      called();
      return { binding, kept, drifted };
    }

    test("that the program takes over is bound: which key the server trusts under the name nobody knows", async () => {
      const { binding, kept, drifted } = await driftedBinding();
      const wanted = { keypairNames: { [kept]: "one", [drifted]: "theirs" }, ...restoring };
      expect(binding.preview(wanted).changed).toEqual(["keypairNames"]);
      await binding.up(wanted);
      expect(called()).toEqual([drifted]);
      expect(binding.preview(wanted)).toEqual(noChange);
      await binding.destroy();
      expect(carried([kept, drifted])).toEqual(["original", "original"]);
    });

    test("that the program drops leaves the map, and keeps what another hand gave it", async () => {
      const { binding, kept, drifted } = await driftedBinding();
      const wanted = { keypairNames: { [kept]: "one" }, ...restoring };
      expect(binding.preview(wanted).changed).toEqual(["keypairNames"]);
      await binding.up(wanted);
      expect([called(), carried([drifted])]).toEqual([[], ["theirs"]]);
      await binding.refresh();
      expect(binding.preview(wanted)).toEqual(noChange);
    });
  });

  test("of a key pair that was made anew is its own servers' alone", async () => {
    const ids = newServers(3);
    const wanted = { keypairNames: map(ids, "one", "two", "one") };
    const binding = newBinding();
    await binding.up(wanted);
    await simulator.replaceKeypair(region, "one", { publicKey: publicKeys.ecdsa521 });
    const context = newContext();
    await binding.refresh(context);
    expect(context.warnings).toEqual([
      'Key pair "one" holds another key by now: 2 servers trust the earlier one until the next update binds the key pair anew.',
    ]);
    expect(binding.state.keypairNames).toEqual({ [ids[1] ?? ""]: "two" });
    called();
    await binding.up(wanted);
    expect(called()).toEqual([ids[0], ids[2]]);
    await binding.refresh();
    expect(binding.preview(wanted)).toEqual(noChange);
  });

  test("of many key pairs is told in a few lines", async () => {
    const ids = newServers(12);
    const names = ids.map((_, index) => `key-${index}`);
    for (const name of names) await simulator.replaceKeypair(region, name, { publicKey: publicKeys.rsa });
    const binding = newBinding();
    await binding.up({ keypairNames: map(ids, ...names) });
    for (const name of names) await simulator.replaceKeypair(region, name, { publicKey: publicKeys.dss });
    const context = newContext();
    await binding.refresh(context);
    expect(context.warnings).toHaveLength(11);
    expect(context.warnings.at(-1)).toBe(
      "2 more key pairs hold other keys by now: 2 servers trust the earlier one until the next update binds the key pairs anew.",
    );
  });
});

describe("a preview names the entries", () => {
  const keypairState = { type: "ssh", scope: "user", region, fingerprint: "", adoptExisting: false } as KeypairState;

  /** What a preview says of the map, where the run makes some key pairs anew. */
  function pathsOf(binding: Binding, wanted: Record<string, unknown>, ...remade: string[]): string[] | undefined {
    const record = new RunRecord();
    for (const name of remade)
      record.keypairs.declare({ logicalName: `maker of ${name}` }, { region, name, isDeletedFirst: true }, true);
    const { changed, paths } = binding.preview(wanted, record);
    expect(changed).toEqual(paths === undefined ? [] : ["keypairNames"]);
    return paths?.map((path) => path.replace(/^keypairNames\./, ""));
  }

  test("whose key pairs differ, come or go, and no others", async () => {
    const [same = "", other = "", gone = "", added = ""] = newServers(4);
    const binding = newBinding();
    await binding.up({ keypairNames: map([same, other, gone], "one", "two", "three") });
    expect(pathsOf(binding, { keypairNames: map([same, other, gone], "one", "two", "three") })).toBeUndefined();
    const wanted = { keypairNames: map([same, other, added], "one", "three", "two") };
    expect(pathsOf(binding, wanted)).toEqual([other, added, gone]);
    expect(pathsOf(binding, { keypairNames: map([same, other, gone], "one", unknownValue, "three") })).toEqual([other]);
    expect(pathsOf(binding, { keypairNames: unknownValue })).toEqual([]);
  });

  test("whose key pairs are made anew under their names", async () => {
    const ids = newServers(4);
    const wanted = { keypairNames: map(ids, "one", "two", "one", "three") };
    const binding = newBinding();
    await binding.up(wanted);
    expect(pathsOf(binding, wanted, "two", "unused")).toEqual([ids[1]]);
    expect(pathsOf(binding, wanted, "one")).toEqual([ids[0], ids[2]]);
  });

  test("whose key pairs an earlier run made anew, and left unbound", async () => {
    const ids = newServers(3);
    const keypairNames = map(ids, "one", "two", "one");
    for (const name of ["one", "two"]) await simulator.replaceKeypair(region, name, { publicKey: publicKeys.rsa });
    const binding = newBinding();
    await binding.up({ keypairNames });
    called();
    await simulator.replaceKeypair(region, "one", { publicKey: publicKeys.ecdsa521 });
    const keptPairs = (record: RunRecord) => {
      for (const [name, publicKey] of [
        ["one", publicKeys.ecdsa521],
        ["two", publicKeys.rsa],
      ] as const) {
        const resource = { logicalName: `resource of ${name}` };
        record.keypairs.declare(resource, { region, name, isDeletedFirst: true }, false);
        const comparison = { isChanged: false, isReplaced: false, isLost: false };
        record.keypairs.compare(resource, { ...keypairState, name, publicKey }, comparison);
      }
      return record;
    };
    const { changed, paths } = binding.preview({ keypairNames }, keptPairs(new RunRecord()));
    expect([changed, paths]).toEqual([["keypairNames"], [ids[0], ids[2]].map((id) => `keypairNames.${id}`)]);
    const context = newContext();
    keptPairs(context.fleets.record);
    await binding.up({ keypairNames }, context);
    expect(called()).toEqual([ids[0], ids[2]]);
    expect(binding.preview({ keypairNames }, keptPairs(new RunRecord()))).toEqual(noChange);
  });

  test("of servers that are not as the map says, whatever it says", async () => {
    const [fine = "", drifted = "", bare = ""] = newServers(3);
    const wanted = { keypairNames: map([fine, drifted, bare], "one", "two", "two") };
    const binding = newBinding();
    await binding.up(wanted);
    simulator.changeServer(region, drifted, { keypairName: "theirs" });
    simulator.changeServer(region, bare, { keypairName: "" });
    await binding.refresh();
    expect(pathsOf(binding, wanted)).toEqual([drifted, bare].sort());
    // The program takes over what another hand gave.
    expect(pathsOf(binding, { keypairNames: map([fine, drifted, bare], "one", "theirs", "two") })).toEqual(
      [drifted, bare].sort(),
    );
  });

  test("as a whole where a list becomes a map", async () => {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids });
    expect(binding.preview({ keypairNames: map(ids, "one", "two") }).paths).toEqual([]);
  });
});

describe("an import", () => {
  test("by servers with their key pairs takes those that carry them", async () => {
    const ids = newServers(3);
    simulator.changeServer(region, ids[0] ?? "", { keypairName: "one" });
    simulator.changeServer(region, ids[1] ?? "", { keypairName: "two" });
    const context = newContext();
    const binding = newBinding();
    await binding.import([`${ids[1]}=two`, ` ${ids[0]} = one`, `${ids[2]}=two`].join(), context);
    expect(context.warnings).toEqual([expect.stringMatching('carries key pair "original" instead of "two"')]);
    const wanted = { keypairNames: map(ids.slice(0, 2), "one", "two") };
    expect(binding.state).toMatchObject({ ...wanted, deletionPolicy: "retain", region });
    expect(binding.preview(wanted)).toEqual(noChange);
    await binding.refresh();
    expect(binding.preview(wanted)).toEqual(noChange);
  });

  test("of servers that all carry others finds nothing", async () => {
    const [id = ""] = newServers(1);
    const binding = newBinding();
    await binding.import(`${id}=one`);
    expect(binding.exists).toBe(false);
  });

  test.each([
    ["a=one,b", /its id must be .* or <serverId>=<keypairName>,<serverId>=<keypairName>,…$/],
    ["a=one=two", /its id must be/],
    ["a=", /its id must be/],
    ["=one", /a server id is empty/],
    ["a b=one", /a server id may hold/],
    ["a=one,a=two", /it gives server "a" two key pairs/],
  ])("by the id %p says what is wrong, without a call", async (id, reason) => {
    expect((await plainFailure(newBinding().import(id))).message).toMatch(reason);
    expect(simulator.calls()).toEqual([]);
  });
});

describe("a run", () => {
  test("that makes one of the key pairs anew binds its servers again, and warns of those found unchanged", async () => {
    const ids = newServers(2);
    const wanted = { keypairNames: map(ids, "one", "two") };
    const binding = newBinding();
    await binding.up(wanted);
    called();
    const fleets = newFleets();
    const key = { logicalName: "key" };
    fleets.record.keypairs.declare(key, { region, name: "two", isDeletedFirst: true }, true);
    await fleets.record.keypairs.whileCreating(
      key,
      { region, name: "two" },
      () => simulator.replaceKeypair(region, "two", { publicKey: publicKeys.ecdsa521 }),
      () => true,
    );
    expect(await binding.up(wanted, newContext({ fleets }))).toBe("update");
    expect(called()).toEqual([ids[1]]);
    const unchanged = newFleets();
    expect(await binding.up(wanted, newContext({ fleets: unchanged }))).toBe("same");
    for (const name of ["one", "two"])
      expect(unchanged.record.keypairUsers.unchangedUsersOf({ region, name })).toHaveLength(1);
  });

  test("waits for each key pair that is still to be made", async () => {
    const ids = newServers(2);
    const fleets = newFleets();
    const key = { logicalName: "maker" };
    fleets.record.keypairs.declare(key, { region, name: "coming", isDeletedFirst: false }, true);
    const failure = await plainFailure(
      newBinding().up({ keypairNames: map(ids, "one", "coming") }, newContext({ fleets, seconds: 1 })),
    );
    expect(failure.message).toMatch(/Key pair "coming" is made by "maker" of this program/);
    expect(called()).toEqual([]);
  });
});

test("a thousand servers, each with its own key pair, cost a hundred calls, at most sixty looks at jobs, and lists", async () => {
  const ids = newServers(1_000);
  const names = ids.map((_, index) => `own-${index}`);
  for (const name of names) await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519 });
  const wanted = { keypairNames: map(ids, ...names) };
  const binding = newBinding();
  simulator.clearCalls();
  await binding.up(wanted, newContext({ seconds: 120 }));
  expect(carried(ids)).toEqual(names);
  expect(callsOf(simulator, "UpdateKeypair")).toHaveLength(100);
  expect(callsOf(simulator, "ListJobs").length).toBeLessThanOrEqual(60);
  expect(callsOf(simulator, "ListKeypairDetail")).toEqual([]);
  simulator.clearCalls();
  await binding.refresh(newContext({ seconds: 120 }));
  expect(binding.preview(wanted)).toEqual(noChange);
  expect(simulator.calls().length).toBeLessThanOrEqual(60);
}, 180_000);

test("a state says the same after it was read and written", () => {
  const state: CloudPhoneKeypairBindingState = {
    keypairNames: { a: "one", b: "theirs" },
    keypairFingerprints: { one: "aa:bb" },
    deletionPolicy: "restore",
    region,
    bindings: [
      { serverId: "a", keypairName: "one", previousKeypairName: "original", jobId: "job" },
      { serverId: "b", keypairName: "theirs", previousKeypairName: "original" },
      { serverId: "c", keypairName: "original", previousKeypairName: "original" },
    ],
    __given: [
      { serverId: "b", keypairNames: ["two"] },
      { serverId: "c", keypairNames: ["one", "two"] },
    ],
    __keys: { one: "digest" },
    __pending: [{ serverId: "c", requestId: "request", jobId: "job", keypairName: "two" }],
  };
  expect(stateOf(knownFrom(state))).toEqual(state);
});
