import { PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { Difference } from "../../contract";
import { unknownValue } from "../../schema/unknown";
import { detailedDiff } from "./detailedDiff";

const { Kind } = PropertyDiff;

function kindsOf(
  type: string,
  { changed = [], replaces = [], paths }: Partial<Difference>,
  olds: object,
  news: object,
): Record<string, string | undefined> {
  const difference = { changed, replaces, paths, deleteBeforeReplace: false, stables: [] };
  const diffs = detailedDiff(`huaweicloud-cph:index:${type}`, difference, { ...olds }, { ...news });
  const names = Object.fromEntries(Object.entries(Kind).map(([name, kind]) => [kind, name]));
  return Object.fromEntries([...diffs].map(([path, diff]) => [path, names[diff.getKind()]]));
}

test("a property comes, goes or changes, and may replace", () => {
  const difference = {
    changed: ["name", "userId", "scope", "description", "keyProtection"],
    replaces: ["name", "userId", "scope"],
  };
  const olds = { name: "a", scope: "user", keyProtection: {} };
  expect(kindsOf("Keypair", difference, olds, { name: "b", userId: "u", description: "d" })).toEqual({
    name: "UPDATE_REPLACE",
    userId: "ADD_REPLACE",
    scope: "DELETE_REPLACE",
    description: "ADD",
    keyProtection: "DELETE",
  });
});

test("outputs are left out: the program does not give them, and they do not go", () => {
  expect(kindsOf("Keypair", { changed: ["fingerprint"] }, { fingerprint: "f" }, {})).toEqual({});
});

describe("servers", () => {
  const changed = ["serverIds"];
  const kinds = (olds: unknown, news: unknown) =>
    kindsOf("CloudPhoneKeypairBinding", { changed }, { serverIds: olds }, { serverIds: news });

  test.each([
    ["that come", ["b", "d"], ["a", "b", "c", "d"], { "serverIds[0]": "ADD", "serverIds[2]": "ADD" }],
    ["that go", ["a", "b", "c"], ["b"], { "serverIds[0]": "DELETE", "serverIds[2]": "DELETE" }],
    ["that another one takes the place of", ["a", "b"], ["a", "c"], { "serverIds[1]": "UPDATE" }],
    ["that are not known yet", ["a"], ["a", unknownValue], { "serverIds[1]": "ADD" }],
    ["of which nothing is known yet", ["a"], unknownValue, { serverIds: "UPDATE" }],
    ["that are the same, where something else about them is not", ["a"], ["a"], { serverIds: "UPDATE" }],
  ])("%s are shown one by one", (_, olds, news, expected) => {
    expect(kinds(olds, news)).toEqual(expected);
  });
});

test("of an object the parts that differ are shown", () => {
  const olds = { keyProtection: { privateKey: "k", encryption: { type: "default" } } };
  const news = { keyProtection: { privateKey: "k", encryption: { type: "kms", kmsKeyName: "alias" } } };
  expect(kindsOf("Keypair", { changed: ["keyProtection"] }, olds, news)).toEqual({
    "keyProtection.encryption.type": "UPDATE",
    "keyProtection.encryption.kmsKeyName": "ADD",
  });
  expect(kindsOf("Keypair", { changed: ["keyProtection"] }, olds, olds)).toEqual({ keyProtection: "UPDATE" });
});

describe("pairs of a set", () => {
  const paths = ["keypairs.alice.publicKey", "keypairs.bob", "keypairs.carol", "keypairs.dave.description"];
  const olds = { keypairs: { alice: { publicKey: "a" }, bob: {}, dave: { publicKey: "d" }, same: { publicKey: "s" } } };
  const news = {
    keypairs: {
      alice: { publicKey: "b" },
      carol: {},
      dave: { publicKey: "d", description: "x" },
      same: { publicKey: "s c" },
    },
  };

  test("are shown one by one, where they differ", () => {
    expect(kindsOf("KeypairSet", { changed: ["keypairs"], paths }, olds, news)).toEqual({
      "keypairs.alice.publicKey": "UPDATE",
      "keypairs.bob": "DELETE",
      "keypairs.carol": "ADD",
      "keypairs.dave.description": "ADD",
    });
  });

  test("are those that the set names, and no others that differ", () => {
    const difference = { changed: ["keypairs"], paths: ["keypairs.alice.publicKey", "keypairs.same.publicKey"] };
    expect(kindsOf("KeypairSet", difference, olds, news)).toEqual({
      "keypairs.alice.publicKey": "UPDATE",
      "keypairs.same.publicKey": "UPDATE",
    });
  });

  test("are shown as a whole where nothing is known yet, or all are replaced", () => {
    expect(kindsOf("KeypairSet", { changed: ["keypairs"] }, olds, { keypairs: unknownValue })).toEqual({
      keypairs: "UPDATE",
    });
    const replaced = { changed: ["keypairs"], replaces: ["keypairs"], paths };
    expect(kindsOf("KeypairSet", replaced, olds, news)).toEqual({ keypairs: "UPDATE_REPLACE" });
  });
});

test("an entry of a map is shown where the resource names it, also where it says the same", () => {
  const names = { keypairNames: { "1a": "one", "2b": "two" } };
  const difference = { changed: ["keypairNames"], paths: ["keypairNames.2b"] };
  expect(kindsOf("CloudPhoneKeypairBinding", difference, names, names)).toEqual({ "keypairNames.2b": "UPDATE" });
});
