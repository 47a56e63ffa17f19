import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  startAnsweringServer,
  useAnsweringServer,
  type Reaction,
  type ReceivedRequest,
} from "../../testing/answeringServer";
import {
  connect,
  everyFormOf,
  failureOf,
  operation,
  projectId,
  region,
  useShortBackoff,
} from "../../testing/simulatedCloud";
import { EcsMetadata } from "./ecsMetadata";
import type { HuaweiCloud } from "../huaweiCloud";

const server = useAnsweringServer();
useShortBackoff();

const folder = mkdtempSync(join(tmpdir(), "keys-"));
const idTokenFile = join(folder, "id-token");

beforeEach(() => {
  writeFileSync(idTokenFile, "id-token-of-pipeline\n");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const paths = {
  securityTokens: "/v3.0/OS-CREDENTIAL/securitytokens",
  idTokens: "/v3.0/OS-AUTH/id-token/tokens",
  metadataToken: "/meta-data/latest/api/token",
  securityKey: "/openstack/latest/securitykey",
};

const longLivedKey = { accessKey: "LONGLIVEDKEY", secretKey: "long-lived-secret" };
const assumeRole = { agencyName: "fleet admin", domainName: "fleet-account" };

/** Ways to be given keys for a time, and the calls that each begins with. */
const ways: [string, Record<string, unknown>, string[]][] = [
  ["an agency", { ...longLivedKey, assumeRole }, [paths.securityTokens]],
  ["an id token", { idpId: "pipelines", idTokenFile }, [paths.idTokens, paths.securityTokens]],
  ["the metadata of a server", { ecsMetadata: true }, [paths.metadataToken, paths.securityKey]],
  [
    "an agency that an id token takes",
    { idpId: "pipelines", idTokenFile, assumeRole },
    [paths.idTokens, paths.securityTokens, paths.securityTokens],
  ],
  [
    "an agency that a server takes",
    { ecsMetadata: true, assumeRole },
    [paths.metadataToken, paths.securityKey, paths.securityTokens],
  ],
];

/** A cloud on one server, which gives keys out and takes calls that are signed with one of them. */
class GivingCloud {
  /** Of the keys that are given out, in seconds. */
  lifetime = 3600;
  /** What is answered to a path, in place of what the cloud would. */
  readonly instead = new Map<string, Reaction>();
  private readonly good = new Set([longLivedKey.accessKey]);
  private given = 0;

  constructor() {
    server.react((request) => this.answer(request));
  }

  /** The keys that were given out are good no more. */
  endKeys(): void {
    for (const key of this.good) if (key !== longLivedKey.accessKey) this.good.delete(key);
  }

  answer(request: ReceivedRequest): Reaction {
    const path = request.path.replace(/\?.*/, "");
    const other = this.instead.get(path);
    if (other !== undefined) return other;
    switch (path) {
      case paths.metadataToken:
        return { body: "metadata-token" };
      case paths.idTokens:
        return { status: 201, headers: { "X-Subject-Token": "token-by-id-token" } };
      case paths.securityKey:
        return this.newKey(200);
      case paths.securityTokens:
        return request.headers["x-auth-token"] === undefined && !this.isSigned(request) ? refused : this.newKey(201);
      case "/v3/projects":
        return this.isSigned(request) ? { body: { projects: [{ id: projectId, name: region }] } } : refused;
      default:
        return this.isSigned(request) ? { body: { keypairs: [] } } : refused;
    }
  }

  private newKey(status: number): Reaction {
    this.given++;
    const access = `TEMPORARYKEY${this.given}`;
    this.good.add(access);
    const expires_at = new Date(serverTime() + this.lifetime * 1000).toISOString();
    const credential = {
      access,
      secret: `temporary-secret-${this.given}`,
      securitytoken: `security/token==${this.given}`,
    };
    return { status, body: { credential: { ...credential, expires_at } } };
  }

  private isSigned({ headers }: ReceivedRequest): boolean {
    const key = signerOf(headers.authorization);
    const number = /^TEMPORARYKEY(\d+)$/.exec(key)?.[1];
    return this.good.has(key) && (number === undefined || headers["x-security-token"] === `security/token==${number}`);
  }
}

/** Not by the clock that tests put forward. */
function serverTime(): number {
  return new Date().getTime();
}

const refused: Reaction = {
  status: 401,
  body: { error_code: "APIGW.0301", error_msg: "Incorrect IAM authentication." },
};

function signerOf(authorization = ""): string {
  return /Access=([^,]*)/.exec(authorization)?.[1] ?? "";
}

let giving: GivingCloud;

beforeEach(() => {
  giving = new GivingCloud();
});

function cloudWith(configuration: Record<string, unknown>, environment: Record<string, string> = {}): HuaweiCloud {
  const { url } = server;
  return connect(server, { endpoints: { kms: url, cph: url, iam: url, metadata: url }, ...configuration }, environment);
}

function list(cloud: HuaweiCloud, inRegion = region): Promise<unknown> {
  return cloud.kps(inRegion, operation()).listKeypairs();
}

/** Paths of the calls so far, without what they ask for. */
function asked(): string[] {
  return server.requests.map(({ path }) => path.replace(/\?.*/, ""));
}

function countOf(path: string): number {
  return asked().filter((one) => one === path).length;
}

const keypairsPath = `/v3/${projectId}/keypairs`;

describe.each(ways)("keys by %s", (_, configuration, beginning) => {
  test("are got once for all calls, and find the project", async () => {
    const cloud = cloudWith(configuration);
    await Promise.all(Array.from({ length: 10 }, () => list(cloud)));
    expect(asked().slice(0, beginning.length + 1)).toEqual([...beginning, "/v3/projects"]);
    expect(asked().slice(beginning.length + 1)).toEqual(Array(10).fill(keypairsPath));
    const signers = server.requests.slice(beginning.length).map(({ headers }) => signerOf(headers.authorization));
    expect(new Set(signers)).toEqual(new Set([`TEMPORARYKEY${beginning.filter(gives).length}`]));
    expect(cloud.projectIn(region)).toBe(projectId);
  });

  test("are renewed shortly before they end, once for all calls and without a refused one", async () => {
    giving.lifetime = 900;
    const cloud = cloudWith({ ...configuration, projectId });
    await list(cloud);
    const [last = ""] = beginning.slice(-1);
    const before = countOf(last);
    putForward(800);
    await list(cloud);
    expect(countOf(last)).toBe(before);
    putForward(820);
    giving.endKeys();
    await Promise.all(Array.from({ length: 5 }, () => list(cloud)));
    expect(countOf(last)).toBe(2 * before);
    expect(countOf(keypairsPath)).toBe(7);
  });

  test.each([401, 403, 503])(
    "are used on where a renewal fails (%d) while they are good, and renewed after a while",
    async (status) => {
      giving.lifetime = 900;
      const cloud = cloudWith({ ...configuration, projectId });
      await list(cloud);
      const [last = ""] = beginning.slice(-1);
      putForward(820);
      giving.instead.set(last, { status, body: { error: { code: status, message: "No." } } });
      await Promise.all(Array.from({ length: 5 }, () => list(cloud)));
      const tried = countOf(last);
      putForward(829);
      await list(cloud);
      expect(countOf(last)).toBe(tried);
      giving.instead.clear();
      putForward(831);
      await list(cloud);
      expect(countOf(last)).toBeGreaterThan(tried);
      giving.instead.set(last, { status: 500 });
      putForward(1200);
      await list(cloud);
      expect(countOf(keypairsPath)).toBe(9);
    },
  );

  test("that ended are used no more where a renewal fails", async () => {
    giving.lifetime = 900;
    const cloud = cloudWith({ ...configuration, projectId });
    await list(cloud);
    giving.instead.set(beginning.at(-1) ?? "", { status: 503 });
    putForward(901);
    expect((await failureOf(list(cloud))).status).toBe(503);
    expect(countOf(keypairsPath)).toBe(1);
  });

  test("that ended before their time are renewed once for all calls", async () => {
    const cloud = cloudWith({ ...configuration, projectId });
    await list(cloud);
    const begun = asked().slice(0, -1);
    giving.endKeys();
    server.requests.length = 0;
    await Promise.all(Array.from({ length: 5 }, () => list(cloud)));
    expect(countOf(keypairsPath)).toBeLessThanOrEqual(10);
    // Those that take an agency with a key that has ended as well are refused first.
    const again = beginning.length === 3 ? [...begun, paths.securityTokens] : begun;
    expect(
      asked()
        .filter((path) => path !== keypairsPath)
        .sort(),
    ).toEqual(again.sort());
  });

  test("that are refused for ever are renewed once a call", async () => {
    const cloud = cloudWith({ ...configuration, projectId });
    await list(cloud);
    giving.instead.set(keypairsPath, refused);
    server.requests.length = 0;
    const error = await failureOf(list(cloud));
    expect(error.status).toBe(401);
    expect(error.message).toContain("Huawei Cloud accepted these credentials earlier in this run");
    expect(countOf(keypairsPath)).toBe(2);
  });

  test("live as long as they were issued for, whatever this machine's clock says", async () => {
    putForward(7200);
    const cloud = cloudWith({ ...configuration, projectId });
    await list(cloud);
    await list(cloud);
    expect(asked()).toEqual([...beginning, keypairsPath, keypairsPath]);
  });

  test("and what they are got with are in no error", async () => {
    const cloud = cloudWith({ ...configuration, projectId });
    const echo = (): Reaction => ({
      status: 400,
      body: { error_msg: `refused: ${JSON.stringify(server.requests.map(({ headers, body }) => [headers, body]))}` },
    });
    server.react((request) => (request.path.startsWith(keypairsPath) ? echo() : giving.answer(request)));
    const shown = everyFormOf(await failureOf(list(cloud)));
    expect(shown).toContain("refused: ");
    for (const secret of [
      "TEMPORARYKEY",
      "temporary-secret",
      "security/token",
      "id-token-of-pipeline",
      "token-by-id-token",
      "metadata-token",
      ...Object.values(longLivedKey),
    ])
      expect(shown).not.toContain(secret);
  });

  test.each<[string, object | undefined, RegExp]>([
    ["no key", {}, /credential is not an object/],
    ["half a key", { credential: { access: "A", secret: "" } }, /credential\.secret is not a text/],
    ["no security token", { credential: { access: "A", secret: "S" } }, /credential\.securitytoken is not a text/],
  ])("are missed where the answer holds %s", async (_title, body, message) => {
    giving.instead.set(beginning.at(-1) ?? "", { status: 201, body });
    expect((await failureOf(list(cloudWith(configuration)))).message).toMatch(message);
  });

  test("that do not say when they end are used", async () => {
    const key = { access: "LONGLIVEDKEY", secret: "S", securitytoken: "T" };
    giving.instead.set(beginning.at(-1) ?? "", { status: 201, body: { credential: key } });
    const cloud = cloudWith({ ...configuration, projectId });
    await list(cloud);
    await list(cloud);
    expect(countOf(keypairsPath)).toBe(2);
  });
});

describe("an agency", () => {
  const sent = () =>
    server.requests.map(({ headers, body }) => ({ headers, body: body && (JSON.parse(body) as object) }));

  test.each<[Record<string, unknown>, object, string | undefined]>([
    [{ assumeRole }, { agency_name: "fleet admin", domain_name: "fleet-account" }, undefined],
    [
      { assumeRole: { ...assumeRole, domainId: "d1", duration: 7200 }, domainId: "d2" },
      { agency_name: "fleet admin", domain_id: "d1", duration_seconds: 7200 },
      "d2",
    ],
    [
      { assumeRole: JSON.stringify(assumeRole) },
      { agency_name: "fleet admin", domain_name: "fleet-account" },
      undefined,
    ],
  ])("is taken as %j says, by a call that the access key signs", async (configuration, assume_role, domainId) => {
    await list(cloudWith({ ...longLivedKey, ...configuration, projectId }));
    const [taken, listed] = sent();
    expect(taken?.body).toEqual({ auth: { identity: { methods: ["assume_role"], assume_role } } });
    expect(taken?.headers["x-domain-id"]).toBe(domainId);
    expect(signerOf(taken?.headers.authorization)).toBe(longLivedKey.accessKey);
    expect(listed?.headers).toMatchObject({ "x-security-token": "security/token==1" });
    expect(signerOf(listed?.headers.authorization)).toBe("TEMPORARYKEY1");
  });

  test("is taken in all regions at once, and each has its project looked up with its key", async () => {
    const cloud = cloudWith({ ...longLivedKey, assumeRole, projectId });
    giving.instead.set("/v3/projects", { body: { projects: [{ id: "p".repeat(32), name: "cn-east-3" }] } });
    await list(cloud);
    await list(cloud, "cn-east-3");
    expect(countOf(paths.securityTokens)).toBe(1);
    expect(server.requests.map(({ headers }) => signerOf(headers.authorization)).slice(1)).toEqual(
      Array(3).fill("TEMPORARYKEY1"),
    );
    expect(cloud.projectIn("cn-east-3")).toBe("p".repeat(32));
  });

  test("is tried to be taken once by a key that is refused, also by calls at the same time and later", async () => {
    const cloud = cloudWith({ ...longLivedKey, accessKey: "REVOKED", assumeRole });
    const errors = await Promise.all(Array.from({ length: 12 }, () => failureOf(list(cloud))));
    errors.push(await failureOf(list(cloud, "cn-east-3")));
    expect(asked()).toEqual([paths.securityTokens]);
    for (const { message } of errors) {
      expect(message).toMatch(/^IAM CreateTemporaryAccessKeyByAgency failed: .*\(HTTP 401, APIGW.0301\)/);
      expect(message).toContain("The access key came from huaweicloud-cph:accessKey and huaweicloud-cph:secretKey");
      expect(message).toContain('It is to take the agency "fleet admin" of the account "fleet-account".');
    }
  });

  test("is tried to be taken once more by a key that was revoked since, also by later calls", async () => {
    const cloud = cloudWith({ ...longLivedKey, assumeRole, projectId });
    await list(cloud);
    giving.instead.set(paths.securityTokens, refused);
    giving.endKeys();
    for (let later = 0; later < 5; later++) expect((await failureOf(list(cloud))).status).toBe(401);
    expect(countOf(paths.securityTokens)).toBe(2);
  });

  test("is taken again a while after IAM refused that once in the middle of a run", async () => {
    const cloud = cloudWith({ ...longLivedKey, assumeRole, projectId });
    await list(cloud);
    giving.instead.set(paths.securityTokens, refused);
    giving.endKeys();
    expect((await failureOf(list(cloud))).status).toBe(401);
    giving.instead.clear();
    putForward(11);
    await list(cloud);
  });

  test("that may not be taken is an error that says what to grant, and no other call is made without it", async () => {
    giving.instead.set(paths.securityTokens, {
      status: 403,
      body: { error: { code: 403, message: "Not authorized." } },
    });
    const error = await failureOf(list(cloudWith({ ...longLivedKey, assumeRole })));
    expect(error).toMatchObject({ status: 403, outcomeUnknown: false });
    expect(error.message).toContain("Grant the user the action `iam:tokens:assume`");
    expect(new Set(asked())).toEqual(new Set([paths.securityTokens]));
  });

  test("that there is not is an error that says what to check", async () => {
    giving.instead.set(paths.securityTokens, {
      status: 404,
      body: { error: { code: 404, message: "No such agency." } },
    });
    const error = await failureOf(list(cloudWith({ ...longLivedKey, assumeRole })));
    expect(error.message).toMatch(
      /No such agency\. \(HTTP 404\) Check assumeRole: the account has no agency of that name/,
    );
  });

  test("is asked for again after IAM failed in passing", async () => {
    const cloud = cloudWith({ ...longLivedKey, assumeRole, projectId });
    giving.instead.set(paths.securityTokens, { status: 503 });
    expect(await failureOf(list(cloud))).toMatchObject({
      status: 503,
      operation: "IAM CreateTemporaryAccessKeyByAgency",
    });
    giving.instead.clear();
    await list(cloud);
  });

  test("is taken by the environment's key as well, where that takes the place of a refused one", async () => {
    const environment = { HW_ACCESS_KEY: longLivedKey.accessKey, HW_SECRET_KEY: longLivedKey.secretKey };
    const cloud = cloudWith({ accessKey: "REVOKED", secretKey: "old", assumeRole, projectId }, environment);
    await list(cloud);
    expect(server.requests.map(({ path, headers }) => [path, signerOf(headers.authorization)])).toEqual([
      [paths.securityTokens, "REVOKED"],
      [paths.securityTokens, longLivedKey.accessKey],
      [`${keypairsPath}?limit=50`, "TEMPORARYKEY1"],
    ]);
  });

  test("is not done without by a token in the environment, which cannot take it", async () => {
    const cloud = cloudWith(
      { accessKey: "REVOKED", secretKey: "old", assumeRole, projectId },
      { HW_AUTH_TOKEN: "token" },
    );
    expect((await failureOf(list(cloud))).status).toBe(401);
    expect(asked()).toEqual([paths.securityTokens]);
  });
});

describe("an id token", () => {
  const configuration = { idpId: "pipelines", idTokenFile, projectId };

  test("is exchanged for a token, and that for a key of six hours", async () => {
    await list(cloudWith(configuration));
    const [first, second] = server.requests;
    expect(first?.headers["x-idp-id"]).toBe("pipelines");
    expect(JSON.parse(first?.body ?? "")).toEqual({ auth: { id_token: { id: "id-token-of-pipeline" } } });
    expect(second?.headers["x-auth-token"]).toBe("token-by-id-token");
    expect(JSON.parse(second?.body ?? "")).toEqual({
      auth: { identity: { methods: ["token"], token: { id: "token-by-id-token", duration_seconds: 21_600 } } },
    });
  });

  test("is read again for each renewal", async () => {
    const cloud = cloudWith(configuration);
    await list(cloud);
    writeFileSync(idTokenFile, "id-token-of-later");
    giving.endKeys();
    await list(cloud);
    const bodies = server.requests.filter(({ path }) => path === paths.idTokens).map(({ body }) => body);
    expect(bodies[1]).toContain("id-token-of-later");
  });

  test("that is gone by then is an error that says so, and nothing is sent", async () => {
    const cloud = cloudWith(configuration);
    await list(cloud);
    writeFileSync(idTokenFile, "\n");
    giving.endKeys();
    server.requests.length = 0;
    const { message } = await failureOf(list(cloud));
    expect(message).toBe(
      `IAM CreateTokenWithIdToken failed: nothing was sent: idTokenFile (HW_ID_TOKEN_FILE) names the file "${idTokenFile}", which is empty. ` +
        "Have the pipeline write its id token there before Pulumi runs.",
    );
    expect(countOf(paths.idTokens)).toBe(0);
  });

  describe("that is not there, beside a key in the environment", () => {
    const environment = { HW_ACCESS_KEY: longLivedKey.accessKey, HW_SECRET_KEY: longLivedKey.secretKey };
    const stored = { idpId: "pipelines", idTokenFile: join(folder, "of another machine") };

    test("counts as refused: the key takes its place, with one warning", async () => {
      const cloud = cloudWith({ ...stored, projectId }, environment);
      const during = operation();
      const calls = Array.from({ length: 5 }, () => cloud.kps(region, during).listKeypairs());
      await Promise.all(calls);
      expect(asked()).toEqual(Array(5).fill(keypairsPath));
      expect(during.warnings).toEqual([
        "The configured credentials cannot be used, because there is no id token; those in the environment are used instead. " +
          "Stored credentials of an earlier update may be out of date.",
      ]);
    });

    test("is an error where they may be another account's", async () => {
      const { message } = await failureOf(list(cloudWith(stored, environment)));
      expect(message).toContain('of another machine", which cannot be read');
      expect(message).toContain("Those in the environment were not used in their place");
      expect(asked()).toEqual([]);
    });
  });

  test("that is refused is exchanged once, and its source is named", async () => {
    giving.instead.set(paths.idTokens, { status: 401, body: { error: { code: 401, message: "Expired." } } });
    const cloud = cloudWith({ projectId }, { HW_IDP_ID: "pipelines", HUAWEICLOUD_SDK_ID_TOKEN_FILE: idTokenFile });
    const errors = await Promise.all(Array.from({ length: 5 }, () => failureOf(list(cloud))));
    for (const { message } of errors) {
      expect(message).toContain(
        "The id token came from HW_IDP_ID and HUAWEICLOUD_SDK_ID_TOKEN_FILE in the environment. Correct it there.",
      );
    }
    expect(asked()).toEqual([paths.idTokens]);
  });
});

describe("the metadata service", () => {
  const configuration = { ecsMetadata: true, projectId };

  test("is asked with a token of version 2", async () => {
    await list(cloudWith(configuration));
    const [first, second] = server.requests;
    expect(first).toMatchObject({ method: "PUT", headers: { "x-metadata-token-ttl-seconds": "21600" }, body: "" });
    expect(second).toMatchObject({ method: "GET", headers: { "x-metadata-token": "metadata-token" } });
  });

  test.each([404, 405])("that knows version 1 alone (%d) is asked without one", async (status) => {
    giving.instead.set(paths.metadataToken, { status, body: "<html>" });
    await list(cloudWith(configuration));
    expect(asked()).toEqual([paths.metadataToken, paths.securityKey, keypairsPath]);
    expect(server.requests[1]?.headers["x-metadata-token"]).toBeUndefined();
  });

  test.each<[string, Reaction, string, RegExp]>([
    ["refuses a token", { status: 403, body: "" }, paths.metadataToken, /^ECS CreateMetadataToken failed: .*HTTP 403/],
    ["knows no agency", { status: 404, body: {} }, paths.securityKey, /^ECS ShowSecurityKey failed: .*HTTP 404/],
    ["is none", "reset", paths.metadataToken, /^ECS CreateMetadataToken failed: no answer: .*, after 3 attempts\./],
    ["says nothing", "hang", paths.metadataToken, /^ECS CreateMetadataToken failed: no answer: .*, after 3 attempts\./],
  ])("that %s is an error that says why it was asked", async (_, reaction, path, message) => {
    giving.instead.set(path, reaction);
    const error = await failureOf(list(cloudWith(configuration)));
    expect(error.message).toMatch(message);
    expect(error.hint).toBe(
      "It was asked because ecsMetadata is set and there are no other credentials: Pulumi has to run on an Elastic Cloud Server that has an agency.",
    );
    expect(countOf(keypairsPath)).toBe(0);
  });

  test("is asked directly, whatever proxy the environment names", async () => {
    const proxy = await startAnsweringServer();
    process.env.HTTP_PROXY = proxy.url;
    try {
      expect(await new EcsMetadata(`${server.url}/`).securityKey(operation())).toMatchObject({
        accessKey: "TEMPORARYKEY1",
      });
      expect(proxy.requests).toEqual([]);
    } finally {
      delete process.env.HTTP_PROXY;
      await proxy.close();
    }
  });

  test.each<[Record<string, unknown>, Record<string, string>]>([
    [{ ...longLivedKey, ecsMetadata: true }, {}],
    [{ ecsMetadata: true }, { HW_ACCESS_KEY: longLivedKey.accessKey, HW_SECRET_KEY: longLivedKey.secretKey }],
    [{ ...longLivedKey }, { HW_ECS_METADATA: "true" }],
  ])("is not asked where there is an access key: %j, %j", async (raw, environment) => {
    await list(cloudWith({ ...raw, projectId }, environment));
    expect(asked()).toEqual([keypairsPath]);
  });
});

/** Whether a call of this path is answered with a key. */
function gives(path: string): boolean {
  return path === paths.securityTokens || path === paths.securityKey;
}

/** Sets this machine's clock so many seconds ahead. */
function putForward(seconds: number): void {
  jest.spyOn(Date, "now").mockImplementation(() => serverTime() + seconds * 1000);
}
