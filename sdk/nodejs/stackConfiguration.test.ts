import * as pulumi from "@pulumi/pulumi";
import { redactSecrets } from "../../provider/text/redaction";
import { recordRegistrations } from "../../provider/testing/registrations";
import packageSchema from "../../schema.json";
import { getKeypair } from "./functions";
import { Keypair } from "./keypair";
import { Provider } from "./provider";
import { stackConfiguration } from "./stackConfiguration";

const settings = Object.entries(packageSchema.config.variables);
const secrets = settings.filter(([, variable]) => "secret" in variable).map(([name]) => name);

let warnings: jest.SpyInstance;

beforeEach(async () => {
  await recordRegistrations();
  warnings = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
});

afterEach(() => {
  pulumi.runtime.setAllConfig({});
  jest.restoreAllMocks();
});

/** Values in the package's namespace, beside one of another; `secretNames` are stored with `--secret`. */
function configure(values: Record<string, string>, secretNames: string[] = []): void {
  const named = Object.entries(values).map(([name, value]) => [`huaweicloud-cph:${name}`, value]);
  pulumi.runtime.setAllConfig(
    { "project:regoin": "x", ...(Object.fromEntries(named) as Record<string, string>) },
    secretNames.map((name) => `huaweicloud-cph:${name}`),
  );
}

test("every setting, and what only the SDK sets, is accepted", () => {
  const values = Object.fromEntries(settings.map(([name]) => [name, `a-${name}`]));
  configure({ ...values, explicitCredentials: "true" });
  expect(stackConfiguration()).toEqual(values);
});

describe("a name that is no setting", () => {
  test.each([
    ["regoin", "x", 'huaweicloud-cph:regoin is not a setting; did you mean "region"?'],
    ["accesskey", "", 'huaweicloud-cph:accesskey is not a setting; did you mean "accessKey"?'],
    ["secretkey", "s3cret", 'huaweicloud-cph:secretkey is not a setting; did you mean "secretKey"?'],
    ["__proto__", "x", /^huaweicloud-cph:__proto__ is not a setting; known are region, .*, ecsMetadata\.$/],
  ])("%s is refused by functions", async (name, value, message) => {
    configure({ [name]: value });
    await expect(getKeypair({ name: "key" })).rejects.toThrow(message);
  });

  test("is refused together with all others", async () => {
    configure({ regoin: "x", region: "r", tokn: "x" });
    await expect(getKeypair({ name: "key" })).rejects.toThrow(
      'huaweicloud-cph:regoin is not a setting; did you mean "region"? huaweicloud-cph:tokn is not a setting; did you mean "token"?',
    );
  });

  test("does not concern what is given a provider of its own", async () => {
    configure({ southRegion: "x" });
    const provider = new Provider("south", { region: "x y", accessKey: "ak", secretKey: "sk" });
    await expect(getKeypair({ name: "key" }, { provider })).rejects.toThrow(/huaweicloud-cph:region must be/);
  });
});

describe("a secret in plain text", () => {
  beforeEach(() => {
    // Otherwise all tests would be one run.
    jest.spyOn(pulumi.runtime, "getStackResource").mockReturnValue({} as never);
  });

  test.each(secrets)("%s is warned of once a run, by its name and without its value", (name) => {
    configure({ [name]: "s3cret", region: "r" });
    new Keypair("key");
    stackConfiguration();
    new Keypair("another");
    const texts = warnings.mock.calls.map(([text]) => String(text));
    expect(texts).toEqual([expect.stringContaining(`\`pulumi config set --secret huaweicloud-cph:${name}\``)]);
    expect(texts.join()).not.toContain("s3cret");
  });

  test("is not warned of where it is encrypted, or empty", () => {
    configure({ accessKey: "ak", secretKey: "sk", token: "", password: " \n" }, ["accessKey", "secretKey"]);
    stackConfiguration();
    expect(warnings).not.toHaveBeenCalled();
  });

  test("is not warned of by resources that have a provider of their own", () => {
    configure({ secretKey: "sk" });
    new Keypair("key", {}, { provider: new Provider("south") });
    expect(warnings).not.toHaveBeenCalled();
  });
});

test("what the configuration keeps as a secret is in no message, whatever its name", () => {
  configure({ region: "a-secret-region", cloud: "a-plain-cloud" }, ["region"]);
  stackConfiguration();
  expect(redactSecrets("a-secret-region a-plain-cloud")).toBe("[secret] a-plain-cloud");
});
