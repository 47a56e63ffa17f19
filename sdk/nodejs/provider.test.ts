import * as pulumi from "@pulumi/pulumi";
import packageSchema from "../../schema.json";
import { redactSecrets } from "../../provider/text/redaction";
import { recordRegistrations, valueOf, type Registration } from "../../provider/testing/registrations";
import { Keypair } from "./keypair";
import { Provider, type ProviderArgs } from "./provider";

let registrations: Registration[];

beforeEach(async () => {
  registrations = await recordRegistrations();
});

afterEach(() => {
  jest.restoreAllMocks();
});

async function registrationOf(args?: ProviderArgs): Promise<Registration> {
  await valueOf(new Provider("account", args).urn);
  const [registration] = registrations;
  if (registration === undefined) throw new Error("nothing was registered");
  return registration;
}

const args: Required<ProviderArgs> = {
  region: "cn-north-4",
  accessKey: "ak",
  secretKey: "sk",
  securityToken: "st",
  token: "t",
  domainId: "di",
  domainName: "dn",
  userId: "ui",
  userName: "un",
  password: "p",
  projectId: "pi",
  projectName: "pn",
  authUrl: "https://iam.example.com",
  cloud: "example.com",
  endpoints: { kms: "https://kms.example.com", cph: "https://cph.example.com", iam: "https://iam.example.com" },
  insecure: false,
  maxRetries: 0,
  sharedConfigFile: "file",
  profile: "profile",
  serversPerCall: 7,
  assumeRole: { agencyName: "agency", domainId: "account" },
  idpId: "idp",
  idTokenFile: "id-token",
  ecsMetadata: true,
};
const variables = Object.entries(packageSchema.config.variables);

test("every name of the configuration is handed over as a text, under the package's own name", async () => {
  expect(Object.keys(args).sort()).toEqual(variables.map(([name]) => name).sort());
  const { type, inputs } = await registrationOf(args);
  expect(type).toBe("pulumi:providers:pulumi-nodejs");
  const texts = Object.entries(args).map(([name, value]) => [
    `huaweicloud-cph:${name}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  expect(inputs).toEqual({ ...Object.fromEntries(texts), "huaweicloud-cph:explicitCredentials": "true" });
});

test("exactly the secrets of schema.json are secrets", async () => {
  const { secretInputs } = await registrationOf(args);
  const secrets = variables.filter(([, variable]) => "secret" in variable);
  expect(secretInputs.sort()).toEqual(secrets.map(([name]) => `huaweicloud-cph:${name}`).sort());
});

test("secrets are known to the redaction before they are registered", async () => {
  await registrationOf({ userName: "a-user-name", password: "a-password", secretKey: pulumi.secret("a-secret-key") });
  const text = "resp: userName,a-user-name,password,a-password,secretKey,a-secret-key";
  expect(redactSecrets(text)).toBe("resp: userName,a-user-name,password,[secret],secretKey,[secret]");
});

test("what the program calls a secret is one as well", async () => {
  const { inputs, secretInputs } = await registrationOf({ userName: pulumi.secret("me") });
  expect(inputs["huaweicloud-cph:userName"]).toBe("me");
  expect(secretInputs).toEqual(["huaweicloud-cph:userName"]);
  expect(inputs["huaweicloud-cph:secretSettings"]).toBe('["userName"]');
  expect(redactSecrets("it is me")).toBe("it is [secret]");
});

test("a name that is no setting is handed over, as a secret, so that who uses the provider can refuse it", async () => {
  const { inputs, secretInputs } = await registrationOf({ secretkey: "sk", region: "r" } as ProviderArgs);
  expect(inputs).toEqual({ "huaweicloud-cph:secretkey": "sk", "huaweicloud-cph:region": "r" });
  expect(secretInputs).toEqual(["huaweicloud-cph:secretkey"]);
});

describe("a value that is none is not handed over, nor does it count as a credential", () => {
  const nothing = [null, pulumi.output(null), pulumi.output(undefined), pulumi.secret(undefined), Promise.resolve()];

  test.each(nothing)("%#", async (none) => {
    const value = none as never;
    const endpoints = { kms: "https://kms.example.com", iam: value };
    const given = { region: value, securityToken: value, maxRetries: value, endpoints };
    const { inputs } = await registrationOf(given);
    const settings = Object.entries(inputs).filter(([name]) => name !== "huaweicloud-cph:secretSettings");
    expect(settings).toEqual([["huaweicloud-cph:endpoints", '{"kms":"https://kms.example.com"}']]);
  });

  test("unlike a credential that a preview does not know yet", async () => {
    registrations = await recordRegistrations({ preview: true });
    const key = new Keypair("key");
    await valueOf(key.urn);
    registrations.length = 0;
    const { inputs } = await registrationOf({ accessKey: key.privateKey });
    expect(inputs).toMatchObject({
      "huaweicloud-cph:accessKey": expect.anything() as unknown,
      "huaweicloud-cph:explicitCredentials": "true",
    });
  });
});

test.each<[ProviderArgs, string | undefined]>([
  [{ idpId: "idp", idTokenFile: "file" }, "true"],
  [{ ecsMetadata: true }, "true"],
  [{ token: "t" }, "true"],
  [{ profile: "other" }, "true"],
  [{ sharedConfigFile: "other.json" }, "true"],
  [{ assumeRole: { agencyName: "a", domainName: "d" } }, undefined],
])("%j: credentials that the environment's must not stand in for are marked", async (given, mark) => {
  const { inputs } = await registrationOf(given);
  expect(inputs["huaweicloud-cph:explicitCredentials"]).toBe(mark);
});

test("what is not given is not handed over", async () => {
  const { inputs } = await registrationOf({ region: "cn-north-4", profile: undefined });
  expect(Object.keys(inputs).filter((name) => name.startsWith("huaweicloud-cph:"))).toEqual(["huaweicloud-cph:region"]);
  registrations.length = 0;
  expect(Object.keys((await registrationOf()).inputs)).toEqual([]);
});

test.each(['"quoted"', "007", "true", "{}", "line\nbreak", ""])("the text %j arrives unchanged", async (password) => {
  expect((await registrationOf({ password })).inputs["huaweicloud-cph:password"]).toBe(password);
});

test("outputs of other resources are taken, at every level", async () => {
  const endpoints = { cph: pulumi.output("https://cph.example.com") };
  const { inputs } = await registrationOf({
    region: pulumi.output("cn-north-4"),
    endpoints,
    maxRetries: Promise.resolve(3),
  });
  expect(inputs).toMatchObject({
    "huaweicloud-cph:region": "cn-north-4",
    "huaweicloud-cph:endpoints": '{"cph":"https://cph.example.com"}',
    "huaweicloud-cph:maxRetries": "3",
  });
});

test("resources may be given it as their provider", async () => {
  const provider = new Provider("account", { region: "cn-north-4" });
  const key = new Keypair("key", {}, { provider });
  await valueOf(key.urn);
  expect(registrations.map(({ type }) => type)).toEqual([
    "pulumi:providers:pulumi-nodejs",
    "pulumi-nodejs:dynamic/huaweicloud-cph:Keypair",
  ]);
});
