import { call, kps, pick, pickText, send, type Answer } from "./testing/client";
import { useSimulator, useStoppedClock } from "./testing/suite";

const simulator = useSimulator({
  users: [{ name: "stranger", password: "strange", domain: "elsewhere" }],
  machineAgency: { name: "host" },
});

useStoppedClock();

function securityKey(token?: string): Promise<Answer> {
  const headers: Record<string, string> = token === undefined ? {} : { "x-metadata-token": token };
  return send(simulator, "GET /openstack/latest/securitykey", { headers });
}

function metadataToken(seconds?: number | string): Promise<Answer> {
  const headers: Record<string, string> =
    seconds === undefined ? {} : { "x-metadata-token-ttl-seconds": String(seconds) };
  return send(simulator, "PUT /meta-data/latest/api/token", { headers });
}

/** Sends a call with the temporary access key in an answer; the clock may have been put forward. */
function withKey({ body }: Answer, target: string, secondsLater = 0): Promise<Answer> {
  const key = { accessKey: pickText(body, "credential", "access"), secretKey: pickText(body, "credential", "secret") };
  const headers = { "x-security-token": pickText(body, "credential", "securitytoken") };
  return call(simulator, target, { headers }, key, new Date(Date.now() + secondsLater * 1000));
}

test("a machine shows an access key of its agency that lives an hour", async () => {
  const answer = await securityKey();
  expect(answer.status).toBe(200);
  expect(Date.parse(pickText(answer.body, "credential", "expires_at")) - simulator.state().now).toBe(3_600_000);
  expect((await withKey(answer, `GET ${kps}`)).status).toBe(200);
  expect(simulator.calls()).toMatchObject([
    { service: "metadata", operation: "ShowSecurityKey", credential: "none" },
    { service: "kps" },
  ]);
});

test("the key is the same until ten minutes before its end, and then another; the earlier one lives on until then", async () => {
  const first = await securityKey();
  simulator.advanceClock(2999);
  expect((await securityKey()).body).toEqual(first.body);
  simulator.advanceClock(1);
  const second = await securityKey();
  expect(pick(second.body, "credential", "access")).not.toBe(pick(first.body, "credential", "access"));
  expect((await withKey(first, `GET ${kps}`, 3000)).status).toBe(200);
  expect((await withKey(second, `GET ${kps}`, 3000)).status).toBe(200);
  simulator.advanceClock(600);
  expect((await withKey(first, `GET ${kps}`, 3600)).body).toMatchObject({ error_code: "APIGW.0307" });
});

test("a key that was ended or revoked is replaced", async () => {
  const first = await securityKey();
  simulator.expireTemporaryKeys();
  const second = await securityKey();
  simulator.revokeAccessKey(pickText(second.body, "credential", "access"));
  const third = await securityKey();
  const keys = [first, second, third].map(({ body }) => pick(body, "credential", "access"));
  expect(new Set(keys).size).toBe(3);
  expect((await withKey(first, `GET ${kps}`)).status).toBe(401);
  expect((await withKey(third, `GET ${kps}`)).status).toBe(200);
});

test("a machine without an agency answers an error; one with another agency, a key of that account", async () => {
  const before = await securityKey();
  simulator.setMachineAgency({ name: "guest", domain: "elsewhere" });
  const foreign = await securityKey();
  expect((await withKey(foreign, "GET /v3/auth/domains")).body).toMatchObject({ domains: [{ name: "elsewhere" }] });
  expect((await withKey(foreign, `GET ${kps}`)).status).toBe(403);
  simulator.setMachineAgency();
  const none = await securityKey();
  expect([none.status, none.body]).toEqual([404, { error: { code: 404, message: "The machine has no agency." } }]);
  expect((await withKey(before, `GET ${kps}`)).status).toBe(200);
});

test("the second version gives out tokens, which expire", async () => {
  const token = await metadataToken(60);
  expect(token.status).toBe(200);
  expect(token.text).toMatch(/^[\w+/=]{20,}$/);
  expect((await securityKey(token.text)).status).toBe(200);
  simulator.advanceClock(61);
  expect((await securityKey(token.text)).status).toBe(401);
  expect((await securityKey("nonsense")).status).toBe(401);
  expect((await securityKey()).status).toBe(200);
});

test.each([
  [1, 200],
  [21_600, 200],
  [0, 400],
  [21_601, 400],
  ["soon", 400],
  [undefined, 400],
])("a token for %p seconds gets %d", async (seconds, status) => {
  expect((await metadataToken(seconds)).status).toBe(status);
});

test("the second version alone needs its token", async () => {
  simulator.setVariants({ metadataVersions: "v2" });
  expect((await securityKey()).status).toBe(401);
  expect((await securityKey((await metadataToken(60)).text)).status).toBe(200);
});

test("the first version alone knows no token", async () => {
  simulator.setVariants({ metadataVersions: "v1" });
  expect((await metadataToken(60)).status).toBe(404);
  expect((await securityKey()).status).toBe(200);
});

test("a fault strikes it like any other service", async () => {
  simulator.addFault({ match: { service: "metadata" }, times: 1, action: { type: "status", status: 500 } });
  expect((await securityKey()).status).toBe(500);
  expect((await securityKey()).status).toBe(200);
});

test("a reset takes the keys and the tokens away", async () => {
  const key = await securityKey();
  const token = await metadataToken(60);
  simulator.reset();
  expect((await withKey(key, `GET ${kps}`)).status).toBe(401);
  expect((await securityKey(token.text)).status).toBe(401);
  expect((await securityKey()).status).toBe(200);
});

describe("with a lifetime that was configured", () => {
  const short = useSimulator({ machineAgency: { name: "host" }, temporaryKeySeconds: 700 });

  test("the key lives so long", async () => {
    const { body } = await send(short, "GET /openstack/latest/securitykey");
    expect(Date.parse(pickText(body, "credential", "expires_at")) - short.state().now).toBe(700_000);
  });
});
