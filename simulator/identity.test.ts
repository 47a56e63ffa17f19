import { GlobalCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/GlobalCredentials";
import { HcClient } from "@huaweicloud/huaweicloud-sdk-core/HcClient";
import { DefaultHttpClient } from "@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient";
import { Region } from "@huaweicloud/huaweicloud-sdk-core/region/region";
import { domainId } from "./identity";
import { call, cph, kps, passwordBody, pick, send, signIn, type Answer } from "./testing/client";
import { useSimulator } from "./testing/suite";

const signedKey = { accessKey: "SECONDACCESSKEY", secretKey: "second secret key" };
const simulator = useSimulator({
  projects: {
    "cn-north-4": "0123456789abcdef0123456789abcdef",
    "ap-southeast-3": "fedcba9876543210fedcba9876543210",
  },
  users: [{ name: "stranger", password: "strange", domain: "elsewhere" }],
  accessKeys: [
    { ...signedKey, user: "simulator" },
    { accessKey: "STRANGERKEY", secretKey: "s", user: "stranger" },
    { accessKey: "TEMPORARY", secretKey: "t", user: "simulator", securityToken: "the session" },
  ],
});

function withToken(token: string, target = `GET ${kps}`): Promise<Answer> {
  return send(simulator, target, { headers: { "x-auth-token": token } });
}

function unauthenticated(reason: string) {
  return {
    error_code: "APIGW.0301",
    error_msg: expect.stringContaining(reason) as string,
    request_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
  };
}

describe("a signed call", () => {
  test("is served, for every key that there is", async () => {
    expect((await call(simulator, `GET ${kps}?limit=5`)).status).toBe(200);
    expect((await call(simulator, `GET ${kps}`, {}, signedKey)).status).toBe(200);
    expect((await call(simulator, `GET ${cph}/servers`)).status).toBe(200);
    expect(simulator.calls().map(({ credential, accessKey }) => [credential, accessKey])).toEqual([
      ["signature", "SIMULATORACCESSKEY00"],
      ["signature", "SECONDACCESSKEY"],
      ["signature", "SIMULATORACCESSKEY00"],
    ]);
  });

  test("needs a right signature", async () => {
    const answer = await call(simulator, `GET ${kps}`, {}, { ...signedKey, secretKey: "wrong" });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(unauthenticated("verify aksk signature fail"));
    expect(pick(answer.body, "request_id")).toBe(answer.headers.get("x-request-id"));
  });

  test("needs a key that exists", async () => {
    const answer = await call(simulator, `GET ${kps}`, {}, { accessKey: "NOBODY", secretKey: "x" });
    expect([answer.status, answer.body]).toEqual([401, unauthenticated("ak:NOBODY,err:ak not exist")]);
  });

  test("needs some credentials, and well-formed ones", async () => {
    expect((await send(simulator, `GET ${kps}`)).body).toEqual(unauthenticated("x-auth-token not found"));
    const headers = { authorization: "SDK-HMAC-SHA256 nonsense" };
    expect((await send(simulator, `GET ${kps}`, { headers })).body).toEqual(unauthenticated("malformed"));
  });

  test.each([
    [14, 200],
    [-14, 200],
    [16, 401],
    [-16, 401],
  ])("whose clock is %d minutes off gets %d", async (minutes, status) => {
    const date = new Date(Date.now() + minutes * 60_000);
    expect((await call(simulator, `GET ${kps}`, {}, signedKey, date)).status).toBe(status);
  });

  test("with temporary credentials needs their security token", async () => {
    const key = { accessKey: "TEMPORARY", secretKey: "t" };
    const right = { headers: { "x-security-token": "the session" } };
    const wrong = { headers: { "x-security-token": "another" } };
    expect((await call(simulator, `GET ${kps}`, right, key)).status).toBe(200);
    expect((await call(simulator, `GET ${kps}`, wrong, key)).status).toBe(401);
    expect((await call(simulator, `GET ${kps}`, {}, key)).status).toBe(401);
  });

  test("is locked out after five wrong signatures in a row, for five minutes, key by key", async () => {
    const wrong = { ...signedKey, secretKey: "wrong" };
    for (let attempt = 0; attempt < 4; attempt++) await call(simulator, `GET ${kps}`, {}, wrong);

    expect((await call(simulator, `GET ${kps}`, {}, signedKey)).status).toBe(200);
    for (let attempt = 0; attempt < 5; attempt++) await call(simulator, `GET ${kps}`, {}, wrong);

    const locked = await call(simulator, `GET ${kps}`, {}, signedKey);
    expect([locked.status, locked.body]).toEqual([401, unauthenticated("AK access failed to reach the limit")]);
    expect((await call(simulator, `GET ${kps}`)).status).toBe(200);
    simulator.advanceClock(301);
    const later = new Date(Date.now() + 301_000);
    expect((await call(simulator, `GET ${kps}`, {}, signedKey, later)).status).toBe(200);
  });

  test("is refused after its key was revoked, and served with the one that replaced it", async () => {
    expect(simulator.revokeAccessKey("SIMULATORACCESSKEY00")).toBe(true);
    expect((await call(simulator, `GET ${kps}`)).status).toBe(401);
    const rotated = { accessKey: "ROTATED", secretKey: "r" };
    simulator.addAccessKey({ ...rotated, user: "simulator" });
    expect((await call(simulator, `GET ${kps}`, {}, rotated)).status).toBe(200);
    expect(() => {
      simulator.addAccessKey({ ...rotated, user: "nobody" });
    }).toThrow("nobody");
  });
});

describe("another account's project", () => {
  const stranger = { accessKey: "STRANGERKEY", secretKey: "s" };

  test("is forbidden, in the words of each service", async () => {
    const keypairs = await call(simulator, `GET ${kps}`, {}, stranger);
    expect([keypairs.status, keypairs.body]).toMatchObject([403, { error_code: "KPS.9003" }]);
    const servers = await call(simulator, `GET ${cph}/servers`, {}, stranger);
    expect([servers.status, servers.body]).toMatchObject([403, { error_code: "CPS.0001" }]);
  });

  test("is forbidden also where it does not exist, or is not the one in the header", async () => {
    expect((await call(simulator, "GET /v3/unknown/keypairs")).status).toBe(403);
    const headers = { "x-project-id": "fedcba9876543210fedcba9876543210" };
    expect((await call(simulator, `GET ${kps}`, { headers })).status).toBe(403);
  });

  test("is not listed", async () => {
    expect((await call(simulator, "GET /v3/projects", {}, stranger)).body).toMatchObject({ projects: [] });
  });
});

describe("a password", () => {
  test("buys a token for one project", async () => {
    const body = passwordBody(simulator, { project: { name: "cn-north-4" } });
    const answer = await send(simulator, "POST /v3/auth/tokens?nocatalog=true", { body });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      token: {
        project: { id: "0123456789abcdef0123456789abcdef", name: "cn-north-4" },
        user: { id: simulator.credentials.userId, name: "simulator", domain: { name: "simulator" } },
      },
    });
    const lifetime =
      Date.parse(String(pick(answer.body, "token", "expires_at"))) -
      Date.parse(String(pick(answer.body, "token", "issued_at")));
    expect(lifetime).toBe(24 * 3600 * 1000);
    expect((await withToken(answer.headers.get("x-subject-token") ?? "")).status).toBe(200);
    expect(simulator.calls().at(-1)?.credential).toBe("token");
  });

  test("works with the ids of user, domain and project", async () => {
    const listed = await call(simulator, "GET /v3/projects");
    const identity = (user: object) => ({ methods: ["password"], password: { user } });
    const scope = { project: { id: "fedcba9876543210fedcba9876543210" } };
    const { userId: id, user: name, password } = simulator.credentials;
    const domain = { id: pick(listed.body, "projects", 0, "domain_id") };
    for (const user of [
      { id, password },
      { name, password, domain },
    ]) {
      const answer = await send(simulator, "POST /v3/auth/tokens", {
        body: { auth: { identity: identity(user), scope } },
      });
      expect(pick(answer.body, "token", "project", "name")).toBe("ap-southeast-3");
    }
  });

  test("that is wrong is refused in IAM's own envelope, and locks the user after five", async () => {
    const attempt = (password?: string) =>
      send(simulator, "POST /v3/auth/tokens", { body: passwordBody(simulator, {}, password) });
    const first = await attempt("wrong");
    expect([first.status, first.body]).toEqual([
      401,
      { error: { code: 401, message: "The username or password is wrong.", title: "Unauthorized" } },
    ]);
    for (let count = 0; count < 4; count++) await attempt("wrong");

    expect((await attempt()).body).toMatchObject({ error: { message: "The account is locked." } });
    simulator.advanceClock(15 * 60 + 1);
    expect((await attempt()).status).toBe(201);
  });

  test.each<[string, unknown, number]>([
    ["an unknown user", { auth: { identity: identityOf({ name: "x", password: "y", domain: { name: "z" } }) } }, 401],
    ["no identity", { auth: {} }, 400],
    ["another method", { auth: { identity: { methods: ["totp"] } } }, 400],
    ["no password", { auth: { identity: identityOf({ name: "simulator", domain: { name: "simulator" } }) } }, 400],
  ])("request with %s is refused", async (_, body, status) => {
    const answer = await send(simulator, "POST /v3/auth/tokens", { body });
    expect([answer.status, pick(answer.body, "error", "code")]).toEqual([status, status]);
  });

  test("buys no token for a project of another account", async () => {
    simulator.addProject("eu-west-101", "1".repeat(32), "elsewhere");
    const body = passwordBody(simulator, { project: { name: "eu-west-101" } });
    expect((await send(simulator, "POST /v3/auth/tokens", { body })).status).toBe(401);
  });

  function identityOf(user: object): object {
    return { methods: ["password"], password: { user } };
  }
});

