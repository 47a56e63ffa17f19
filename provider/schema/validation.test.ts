import Ajv from "ajv";
import fc from "fast-check";
import { jsonSchemasOfPackage } from "./jsonSchema";
import { holdsUnknown, isUnknown, unknownValue } from "./unknown";
import { problemsOf, type ValidatedType } from "./validation";
import * as validators from "./validators";

const keypair = {
  name: "k",
  publicKey: "ssh-ed25519 AAAA",
  type: "ssh",
  scope: "user",
  userId: "u",
  description: "",
  keyProtection: { privateKey: "p", encryption: { type: "kms", kmsKeyName: "n", kmsKeyId: "i" } },
  adoptExisting: false,
  triggers: { month: "12" },
  region: "r",
};
const binding = { keypairName: "k", serverIds: ["s"], keypairFingerprint: "f", deletionPolicy: "retain", region: "r" };

describe("what is as declared has no problems", () => {
  test.each<[ValidatedType, unknown]>([
    ["KeypairInputs", keypair],
    ["KeypairInputs", {}],
    ["CloudPhoneKeypairBindingInputs", binding],
    ["CloudPhoneKeypairBindingInputs", { keypairName: "k", serverIds: [] }],
    ["Configuration", { region: "r", endpoints: { kms: "k", cph: "c", iam: "i" }, insecure: true, maxRetries: 3 }],
    ["Configuration", {}],
    ["GetKeypairsArgs", { nameRegex: ".*", scope: "domain" }],
    ["GetServersArgs", { status: 5 }],
  ])("%s %j", (type, value) => {
    expect(problemsOf(type, value)).toEqual([]);
  });
});

test("everything that is wrong is told at once, each with its path", () => {
  const problems = problemsOf("KeypairInputs", {
    name: 7,
    type: "rsa",
    scope: "domain ",
    adoptExisting: "yes",
    descripton: "typo",
    keyProtection: { privatekey: "p", encryption: { kmsKeyId: ["x"] } },
  });
  expect(problems.sort((a, b) => (a.property < b.property ? -1 : 1))).toEqual([
    { property: "adoptExisting", reason: "must be a boolean" },
    { property: "descripton", reason: 'is not a property; did you mean "description"?' },
    { property: "keyProtection.encryption.kmsKeyId", reason: "must be a string" },
    { property: "keyProtection.encryption.type", reason: "is missing" },
    { property: "keyProtection.privatekey", reason: 'is not a property; did you mean "privateKey"?' },
    { property: "name", reason: "must be a string" },
    { property: "scope", reason: 'must be "user" or "domain", not "domain "' },
    { property: "type", reason: 'must be "ssh" or "x509", not "rsa"' },
  ]);
});

test("items of lists are told by their number", () => {
  expect(problemsOf("CloudPhoneKeypairBindingInputs", { ...binding, serverIds: ["a", 1, "b", null] })).toEqual([
    { property: "serverIds[1]", reason: "must be a string" },
    { property: "serverIds[3]", reason: "must be a string" },
  ]);
});

test("entries of maps are told by their name", () => {
  const keypairs = { alice: {}, "007": { publicKey: 1 }, "a/b.c": { publicKey: "k", key: 1 }, bob: "key" };
  expect(problemsOf("KeypairSetInputs", { keypairs })).toEqual([
    { property: "keypairs.alice.publicKey", reason: "is missing" },
    { property: "keypairs.007.publicKey", reason: "must be a string" },
    { property: 'keypairs["a/b.c"].key', reason: "is not a property; known are publicKey, keyProtection, description" },
    { property: "keypairs.bob", reason: "must be an object" },
  ]);
});

test("what is missing is told", () => {
  expect(problemsOf("GetKeypairArgs", {})).toEqual([{ property: "name", reason: "is missing" }]);
  expect(problemsOf("KeypairSetInputs", {})).toEqual([{ property: "keypairs", reason: "is missing" }]);
});

describe("a value of another type", () => {
  test.each<[string, unknown, string]>([
    ["endpoints", "text", "must be an object"],
    ["insecure", 1, "must be a boolean"],
    ["maxRetries", 1.5, "must be an integer"],
    ["region", null, "must be a string"],
  ])("%s: %j", (property, value, reason) => {
    expect(problemsOf("Configuration", { [property]: value })).toEqual([{ property, reason }]);
  });

  test("never stands in a reason", () => {
    const secret = 987654321;
    const problems = problemsOf("KeypairInputs", {
      keyProtection: { privateKey: secret, encryption: [secret] },
      name: [secret],
    });
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).not.toContain(String(secret));
  });
});

