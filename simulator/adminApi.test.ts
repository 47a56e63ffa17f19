import { call, kps, pick, pickText, send, serverIds, type Answer } from "./testing/client";
import { sampleKeys } from "./testing/keys";
import { useSimulator } from "./testing/suite";

const simulator = useSimulator();

const publicKey = sampleKeys.ed25519.text;

function admin(target: string, body?: unknown): Promise<Answer> {
  return send(simulator, target.replace(" ", " /_admin"), { body });
}

test("lists its own calls, the switches and the operations", async () => {
  const { status, body } = await admin("GET ");
  expect(status).toBe(200);
  expect(pick(body, "calls")).toContain("GET /_admin/state");
  expect(pick(body, "variants", "timeUnit", "values")).toEqual(["milliseconds", "seconds", "iso8601"]);
  expect(pick(body, "operations", "CreateKeypair", "service")).toBe("kps");
});

test("is not noted among the calls", async () => {
  await admin("GET /state");
  expect(simulator.calls()).toEqual([]);
});

test("shows and clears the calls", async () => {
  await call(simulator, `GET ${kps}/one`);
  await call(simulator, `GET ${kps}/two`);
  expect((await admin("GET /calls")).body).toEqual(simulator.calls());
  expect((await admin("GET /calls?latest=1")).body).toEqual(simulator.calls().slice(1));
  const cleared = await admin("DELETE /calls");
  expect([cleared.status, cleared.text]).toEqual([204, ""]);
  expect(simulator.calls()).toEqual([]);
});

test("adds, shows and removes faults", async () => {
  const rule = {
    match: { service: "kps", operation: "ListKeypairs", method: "GET", path: "keypairs$" },
    skip: 0,
    every: 1,
    times: 1,
    action: { type: "status", status: 500, code: "KPS.0003", message: "m", headers: { a: "b" }, when: "after" },
  };
  const added = await admin("POST /faults", rule);
  expect((await call(simulator, `GET ${kps}`)).status).toBe(500);
  expect((await admin("GET /faults")).body).toEqual([{ ...(added.body as object), rule, matched: 1, struck: 1 }]);
  const id = Number(pick(added.body, "id"));
  expect((await admin(`DELETE /faults/${id}`)).body).toEqual({ removed: true });
  expect((await admin(`DELETE /faults/${id}`)).body).toEqual({ removed: false });
  await admin("POST /faults", rule);
  expect((await admin("DELETE /faults")).status).toBe(204);
  expect(simulator.faults()).toEqual([]);
});

test.each([
  { type: "status", status: 503 },
  { type: "status", status: 503, body: null },
  { type: "html", status: 504, when: "before" },
  { type: "reset", when: "after" },
  { type: "hang" },
  { type: "truncate" },
  { type: "body", body: [1] },
  { type: "delay", milliseconds: 5 },
  { type: "throttle", retryAfter: "3" },
  { type: "rateLimit", calls: 5, seconds: 0.5 },
  { type: "expireToken" },
  { type: "entryError", code: "CPS.0042" },
  { type: "jobFailed", code: "CPS.0003", message: "m" },
  { type: "jobNeverEnds" },
  { type: "jobTakes", seconds: 3 },
  { type: "jobStatus", status: "7", ends: true },
  { type: "jobWithoutEffect" },
  { type: "jobNotFound" },
])("takes the fault %j", async (action) => {
  expect((await admin("POST /faults", { action })).status).toBe(200);
  expect(simulator.faults()).toMatchObject([{ rule: { action } }]);
});

