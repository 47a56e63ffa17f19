import * as pulumi from "@pulumi/pulumi";
import packageSchema from "../../schema.json";
import { redactSecrets } from "../../provider/text/redaction";
import { recordRegistrations, valueOf, type Registration } from "../../provider/testing/registrations";
import { CloudPhoneKeypairBinding, type CloudPhoneKeypairBindingArgs } from "./cloudPhoneKeypairBinding";
import { stubOf } from "./dynamicResource";
import { Keypair, type KeypairArgs } from "./keypair";
import { KeypairSet, type KeypairSetArgs } from "./keypairSet";
import { Provider } from "./provider";
import { resources as allResources } from "./testing/everything";

let registrations: Registration[];

beforeEach(async () => {
  registrations = await recordRegistrations();
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** What the engine is handed for a resource. */
async function registrationOf(resource: pulumi.Resource): Promise<Registration> {
  await valueOf(resource.urn);
  const [registration] = registrations;
  if (registration === undefined || registrations.length > 1) throw new Error("expected one registration");
  return registration;
}

const bindingArgs = { keypairName: "key", serverIds: ["id"] };

const resources = packageSchema.resources as Record<
  string,
  { inputProperties: Record<string, { secret?: boolean }>; properties: Record<string, { secret?: boolean }> }
>;

describe.each(Object.entries(allResources))("%s", (token, { exportName, create, get }) => {
  const schema = resources[token];
  const dynamicType = `pulumi-nodejs:dynamic/${token.replace(":index:", ":")}`;

  test("has exactly the outputs of schema.json", async () => {
    const resource = create("it");
    await registrationOf(resource);
    const own = Object.entries(resource).filter(([name]) => !name.startsWith("__") && name !== "urn" && name !== "id");
    expect(own.map(([name]) => name).sort()).toEqual(Object.keys(schema?.properties ?? {}).sort());
    for (const [, value] of own) expect(pulumi.Output.isInstance(value)).toBe(true);
  });

  test("is hosted by its stub, and tells its name", async () => {
    const { type, inputs } = await registrationOf(create("it"));
    expect(type).toBe(dynamicType);
    expect(inputs).toMatchObject({ __provider: stubOf(exportName), __logicalName: "it" });
  });

  test("marks exactly the secrets of schema.json as secret outputs", async () => {
    const { secretOutputs } = await registrationOf(create("it"));
    const secrets = Object.entries(schema?.properties ?? {}).filter(([, { secret }]) => secret);
    expect([...secretOutputs].sort()).toEqual(secrets.map(([name]) => name).sort());
  });

  test("is read by get, without any input of its own", async () => {
    const { id, type, inputs } = await registrationOf(get("it", "the-id"));
    expect(id).toBe("the-id");
    expect(type).toBe(dynamicType);
    expect(inputs).toEqual({ __provider: stubOf(exportName), __logicalName: "it" });
  });
});

test("all inputs of a key pair arrive, the private key as a secret", async () => {
  const args = {
    name: "name",
    publicKey: "ssh-rsa AAAA",
    type: "ssh",
    scope: "domain",
    userId: "user",
    description: "",
    keyProtection: { privateKey: "secret", encryption: { type: "kms", kmsKeyId: "id" } },
    adoptExisting: true,
    triggers: { month: "2026-12" },
    region: "cn-north-4",
  } as const;
  const { inputs, secretInputs } = await registrationOf(new Keypair("it", args));
  const { inputProperties = {} } = resources["huaweicloud-cph:index:Keypair"] ?? {};
  expect(Object.keys(args).sort()).toEqual(Object.keys(inputProperties).sort());
  expect(inputs).toMatchObject(args);
  // It holds the private key, which schema.json calls secret.
  expect(secretInputs).toEqual(["keyProtection"]);
  expect(packageSchema.types["huaweicloud-cph:index:KeyProtection"].properties.privateKey.secret).toBe(true);
});

describe("a binding", () => {
  const ofBoth = { deletionPolicy: "restore", region: "cn-north-4" } as const;
  const forms = {
    "one key pair": { keypairName: "key", serverIds: ["one", "two"], keypairFingerprint: "fingerprint", ...ofBoth },
    "a key pair for each server": {
      keypairNames: { one: "key", two: "other" },
      keypairFingerprints: { key: "fingerprint" },
      ...ofBoth,
    },
  };

  test.each(Object.entries(forms))("of %s gets all of its inputs", async (_, args) => {
    const { inputs, secretInputs } = await registrationOf(new CloudPhoneKeypairBinding("it", args));
    expect(inputs).toMatchObject(args);
    expect(secretInputs).toEqual([]);
  });

  test("has no inputs but those of its forms", () => {
    const { inputProperties } = resources["huaweicloud-cph:index:CloudPhoneKeypairBinding"] ?? {};
    const ofForms = new Set(Object.values(forms).flatMap((args) => Object.keys(args)));
    expect([...ofForms].sort()).toEqual(Object.keys(inputProperties ?? {}).sort());
  });
});

test("a binding's types ask for one of its forms", () => {
  const given: CloudPhoneKeypairBindingArgs[] = [
    { keypairName: "key", serverIds: ["one"] },
    { keypairNames: { one: pulumi.output("key") } },
    // @ts-expect-error None of them.
    {},
    // @ts-expect-error A part of one.
    { keypairName: "key" },
    // @ts-expect-error Both at once.
    { keypairName: "key", serverIds: ["one"], keypairNames: { one: "key" } },
    // @ts-expect-error A fingerprint of the other one.
    { keypairNames: { one: "key" }, keypairFingerprint: "aa:bb" },
  ];
  expect(given).toHaveLength(6);
});

describe("the key pairs of a set", () => {
  const keyProtection = { privateKey: "pem", encryption: { type: "default" as const } };

  test.each<[string, KeypairSetArgs["keypairs"], string[] | undefined]>([
    ["plain", { a: { publicKey: "k" }, b: { publicKey: "k", description: "d" } }, undefined],
    [
      "with a private key",
      { a: { publicKey: "k" }, b: { publicKey: "k", keyProtection } },
      ["keypairs/b/keyProtection"],
    ],
    ["with a secret", { a: { publicKey: pulumi.secret("k") } }, ["keypairs/a/publicKey"]],
    ["one of them an output", { a: pulumi.output({ publicKey: "k", keyProtection }) }, ["keypairs/a"]],
    ["all an output", pulumi.output({ a: { publicKey: "k", keyProtection } }), ["keypairs"]],
    ["all a promise", Promise.resolve({ a: { publicKey: "k", keyProtection } }), ["keypairs"]],
    ["all a secret", pulumi.secret({ a: { publicKey: "k" } }), ["keypairs"]],
  ])("%s: what is secret is told by its path", async (_, keypairs, names) => {
    const { inputs, secretOutputs } = await registrationOf(new KeypairSet("it", { keypairs }));
    expect(inputs.__secrets).toEqual(names);
    // Within a map the engine sees to it by itself.
    expect(secretOutputs).toEqual(names?.includes("keypairs") ? ["keypairs"] : []);
  });
});

test("inputs may be outputs at every level, and secrets stay secrets", async () => {
  const { inputs, secretInputs } = await registrationOf(
    new Keypair("it", {
      name: Promise.resolve("name"),
      description: pulumi.secret("hidden"),
      keyProtection: pulumi.output({
        privateKey: pulumi.output("secret"),
        encryption: { type: pulumi.output("default" as const) },
      }),
    }),
  );
  expect(inputs).toMatchObject({
    name: "name",
    description: "hidden",
    keyProtection: { privateKey: "secret", encryption: { type: "default" } },
  });
  expect(secretInputs.sort()).toEqual(["description", "keyProtection"]);
});

describe("what the program gave as a secret", () => {
  const secret = pulumi.secret("s");

  test.each<[string, KeypairArgs, string[]]>([
    ["an argument", { name: secret, description: "plain" }, ["name"]],
    ["a promise of one", { name: Promise.resolve(secret) as never }, ["name"]],
    ["what comes of one", { name: secret.apply((text) => `${text}-2`) }, ["name"]],
    ["a part of one", { keyProtection: { encryption: { type: "kms", kmsKeyId: secret } } }, ["keyProtection"]],
    ["a part of an output", { keyProtection: pulumi.output({ encryption: secret }) as never }, ["keyProtection"]],
    ["what is no argument", { nmae: [{ deep: secret }] } as KeypairArgs, ["nmae"]],
  ])("is told by its name, beside the properties: %s", async (_, args, names) => {
    const { inputs, secretInputs } = await registrationOf(new Keypair("it", args));
    expect(inputs.__secrets).toEqual(names);
    expect(secretInputs).not.toContain("__secrets");
  });

  test("is told of items of a list", async () => {
    const binding = new CloudPhoneKeypairBinding("it", { keypairName: "k", serverIds: ["a", secret] });
    expect((await registrationOf(binding)).inputs.__secrets).toEqual(["serverIds"]);
  });

  test("is not told where there is none, although hosting is always stored as a secret", async () => {
    const args = { name: pulumi.output("n"), keyProtection: { encryption: { type: "default" as const } } };
    const { inputs, secretInputs } = await registrationOf(new Keypair("it", args));
    expect(inputs).not.toHaveProperty("__secrets");
    expect(secretInputs).toEqual(["keyProtection"]);
  });
});

describe("outputs that show a secret are secret as well", () => {
  const secret = pulumi.secret("s");
  const get = (id: pulumi.Input<string>) => CloudPhoneKeypairBinding.get("it", id);

  test.each<[string, () => pulumi.Resource, string[]]>([
    ["its own", () => new Keypair("it", { name: secret }), ["name"]],
    [
      "what is known of a secret server",
      () => new CloudPhoneKeypairBinding("it", { ...bindingArgs, serverIds: ["plain", secret] }),
      ["__given", "__pending", "bindings", "serverIds"],
    ],
    [
      "what servers carry, of a secret key pair",
      () => new CloudPhoneKeypairBinding("it", { ...bindingArgs, keypairName: secret }),
      ["__given", "__pending", "bindings", "keypairName"],
    ],
    [
      "the key of a secret fingerprint",
      () => new CloudPhoneKeypairBinding("it", { ...bindingArgs, keypairFingerprint: secret }),
      ["__key", "keypairFingerprint"],
    ],
    [
      "what servers carry, of a secret key pair among several",
      () => new CloudPhoneKeypairBinding("it", { keypairNames: { one: "plain", two: secret } }),
      ["__given", "__keys", "__pending", "bindings", "keypairNames"],
    ],
    [
      "the keys of secret fingerprints",
      () => new CloudPhoneKeypairBinding("it", { keypairNames: { one: "a" }, keypairFingerprints: { a: secret } }),
      ["__keys", "keypairFingerprints"],
    ],
    [
      "what a secret id names",
      () => get(secret),
      ["__given", "__keys", "__pending", "bindings", "keypairName", "keypairNames", "name", "serverIds"],
    ],
    ["none of a plain id", () => get("plain"), []],
  ])("%s", async (_, create, names) => {
    const { secretOutputs } = await registrationOf(create());
    const alwaysSecret = ["keyProtection", "privateKey"];
    expect(secretOutputs.filter((name) => !alwaysSecret.includes(name)).sort()).toEqual(names);
  });

  test("and Pulumi's debug log does not show them", async () => {
    await registrationOf(
      new CloudPhoneKeypairBinding("it", { ...bindingArgs, serverIds: [pulumi.secret("server-9")] }),
    );
    expect(redactSecrets('bindings: [{"serverId":"server-9"}]')).toBe('bindings: [{"serverId":"[secret]"}]');
  });
});

test("a program in plain JavaScript may pass null for arguments and options", async () => {
  const { inputs } = await registrationOf(new Keypair("it", null as never, null as never));
  expect(inputs).toMatchObject({ __logicalName: "it" });
  new CloudPhoneKeypairBinding("it", null as never, null as never);
  new Provider("it", null as never);
});

test("secret outputs of the program's own choice are kept beside ours", async () => {
  const { secretOutputs } = await registrationOf(new Keypair("it", {}, { additionalSecretOutputs: ["fingerprint"] }));
  expect([...secretOutputs].sort()).toEqual(["fingerprint", "keyProtection", "privateKey"]);
});

describe("customTimeouts", () => {
  test.each<[string, number]>([
    ["90s", 90],
    ["1h30m", 5400],
    ["1.5h", 5400],
    ["30m", 1800],
    ["2m3.5s", 123.5],
    ["250ms", 0.25],
    ["1500us", 0.0015],
    ["1500µs", 0.0015],
    ["2000000ns", 0.002],
    [".5m", 30],
    ["1h0m1s", 3601],
  ])("%s arrive in seconds", async (text, seconds) => {
    const customTimeouts = { create: text, update: text, delete: text };
    const { inputs } = await registrationOf(new Keypair("it", {}, { customTimeouts }));
    const { create, update, delete: deletion, ...others } = inputs.__timeouts as Record<string, number>;
    for (const value of [create, update, deletion]) expect(value).toBeCloseTo(seconds, 9);
    expect(others).toEqual({});
  });

  test("that are not given do not arrive", async () => {
    const customTimeouts = { create: "1m", update: undefined };
    const { inputs } = await registrationOf(new CloudPhoneKeypairBinding("it", bindingArgs, { customTimeouts }));
    expect(inputs.__timeouts).toEqual({ create: 60 });
  });

  test("may be null in plain JavaScript", async () => {
    const key = new Keypair("it", {}, { customTimeouts: null as never });
    expect((await registrationOf(key)).inputs).not.toHaveProperty("__timeouts");
  });

  test("are no property of a resource without", async () => {
    expect((await registrationOf(new Keypair("it"))).inputs).not.toHaveProperty("__timeouts");
  });
});

describe("the option deleteBeforeReplace, of which the engine tells no provider,", () => {
  test.each([
    ["as it is given", { deleteBeforeReplace: false }, { name: "given" }, false],
    ["true for a given name", {}, { name: "given" }, true],
    ["not at all for a made-up name", {}, {}, undefined],
  ])("arrives %s", async (_, options, args, expected) => {
    const { inputs } = await registrationOf(new Keypair("it", args, options));
    expect(inputs.__deleteBeforeReplace).toBe(expected);
  });
});
