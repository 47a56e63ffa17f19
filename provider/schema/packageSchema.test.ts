import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import packageSchema from "../../schema.json";
import { configurationNames } from "./configurationNames";
import { defaultsOf } from "./defaults";
import { jsonSchemasOfPackage } from "./jsonSchema";
import { environmentNames, settingDeclarations } from "./settingDeclarations";

/** Paths, in a part of schema.json, of everything that is marked. */
function marked(part: unknown, mark: string): string[] {
  if (typeof part !== "object" || part === null) return [];
  const own = (part as Record<string, unknown>)[mark] === true ? [""] : [];
  const inner = Object.entries(part).flatMap(([name, value]) => marked(value, mark).map((path) => `.${name}${path}`));
  return [...own, ...inner];
}

const { Keypair, KeypairSet, Binding } = {
  Keypair: packageSchema.resources["huaweicloud-cph:index:Keypair"],
  KeypairSet: packageSchema.resources["huaweicloud-cph:index:KeypairSet"],
  Binding: packageSchema.resources["huaweicloud-cph:index:CloudPhoneKeypairBinding"],
};

test("everything that is secret is marked so, and nothing else", () => {
  const credentials = ["accessKey", "secretKey", "securityToken", "token", "password"];
  expect(marked(packageSchema, "secret")).toEqual([
    ...credentials.map((name) => `.config.variables.${name}`),
    ...credentials.map((name) => `.provider.inputProperties.${name}`),
    ".types.huaweicloud-cph:index:KeyProtection.properties.privateKey",
    ".types.huaweicloud-cph:index:ImportedKeypair.properties.keyProtection",
    ".resources.huaweicloud-cph:index:Keypair.properties.keyProtection",
    ".resources.huaweicloud-cph:index:Keypair.properties.privateKey",
    ".resources.huaweicloud-cph:index:Keypair.inputProperties.keyProtection",
  ]);
});

describe("what replaces a resource when it changes", () => {
  const ofKeypair = ["name", "publicKey", "type", "scope", "userId", "triggers", "region"].map((name) => `.${name}`);

  test("is marked in the inputs of a key pair", () => {
    expect(marked(Keypair.inputProperties, "replaceOnChanges")).toEqual(ofKeypair);
  });

  test("is marked in the outputs of a key pair", () => {
    expect(marked(Keypair.properties, "replaceOnChanges")).toEqual(ofKeypair);
  });

  test("is the region alone in a binding", () => {
    expect(marked(Binding.inputProperties, "replaceOnChanges")).toEqual([".region"]);
    expect(marked(Binding.properties, "replaceOnChanges")).toEqual([".region"]);
  });

  test("is what all pairs of a set share", () => {
    const shared = [".type", ".scope", ".userId", ".region"];
    expect(marked(KeypairSet.inputProperties, "replaceOnChanges")).toEqual(shared);
    expect(marked(KeypairSet.properties, "replaceOnChanges")).toEqual(shared);
  });

  test("is marked nowhere else", () => {
    expect(marked({ ...packageSchema, resources: undefined }, "replaceOnChanges")).toEqual([]);
  });
});

test("the inputs and outputs are those of the design", () => {
  const keypair = "name publicKey type scope userId description keyProtection adoptExisting triggers region".split(" ");
  const binding =
    "keypairName serverIds keypairFingerprint keypairNames keypairFingerprints deletionPolicy region".split(" ");
  expect(Object.keys(Keypair.inputProperties)).toEqual(keypair);
  expect(Object.keys(Keypair.properties)).toEqual([
    ...keypair,
    ...["privateKey", "fingerprint", "keyProtected", "frozenState", "algorithm", "createdAt"],
  ]);
  const set = "keypairs type scope userId adoptExisting region".split(" ");
  expect(Object.keys(KeypairSet.inputProperties)).toEqual(set);
  expect(KeypairSet.requiredInputs).toEqual(["keypairs"]);
  expect(Object.keys(KeypairSet.properties)).toEqual([...set, "fingerprints"]);
  expect(Object.keys(packageSchema.types["huaweicloud-cph:index:ImportedKeypair"].properties)).toEqual(
    "publicKey keyProtection description".split(" "),
  );
  expect(Object.keys(Binding.inputProperties)).toEqual(binding);
  // One of two forms is required, which a schema cannot say.
  expect("requiredInputs" in Binding).toBe(false);
  expect(Object.keys(Binding.properties)).toEqual([...binding, "bindings"]);
  expect(Object.keys(packageSchema.types["huaweicloud-cph:index:ServerBinding"].properties)).toEqual(
    "serverId serverName keypairName previousKeypairName jobId".split(" "),
  );
});

test("the defaults are those of the design", () => {
  const { inputProperties: keypair } = Keypair;
  expect(keypair.type.default).toBe("ssh");
  expect(keypair.scope.default).toBe("user");
  expect(keypair.adoptExisting.default).toBe(false);
  expect(Binding.inputProperties.deletionPolicy.default).toBe("retain");
  expect(defaultsOf("Keypair")).toEqual({ type: "ssh", scope: "user", adoptExisting: false });
  expect(defaultsOf("KeypairSet")).toEqual(defaultsOf("Keypair"));
  expect(defaultsOf("CloudPhoneKeypairBinding")).toEqual({ deletionPolicy: "retain" });
});

test("the configuration is the design's, and the provider's inputs are the same", () => {
  expect(configurationNames).toEqual(
    (
      "region accessKey secretKey securityToken token domainId domainName userId userName password projectId projectName " +
      "authUrl cloud endpoints insecure maxRetries sharedConfigFile profile serversPerCall assumeRole idpId idTokenFile ecsMetadata"
    ).split(" "),
  );
  expect(packageSchema.provider.inputProperties).toEqual(packageSchema.config.variables);
});

