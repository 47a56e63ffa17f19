import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveSettings } from "./settings";

const folder = mkdtempSync(join(tmpdir(), "advice-"));
const sharedConfigFile = join(folder, "config.json");

beforeAll(() => {
  const profiles = [{ name: "ci", accessKeyId: "F-AK", secretAccessKey: "F-SK" }];
  writeFileSync(sharedConfigFile, JSON.stringify({ profiles }), { mode: 0o600 });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const key = { accessKey: "AK", secretKey: "SK" };
const variables = { HW_ACCESS_KEY: "ENV-AK", HW_SECRET_KEY: "ENV-SK" };
const there = "Correct it there.";
const present =
  "Correct it there (`pulumi config set --secret`), or put present credentials into the environment (HW_…); refresh and destroy see the " +
  "configuration of the last update, unless run with --run-program.";

test.each<[Record<string, unknown>, Record<string, string>, string]>([
  [
    key,
    {},
    `The access key came from huaweicloud-cph:accessKey and huaweicloud-cph:secretKey in the configuration. ${present}`,
  ],
  [{}, variables, `The access key came from HW_ACCESS_KEY and HW_SECRET_KEY in the environment. ${there}`],
  [
    {},
    { HUAWEICLOUD_SDK_AK: "A", HW_SECRET_KEY: "S", HW_SECURITY_TOKEN: "T" },
    `The access key came from HUAWEICLOUD_SDK_AK and HW_SECRET_KEY and HW_SECURITY_TOKEN in the environment. ${there}`,
  ],
  [
    { accessKey: "AK" },
    { HW_SECRET_KEY: "S" },
    `The access key came from huaweicloud-cph:accessKey in the configuration and HW_SECRET_KEY in the environment. ${present}`,
  ],
  [{ sharedConfigFile, profile: "ci" }, {}, `The access key came from profile "ci" of ${sharedConfigFile}. ${there}`],
  [
    {},
    { HW_SHARED_CONFIG_FILE: sharedConfigFile, HW_PROFILE: "ci" },
    `The access key came from profile "ci" of ${sharedConfigFile}. ${there}`,
  ],
  [
    { userId: "u", password: "pw" },
    {},
    `The user and password came from huaweicloud-cph:userId and huaweicloud-cph:password in the configuration. ${present}`,
  ],
])("%j and %j: the source of the credentials is named", (configuration, environment, advice) => {
  expect(resolveSettings(configuration, environment).refusalAdvice).toBe(advice);
});

test("a token that won over an access key says so, whatever the sources", () => {
  const wonOver = (from: string) => `, and won over the access key from ${from}. `;
  const ofConfiguration = wonOver("huaweicloud-cph:accessKey and huaweicloud-cph:secretKey in the configuration");
  const ofEnvironment = wonOver("HW_ACCESS_KEY and HW_SECRET_KEY in the environment");
  expect(resolveSettings({ ...key, token: "t" }, {}).refusalAdvice).toContain(ofConfiguration);
  expect(resolveSettings({ token: "t" }, variables).refusalAdvice).toContain(ofEnvironment);
  const { refusalAdvice } = resolveSettings({}, { ...variables, HW_AUTH_TOKEN: "t" });
  expect(refusalAdvice).toBe(`The token came from HW_AUTH_TOKEN in the environment${ofEnvironment}${there}`);
});

test("credentials that take the place of refused ones have advice of their own", () => {
  const { presentRefusalAdvice } = resolveSettings(key, variables);
  expect(presentRefusalAdvice).toBe(
    `The access key came from HW_ACCESS_KEY and HW_SECRET_KEY in the environment. ${there}`,
  );
});

test("a provider's own credentials are corrected in the program, and the environment would be no help", () => {
  const { refusalAdvice, presentRefusalAdvice } = resolveSettings(key, variables, true);
  expect(refusalAdvice).toBe(
    "The access key came from huaweicloud-cph:accessKey and huaweicloud-cph:secretKey of the program's Provider. Correct it there; " +
      "refresh and destroy see the Provider of the last update, unless run with --run-program.",
  );
  expect(presentRefusalAdvice).toBeUndefined();
});