describe("a token", () => {
  test("is for its own project alone", async () => {
    const token = await signIn(simulator, { project: { name: "ap-southeast-3" } });
    const answer = await withToken(token);
    expect([answer.status, answer.body]).toMatchObject([401, { error_code: "APIGW.0307" }]);
    expect((await withToken(token, "GET /v3/fedcba9876543210fedcba9876543210/keypairs")).status).toBe(200);
  });

  test("of the whole account lists projects and opens none", async () => {
    const token = await signIn(simulator, {});
    expect((await withToken(token, "GET /v3/projects")).status).toBe(200);
    expect((await withToken(token)).status).toBe(401);
  });

  test("expires after a day, or when it is told to", async () => {
    const token = await signIn(simulator);
    simulator.advanceClock(24 * 3600 - 1);
    expect((await withToken(token)).status).toBe(200);
    simulator.advanceClock(2);
    expect((await withToken(token)).body).toMatchObject({ error_code: "APIGW.0307" });
    const next = await signIn(simulator);
    simulator.expireTokens();
    expect((await withToken(next)).body).toMatchObject({ error_code: "APIGW.0307" });
  });

  test("that nobody gave out is refused", async () => {
    expect((await withToken("nonsense")).body).toEqual(unauthenticated("decrypt token fail"));
  });
});