test.each<[unknown, string]>([
  [{}, '"action" of the rule must be an object'],
  [{ action: { type: "explode" } }, "action.type must be one of status,"],
  [{ action: { type: "reset", status: 5 } }, 'action "reset" has no field "status"; it can have when.'],
  [{ action: { type: "hang" }, often: 1 }, 'the rule has no field "often"'],
  [{ action: { type: "status" } }, '"status" of action "status" must be an HTTP status'],
  [{ action: { type: "status", status: 99 } }, "must be an HTTP status"],
  [{ action: { type: "status", status: 500, headers: { a: 1 } } }, "must be an object of texts"],
  [{ action: { type: "reset", when: "during" } }, "must be before or after"],
  [{ action: { type: "delay", milliseconds: -1 } }, "must be a number"],
  [{ action: { type: "hang" }, every: 0 }, "must be a whole number from 1"],
  [{ action: { type: "hang" }, match: { operation: "Dance" } }, '"operation" of match must be'],
  [{ action: { type: "hang" }, match: { service: "ecs" } }, "must be kps or cph or iam"],
  [{ action: { type: "hang" }, match: { path: "(" } }, "must be a regular expression"],
])("refuses the fault %j", async (rule, message) => {
  const answer = await admin("POST /faults", rule);
  expect(answer.status).toBe(400);
  expect(pickText(answer.body, "error")).toContain(message);
  expect(simulator.faults()).toEqual([]);
});

test("turns switches", async () => {
  const answer = await admin("PATCH /variants", { timeUnit: "seconds", jobSeconds: 7 });
  expect(answer.body).toEqual(simulator.variants());
  expect((await admin("GET /variants")).body).toMatchObject({ timeUnit: "seconds", jobSeconds: 7 });
  const wrong = await admin("PATCH /variants", { timeUnit: "days" });
  expect([wrong.status, pick(wrong.body, "error")]).toEqual([400, expect.stringContaining("timeUnit")]);
});

test("shows the state", async () => {
  expect((await admin("GET /state")).body).toMatchObject({ projects: simulator.state().projects });
});

test("changes key pairs", async () => {
  expect((await admin("PUT /keypairs/cn-north-4/demo", { publicKey, description: "old" })).status).toBe(204);
  expect((await admin("PATCH /keypairs/cn-north-4/demo", { description: "new", frozenState: 1 })).status).toBe(204);
  expect(simulator.state().projects[0]?.keypairs).toMatchObject([{ name: "demo", description: "new", frozenState: 1 }]);
  expect((await admin("DELETE /keypairs/cn-north-4/demo")).body).toEqual({ removed: true });
  expect((await admin("DELETE /keypairs/cn-north-4/demo")).body).toEqual({ removed: false });
});

test("changes servers", async () => {
  const [first] = serverIds(simulator);
  const added = await admin("POST /servers/cn-north-4", { name: "extra", availabilityZone: "x" });
  expect(added.body).toMatchObject({ name: "extra", availabilityZone: "x", status: 5 });
  expect((await admin(`PATCH /servers/cn-north-4/${first}`, { status: 8, scalingUp: true })).status).toBe(204);
  expect(simulator.state().projects[0]?.servers[0]).toMatchObject({ status: 8, scalingUp: true });
  expect((await admin(`DELETE /servers/cn-north-4/${first}`)).body).toEqual({ removed: true });
});

test("adds projects, users and access keys, and revokes them", async () => {
  const id = "f".repeat(32);
  await admin("POST /projects", { name: "cn-east-3", id });
  await admin("POST /users", { name: "robot", password: "secret" });
  await admin("POST /access-keys", { accessKey: "ROBOTKEY", secretKey: "rs", user: "robot" });
  await admin("POST /access-keys", { accessKey: "OTHERKEY", secretKey: "os", securityToken: "session" });
  const robot = { accessKey: "ROBOTKEY", secretKey: "rs" };
  const headers = { "x-security-token": "session" };
  expect((await call(simulator, `GET /v3/${id}/keypairs`, {}, robot)).status).toBe(200);
  expect((await call(simulator, `GET ${kps}`, { headers }, { accessKey: "OTHERKEY", secretKey: "os" })).status).toBe(
    200,
  );
  expect((await admin("DELETE /access-keys/ROBOTKEY")).body).toEqual({ removed: true });
  expect((await call(simulator, `GET ${kps}`, {}, robot)).status).toBe(401);
});

