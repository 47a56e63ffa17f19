import { replacements, wantedReplacements } from "./replacements";

const olds = { name: "a", publicKey: "k", type: "ssh", scope: "user", userId: "u", description: "d", region: "r" };

test("are those of the changed inputs that replace, in the schema's order", () => {
  const news = { region: "s", name: "b", publicKey: "l", type: "x509", scope: "domain", userId: "v", description: "e" };
  expect(replacements("Keypair", olds, news)).toEqual(["name", "publicKey", "type", "scope", "userId", "region"]);
  expect(replacements("Keypair", olds, { ...olds, description: "e", other: 1 })).toEqual([]);
  const binding = { keypairName: "k", serverIds: ["s"], deletionPolicy: "retain", region: "r" };
  expect(replacements("CloudPhoneKeypairBinding", binding, { ...binding, keypairName: "l", serverIds: [] })).toEqual(
    [],
  );
  expect(replacements("CloudPhoneKeypairBinding", binding, { ...binding, region: "s" })).toEqual(["region"]);
});

test("are none of what is left open, and compare values and not objects", () => {
  expect(replacements("Keypair", olds, { name: undefined })).toEqual([]);
  expect(replacements("Keypair", { ...olds, type: { a: [1] } }, { type: { a: [1] } })).toEqual([]);
  expect(replacements("Keypair", { ...olds, type: { a: [1] } }, { type: { a: [2] } })).toEqual(["type"]);
  expect(replacements("Keypair", {}, { userId: "u" })).toEqual(["userId"]);
});

describe("what is to be replaced by the option replaceOnChanges", () => {
  const olds = { description: "one", keyProtection: { encryption: { type: "default" } } };
  const news = { description: "two", keyProtection: { encryption: { type: "kms" } } };
  const changed = ["description", "keyProtection"];

  test.each<[string[] | undefined, string[]]>([
    [undefined, []],
    [["publicKey", "descriptio", ""], []],
    [["description"], ["description"]],
    [["*"], changed],
    [["keyProtection.encryption", "description.x"], ["keyProtection"]],
    [["*.encryption"], ["keyProtection"]],
    [["keyProtection.privateKey"], []],
    [["keyProtection["], []],
  ])("%j", (paths, expected) => {
    expect(wantedReplacements("Keypair", paths, changed, olds, news)).toEqual(expected);
  });

  test("is nothing that only an update can mend, such as a pair that is lost", () => {
    expect(wantedReplacements("Keypair", ["*", "fingerprint"], ["fingerprint", "description"], olds, news)).toEqual([
      "description",
    ]);
    expect(wantedReplacements("CloudPhoneKeypairBinding", ["*"], ["bindings"], {}, {})).toEqual([]);
  });

  test("is nothing of what does not change to the resource, although it differs", () => {
    expect(wantedReplacements("Keypair", ["description", "*"], [], olds, news)).toEqual([]);
  });
});
