import fc from "fast-check";
import { unknownValue } from "../../schema/unknown";
import { RunRecord } from "../../fleet/runRecord";
import { checkContextOf } from "../../testing/checkContext";
import { cloudPhoneKeypairBinding } from "./binding";
import type { CloudPhoneKeypairBindingInputs } from "./inputs";
import type { CloudPhoneKeypairBindingState } from "./state";

const context = checkContextOf("fleet", "cn-north-4");
const serverIds = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"];
const keypairName = "key";

function problemsOf(news: Record<string, unknown>): string[] {
  return cloudPhoneKeypairBinding
    .check(undefined, news, context)
    .problems.map(({ property, reason }) => `${property} ${reason}`);
}

describe("check", () => {
  test.each<[string, Record<string, unknown>]>([
    ["a key pair and servers", { keypairName, serverIds }],
    ["the longest name", { keypairName: "n".repeat(64), serverIds }],
    ["unknown values", { keypairName: unknownValue, serverIds: unknownValue, keypairFingerprint: unknownValue }],
    ["an unknown server", { keypairName, serverIds: [unknownValue, ...serverIds] }],
  ])("accepts %s", (_what, news) => {
    expect(problemsOf(news)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["no key pair", { serverIds }, /^keypairName is missing$/],
    [
      "a name that is too long for phones",
      { keypairName: "n".repeat(65), serverIds },
      /^keypairName is 65 .* at most 64/,
    ],
    ["an empty name", { keypairName: "", serverIds }, /^keypairName is empty$/],
    ["no servers", { keypairName }, /^serverIds is missing$/],
    ["an empty set", { keypairName, serverIds: [] }, /^serverIds is empty; name at least one server$/],
    ["an empty id", { keypairName, serverIds: [""] }, /^serverIds\[0\] is empty$/],
    [
      "a malformed id",
      { keypairName, serverIds: ["ok", "a/b"] },
      /^serverIds\[1\] may hold letters, digits, "_" and "-" only, not "a\/b"$/,
    ],
    [
      "an id of too many bytes",
      { keypairName, serverIds: ["ä".repeat(17)] },
      /^serverIds\[0\] is 34 bytes long; at most 32/,
    ],
    ["an id that is no text", { keypairName, serverIds: [7] }, /^serverIds\[0\] must be a string$/],
    [
      "a wrong policy",
      { keypairName, serverIds, deletionPolicy: "unbind" },
      /^deletionPolicy must be "retain" or "restore"/,
    ],
    [
      "an unknown property",
      { keypairName, serverIds, servers: [] },
      /^servers is not a property; did you mean "serverIds"\?$/,
    ],
  ])("refuses %s", (_what, news, expected) => {
    expect(problemsOf(news)).toEqual([expect.stringMatching(expected)]);
  });

  test("tells a few of many mistakes in servers or fingerprints, and all in other properties", () => {
    // Half of them are the schema's to find.
    const ids = Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? index : `id ${index}`));
    const problems = problemsOf({ keypairName: "a b", serverIds: ids, deletionPolicy: "unbind", region: "a b" });
    const [ofServers, others] = [true, false].map((isOfServers) =>
      problems.filter((problem) => problem.startsWith("serverIds") === isOfServers),
    );
    expect(others?.map((problem) => problem.split(" ")[0])).toEqual(["deletionPolicy", "keypairName", "region"]);
    expect(ofServers).toHaveLength(21);
    expect(ofServers?.at(-1)).toBe("serverIds has 480 more mistakes");

    const keypairFingerprints = Object.fromEntries(ids.map((id) => [`key-${id}`, "f"]));
    const unused = problemsOf({ keypairNames: { id: "key" }, keypairFingerprints, deletionPolicy: "unbind" });
    expect(unused).toHaveLength(22);
    expect(unused[0]).toMatch(/^deletionPolicy/);
    expect(unused.at(-1)).toBe("keypairFingerprints has 480 more mistakes");
  });

  test("takes the servers as a set", () => {
    const ids = [...serverIds].reverse();
    const { inputs } = cloudPhoneKeypairBinding.check(undefined, { keypairName, serverIds: [...ids, ...ids] }, context);
    expect(inputs.serverIds).toEqual(serverIds);
  });

  test("never throws and says the same twice, whatever the input", () => {
    const properties = fc.constantFrom("keypairName", "serverIds", "deletionPolicy", "region");
    fc.assert(
      fc.property(fc.dictionary(properties, fc.jsonValue()), (news) => {
        expect(problemsOf(news)).toEqual(problemsOf(news));
      }),
    );
  });
});

describe("diff", () => {
  const inputs: CloudPhoneKeypairBindingInputs = {
    keypairName,
    serverIds,
    deletionPolicy: "retain",
    region: "cn-north-4",
  };
  const state: CloudPhoneKeypairBindingState = { ...inputs, keypairFingerprint: "one", bindings: [] };

  function diff(news: Partial<CloudPhoneKeypairBindingInputs>) {
    return cloudPhoneKeypairBinding.diff(state, { ...inputs, keypairFingerprint: "one", ...news }, context);
  }

  test("finds no change in the same set, nor in a fingerprint that is no longer passed", () => {
    expect(diff({ serverIds: [...serverIds].reverse() }).changed).toEqual([]);
    expect(diff({ keypairFingerprint: undefined }).changed).toEqual([]);
  });

  test.each<[string, Partial<CloudPhoneKeypairBindingInputs>]>([
    ["another key pair", { keypairName: "other" }],
    ["another fingerprint", { keypairFingerprint: "two" }],
    ["other servers", { serverIds: serverIds.slice(1) }],
    ["an unknown server", { serverIds: [...serverIds, unknownValue] }],
    ["another policy, which a later delete must know", { deletionPolicy: "restore" }],
    ["several at once", { keypairName: "other", keypairFingerprint: "two" }],
  ])("updates in place for %s", (_what, news) => {
    const changed = Object.keys(news);
    expect(diff(news)).toEqual({ changed, replaces: [], deleteBeforeReplace: false, stables: [] });
  });

  test("names the key pair where the run makes it anew under the same name", () => {
    const record = new RunRecord();
    const place = { region: inputs.region, name: keypairName };
    record.keypairs.declare({ logicalName: "key" }, { ...place, isDeletedFirst: true }, true);
    const difference = cloudPhoneKeypairBinding.diff(state, { ...inputs, keypairFingerprint: "one" }, { record });
    expect(difference.changed).toEqual(["keypairName"]);
  });

  test("names the outputs where a server that is no longer named is still to be given back its earlier key pair", () => {
    const [kept = "", left = ""] = serverIds;
    const bindings = [kept, left].map((serverId) => ({ serverId, keypairName, previousKeypairName: "earlier" }));
    const news: CloudPhoneKeypairBindingInputs = { ...inputs, deletionPolicy: "restore", serverIds: [kept] };
    const difference = cloudPhoneKeypairBinding.diff({ ...state, ...news, bindings }, news, context);
    expect(difference.changed).toEqual(["bindings"]);
  });

  test("replaces for another region", () => {
    expect(diff({ region: "cn-south-1" })).toMatchObject({ changed: ["region"], replaces: ["region"] });
  });

  test("is symmetric", () => {
    const sets = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 });
    fc.assert(
      fc.property(sets, sets, (one, other) => {
        const changed = (from: string[], to: string[]) =>
          cloudPhoneKeypairBinding.diff({ ...state, serverIds: from }, { ...inputs, serverIds: to }, context).changed;
        expect(changed(one, other)).toEqual(changed(other, one));
      }),
    );
  });
});