test("adds and takes away agencies, identity providers and the machine's agency, and ends temporary keys", async () => {
  const assume = { methods: ["assume_role"], assume_role: { agency_name: "fleet", domain_name: "owner" } };
  const assumed = () =>
    call(simulator, "POST /v3.0/OS-CREDENTIAL/securitytokens", { body: { auth: { identity: assume } } });
  expect((await admin("POST /agencies", { name: "fleet", domain: "owner" })).status).toBe(204);
  const { body } = await assumed();
  const key = { accessKey: pickText(body, "credential", "access"), secretKey: pickText(body, "credential", "secret") };
  const headers = { "x-security-token": pickText(body, "credential", "securitytoken") };
  expect((await call(simulator, "GET /v3/projects", { headers }, key)).status).toBe(200);
  expect((await admin("POST /access-keys/expire")).status).toBe(204);
  expect((await call(simulator, "GET /v3/projects", { headers }, key)).status).toBe(401);
  expect((await call(simulator, "GET /v3/projects")).status).toBe(200);
  expect((await admin("DELETE /agencies/owner/fleet")).body).toEqual({ removed: true });
  expect((await admin("DELETE /agencies/owner/fleet")).body).toEqual({ removed: false });
  expect((await assumed()).status).toBe(404);

  const idTokens = [{ text: "a proof", seconds: 60 }];
  expect((await admin("POST /identity-providers", { id: "ci", idTokens })).status).toBe(204);
  const exchange = { headers: { "x-idp-id": "ci" }, body: { auth: { id_token: { id: "a proof" } } } };
  expect((await send(simulator, "POST /v3.0/OS-AUTH/id-token/tokens", exchange)).status).toBe(201);

  expect((await admin("PUT /machine-agency", { name: "host" })).status).toBe(204);
  expect((await send(simulator, "GET /openstack/latest/securitykey")).status).toBe(200);
  expect((await admin("DELETE /machine-agency")).status).toBe(204);
  expect((await send(simulator, "GET /openstack/latest/securitykey")).status).toBe(404);
});

test("advances the clock, expires tokens and resets", async () => {
  const before = simulator.state().now;
  await admin("POST /clock", { advanceSeconds: 3600 });
  expect(simulator.state().now).toBeGreaterThanOrEqual(before + 3_600_000);
  expect((await admin("POST /tokens/expire")).status).toBe(204);
  expect((await admin("POST /reset")).status).toBe(204);
  expect(simulator.state().now).toBeLessThan(before + 3_600_000);
});

test.each<[string, unknown, string]>([
  ["PUT /keypairs/cn-north-4/demo", { publicKey: "nonsense" }, "OpenSSH"],
  ["PUT /keypairs/nowhere/demo", {}, 'There is no project "nowhere".'],
  ["PATCH /keypairs/cn-north-4/missing", {}, 'There is no key pair "missing".'],
  ["PATCH /servers/cn-north-4/missing", {}, 'There is no server "missing".'],
  ["PATCH /servers/cn-north-4/missing", { keypair_name: "x" }, 'has no field "keypair_name"'],
  ["PATCH /servers/cn-north-4/missing", { status: "5" }, '"status" of the body must be a number'],
  ["POST /servers/cn-north-4", { trustedKey: 5 }, "must be text or null"],
  ["POST /access-keys", { accessKey: "A", secretKey: "B", user: "nobody" }, 'There is no user "nobody".'],
  ["POST /agencies", { name: "fleet" }, '"domain" of the body must be text'],
  ["POST /identity-providers", { id: "ci" }, '"idTokens" of the body must be a list of objects with text, seconds'],
  ["POST /identity-providers", { id: "ci", idTokens: [{ text: 5 }] }, "must be a list of objects with text, seconds"],
  ["POST /identity-providers", { id: "ci", idTokens: ["a proof"] }, "must be a list of objects with text, seconds"],
  ["POST /identity-providers", { id: "ci", idTokens: [], user: "nobody" }, 'There is no user "nobody".'],
  ["PUT /machine-agency", {}, '"name" of the body must be text'],
  ["POST /clock", {}, '"advanceSeconds" of the body must be a number'],
  ["POST /clock", [], "must be a JSON object"],
])("refuses %s with %j", async (target, body, message) => {
  const answer = await admin(target, body);
  expect(answer.status).toBe(400);
  expect(pickText(answer.body, "error")).toContain(message);
});

test.each(["GET /nothing", "POST /state", "DELETE /keypairs/cn-north-4"])("has no call %s", async (target) => {
  expect((await admin(target)).status).toBe(404);
});

test("refuses a body that is not JSON", async () => {
  expect((await send(simulator, "PATCH /_admin/variants", { text: "{" })).status).toBe(400);
});
