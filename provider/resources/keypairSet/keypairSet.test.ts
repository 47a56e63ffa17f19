import fc from "fast-check";
import { RunRecord } from "../../fleet/runRecord";
import { unknownValue } from "../../schema/unknown";
import { checkContextOf } from "../../testing/checkContext";
import { encryptedPrivateKey, privateKeys, publicKeys } from "../../testing/keys";
import { noChange } from "../../testing/managedResource";
import { keypair } from "../keypair/keypair";
import { keypairSet } from "./keypairSet";
import type { KeypairSetInputs, KeypairSetState } from "./state";

const context = checkContextOf("team", "cn-north-4");
const publicKey = publicKeys.ed25519;
const encryption = { type: "default" as const };

function problemsOf(news: Record<string, unknown>, olds?: Partial<KeypairSetInputs>): string[] {
  const { problems } = keypairSet.check(olds, news, checkContextOf("team", "cn-north-4"));
  return problems.map(({ property, reason }) => `${property} ${reason}`);
}

describe("check", () => {
  test("fills in defaults", () => {
    const keypairs = { alice: { publicKey } };
    expect(keypairSet.check(undefined, { keypairs }, context)).toEqual({
      inputs: { keypairs, type: "ssh", scope: "user", adoptExisting: false, region: "cn-north-4" },
      problems: [],
    });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["no pairs", {}, /^keypairs is missing/],
    ["an empty map", { keypairs: {} }, /^keypairs is empty; give at least one key pair/],
    ["a list", { keypairs: ["key"] }, /^keypairs must be an object/],
    ["a pair without its key", { keypairs: { alice: {} } }, /^keypairs\.alice\.publicKey is missing/],
    ["a blank key", { keypairs: { alice: { publicKey: " \n" } } }, /^keypairs\.alice\.publicKey is empty$/],
    ["a text for a pair", { keypairs: { alice: publicKey } }, /^keypairs\.alice must be an object/],
    [
      "a truncated key",
      { keypairs: { alice: { publicKey: publicKey.slice(0, 40) } } },
      /^keypairs\.alice\.publicKey does not/,
    ],
    [
      "a private key",
      { keypairs: { alice: { publicKey: privateKeys.rsa } } },
      /^keypairs\.alice\.publicKey is a private key/,
    ],
    ["a name of other letters", { keypairs: { "a b": { publicKey } } }, /^keypairs\.a b may hold letters/],
    ["a name with dots", { keypairs: { "a.b": { publicKey } } }, /^keypairs\["a\.b"\] may hold letters/],
    [
      "a name that is too long",
      { keypairs: { ["x".repeat(256)]: { publicKey } } },
      /^keypairs\.x+ is 256 characters long/,
    ],
    [
      "a long description",
      { keypairs: { 7: { publicKey, description: "x".repeat(256) } } },
      /^keypairs\.7\.description is 256/,
    ],
    [
      "a private key that is missing",
      { keypairs: { alice: { publicKey, keyProtection: { encryption } } } },
      /^keypairs\.alice\.keyProtection\.privateKey is missing/,
    ],
    [
      "a private key of another pair",
      { keypairs: { alice: { publicKey, keyProtection: { privateKey: privateKeys.rsa, encryption } } } },
      /^keypairs\.alice\.keyProtection\.privateKey does not belong to publicKey/,
    ],
    [
      "a private key with a passphrase",
      { keypairs: { alice: { publicKey, keyProtection: { privateKey: encryptedPrivateKey, encryption } } } },
      /^keypairs\.alice\.keyProtection\.privateKey is protected by a passphrase/,
    ],
    ["an empty user", { keypairs: { alice: { publicKey } }, userId: "" }, /^userId is empty/],
    [
      "a region that is none",
      { keypairs: { alice: { publicKey } }, region: "evil.example/" },
      /^region must be a region/,
    ],
    [
      "a property that is none",
      { keypairs: { alice: { publicKey, descripton: "" } } },
      /^keypairs\.alice\.descripton is not/,
    ],
  ])("refuses %s", (_what, news, expected) => {
    expect(problemsOf(news)).toEqual([expect.stringMatching(expected)]);
  });

  test("names everything that is wrong at once", () => {
    const keypairs = { alice: { publicKey: "ssh-rsa x" }, bob: {}, "c d": { publicKey, description: 5 } };
    expect(problemsOf({ keypairs, scope: "all" }).map((problem) => problem.split(" ")[0])).toEqual([
      "keypairs.bob.publicKey",
      "keypairs.c",
      "scope",
      "keypairs.alice.publicKey",
      "keypairs.c",
    ]);
  });

  test("tells a few of many mistakes, and how many more there are", () => {
    const keypairs = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key ${index}`, { publicKey }]));
    const problems = problemsOf({ keypairs });
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe("keypairs has 980 more mistakes");
    const empty = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key-${index}`, {}]));
    expect(problemsOf({ keypairs: empty }).at(-1)).toBe("keypairs has 980 more mistakes");
  });

  test("cuts no mistake in another property, and those in the pairs once", () => {
    // Half of them are the schema's to find.
    const pairs = Array.from({ length: 500 }, (_, index) => [`key ${index}`, index < 250 ? { publicKey } : {}]);
    const problems = problemsOf({ keypairs: Object.fromEntries(pairs), scope: "all", userId: "", region: "a b" });
    const [ofPairs, others] = [true, false].map((isOfPairs) =>
      problems.filter((problem) => problem.startsWith("keypairs") === isOfPairs),
    );
    expect(others?.map((problem) => problem.split(" ")[0])).toEqual(["scope", "region", "userId"]);
    expect(ofPairs).toHaveLength(21);
    expect(ofPairs?.at(-1)).toBe("keypairs has 730 more mistakes");
    expect(problemsOf({ keypairs: Object.fromEntries(pairs.slice(0, 21)) }).at(-1)).toBe("keypairs has 1 more mistake");
  });

  test("leaves alone what is not known yet", () => {
    for (const keypairs of [unknownValue, { alice: unknownValue }, { alice: { publicKey: unknownValue } }])
      expect(problemsOf({ keypairs })).toEqual([]);
  });

  test("never throws, whatever the input", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("keypairs", "type", "region"), fc.jsonValue()), (news) => {
        expect(problemsOf(news)).toEqual(problemsOf(news));
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (keypairs) => {
        expect(problemsOf({ keypairs })).toEqual(problemsOf({ keypairs }));
      }),
    );
  });
});