describe("what Pulumi's SDKs would write into the state", () => {
  /** Names, in a part of schema.json, of every property with a keyword of Pulumi's. */
  function having(keyword: string, properties: Record<string, object>): string[] {
    return Object.keys(properties).filter((name) => keyword in (properties[name] ?? {}));
  }

  test("is no setting: neither what the environment holds, nor a default", () => {
    expect(JSON.stringify(packageSchema)).not.toContain("defaultInfo");
    expect(having("default", packageSchema.config.variables)).toEqual([]);
    expect(having("default", packageSchema.types["huaweicloud-cph:index:Endpoints"].properties)).toEqual([]);
  });
});

describe("what this package alone reads of a setting", () => {
  const own = Object.entries<{ description: string; language?: { "huaweicloud-cph": object } }>(
    packageSchema.config.variables,
  );

  test("has known names and formats", () => {
    const { "huaweicloud-cph:index:Endpoints": endpoints, "huaweicloud-cph:index:AssumeRole": role } =
      packageSchema.types;
    const nested = [...Object.values(endpoints.properties), ...Object.values(role.properties)];
    for (const { language = { "huaweicloud-cph": {} } } of [...own.map(([, variable]) => variable), ...nested]) {
      expect(Object.keys(language)).toEqual(["huaweicloud-cph"]);
      const { format = "word" } = language["huaweicloud-cph"] as { format?: string };
      expect(["word", "password", "region", "domain", "url"]).toContain(format);
      const names = ["environment", "default", "minimum", "maximum", "format"];
      expect(Object.keys(language["huaweicloud-cph"]).filter((name) => !names.includes(name))).toEqual([]);
    }
  });

  test("is what its description says", () => {
    const defaults: Record<string, unknown> = { ...defaultsOf("Configuration") };
    for (const [name, { description }] of own) {
      const variables = [...environmentNames].filter(([path]) => path.split(".")[0] === name);
      const told = variables.map(([, [first]]) => `\`${first}\``).join(", ");
      expect(description).toMatch(told === "" ? /^(?!.*Environment:)/ : new RegExp(`Environment: ${told}\\.$`));
      if (name in defaults) {
        expect(description).toMatch(
          new RegExp(`[; ](default ${String(defaults[name])}|\`?${String(defaults[name])}\`? by default)`),
        );
      }
    }
  });

  test("knows the types of those within others", () => {
    expect(settingDeclarations.get("endpoints")).toMatchObject({ type: "object", within: expect.any(Map) as unknown });
    expect(environmentNames.get("endpoints.cph")).toEqual(["HW_ENDPOINT_CPH"]);
    expect(settingDeclarations.get("maxRetries")?.type).toBe("integer");
  });
});

test("the documentation lists every setting, as it is described", () => {
  const page = readFileSync(join(__dirname, "../../docs/installation-configuration.md"), "utf8");
  const listed = [...page.matchAll(/^- `huaweicloud-cph:.*$/gm)].map(([line]) => line);
  const expected = Object.entries<{ description: string; secret?: boolean }>(packageSchema.config.variables).map(
    ([name, { description, secret }]) =>
      `- \`huaweicloud-cph:${name}\` (${secret ? "secret, " : ""}optional): ${description}`,
  );
  expect(listed).toEqual(expected);
});

test("the names of environment variables are written in schema.json alone", () => {
  const root = join(__dirname, "../..");
  const sources = ["provider", "sdk"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(root, folder, file)),
  );
  const ours = sources.filter(
    (file) => file.endsWith(".ts") && !/\.test\.ts$|schema\/types\.ts$|\/generated\//.test(file),
  );
  expect(ours.length).toBeGreaterThan(50);
  expect(ours.filter((file) => /HW_[A-Z]|HUAWEICLOUD_SDK_/.test(readFileSync(file, "utf8")))).toEqual([]);
});

test("the functions are the design's", () => {
  const inputs = Object.entries(packageSchema.functions).map(
    ([
      token,
      {
        inputs: { properties },
      },
    ]) => [token.split(":")[2], ...Object.keys(properties)],
  );
  expect(inputs).toEqual([
    ["getKeypair", "name", "region"],
    ["getKeypairs", "nameRegex", "scope", "region"],
    ["getServers", "serverName", "status", "keypairName", "region"],
  ]);
});

test("every reference is to a type that exists, and every type is used", () => {
  const text = JSON.stringify(packageSchema);
  const references = new Set([...text.matchAll(/"\$ref":"#\/types\/([^"]+)"/g)].map(([, token]) => token));
  expect([...references].sort()).toEqual(Object.keys(packageSchema.types).sort());
});

test("everything is described", () => {
  const undescribed = (part: unknown, path = ""): string[] => {
    if (typeof part !== "object" || part === null) return [];
    return Object.entries(part).flatMap(([name, value]: [string, unknown]) => {
      const inner = undescribed(value, `${path}.${name}`);
      const isProperties = /\.(properties|inputProperties|variables)$/.test(path);
      return isProperties && !(value as { description?: string }).description ? [`${path}.${name}`, ...inner] : inner;
    });
  };
  expect(undescribed(packageSchema)).toEqual([]);
});

test("required properties exist", () => {
  for (const [name, { properties = {}, required = [] }] of Object.entries(jsonSchemasOfPackage()))
    expect([name, required.filter((property) => !(property in properties))]).toEqual([name, []]);
});
