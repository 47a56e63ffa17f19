import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { parseKey } from "sshpk";
import { unknownValue } from "../../schema/unknown";
import { checkContextOf } from "../../testing/checkContext";
import { noChange } from "../../testing/managedResource";
import { keypair } from "./keypair";
import type { KeypairInputs, KeypairState } from "./state";

const context = checkContextOf("key", "cn-north-4");

function newKey(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: parseKey(publicKey.export({ type: "spki", format: "pem" }), "pem").toString("ssh"),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const { publicKey, privateKey } = newKey();
const encryption = { type: "default" };

function problemsOf(news: Record<string, unknown>): string[] {
  return keypair.check(undefined, news, context).problems.map(({ property, reason }) => `${property} ${reason}`);
}

describe("check", () => {
  test.each<[string, Record<string, unknown>]>([
    ["nothing", {}],
    ["a name of every allowed character", { name: "aZ0_-" }],
    ["the longest name", { name: "n".repeat(255) }],
    ["a public key", { publicKey }],
    ["a public key with white space around it", { publicKey: ` ${publicKey}\r\n` }],
    ["an empty description", { description: "" }],
    ["the longest description", { description: "🔑".repeat(255) }],
    ["hosting with default encryption", { publicKey, keyProtection: { privateKey, encryption } }],
    [
      "hosting with a KMS key",
      { publicKey, keyProtection: { privateKey, encryption: { type: "kms", kmsKeyId: "id" } } },
    ],
    ["hosting of a generated pair", { keyProtection: { encryption } }],
    [
      "unknown values",
      { name: unknownValue, publicKey: unknownValue, keyProtection: unknownValue, type: unknownValue },
    ],
    ["an unknown private key", { publicKey, keyProtection: { privateKey: unknownValue, encryption } }],
    ["an unknown encryption", { publicKey, keyProtection: { privateKey, encryption: unknownValue } }],
  ])("accepts %s", (_what, news) => {
    expect(problemsOf(news)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      "other characters in the name",
      { name: "my key!" },
      /^name may hold letters, digits, "_" and "-" only, not "my key!"$/,
    ],
    ["a name that is too long", { name: "n".repeat(256) }, /^name is 256 characters long; at most 255 are allowed/],
    ["an empty name", { name: "" }, /^name is empty$/],
    ["a text that is no key", { publicKey: "hello world" }, /^publicKey must begin with ssh-rsa, .* ssh-dss$/],
    ["an empty key", { publicKey: " \n" }, /^publicKey is empty; leave it out/],
    ["a truncated key", { publicKey: publicKey.slice(0, 60) }, /^publicKey does not parse .* truncated\?$/],
    ["a private key as public key", { publicKey: privateKey }, /^publicKey is a private key; give the public half/],
    ["two keys", { publicKey: `${publicKey}\n${newKey().publicKey}` }, /^publicKey holds more than one line/],
    ["a wrong type", { type: "pgp" }, /^type must be "ssh" or "x509", not "pgp"$/],
    ["a wrong scope", { scope: "tenant" }, /^scope must be "user" or "domain", not "tenant"$/],
    ["another type of value", { description: 5 }, /^description must be a string$/],
    ["an unknown property", { publickey: "x" }, /^publickey is not a property; did you mean "publicKey"\?$/],
    [
      "hosting without a private key",
      { publicKey, keyProtection: { encryption } },
      /^keyProtection\.privateKey is missing/,
    ],
    [
      "hosting without an encryption",
      { publicKey, keyProtection: { privateKey } },
      /^keyProtection\.encryption is missing$/,
    ],
    ["hosting without a public key", { keyProtection: { privateKey, encryption } }, /^publicKey is missing beside/],
    [
      "hosting of another private key",
      { publicKey, keyProtection: { privateKey: newKey().privateKey, encryption } },
      /^keyProtection\.privateKey does not belong to publicKey$/,
    ],
    [
      "a private key that is none",
      { publicKey, keyProtection: { privateKey: "secret", encryption } },
      /^keyProtection\.privateKey does not parse as a private key/,
    ],
    [
      "kms without a key",
      { publicKey, keyProtection: { privateKey, encryption: { type: "kms" } } },
      /^keyProtection\.encryption of type kms needs kmsKeyName or kmsKeyId$/,
    ],
    [
      "a wrong encryption",
      { publicKey, keyProtection: { privateKey, encryption: { type: "none" } } },
      /^keyProtection\.encryption\.type must be "default" or "kms", not "none"$/,
    ],
    ["an empty user", { userId: "" }, /^userId is empty; leave it out/],
    [
      "a description that is too long",
      { description: "d".repeat(256) },
      /^description is 256 characters long; at most 255 are allowed$/,
    ],
    ["a region that is none", { region: "evil.example/" }, /^region must be a region such as "cn-north-4"/],
  ])("refuses %s", (_what, news, expected) => {
    expect(problemsOf(news)).toEqual([expect.stringMatching(expected)]);
  });

  test("names everything that is wrong at once", () => {
    expect(problemsOf({ name: "a b", type: "pgp", description: 5 })).toHaveLength(3);
  });

  test("says so where no region is known", () => {
    const { problems } = keypair.check(undefined, {}, checkContextOf("key"));
    expect(problems).toEqual([{ property: "region", reason: expect.stringContaining("HW_REGION_NAME") as string }]);
  });

  test("makes a name up, keeps it over updates and makes a new one for a replacement", () => {
    const first = keypair.check(undefined, {}, context).inputs;
    expect(first.name).toMatch(/^key-[0-9a-f]{7}$/);
    expect(keypair.check(first, {}, context).inputs.name).toBe(first.name);
    expect(keypair.check(undefined, {}, context).inputs.name).not.toBe(first.name);
  });

  test("explains a logical name that makes no key pair's name", () => {
    const { problems } = keypair.check(undefined, {}, checkContextOf("my key", "cn-north-4"));
    expect(problems).toEqual([
      { property: "name", reason: expect.stringMatching(/logical name .* give a name$/) as string },
    ]);
  });

  test("never throws and says the same twice, whatever the input", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("name", "publicKey", "type", "keyProtection", "region"), fc.jsonValue()),
        (news) => {
          expect(problemsOf(news)).toEqual(problemsOf(news));
        },
      ),
    );
  });
});