describe("a name that another resource of the program wants", () => {
  const keypairs = { alice: { publicKey }, bob: { publicKey } };

  test("is refused, whichever is a single pair and whichever is checked first", () => {
    const record = new RunRecord();
    const inContext = (logicalName: string) => ({ ...checkContextOf(logicalName, "cn-north-4"), record });
    const single = { name: "bob", publicKey };
    expect(keypair.check(undefined, single, inContext("single")).problems).toEqual([]);
    expect(keypairSet.check(undefined, { keypairs }, inContext("team")).problems).toEqual([
      { property: "keypairs.bob", reason: expect.stringContaining('"bob" is the name of "single" as well') as string },
    ]);
    expect(keypair.check(undefined, { ...single, name: "alice" }, inContext("other")).problems).toEqual([
      { property: "name", reason: expect.stringContaining('"alice" is the name of "team" as well') as string },
    ]);
    expect(
      keypairSet.check(undefined, { keypairs: { alice: { publicKey } } }, inContext("more")).problems,
    ).toHaveLength(1);
  });

  test("is shared where both take over the same key", () => {
    const record = new RunRecord();
    const check = (logicalName: string, pairs: object) =>
      keypairSet.check(
        undefined,
        { keypairs: pairs, adoptExisting: true },
        { ...checkContextOf(logicalName, "cn-north-4"), record },
      ).problems;
    expect(check("team", keypairs)).toEqual([]);
    expect(check("more", { alice: { publicKey: `${publicKey} me@example` } })).toEqual([]);
    expect(check("most", { bob: { publicKey: publicKeys.rsa } })).toHaveLength(1);
  });
});

