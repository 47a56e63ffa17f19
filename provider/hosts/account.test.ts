import { ConfigurationError, MissingSetting } from "../huawei/settings/settingValues";
import { Accounts, requireAccount } from "./account";

const values = { region: "cn-north-4", accessKey: "ak", secretKey: "sk" };
const hasOwnCredentials = true;

beforeAll(() => {
  for (const name of Object.keys(process.env)) if (/^(HW|HUAWEICLOUD)_/.test(name)) process.env[name] = "";
});

test("the same settings give the same account, others another", () => {
  const accounts = new Accounts();
  const account = requireAccount(accounts.of({ values, hasOwnCredentials }));
  expect(account.cloud.settings.region).toBe("cn-north-4");
  expect(accounts.of({ values: { ...values }, hasOwnCredentials })).toBe(account);
  expect(accounts.of({ values: { ...values, secretKey: "other" }, hasOwnCredentials })).not.toBe(account);
});

test("what one run has is not another's", () => {
  const [one, other] = [new Accounts(), new Accounts()].map((accounts) => accounts.of({ values, hasOwnCredentials }));
  expect(one).not.toBe(other);
});

test("a configuration that cannot be used gives the reason", () => {
  const reason = new Accounts().of({ values: { ...values, maxRetries: "many" }, hasOwnCredentials });
  expect(reason).toBeInstanceOf(ConfigurationError);
  expect(() => requireAccount(reason)).toThrow(/maxRetries/);
});

test("want of credentials is told from other mistakes", () => {
  const sharedConfigFile = require.resolve("../../package.json");
  expect(new Accounts().of({ values: { sharedConfigFile }, hasOwnCredentials })).toBeInstanceOf(MissingSetting);
});

test("a configuration that never came is an error", () => {
  expect(() => requireAccount(undefined)).toThrow("The provider is not configured.");
});
