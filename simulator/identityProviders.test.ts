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
