import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { hostileTexts, hostileValue, mutationsOf } from "../../testing/hostileJson";
import { problemsOf } from "../../schema/validation";
import { resolveSettings } from "./settings";
import { ConfigurationError } from "./settingValues";

/** Nobody's own shared file may decide a test. */
const home = mkdtempSync(join(tmpdir(), "settings-"));
jest.mock("node:os", () => ({ ...jest.requireActual<object>("node:os"), homedir: () => home }));

afterAll(() => {
  rmSync(home, { recursive: true });
});

const secret = "s3cret-s3cret";
const everyValue = {
  region: "cn-north-4",
  accessKey: `${secret}-1`,
  secretKey: `${secret}-2`,
  securityToken: `${secret}-3`,
  token: `${secret}-4`,
  domainId: "d",
  domainName: "d",
  userId: "u",
  userName: "u",
  password: `${secret}-5`,
  projectId: "p",
  projectName: "p",
  authUrl: "https://iam.example.com/v3",
  cloud: "example.com",
  endpoints: { kms: "https://kms", cph: "https://cph", iam: "https://iam", metadata: "http://127.0.0.1:1" },
  insecure: true,
  maxRetries: 3,
  sharedConfigFile: join(home, "config.json"),
  profile: "one",
  serversPerCall: 10,
  assumeRole: { agencyName: "a", domainName: "d", domainId: "d", duration: 900 },
  idpId: "i",
  idTokenFile: join(home, "id-token"),
  ecsMetadata: true,
};
const sharedFile = {
  current: "one",
  profiles: [
    {
      name: "one",
      accessKeyId: `${secret}-6`,
      secretAccessKey: `${secret}-7`,
      securityToken: `${secret}-8`,
      region: "r",
      agencyName: "a",
      agencyDomainName: "d",
      agencyDomainId: "d",
    },
    { name: "two", projectId: "p" },
  ],
};
const variables = [
  ...["HW_REGION_NAME", "HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_AUTH_TOKEN", "HW_DOMAIN_ID"],
  ...["HW_DOMAIN_NAME", "HW_USER_ID", "HW_USER_NAME", "HW_USER_PASSWORD", "HW_PROJECT_ID", "HW_PROJECT_NAME"],
  ...["HW_AUTH_URL", "HW_CLOUD", "HW_INSECURE", "HW_MAX_RETRIES", "HW_SHARED_CONFIG_FILE", "HW_PROFILE"],
  ...["HW_ENDPOINT_KMS", "HW_ENDPOINT_CPH", "HW_ENDPOINT_IAM", "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"],
  ...[
    "HW_ASSUME_ROLE_AGENCY_NAME",
    "HW_ASSUME_ROLE_DOMAIN_NAME",
    "HW_ASSUME_ROLE_DOMAIN_ID",
    "HW_ASSUME_ROLE_DURATION",
  ],
  ...["HW_IDP_ID", "HW_ID_TOKEN_FILE", "HW_ECS_METADATA", "HW_ENDPOINT_METADATA", "HTTPS_PROXY", "NO_PROXY"],
];

/** What must not be shown of a secret. */
function maskable(name: string, part: string): string {
  return /KEY|TOKEN$|PASSWORD|_AK|_SK/.test(name) ? `${secret}${part}` : part;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const value = fc.oneof(hostileValue, fc.constantFrom("true", "7", '{"kms":1}', "null", "https://[", "one"));
const configuration = fc.oneof(
  mutationsOf(everyValue, value).filter(isObject),
  fc.dictionary(fc.constantFrom(...Object.keys(everyValue), "__proto__", "other"), value, { maxKeys: 6 }),
);
const text = fc.oneof(
  fc.constantFrom(...hostileTexts, "true", "-1", "https://iam", "one"),
  fc.string(),
  fc.constant(everyValue.sharedConfigFile),
);
const environment = fc
  .dictionary(fc.constantFrom(...variables), text, { maxKeys: 6, noNullPrototype: true })
  .map((given) => Object.fromEntries(Object.entries(given).map(([name, part]) => [name, maskable(name, part)])));
const fileText = fc.oneof(
  mutationsOf(sharedFile, value).map((content) => (content === undefined ? "" : JSON.stringify(content))),
  fc.constantFrom("", "{", "null", "5", '"text"', "\ufeff{}"),
);

test("any values make settings of the declared shape, or an error that names them and shows no secret", () => {
  fc.assert(
    fc.property(configuration, environment, fileText, (raw, variablesSet, file) => {
      writeFileSync(everyValue.sharedConfigFile, file);
      writeFileSync(everyValue.idTokenFile, `${secret}-9`);
      try {
        const resolved = resolveSettings(raw, variablesSet);
        const { credentials, presentCredentials, refusalAdvice, presentRefusalAdvice, warnings, ...others } = resolved;
        const { configuredProjectId, ...settings } = others;
        expect([undefined, settings.projectId]).toContain(configuredProjectId);
        expect(`${refusalAdvice} ${presentRefusalAdvice ?? ""}`).not.toContain(secret);
        expect(warnings.join()).not.toContain(secret);
        expect(problemsOf("Configuration", JSON.parse(JSON.stringify(settings)))).toEqual([]);
        for (const known of [credentials, presentCredentials]) {
          if (known === undefined) continue;
          expect(["token", "accessKey", "password", "idToken", "ecsMetadata", "agency"]).toContain(known.kind);
          const given = known.kind === "agency" ? known.source : known;
          const texts = Object.entries(given).filter(([name]) => name !== "user");
          expect(texts.filter(([, part]) => typeof part !== "string" || !/^[^\p{Cc}]+$/u.test(part))).toEqual([]);
          if (known.kind === "agency") expect(Object.values(known.agency.domain)).toEqual([expect.any(String)]);
        }
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        expect(error.message).not.toContain(secret);
        expect(error.message).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Surrogate}\u2028\u2029]/u);
        expect(error.message.length).toBeLessThan(10_000);
      }
      expect({}).not.toHaveProperty("polluted");
    }),
    { numRuns: 1000 },
  );
});
