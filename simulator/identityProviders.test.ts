import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GlobalCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/GlobalCredentials";
import { HcClient } from "@huaweicloud/huaweicloud-sdk-core/HcClient";
import { DefaultHttpClient } from "@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient";
import { Region } from "@huaweicloud/huaweicloud-sdk-core/region/region";
import { call, kps, pick, pickText, send, type Answer } from "./testing/client";
import { useSimulator } from "./testing/suite";

const target = "POST /v3.0/OS-AUTH/id-token/tokens";
const simulator = useSimulator({
  users: [{ name: "robot", password: "r", domain: "elsewhere" }],
  identityProviders: [
    { id: "pipeline", idTokens: [{ text: "header.payload.signature" }, { text: "short-lived", seconds: 60 }] },
    { id: "others", user: "robot", idTokens: [{ text: "theirs" }] },
  ],
});

function exchange(provider: string, id: unknown, scope?: unknown): Promise<Answer> {
  return send(simulator, target, { headers: { "x-idp-id": provider }, body: { auth: { id_token: { id }, scope } } });
}

function tokenOf({ headers }: Answer): string {
  return headers.get("x-subject-token") ?? "";
}

test("an id token buys a token of its provider's account", async () => {
  const answer = await exchange("pipeline", "header.payload.signature");
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    token: { methods: ["mapped"], user: { name: "simulator", domain: { name: "simulator" } } },
  });
  const headers = { "x-auth-token": tokenOf(answer) };
  expect((await send(simulator, "GET /v3/projects", { headers })).body).toMatchObject({
    projects: [{ name: "cn-north-4" }],
  });
  const theirs = await exchange("others", "theirs");
  expect(pick(theirs.body, "token", "user", "domain", "name")).toBe("elsewhere");
});

test("the token can be for one project, or buy a temporary access key", async () => {
  const scoped = await exchange("pipeline", "header.payload.signature", { project: { name: "cn-north-4" } });
  expect((await send(simulator, `GET ${kps}`, { headers: { "x-auth-token": tokenOf(scoped) } })).status).toBe(200);
  const token = tokenOf(await exchange("pipeline", "header.payload.signature"));
  const { body } = await send(simulator, "POST /v3.0/OS-CREDENTIAL/securitytokens", {
    headers: { "x-auth-token": token },
    body: { auth: { identity: { methods: ["token"], token: { id: token, duration_seconds: 21_600 } } } },
  });
  const key = { accessKey: pickText(body, "credential", "access"), secretKey: pickText(body, "credential", "secret") };
  const headers = { "x-security-token": pickText(body, "credential", "securitytoken") };
  expect((await call(simulator, `GET ${kps}`, { headers }, key)).status).toBe(200);
});

test.each<[string, unknown, number]>([
  ["unknown", "header.payload.signature", 404],
  ["pipeline", "theirs", 401],
  ["pipeline", "header.payload.signature\n", 401],
  ["pipeline", "", 400],
  ["pipeline", 5, 400],
  ["", "header.payload.signature", 400],
])("provider %j refuses %j with %d", async (provider, text, status) => {
  const answer = await exchange(provider, text);
  expect([answer.status, pick(answer.body, "error", "code")]).toEqual([status, status]);
  expect(answer.headers.get("x-subject-token")).toBeNull();
});

test("an id token expires; another one of the provider takes its place", async () => {
  expect((await exchange("pipeline", "short-lived")).status).toBe(201);
  simulator.advanceClock(61);
  const expired = await exchange("pipeline", "short-lived");
  expect([expired.status, expired.body]).toEqual([
    401,
    { error: { code: 401, message: "The id token has expired.", title: "Unauthorized" } },
  ]);
  expect((await exchange("pipeline", "header.payload.signature")).status).toBe(201);
  simulator.addIdentityProvider({ id: "pipeline", idTokens: [{ text: "next" }] });
  expect((await exchange("pipeline", "next")).status).toBe(201);
  expect((await exchange("pipeline", "header.payload.signature")).status).toBe(401);
});

test("the vendor's SDK signs in with the id token in a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "id-token-"));
  const file = join(folder, "token");
  writeFileSync(file, "header.payload.signature");
  try {
    const credentials = new GlobalCredentials()
      .withIdpId("pipeline")
      .withIdTokenFile(file)
      .withIamEndpoint(simulator.url);
    const endpoints = [simulator.url];
    const client = new HcClient(new DefaultHttpClient({}, endpoints))
      .withEndpoints(endpoints)
      .withRegion(new Region("cn-north-4", simulator.url))
      .withCredential(credentials);
    const request = { method: "GET", url: "/v3/projects", contentType: "application/json" };
    const listed = await client.sendRequest({ ...request, queryParams: {}, pathParams: {}, headers: {} });
    expect(pick(listed, "projects", 0, "name")).toBe("cn-north-4");
    expect(simulator.calls().map(({ operation, status }) => [operation, status])).toEqual(
      expect.arrayContaining([
        ["CreateUnscopedTokenWithIdToken", 201],
        ["CreateTemporaryAccessKeyByToken", 201],
        ["KeystoneListProjects", 200],
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ["pipeline", "Bearer theirs", 401],
  ["pipeline", "theirs", 401],
  ["unknown", "Bearer theirs", 404],
])("as it does, %s refuses %j with %d", async (provider, authorization, status) => {
  const path = `/v3/OS-FEDERATION/identity_providers/${provider}/protocols/oidc/auth`;
  expect((await send(simulator, `POST ${path}`, { headers: { authorization } })).status).toBe(status);
});

test("a provider that was added is gone after a reset", async () => {
  simulator.addIdentityProvider({ id: "added", idTokens: [{ text: "new" }] });
  expect((await exchange("added", "new")).status).toBe(201);
  simulator.reset();
  expect((await exchange("added", "new")).status).toBe(404);
});

test("the call is noted without the id token", async () => {
  await exchange("pipeline", "header.payload.signature");
  expect(simulator.calls()).toMatchObject([
    { operation: "CreateTokenWithIdToken", body: { auth: { id_token: { id: "[redacted]" } } } },
  ]);
});
