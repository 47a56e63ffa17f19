import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { redactSecrets } from "../../text/redaction";
import { resolveSettings, type Settings } from "./settings";
import { ConfigurationError } from "./settingValues";

jest.mock("node:os", () => ({
  ...jest.requireActual<object>("node:os"),
  homedir: jest.fn(),
  platform: jest.fn(() => "linux"),
}));

/** Nobody's own shared file may decide a test. */
const home = mkdtempSync(join(tmpdir(), "settings-"));
const sharedFile = join(home, ".hcloud", "config.json");

beforeEach(() => {
  jest.mocked(homedir).mockReturnValue(join(home, "nobody"));
});

afterAll(() => {
  rmSync(home, { recursive: true });
});

const key = { accessKey: "AK", secretKey: "SK" };
const keyVariables = { HW_ACCESS_KEY: "ENV-AK", HW_SECRET_KEY: "ENV-SK" };

function resolve(raw: Record<string, unknown>, environment: Record<string, string> = {}): Settings {
  return resolveSettings(raw, environment);
}

function messageOf(raw: Record<string, unknown>, environment: Record<string, string> = {}): string {
  try {
    resolve(raw, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error("the settings were accepted");
}

function writeShared(content: unknown): string {
  const file = join(home, "config.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

describe("without anything but credentials", () => {
  test("everything has its default", () => {
    expect(resolve(key)).toEqual({
      region: undefined,
      projectId: undefined,
      projectName: undefined,
      credentials: { kind: "accessKey", ...key },
      refusalAdvice: expect.stringContaining("huaweicloud-cph:accessKey and huaweicloud-cph:secretKey") as string,
      cloud: undefined,
      endpoints: { kms: undefined, cph: undefined, iam: undefined },
      insecure: false,
      maxRetries: 5,
      serversPerCall: 10,
      warnings: [],
    });
  });

  test("empty and null values count as absent", () => {
    expect(resolve({ ...key, region: "", projectId: null, maxRetries: undefined })).toEqual(resolve(key));
    expect(resolve(key, { HW_REGION_NAME: "" }).region).toBeUndefined();
  });
});

describe("every environment variable", () => {
  test.each<[string, string, (settings: Settings) => unknown, unknown]>([
    ["HW_REGION_NAME", "r", ({ region }) => region, "r"],
    ["HW_PROJECT_ID", "p", ({ projectId }) => projectId, "p"],
    ["HUAWEICLOUD_SDK_PROJECT_ID", "p", ({ projectId }) => projectId, "p"],
    ["HW_PROJECT_NAME", "n", ({ projectName }) => projectName, "n"],
    ["HW_AUTH_URL", "https://iam", ({ endpoints }) => endpoints.iam, "https://iam"],
    ["HW_ENDPOINT_KMS", "https://kms", ({ endpoints }) => endpoints.kms, "https://kms"],
    ["HW_ENDPOINT_CPH", "https://cph", ({ endpoints }) => endpoints.cph, "https://cph"],
    ["HW_ENDPOINT_IAM", "https://iam", ({ endpoints }) => endpoints.iam, "https://iam"],
    ["HW_ENDPOINT_METADATA", "http://127.0.0.1:1", ({ endpoints }) => endpoints.metadata, "http://127.0.0.1:1"],
    ["HW_CLOUD", "example.com", ({ cloud }) => cloud, "example.com"],
    ["HW_INSECURE", "true", ({ insecure }) => insecure, true],
    ["HW_MAX_RETRIES", "0", ({ maxRetries }) => maxRetries, 0],
    [
      "HW_SECURITY_TOKEN",
      "t",
      ({ credentials }) => credentials,
      { kind: "accessKey", accessKey: "ENV-AK", secretKey: "ENV-SK", securityToken: "t" },
    ],
    ["HW_AUTH_TOKEN", "t", ({ credentials }) => credentials, { kind: "token", token: "t" }],
  ])("%s", (name, value, read, expected) => {
    expect(read(resolve({}, { ...keyVariables, [name]: value }))).toEqual(expected);
  });

  test("HW_ACCESS_KEY and HW_SECRET_KEY", () => {
    expect(resolve({}, keyVariables).credentials).toEqual({
      kind: "accessKey",
      accessKey: "ENV-AK",
      secretKey: "ENV-SK",
    });
  });

  test.each([
    [{ HW_USER_ID: "id" }, { id: "id" }],
    [
      { HW_USER_NAME: "u", HW_DOMAIN_ID: "d" },
      { name: "u", domain: { id: "d" } },
    ],
    [
      { HW_USER_NAME: "u", HW_DOMAIN_NAME: "d" },
      { name: "u", domain: { name: "d" } },
    ],
  ])("HW_USER_PASSWORD with %o", (variables, user) => {
    expect(resolve({}, { ...variables, HW_USER_PASSWORD: "pw" }).credentials).toEqual({
      kind: "password",
      user,
      password: "pw",
    });
  });

  test("HUAWEICLOUD_SDK_AK, _SK and _SECURITY_TOKEN stand in for HW_*", () => {
    const sdk = { HUAWEICLOUD_SDK_AK: "A", HUAWEICLOUD_SDK_SK: "S", HUAWEICLOUD_SDK_SECURITY_TOKEN: "T" };
    expect(resolve({}, sdk).credentials).toEqual({
      kind: "accessKey",
      accessKey: "A",
      secretKey: "S",
      securityToken: "T",
    });
  });

  test("the SDK's security token is not put beside the access key of HW_*", () => {
    expect(resolve({}, { ...keyVariables, HUAWEICLOUD_SDK_SECURITY_TOKEN: "T" }).credentials).toEqual({
      kind: "accessKey",
      accessKey: "ENV-AK",
      secretKey: "ENV-SK",
    });
  });

  test("HW_SHARED_CONFIG_FILE and HW_PROFILE", () => {
    const file = writeShared({ profiles: [{ name: "ci", accessKeyId: "F-AK", secretAccessKey: "F-SK" }] });
    expect(resolve({}, { HW_SHARED_CONFIG_FILE: file, HW_PROFILE: "ci" }).credentials).toEqual({
      kind: "accessKey",
      accessKey: "F-AK",
      secretKey: "F-SK",
    });
  });
});

describe("an agency", () => {
  const source = { kind: "accessKey", ...key };
  const assumeRole = { agencyName: "a", domainName: "d" };
  const variables = {
    HW_ASSUME_ROLE_AGENCY_NAME: "env-a",
    HW_ASSUME_ROLE_DOMAIN_NAME: "env-d",
    HW_ASSUME_ROLE_DOMAIN_ID: "env-i",
    HW_ASSUME_ROLE_DURATION: "3600",
  };

  test.each<[Record<string, unknown>, Record<string, string>, object]>([
    [{ assumeRole }, {}, { name: "a", domain: { name: "d" } }],
    [
      { assumeRole: { ...assumeRole, domainId: "i" }, domainId: "own" },
      {},
      { name: "a", domain: { id: "i" }, takersDomainId: "own" },
    ],
    [{}, variables, { name: "env-a", domain: { id: "env-i" }, duration: 3600 }],
    [{ assumeRole }, variables, { name: "a", domain: { name: "d" }, duration: 3600 }],
    [{ assumeRole: { duration: 900 } }, variables, { name: "env-a", domain: { id: "env-i" }, duration: 900 }],
    [{ assumeRole: {} }, variables, { name: "env-a", domain: { id: "env-i" }, duration: 3600 }],
  ])("of %j and %j is taken by the access key: name and account come from one source", (raw, environment, agency) => {
    expect(resolve({ ...key, ...raw }, environment).credentials).toEqual({ kind: "agency", agency, source });
  });

  test.each([
    [{ agencyDomainName: "d" }, { name: "d" }],
    [{ agencyDomainId: "i" }, { id: "i" }],
  ])("of a profile with %j is taken by the profile's key", (account, domain) => {
    const profile = { name: "ci", accessKeyId: "AK", secretAccessKey: "SK", agencyName: "a", ...account };
    const sharedConfigFile = writeShared({ current: "ci", profiles: [profile] });
    const expected = { kind: "agency", agency: { name: "a", domain }, source };
    expect(resolve({ sharedConfigFile }).credentials).toEqual(expected);
    expect(resolve({}, { HW_SHARED_CONFIG_FILE: sharedConfigFile }).credentials).toEqual(expected);
  });

  describe("of a profile whose key is not used", () => {
    const profile = { name: "ci", accessKeyId: "AK", secretAccessKey: "SK", agencyName: "a", agencyDomainName: "d" };
    const content = { current: "ci", profiles: [profile, { ...profile, name: "other", agencyName: "" }] };
    const refusal = (which: string, naming: string) =>
      `The ${which} of the shared configuration file has the agency "a", which is not taken, because credentials from elsewhere win over the ` +
      "profile's. Set assumeRole.agencyName (HW_ASSUME_ROLE_AGENCY_NAME) to take it with them, or take " +
      `${naming} away to do without it.`;
    let HW_SHARED_CONFIG_FILE = "";

    beforeEach(() => {
      HW_SHARED_CONFIG_FILE = writeShared(content);
    });

    test("is refused where the profile or its file is named, with the ways out", () => {
      expect(messageOf(key, { HW_SHARED_CONFIG_FILE })).toBe(refusal("current profile", "HW_SHARED_CONFIG_FILE"));
      expect(messageOf({}, { ...keyVariables, HW_SHARED_CONFIG_FILE, HW_PROFILE: "ci" })).toBe(
        refusal('profile "ci"', "HW_PROFILE and HW_SHARED_CONFIG_FILE"),
      );
      expect(messageOf({ ...key, sharedConfigFile: HW_SHARED_CONFIG_FILE }, { HW_AUTH_TOKEN: "t" })).toBe(
        refusal("current profile", "huaweicloud-cph:sharedConfigFile"),
      );
      expect(messageOf({ token: "t", profile: "ci" }, { HW_SHARED_CONFIG_FILE })).toBe(
        refusal('profile "ci"', "huaweicloud-cph:profile and HW_SHARED_CONFIG_FILE"),
      );
    });

    test("is no hindrance where another is taken, the profile has none, or the file is not there", () => {
      const region = "r";
      expect(resolve(key, { HW_SHARED_CONFIG_FILE, ...variables }).credentials).toMatchObject({ kind: "agency" });
      expect(resolve(key, { HW_SHARED_CONFIG_FILE, HW_PROFILE: "other" }).credentials).toEqual(source);
      const HW_PROFILE = "ci";
      expect(resolve({ ...key, region }, { HW_SHARED_CONFIG_FILE: join(home, "absent"), HW_PROFILE }).warnings).toEqual(
        [],
      );
    });

    test("is not meant where the file is the usual one, and nobody names it", () => {
      mkdirSync(join(home, ".hcloud"), { recursive: true });
      writeFileSync(sharedFile, JSON.stringify(content));
      jest.mocked(homedir).mockReturnValue(home);
      expect(resolve({}, keyVariables).credentials).toMatchObject({ kind: "accessKey", accessKey: "ENV-AK" });
      expect(messageOf({}, { ...keyVariables, HW_PROFILE: "ci" })).toBe(refusal('profile "ci"', "HW_PROFILE"));
      rmSync(sharedFile);
    });
  });

  test.each<[Record<string, unknown>, string]>([
    [
      { agencyName: "a" },
      'assumeRole.domainName (HW_ASSUME_ROLE_DOMAIN_NAME) or assumeRole.domainId (HW_ASSUME_ROLE_DOMAIN_ID) is missing beside assumeRole.agencyName, which is "a": name the account that the agency belongs to.',
    ],
    [
      { domainName: "d" },
      'assumeRole.agencyName (HW_ASSUME_ROLE_AGENCY_NAME) is missing beside assumeRole.domainName, which is "d": name the agency, or take assumeRole.domainName (HW_ASSUME_ROLE_DOMAIN_NAME) away.',
    ],
    [
      { duration: 900 },
      'assumeRole.agencyName (HW_ASSUME_ROLE_AGENCY_NAME) is missing beside assumeRole.duration, which is "900": name the agency, or take assumeRole.duration (HW_ASSUME_ROLE_DURATION) away.',
    ],
    [{ ...assumeRole, duration: 899 }, "huaweicloud-cph:assumeRole.duration must be at least 900, not 899."],
    [{ ...assumeRole, duration: 86_401 }, "huaweicloud-cph:assumeRole.duration must be at most 86400, not 86401."],
    [{ ...assumeRole, duration: "long" }, "huaweicloud-cph:assumeRole.duration must be an integer."],
    [
      { ...assumeRole, agencyNam: "b" },
      'huaweicloud-cph:assumeRole.agencyNam is not a property; did you mean "agencyName"?',
    ],
    [
      { agencyName: "a", domainId: "a b" },
      "huaweicloud-cph:assumeRole.domainId holds white space, or a character that is none of ASCII's.",
    ],
  ])("%j is refused", (role, message) => {
    expect(messageOf({ ...key, assumeRole: role })).toBe(message);
  });

  test("whose duration in the environment is out of bounds is refused under the variable's name", () => {
    expect(messageOf(key, { ...variables, HW_ASSUME_ROLE_DURATION: "60" })).toBe(
      "HW_ASSUME_ROLE_DURATION must be at least 900, not 60.",
    );
  });

  test.each<[Record<string, unknown>, string]>([
    [{ ...key, token: "s3cret" }, "token"],
    [{ userId: "u", password: "s3cret" }, "password"],
  ])("is never ignored: what cannot take it is refused (%#)", (credentials, kind) => {
    const message = messageOf({ ...credentials, assumeRole });
    expect(message).toMatch(
      new RegExp(
        `^assumeRole\\.agencyName \\(HW_ASSUME_ROLE_AGENCY_NAME\\) is "a", but a ${kind} cannot take an agency`,
      ),
    );
    expect(message).not.toContain("s3cret");
  });

  test("is taken by the environment's credentials as well, where they take the place of refused ones", () => {
    const present = { kind: "accessKey", accessKey: "ENV-AK", secretKey: "ENV-SK" };
    const { presentCredentials, presentRefusalAdvice } = resolve({ ...key, assumeRole }, keyVariables);
    expect(presentCredentials).toEqual({
      kind: "agency",
      agency: { name: "a", domain: { name: "d" } },
      source: present,
    });
    expect(presentRefusalAdvice).toContain("HW_ACCESS_KEY and HW_SECRET_KEY in the environment");
    expect(resolve({ ...key, assumeRole }, { HW_AUTH_TOKEN: "t" }).presentCredentials).toBeUndefined();
  });
});

describe("an id token", () => {
  const idTokenFile = join(home, "id-token");
  const variables = { HW_IDP_ID: "idp", HW_ID_TOKEN_FILE: idTokenFile };

  beforeEach(() => {
    writeFileSync(idTokenFile, "s3cret\n");
  });

  test.each<[Record<string, unknown>, Record<string, string>]>([
    [{ idpId: "idp", idTokenFile }, {}],
    [{ idpId: "idp" }, { HW_ID_TOKEN_FILE: idTokenFile }],
    [{}, variables],
    [{}, { HUAWEICLOUD_SDK_IDP_ID: "idp", HUAWEICLOUD_SDK_ID_TOKEN_FILE: idTokenFile }],
    [{}, { ...variables, HUAWEICLOUD_SDK_IDP_ID: "other", HUAWEICLOUD_SDK_ID_TOKEN_FILE: "/other" }],
    [{ idpId: "idp", idTokenFile }, keyVariables],
  ])("of %j and %j is used", (raw, environment) => {
    expect(resolve(raw, environment).credentials).toEqual({ kind: "idToken", idpId: "idp", file: idTokenFile });
  });

  test("comes after every other credential of its source", () => {
    expect(resolve({}, { ...variables, ...keyVariables }).credentials.kind).toBe("accessKey");
    expect(resolve({}, { ...variables, HW_AUTH_TOKEN: "t" }).credentials.kind).toBe("token");
    expect(resolve({}, { ...variables, HW_USER_ID: "u", HW_USER_PASSWORD: "p" }).credentials.kind).toBe("password");
  });

  test("takes an agency", () => {
    expect(resolve({ assumeRole: { agencyName: "a", domainName: "d" } }, variables).credentials).toMatchObject({
      kind: "agency",
      source: { kind: "idToken" },
    });
  });

  test("is in no setting: it changes while the settings stay", () => {
    expect(JSON.stringify(resolve({}, variables))).not.toContain("s3cret");
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ idpId: "idp" }, /incomplete: idTokenFile \(HW_ID_TOKEN_FILE\) is missing beside idpId\./],
    [{ idTokenFile: "/file" }, /incomplete: idpId \(HW_IDP_ID\) is missing beside idTokenFile\./],
    [
      { idpId: "idp", idTokenFile: join(home, "absent") },
      /^idTokenFile \(HW_ID_TOKEN_FILE\) names the file ".*absent", which cannot be read: ENOENT.*\. Have the pipeline write/,
    ],
    [{ idpId: "idp", idTokenFile: home }, /names the file ".*", which cannot be read: EISDIR/],
  ])("%j is refused", (raw, message) => {
    expect(messageOf(raw)).toMatch(message);
  });

  describe("that is not there", () => {
    const absent = join(home, "absent");
    const stored = { idpId: "idp", idTokenFile: absent };

    test.each([{}, { assumeRole: { agencyName: "a", domainName: "d" } }])(
      "is told to checks alone where credentials of the environment can take its place (%j)",
      (role) => {
        const settings = resolve({ ...stored, ...role }, keyVariables);
        expect(settings.unusable).toMatch(
          /^idTokenFile \(HW_ID_TOKEN_FILE\) names the file ".*absent", which cannot be read/,
        );
        expect(settings.presentCredentials).toBeDefined();
      },
    );

    test("is refused where those are none of the provider's, the same, or not there either", () => {
      expect(() => resolveSettings(stored, keyVariables, true)).toThrow("absent");
      expect(messageOf(stored, { HW_IDP_ID: "idp", HW_ID_TOKEN_FILE: absent })).toContain('absent"');
      expect(messageOf(stored, { HW_IDP_ID: "idp", HW_ID_TOKEN_FILE: `${absent}-too` })).toContain('absent"');
    });

    test("is no hindrance where it is not asked for", () => {
      expect(resolve({ ...key, ...stored }, keyVariables).unusable).toBeUndefined();
      expect(resolve({ ...stored, idTokenFile }, keyVariables).unusable).toBeUndefined();
    });
  });

  test.each(["eyJhbGciOi.eyJzdWIiOi.c2lnbmF0", "s3cret".repeat(1000)])(
    "in place of the name of its file is refused and not shown (%#)",
    (token) => {
      expect(messageOf({}, { ...variables, HW_ID_TOKEN_FILE: token })).toBe(
        "idTokenFile (HW_ID_TOKEN_FILE) holds the token itself; name a file that holds it.",
      );
      expect(redactSecrets(`What follows is ${token}.`)).toBe("What follows is [secret].");
    },
  );

  test("that is nothing but white space is refused", () => {
    writeFileSync(idTokenFile, " \n");
    expect(messageOf({}, variables)).toMatch(
      /which is empty\. Have the pipeline write its id token there before Pulumi runs\.$/,
    );
  });
});

describe("the metadata of a server", () => {
  test.each<[Record<string, unknown>, Record<string, string>]>([
    [{ ecsMetadata: true }, {}],
    [{ ecsMetadata: "true" }, {}],
    [{}, { HW_ECS_METADATA: "true" }],
  ])("of %j and %j is used where it is switched on", (raw, environment) => {
    expect(resolve(raw, environment).credentials).toEqual({ kind: "ecsMetadata" });
    expect(messageOf({ ...raw, ecsMetadata: false }, environment)).toContain("none are set");
  });

  test("comes after every other source", () => {
    const profiles = [{ name: "ci", accessKeyId: "F-AK", secretAccessKey: "F-SK" }];
    const HW_SHARED_CONFIG_FILE = writeShared({ current: "ci", profiles });
    expect(resolve({ ecsMetadata: true }, keyVariables).credentials).toMatchObject({ accessKey: "ENV-AK" });
    expect(resolve({ ecsMetadata: true }, { HW_SHARED_CONFIG_FILE }).credentials).toMatchObject({ accessKey: "F-AK" });
    expect(messageOf({ ecsMetadata: true, accessKey: "AK" })).toContain("secretKey (HW_SECRET_KEY) is missing");
  });

  describe("beside the usual file, which nobody names", () => {
    function writeUsual(profile: object): void {
      mkdirSync(join(home, ".hcloud"), { recursive: true });
      writeFileSync(sharedFile, JSON.stringify({ current: "ci", profiles: [{ name: "ci", ...profile }] }));
      jest.mocked(homedir).mockReturnValue(home);
    }

    test("does without a profile that holds no keys, its project and its agency", () => {
      writeUsual({ projectId: "f".repeat(32), agencyName: "a", agencyDomainName: "d" });
      const { credentials, projectId } = resolve({ ecsMetadata: true });
      expect([credentials, projectId]).toEqual([{ kind: "ecsMetadata" }, undefined]);
    });

    test("does without keys that are encrypted", () => {
      writeUsual({ accessKeyId: "x".repeat(100), secretAccessKey: "y".repeat(100) });
      expect(resolve({ ecsMetadata: true }).credentials).toEqual({ kind: "ecsMetadata" });
      expect(messageOf({})).toContain("is encrypted");
      expect(messageOf({ ecsMetadata: true, profile: "ci" })).toContain("is encrypted");
    });
  });

  test.each([{}, { ecsMetadata: false }])("never takes the place of refused credentials: %j", (raw) => {
    expect(resolve({ ...key, ...raw }, { HW_ECS_METADATA: "true" }).presentCredentials).toBeUndefined();
  });
});

describe("white space", () => {
  const everyCharacterOfEnds = [" ", "\t", "\n", "\r\n", "\ufeff", " \n\n "];

  test.each(everyCharacterOfEnds)("%j at the ends of a setting is taken off, whatever its source", (space) => {
    const padded = (text: string) => `${space}${text}${space}`;
    const expected = { accessKey: "AK", secretKey: "SK" };
    expect(resolve({ accessKey: padded("AK"), secretKey: padded("SK"), region: padded("r") })).toMatchObject({
      credentials: expected,
      region: "r",
    });
    const variables = {
      HW_ACCESS_KEY: padded("AK"),
      HW_SECRET_KEY: padded("SK"),
      HW_ENDPOINT_KMS: padded("https://k"),
    };
    expect(resolve({}, variables)).toMatchObject({ credentials: expected, endpoints: { kms: "https://k" } });
    const profiles = [{ name: "ci", accessKeyId: padded("AK"), secretAccessKey: padded("SK") }];
    const sharedConfigFile = padded(writeShared({ profiles }));
    expect(resolve({ sharedConfigFile, profile: padded("ci") })).toMatchObject({ credentials: expected });
    expect(resolve({ ...key, endpoints: { cph: padded("https://c") }, maxRetries: padded("7") })).toMatchObject({
      endpoints: { cph: "https://c" },
      maxRetries: 7,
    });
  });

  test("at the ends of a password may be meant, unless it is a line break", () => {
    expect(resolve({ userId: "u", password: "\n pw \r\n" }).credentials).toMatchObject({ password: " pw " });
    expect(resolve({}, { HW_USER_ID: "u\n", HW_USER_PASSWORD: " pw \n" }).credentials).toEqual({
      kind: "password",
      user: { id: "u" },
      password: " pw ",
    });
  });

  test.each(["accessKey", "token", "password", "region", "endpoints"])("alone counts as no %s", (name) => {
    expect(resolve({ [name]: " \n" }, keyVariables).credentials).toMatchObject({ accessKey: "ENV-AK" });
  });

  test("alone lets a variable of the vendor's SDKs take its place", () => {
    const variables = { HW_ACCESS_KEY: "\n", HW_SECRET_KEY: " ", HUAWEICLOUD_SDK_AK: "A", HUAWEICLOUD_SDK_SK: "S" };
    expect(resolve({}, variables).credentials).toEqual({ kind: "accessKey", accessKey: "A", secretKey: "S" });
  });

  test.each(["accessKey", "secretKey", "securityToken", "token", "projectId", "domainId", "userId"])(
    "within %s is refused, as is a character that no header can carry",
    (name) => {
      for (const text of ["s3 cret", "s3\u00a0cret", "s3\u200bcret", "s3crét"]) {
        const message = messageOf({ ...key, [name]: text });
        expect(message).toBe(`huaweicloud-cph:${name} holds white space, or a character that is none of ASCII's.`);
      }
    },
  );

  test.each([
    "accessKey",
    "password",
    "userName",
    "domainName",
    "projectName",
    "profile",
    "region",
    "authUrl",
    "cloud",
  ])("that is a line break, or another control character, is refused within %s", (name) => {
    for (const character of ["\n", "\r", "\t", "\u0000", "\u007f", "\u0085"]) {
      const message = messageOf({ ...key, [name]: `s3${character}cret` });
      expect(message).toBe(`huaweicloud-cph:${name} holds a line break or another control character.`);
    }
  });

  test("is refused under the name of the variable, or of the file", () => {
    expect(messageOf({}, { HW_AUTH_TOKEN: "s3 cret" })).toMatch(/^HW_AUTH_TOKEN holds white space/);
    expect(messageOf({}, { HUAWEICLOUD_SDK_SK: "s3 cret" })).toMatch(/^HUAWEICLOUD_SDK_SK holds white space/);
    const sharedConfigFile = writeShared({ current: "a", profiles: [{ name: "a", secretAccessKey: "s3 cret" }] });
    expect(messageOf({ sharedConfigFile })).toBe(
      `${sharedConfigFile}: secretKey holds white space, or a character that is none of ASCII's.`,
    );
  });

  test("between the words of a name is meant", () => {
    expect(resolve({ ...key, projectName: "my project" }).projectName).toBe("my project");
  });
});

describe("precedence", () => {
  test("the configuration wins over the environment, value by value", () => {
    const { region, projectId, endpoints } = resolve(
      { ...key, region: "configured", endpoints: { kms: "https://configured" } },
      {
        HW_REGION_NAME: "environment",
        HW_PROJECT_ID: "environment",
        HW_ENDPOINT_KMS: "https://environment",
        HW_ENDPOINT_CPH: "https://environment",
      },
    );
    expect({ region, projectId, endpoints }).toEqual({
      region: "configured",
      projectId: "environment",
      endpoints: { kms: "https://configured", cph: "https://environment", iam: undefined },
    });
  });

  test("configured credentials of any kind win over the environment's, and those are kept for a refusal", () => {
    const { credentials, presentCredentials } = resolve(
      { userId: "u", password: "pw" },
      { ...keyVariables, HW_AUTH_TOKEN: "t" },
    );
    expect(credentials).toEqual({ kind: "password", user: { id: "u" }, password: "pw" });
    expect(presentCredentials).toEqual({ kind: "token", token: "t" });
  });

  test("the environment's security token is not put beside a configured access key", () => {
    expect(resolve(key, { HW_SECURITY_TOKEN: "t" }).credentials).toEqual({ kind: "accessKey", ...key });
  });

  test("there is nothing to fall back on where the environment holds the same credentials", () => {
    expect(resolve(key, { HW_ACCESS_KEY: "AK", HW_SECRET_KEY: "SK" }).presentCredentials).toBeUndefined();
    expect(resolve({}, keyVariables).presentCredentials).toBeUndefined();
  });

  test("a token comes before an access key, an access key before a password", () => {
    const password = { userId: "u", password: "pw" };
    expect(resolve({ ...password, ...key, token: "t" }).credentials.kind).toBe("token");
    expect(resolve({ ...password, ...key }).credentials.kind).toBe("accessKey");
    expect(resolve(password).credentials.kind).toBe("password");
  });

  test("HW_* wins over HUAWEICLOUD_SDK_*", () => {
    const sdk = { HUAWEICLOUD_SDK_AK: "A", HUAWEICLOUD_SDK_SK: "S", HUAWEICLOUD_SDK_PROJECT_ID: "P" };
    const { credentials, projectId } = resolve({}, { ...sdk, ...keyVariables, HW_PROJECT_ID: "p" });
    expect(credentials).toMatchObject({ accessKey: "ENV-AK", secretKey: "ENV-SK" });
    expect(projectId).toBe("p");
  });

  test.each<[Record<string, unknown>, Record<string, string>, string]>([
    [{ authUrl: "https://a", endpoints: { iam: "https://b" } }, {}, "https://b"],
    [{}, { HW_AUTH_URL: "https://a", HW_ENDPOINT_IAM: "https://b" }, "https://b"],
    [{ authUrl: "https://a" }, { HW_AUTH_URL: "https://b", HW_ENDPOINT_IAM: "https://c" }, "https://a"],
    [{ endpoints: { iam: "https://a" } }, { HW_AUTH_URL: "https://b", HW_ENDPOINT_IAM: "https://c" }, "https://a"],
    [{ endpoints: { kms: "https://a" } }, { HW_AUTH_URL: "https://b" }, "https://b"],
  ])(
    "endpoints.iam wins over authUrl within a source, and both over those of the next: %j, %j",
    (raw, variables, iam) => {
      expect(resolve({ ...key, ...raw }, variables).endpoints.iam).toBe(iam);
    },
  );
});

describe("the shared file", () => {
  const profiles = [
    { name: "default", mode: "AKSK", accessKeyId: "D-AK", secretAccessKey: "D-SK", region: "d", projectId: "d" },
    { name: "other", accessKeyId: "O-AK", secretAccessKey: "O-SK", securityToken: "O-T", region: "o" },
  ];

  test("gives what its current profile holds", () => {
    const sharedConfigFile = writeShared({ current: "default", profiles });
    expect(resolve({ sharedConfigFile })).toMatchObject({
      credentials: { kind: "accessKey", accessKey: "D-AK", secretKey: "D-SK" },
      region: "d",
      projectId: "d",
    });
  });

  test("gives what the named profile holds", () => {
    const sharedConfigFile = writeShared({ current: "default", profiles });
    expect(resolve({ sharedConfigFile, profile: "other", region: "configured" })).toMatchObject({
      credentials: { kind: "accessKey", accessKey: "O-AK", secretKey: "O-SK", securityToken: "O-T" },
      region: "configured",
    });
  });

  test("is ~/.hcloud/config.json where none is named, and ~ is the home directory", () => {
    const file = writeShared({ current: "default", profiles });
    jest.mocked(homedir).mockReturnValue(home);
    expect(resolve({ sharedConfigFile: "~/config.json" }).region).toBe("d");
    expect(messageOf({ profile: "x" })).toContain(sharedFile);
    expect(file).toBe(join(home, "config.json"));
  });

  test("gives only a missing region where the environment holds credentials", () => {
    const HW_SHARED_CONFIG_FILE = writeShared({ current: "default", profiles });
    const settings = resolve({}, { ...keyVariables, HW_SHARED_CONFIG_FILE });
    expect(settings).toMatchObject({ credentials: { accessKey: "ENV-AK", secretKey: "ENV-SK" }, region: "d" });
    expect(settings.projectId).toBeUndefined();
    expect(resolve({ region: "r" }, { ...keyVariables, HW_SHARED_CONFIG_FILE }).region).toBe("r");
  });

  test("wins over the environment where the configuration names it", () => {
    const sharedConfigFile = writeShared({ current: "default", profiles });
    expect(resolve({ sharedConfigFile, profile: "other" }, keyVariables)).toMatchObject({
      credentials: { accessKey: "O-AK", secretKey: "O-SK" },
      region: "o",
    });
  });

  describe("with keys that the vendor's tool encrypted", () => {
    const plain = { name: "ci", accessKeyId: "ABCDEFGHIJKLMNOPQRST", secretAccessKey: "a".repeat(40), region: "r" };
    const sealed = { ...plain, accessKeyId: `s3cret${"A".repeat(58)}`, secretAccessKey: `s3cret${"b".repeat(90)}` };

    test.each<[string, unknown, object]>([
      ["says so, and their lengths tell nothing", "true", { ...plain, secretAccessKey: "a".repeat(56) }],
      ["says so without a text", true, { ...plain, accessKeyId: "A".repeat(28) }],
      ["says nothing, and its id is too long", undefined, { ...plain, accessKeyId: sealed.accessKeyId }],
      ["says nothing, and its secret is too long", undefined, { ...plain, secretAccessKey: sealed.secretAccessKey }],
      ["goes by plain ones since", "false", sealed],
    ])("that %s is refused, with the command that stores them plain", (_, authEncrypt, profile) => {
      const sharedConfigFile = writeShared({ current: "ci", authEncrypt, profiles: [profile] });
      const message = messageOf({ sharedConfigFile });
      expect(message).toBe(
        `The access key of profile "ci" of ${sharedConfigFile} is encrypted, and only the command line tool itself can read it. ` +
          "`hcloud configure set --cli-auth-encrypt=false` stores it in plain text; or set an access key in the environment.",
      );
      // Its region is none of its secrets.
      expect(resolve({}, { ...keyVariables, HW_SHARED_CONFIG_FILE: sharedConfigFile }).region).toBe("r");
    });

    test.each(["false", false, undefined, null, { toString: 1 }, "true", true])(
      "of the length of plain ones are read where it says %j",
      (authEncrypt) => {
        const profiles = [{ ...plain, securityToken: "t".repeat(2000) }];
        const sharedConfigFile = writeShared({ current: "ci", authEncrypt, profiles });
        expect(resolve({ sharedConfigFile }).credentials).toMatchObject({ accessKey: plain.accessKeyId });
      },
    );

    test("is no hindrance where the profile has none", () => {
      const sharedConfigFile = writeShared({
        current: "ci",
        authEncrypt: "true",
        profiles: [{ name: "ci", region: "r" }],
      });
      expect(messageOf({ sharedConfigFile })).toContain("none are set");
    });
  });

  test("does not complete an access key that was begun elsewhere", () => {
    const sharedConfigFile = writeShared({ current: "default", profiles });
    expect(messageOf({ sharedConfigFile, accessKey: "AK" })).toContain("secretKey (HW_SECRET_KEY) is missing");
    const variables = { HW_SHARED_CONFIG_FILE: sharedConfigFile, HW_SECRET_KEY: "s3cret" };
    expect(messageOf({}, variables)).toContain("accessKey (HW_ACCESS_KEY) is missing");
  });

  test.each([
    ["that is named but not there", () => ({ sharedConfigFile: join(home, "absent") }), /absent cannot be read/],
    ["that is no JSON", () => ({ sharedConfigFile: writeShared('{"secretAccessKey": "s3cret"') }), /is not valid JSON/],
    ["that is no object", () => ({ sharedConfigFile: writeShared("null") }), /is not valid|credentials are incomplete/],
    [
      "whose profiles are no list",
      () => ({ sharedConfigFile: writeShared({ current: "a", profiles: {} }) }),
      /profiles|incomplete/,
    ],
    [
      "without the profile",
      () => ({ sharedConfigFile: writeShared({ profiles }), profile: "x" }),
      /has no profile "x"/,
    ],
    ["without a current profile", () => ({ sharedConfigFile: writeShared({ profiles }) }), /none are set/],
    [
      "with a value of a wrong type",
      () => ({ sharedConfigFile: writeShared({ current: "a", profiles: [{ name: "a", accessKeyId: 987654 }] }) }),
      /accessKey must be a string/,
    ],
    [
      "with half a key",
      () => ({ sharedConfigFile: writeShared({ current: "a", profiles: [{ name: "a", accessKeyId: "s3cret" }] }) }),
      /secretKey \(HW_SECRET_KEY\) is missing/,
    ],
  ])("%s is an error that says so", (_, configuration, message) => {
    const text = messageOf(configuration());
    expect(text).toMatch(message);
    expect(text).not.toMatch(/s3cret|987654/);
  });
});

describe("incomplete credentials are told by what is missing", () => {
  test.each([
    [{}, /none are set/],
    [{ accessKey: "s3cret" }, /secretKey \(HW_SECRET_KEY\) is missing/],
    [{ secretKey: "s3cret" }, /accessKey \(HW_ACCESS_KEY\) is missing/],
    [{ userName: "u", domainName: "d" }, /password \(HW_USER_PASSWORD\) is missing/],
    [{ userId: "u" }, /password \(HW_USER_PASSWORD\) is missing/],
    [{ password: "s3cret" }, /userName \(HW_USER_NAME\) or userId \(HW_USER_ID\) is missing/],
    [{ userName: "u", password: "s3cret" }, /domainName \(HW_DOMAIN_NAME\) or domainId \(HW_DOMAIN_ID\) is missing/],
    [{ securityToken: "s3cret" }, /none are set|accessKey/],
  ])("%o", (configuration, message) => {
    const text = messageOf(configuration);
    expect(text).toMatch(message);
    expect(text).not.toContain("s3cret");
  });
});

describe("values that cannot be used are named, all at once", () => {
  test("in the configuration", () => {
    const message = messageOf({
      accessKey: 987654321,
      secretKey: ["s3cret"],
      insecure: "perhaps",
      maxRetries: "-1",
      serversPerCall: 0,
      authUrl: "iam.example.com",
      regoin: "x",
    });
    expect(message).toMatch(/huaweicloud-cph:accessKey must be a string/);
    expect(message).toMatch(/huaweicloud-cph:secretKey must be a string/);
    expect(message).toMatch(/huaweicloud-cph:insecure must be a boolean/);
    expect(message).toMatch(/huaweicloud-cph:maxRetries must be at least 0, not -1/);
    expect(message).toMatch(/huaweicloud-cph:serversPerCall must be at least 1, not 0/);
    expect(message).toMatch(/huaweicloud-cph:authUrl must be a full URL/);
    expect(message).toMatch(/huaweicloud-cph:regoin is not a property; did you mean "region"\?/);
    expect(message).not.toMatch(/987654321|s3cret/);
  });

  test("in the environment, under the variable's name", () => {
    const message = messageOf(
      {},
      { ...keyVariables, HW_MAX_RETRIES: "many", HW_INSECURE: "1", HW_ENDPOINT_KMS: "kms" },
    );
    expect(message).toMatch(/HW_MAX_RETRIES must be an integer/);
    expect(message).toMatch(/HW_INSECURE must be a boolean/);
    expect(message).toMatch(/HW_ENDPOINT_KMS must be a full URL/);
  });

  test.each([
    ["user:s3cret@example.com", 'must be a full URL such as https://example.com, not "…@example.com"'],
    ["ftp://user:s3@cret@example.com", 'must be a full URL such as https://example.com, not "ftp://…@example.com"'],
    [
      "https://user:s3cret@example.com/v3",
      'must be a URL without user, password, query and fragment, not "https://…@example.com/v3"',
    ],
    [
      "https://example.com/?token=s3cret#part",
      'must be a URL without user, password, query and fragment, not "https://example.com/…"',
    ],
    ["https://example.com/ab cd", 'must be a full URL such as https://example.com, not "https://example.com/ab cd"'],
  ])("the URL %s, from wherever it came, without its credentials", (url, reason) => {
    expect(messageOf({ ...key, authUrl: url })).toBe(`huaweicloud-cph:authUrl ${reason}.`);
    expect(messageOf({ ...key, endpoints: { iam: url } })).toBe(`huaweicloud-cph:endpoints.iam ${reason}.`);
    expect(messageOf(key, { HW_AUTH_URL: url })).toBe(`HW_AUTH_URL ${reason}.`);
    expect(messageOf(key, { HW_ENDPOINT_CPH: url })).toBe(`HW_ENDPOINT_CPH ${reason}.`);
  });

  test("a region or a domain that cannot be part of a host", () => {
    expect(messageOf({ ...key, region: "CN North" })).toBe(
      'huaweicloud-cph:region must be a region such as "cn-north-4", not "CN North".',
    );
    expect(messageOf(key, { HW_CLOUD: "example.com/" })).toBe(
      'HW_CLOUD must be a domain such as myhuaweicloud.com, not "example.com/".',
    );
    for (const cloud of ["7", "example.7"]) {
      expect(messageOf({ ...key, cloud })).toBe(
        `huaweicloud-cph:cloud must be a domain such as myhuaweicloud.com, not "${cloud}".`,
      );
    }
  });

  test("a secret that stands where none belongs is not shown", () => {
    const message = messageOf({ ...key, token: "s3cret-token", region: "not/s3cret-token", profile: "s3cret-token" });
    expect(message).toContain('not "not/[secret]"');
    expect(message).not.toContain("s3cret");
  });

  test.each(["ftp://example.com", "//example.com", "example.com", "http:/", "https://"])("the URL %s", (url) => {
    expect(messageOf({ ...key, endpoints: { kms: url } })).toBe(
      `huaweicloud-cph:endpoints.kms must be a full URL such as https://example.com, not "${url}".`,
    );
  });

  test.each([["text"], [7], [["https://example.com"]], ['["https://example.com"]']])(
    "endpoints that are no object: %j",
    (endpoints) => {
      expect(messageOf({ ...key, endpoints })).toBe("huaweicloud-cph:endpoints must be an object.");
    },
  );

  test("an endpoint of an unknown service", () => {
    expect(messageOf({ ...key, endpoints: { kps: "https://example.com" } })).toBe(
      'huaweicloud-cph:endpoints.kps is not a property; did you mean "kms"?',
    );
  });
});

describe("a proxy that cannot be asked", () => {
  const socks = "socks5://user:s3cret@proxy:1080";

  test.each<[Record<string, unknown>, Record<string, string>, string]>([
    [{}, { HTTPS_PROXY: socks }, "HTTPS_PROXY"],
    [{ region: "cn-north-4" }, { all_proxy: socks }, "all_proxy"],
    [{ endpoints: { cph: "http://cph.example.com" } }, { HTTP_PROXY: socks }, "HTTP_PROXY"],
  ])("is refused for %j", (configuration, environment, variable) => {
    const message = messageOf({ ...key, ...configuration }, environment);
    expect(message).toMatch(
      new RegExp(`^${variable} names the proxy "socks5://…@proxy:1080": SOCKS proxies are not supported\\.`),
    );
    expect(message).not.toContain("s3cret");
  });

  test.each<[Record<string, unknown>, Record<string, string>]>([
    [{}, { HTTP_PROXY: socks }],
    [{}, { HTTPS_PROXY: "http://proxy:1", ALL_PROXY: socks }],
    [{}, { HTTPS_PROXY: socks, NO_PROXY: "myhuaweicloud.com" }],
  ])("is no hindrance where none is asked: %j and %j", (configuration, environment) => {
    resolve({ ...key, ...configuration }, environment);
  });
});

describe("a warning", () => {
  const profiles = [{ name: "default", accessKeyId: "D-AK", secretAccessKey: "D-SK", region: "d" }];

  function sharedFileOfMode(mode: number): string {
    const file = writeShared({ current: "default", profiles });
    chmodSync(file, mode);
    return file;
  }

  test.each([0o644, 0o640, 0o604, 0o620])("is given where the file with the credentials has mode %o", (mode) => {
    const file = sharedFileOfMode(mode);
    const warning = `The shared configuration file ${file} holds credentials and is open to other users (mode ${mode.toString(8)}): chmod 600 it.`;
    expect(resolve({ sharedConfigFile: file }).warnings).toEqual([warning]);
    expect(resolve({}, { HW_SHARED_CONFIG_FILE: file }).warnings).toEqual([warning]);
  });

  test.each([0o600, 0o400])("is not given where it has mode %o", (mode) => {
    expect(resolve({ sharedConfigFile: sharedFileOfMode(mode) }).warnings).toEqual([]);
  });

  test("is not given where the credentials come from elsewhere", () => {
    const sharedConfigFile = sharedFileOfMode(0o644);
    expect(resolve({ ...key, sharedConfigFile }).warnings).toEqual([]);
    expect(resolve({}, { ...keyVariables, HW_SHARED_CONFIG_FILE: sharedConfigFile }).warnings).toEqual([]);
  });

  test("is not given on Windows, whose files have no such mode", () => {
    const sharedConfigFile = sharedFileOfMode(0o644);
    jest.mocked(platform).mockReturnValueOnce("win32");
    expect(resolve({ sharedConfigFile }).warnings).toEqual([]);
  });

  test("is given where certificates are not verified", () => {
    expect(resolve({ ...key, insecure: true }).warnings).toEqual([
      expect.stringMatching(/^TLS certificates are not verified/),
    ]);
    expect(resolve({ ...key, insecure: false }, { HW_INSECURE: "true" }).warnings).toEqual([]);
  });
});

describe("texts, as the engine's configuration and the environment hold them", () => {
  test("become numbers, booleans and objects", () => {
    const settings = resolve({
      ...key,
      endpoints: '{"kms":"http://127.0.0.1:1","cph":"http://127.0.0.1:2"}',
      insecure: "true",
      maxRetries: "7",
      serversPerCall: "20",
    });
    expect(settings).toMatchObject({
      endpoints: { kms: "http://127.0.0.1:1", cph: "http://127.0.0.1:2" },
      insecure: true,
      maxRetries: 7,
      serversPerCall: 20,
    });
  });

  test("that look like numbers stay texts where a text is wanted", () => {
    expect(resolve({ accessKey: "123", secretKey: "true", projectId: "456" })).toMatchObject({
      credentials: { accessKey: "123", secretKey: "true" },
      projectId: "456",
    });
  });
});