describe("diff", () => {
  const inputs = keypair.check(undefined, { name: "key", publicKey }, context).inputs;
  const state: KeypairState = {
    ...inputs,
    publicKey,
    fingerprint: "f",
    keyProtected: false,
    frozenState: 0,
    userId: "me",
  };
  const autonamed = keypair.check(undefined, { publicKey }, context).inputs;

  function diff(news: Partial<KeypairInputs>, olds: Partial<KeypairState> = {}) {
    return keypair.diff({ ...state, ...olds }, { ...inputs, ...news }, context);
  }

  test("finds no change in what was just made, nor in what the program leaves to the service", () => {
    expect(diff({})).toEqual(noChange);
    expect(diff({}, { description: "by hand", keyProtected: true }).changed).toEqual([]);
    expect(diff({ adoptExisting: true }).changed).toEqual([]);
  });

  test.each<[string, Partial<KeypairInputs>]>([
    ["name", { name: "other" }],
    ["publicKey", { publicKey: newKey().publicKey }],
    ["type", { type: "x509" }],
    ["scope", { scope: "domain" }],
    ["userId", { userId: "another" }],
    ["triggers", { triggers: { month: "12" } }],
    ["region", { region: "cn-south-1" }],
  ])("replaces for another %s", (property, news) => {
    expect(diff(news)).toMatchObject({ changed: [property], replaces: [property] });
  });

  test.each<[string, KeypairInputs["triggers"], KeypairInputs["triggers"], string[]]>([
    ["the same", { month: "11" }, { month: "11" }, []],
    ["none and no more", undefined, {}, []],
    ["another value", { month: "11" }, { month: "12" }, ["triggers"]],
    ["another name", { month: "11" }, { year: "11" }, ["triggers"]],
    ["one more", { month: "11" }, { month: "11", year: "26" }, ["triggers"]],
    ["none any more", { month: "11" }, undefined, ["triggers"]],
  ])("replaces for changed triggers: %s", (_, before, after, replaces) => {
    expect(diff({ triggers: after }, { triggers: before })).toMatchObject({ changed: replaces, replaces });
  });

  test("deletes first only where the name is given", () => {
    expect(diff({ publicKey: newKey().publicKey }).deleteBeforeReplace).toBe(true);
    expect(diff({ name: "other" }).deleteBeforeReplace).toBe(true);
    const olds: KeypairState = { ...state, ...autonamed, publicKey };
    expect(keypair.diff(olds, { ...autonamed, publicKey: newKey().publicKey }, context).deleteBeforeReplace).toBe(
      false,
    );
  });

  test("changes the description and the hosting in place", () => {
    const keyProtection = { privateKey, encryption: { type: "default" as const } };
    expect(diff({ description: "new" })).toMatchObject({ changed: ["description"], replaces: [] });
    expect(diff({ description: "" }, { description: "old" })).toMatchObject({ changed: ["description"], replaces: [] });
    expect(diff({ description: "" })).toMatchObject({ changed: [] });
    expect(diff({ keyProtection })).toMatchObject({ changed: ["keyProtection"], replaces: [] });
    expect(diff({ keyProtection }, { keyProtection, keyProtected: true }).changed).toEqual([]);
    expect(diff({ keyProtection }, { keyProtected: false }).changed).toEqual(["keyProtection"]);
    expect(diff({}, { keyProtection, keyProtected: true }).changed).toEqual(["keyProtection"]);
  });

  test("of a pair that is lost names no property whose change would replace it", () => {
    const lost = { privateKey, __lost: {} };
    expect(diff({ publicKey: undefined }, lost)).toMatchObject({ changed: ["fingerprint"], replaces: [] });
  });

  describe("tells which outputs an update leaves alone:", () => {
    const learned = { algorithm: "ssh-ed25519", createdAt: "2024-01-01T00:00:00Z" };
    test.each<[string, Partial<KeypairState>, Partial<KeypairInputs>, string[]]>([
      [
        "of an imported pair, also that it has no private key",
        learned,
        {},
        ["privateKey", "fingerprint", "algorithm", "userId"],
      ],
      [
        "the public key of a generated one",
        { ...learned, privateKey },
        { publicKey: undefined },
        ["privateKey", "publicKey", "fingerprint", "algorithm", "userId"],
      ],
      ["not a user that the program gives", learned, { userId: "me" }, ["privateKey", "fingerprint", "algorithm"]],
      ["not what is still to be learned", { fingerprint: "", userId: undefined }, {}, ["privateKey"]],
      [
        "of a lost pair its keys alone",
        { ...learned, privateKey, __lost: {} },
        { publicKey: undefined },
        ["privateKey", "publicKey"],
      ],
    ])("%s", (_, olds, news, expected) => {
      expect(diff({ description: "new", ...news }, olds).stables).toEqual(expected);
    });
  });

  test("wants a generated pair replaced once its private key is not known any more", () => {
    const generated = keypair.check(undefined, { name: "key" }, context).inputs;
    expect(keypair.diff({ ...state, privateKey }, generated, context).changed).toEqual([]);
    expect(keypair.diff(state, generated, context).replaces).toEqual(["publicKey"]);
  });

  test("takes an unknown public key for another one", () => {
    expect(diff({ publicKey: unknownValue }).replaces).toEqual(["publicKey"]);
  });

  test("sees no difference in comments and white space, from either side", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ \t]{0,3}$/), fc.stringMatching(/^[a-z@. ]{0,20}$/), (space, comment) => {
        const [type = "", blob = ""] = publicKey.split(" ");
        const text = `${space}${type} ${space}${blob} ${comment}${space}\n`;
        expect(diff({ publicKey: text }).changed).toEqual([]);
        expect(diff({}, { publicKey: text }).changed).toEqual([]);
      }),
    );
  });
});