describe("a property that does not exist", () => {
  test.each([
    ["publickey", "publicKey"],
    ["PublicKey", "publicKey"],
    ["public_key", "publicKey"],
    ["nam", "name"],
    ["keyProtecton", "keyProtection"],
    ["adoptExistng", "adoptExisting"],
  ])("%s: the one that was probably meant is named", (name, meant) => {
    expect(problemsOf("KeypairInputs", { [name]: "x" })).toEqual([
      { property: name, reason: `is not a property; did you mean "${meant}"?` },
    ]);
  });

  test("that resembles none: all that exist are named", () => {
    expect(problemsOf("KeypairInputs", { tags: {} })).toEqual([
      { property: "tags", reason: `is not a property; known are ${Object.keys(keypair).join(", ")}` },
    ]);
  });

  test.each(["__proto__", "constructor", "toString"])("%s is none either", (name) => {
    expect(problemsOf("KeypairInputs", JSON.parse(`{"${name}":1}`))).toMatchObject([{ property: name }]);
  });
});

describe("an unknown value is left alone", () => {
  test.each<[string, ValidatedType, unknown]>([
    ["in place of everything", "KeypairInputs", unknownValue],
    ["in place of a text", "KeypairInputs", { ...keypair, name: unknownValue }],
    ["in place of an enum", "KeypairInputs", { ...keypair, type: unknownValue }],
    ["in place of a boolean", "KeypairInputs", { ...keypair, adoptExisting: unknownValue }],
    ["in place of an object", "KeypairInputs", { ...keypair, keyProtection: unknownValue }],
    ["in place of an object inside", "KeypairInputs", { keyProtection: { encryption: unknownValue } }],
    ["in place of an enum inside", "KeypairInputs", { keyProtection: { encryption: { type: unknownValue } } }],
    ["in place of a list", "CloudPhoneKeypairBindingInputs", { ...binding, serverIds: unknownValue }],
    ["in place of an item", "CloudPhoneKeypairBindingInputs", { ...binding, serverIds: ["a", unknownValue] }],
    ["in place of a number", "GetServersArgs", { status: unknownValue }],
  ])("%s", (_, type, value) => {
    expect(problemsOf(type, value)).toEqual([]);
    expect(holdsUnknown(value)).toBe(true);
  });

  test("but what stands beside it is not", () => {
    const value = { type: unknownValue, scope: "all", keyProtection: { privateKey: unknownValue, encryption: {} } };
    expect(
      problemsOf("KeypairInputs", value)
        .map(({ property }) => property)
        .sort(),
    ).toEqual(["keyProtection.encryption.type", "scope"]);
  });

  test("at any depth, and any number of them", () => {
    const paths: (string | number)[][] = [
      ...Object.keys(keypair).map((name) => [name]),
      ...["privateKey", "encryption"].map((name) => ["keyProtection", name]),
      ...["type", "kmsKeyName", "kmsKeyId"].map((name) => ["keyProtection", "encryption", name]),
    ];
    fc.assert(
      fc.property(fc.subarray(paths), (chosen) => {
        const value = structuredClone(keypair) as Record<string, unknown>;
        for (const path of chosen) makeUnknown(value, path);
        expect(problemsOf("KeypairInputs", value)).toEqual([]);
        expect(holdsUnknown(value)).toBe(chosen.length > 0);
      }),
    );
  });

  function makeUnknown(value: Record<string, unknown>, [name = "", ...rest]: (string | number)[]): void {
    const inner = value[name];
    if (rest.length === 0 || typeof inner !== "object") value[name] = unknownValue;
    else makeUnknown(inner as Record<string, unknown>, rest);
  }
});

test("unknown values are told from all others", () => {
  expect(isUnknown(unknownValue)).toBe(true);
  for (const value of ["", "x", null, undefined, 0, {}, [], { a: [{ b: null }] }]) {
    expect(isUnknown(value)).toBe(false);
    expect(holdsUnknown(value)).toBe(false);
  }
});

test("any JSON is accepted or told what is wrong with it", () => {
  const types = fc.constantFrom(...(Object.keys(validators) as ValidatedType[]));
  fc.assert(
    fc.property(types, fc.jsonValue(), (type, value) => {
      for (const { property, reason } of problemsOf(type, value)) {
        expect(typeof property).toBe("string");
        expect(reason).toMatch(/^(is|must be) /);
        expect(reason).not.toContain("undefined");
      }
    }),
  );
});

test("everything that values are compared with is a JSON Schema", () => {
  const ajv = new Ajv({ strict: true });
  const definitions = jsonSchemasOfPackage();
  expect(Object.keys(definitions).length).toBeGreaterThan(10);
  for (const name of Object.keys(definitions)) {
    expect(ajv.validateSchema({ definitions, ...definitions[name] })).toBe(true);
    expect(ajv.errors ?? []).toEqual([]);
  }
});