describe("diff", () => {
  const keypairs = { alice: { publicKey }, bob: { publicKey: publicKeys.rsa, description: "two" } };
  const { inputs } = keypairSet.check(undefined, { keypairs }, context);
  const state: KeypairSetState = { ...inputs, fingerprints: { alice: "a", bob: "b" } };

  function diff(news: Partial<KeypairSetInputs>, olds: Partial<KeypairSetState> = {}) {
    return keypairSet.diff({ ...state, ...olds }, { ...inputs, ...news }, context);
  }

  test("finds no change in what was just made", () => {
    expect(diff({})).toMatchObject({ ...noChange, paths: [] });
    expect(diff({ adoptExisting: true }).changed).toEqual([]);
  });

  test("names what differs by its path", () => {
    const keyProtection = { privateKey: privateKeys.ed25519, encryption };
    const news = { alice: { publicKey, keyProtection }, carol: { publicKey } };
    expect(diff({ keypairs: news })).toMatchObject({
      changed: ["keypairs"],
      replaces: [],
      paths: ["keypairs.alice.keyProtection", "keypairs.carol", "keypairs.bob"],
      stables: [],
    });
    const edited = { ...keypairs, bob: { publicKey: publicKeys.dss, description: "" } };
    expect(diff({ keypairs: edited }).paths).toEqual(["keypairs.bob.publicKey", "keypairs.bob.description"]);
  });

  test("names one of a thousand pairs where one differs", () => {
    const pairs = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key-${index}`, { publicKey }]));
    const edited = { ...pairs, "key-500": { publicKey: publicKeys.dss } };
    const fingerprints = Object.fromEntries(Object.keys(pairs).map((name) => [name, "f"]));
    expect(diff({ keypairs: edited }, { keypairs: pairs, fingerprints }).paths).toEqual(["keypairs.key-500.publicKey"]);
  });

  test("sees no difference in comments and white space, nor in a description that is not given", () => {
    const same = { alice: { publicKey: ` ${publicKey}  me@example\n` }, bob: { publicKey: publicKeys.rsa } };
    expect(diff({ keypairs: same }).changed).toEqual([]);
  });

  test("keeps the fingerprints where no key changes", () => {
    expect(diff({ keypairs: { ...keypairs, bob: { ...keypairs.bob, description: "" } } }).stables).toEqual([
      "fingerprints",
    ]);
    expect(diff({ keypairs: { ...keypairs, carol: { publicKey } } }).stables).toEqual([]);
  });

  test.each<[string, Partial<KeypairSetInputs>]>([
    ["type", { type: "x509" }],
    ["scope", { scope: "domain" }],
    ["userId", { userId: "another" }],
    ["region", { region: "cn-south-1" }],
  ])("replaces all, and deletes them first, for another %s", (property, news) => {
    expect(diff(news)).toMatchObject({ changed: [property], replaces: [property], deleteBeforeReplace: true });
  });

  test("takes what is not known yet for another value", () => {
    expect(diff({ keypairs: unknownValue as never }).changed).toEqual(["keypairs"]);
    expect(diff({ keypairs: { ...keypairs, alice: unknownValue as never } }).paths).toEqual(["keypairs.alice"]);
    expect(diff({ keypairs: { ...keypairs, alice: { publicKey: unknownValue } } }).paths).toEqual([
      "keypairs.alice.publicKey",
    ]);
  });

  test("takes no name of JavaScript's own for one that is known", () => {
    const own = JSON.parse(`{"constructor": {"publicKey": "${publicKey}"}}`) as KeypairSetInputs["keypairs"];
    expect(diff({ keypairs: { ...keypairs, ...own } }).paths).toEqual(["keypairs.constructor"]);
  });

  test("replaces all where the program's option says so", () => {
    const declared = { logicalName: "team", replaceOnChanges: ["keypairs.bob"] };
    const news = (pair: object) => ({ ...inputs, keypairs: { ...keypairs, ...pair } }) as KeypairSetInputs;
    const record = new RunRecord();
    expect(keypairSet.diff(state, news({ bob: { publicKey: publicKeys.dss } }), { declared, record }).replaces).toEqual(
      ["keypairs"],
    );
    expect(keypairSet.diff(state, news({ carol: { publicKey } }), { declared, record }).replaces).toEqual([]);
  });
});