describe("GET /v3/projects", () => {
  test("finds a project by its region", async () => {
    const answer = await call(simulator, "GET /v3/projects?name=ap-southeast-3");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      projects: [{ id: "fedcba9876543210fedcba9876543210", name: "ap-southeast-3", enabled: true }],
    });
    expect(pick(answer.body, "projects")).toHaveLength(1);
    expect((await call(simulator, "GET /v3/projects?name=nowhere")).body).toMatchObject({ projects: [] });
  });

  test("lists all, and two of one name where there are two", async () => {
    simulator.addProject("cn-north-4", "2".repeat(32));
    expect(pick((await call(simulator, "GET /v3/projects")).body, "projects")).toHaveLength(3);
    expect(pick((await call(simulator, "GET /v3/projects?name=cn-north-4")).body, "projects")).toHaveLength(2);
  });
});

describe("GET /v3/auth/domains", () => {
  test("tells the caller's own account", async () => {
    const id = domainId("elsewhere");
    const answer = await call(simulator, "GET /v3/auth/domains", {}, { accessKey: "STRANGERKEY", secretKey: "s" });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      domains: [{ id, name: "elsewhere", description: "", enabled: true, links: { self: `/v3/domains/${id}` } }],
      links: { self: "/v3/auth/domains", next: null, previous: null },
    });
    const token = await signIn(simulator, {});
    expect((await withToken(token, "GET /v3/auth/domains")).body).toMatchObject({ domains: [{ name: "simulator" }] });
    expect((await send(simulator, "GET /v3/auth/domains")).status).toBe(401);
  });

  test("is what the vendor's global credentials find the account by", async () => {
    const { accessKey, secretKey } = simulator.credentials;
    const credentials = new GlobalCredentials().withAk(accessKey).withSk(secretKey).withIamEndpoint(simulator.url);
    const endpoints = [simulator.url];
    const client = new HcClient(new DefaultHttpClient({}, endpoints))
      .withEndpoints(endpoints)
      .withRegion(new Region("cn-north-4", simulator.url))
      .withCredential(credentials);
    const request = { method: "GET", url: "/v3/projects", contentType: "application/json" };
    const listed = await client.sendRequest({ ...request, queryParams: {}, pathParams: {}, headers: {} });
    expect(credentials.domainId).toBe(pick(listed, "projects", 0, "domain_id"));
    expect(simulator.calls().map(({ operation, status }) => [operation, status])).toEqual([
      ["KeystoneListAuthDomains", 200],
      ["KeystoneListProjects", 200],
    ]);
  });
});
