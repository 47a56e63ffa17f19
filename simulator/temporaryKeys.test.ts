import { domainId } from "./identity";
import { call, kps, pick, pickText, send, signIn, type Answer, type CallOptions } from "./testing/client";
import { useSimulator, useStoppedClock } from "./testing/suite";

const target = "POST /v3.0/OS-CREDENTIAL/securitytokens";
const ownersProject = "f".repeat(32);
const stranger = { accessKey: "STRANGERKEY", secretKey: "s" };
const simulator = useSimulator({
  users: [{ name: "stranger", password: "strange", domain: "elsewhere" }],
  accessKeys: [{ ...stranger, user: "stranger" }],
  agencies: [
    { name: "fleet", domain: "owner" },
    { name: "fleet", domain: "other-owner", trustedDomain: "elsewhere" },
    { name: "lab", domain: "simulator" },
    { name: "simulator", domain: "simulator" },
  ],
});

useStoppedClock();

beforeEach(() => {
  simulator.addProject("cn-north-4", ownersProject, "owner");
});

function assumption(wanted: object): CallOptions {
  return { body: { auth: { identity: { methods: ["assume_role"], assume_role: wanted } } } };
}

function assume(wanted: object, key = simulator.credentials): Promise<Answer> {
  return call(simulator, target, assumption(wanted), key);
}

const fleet = { agency_name: "fleet", domain_name: "owner" };

/** Sends a call with the temporary access key in an answer; the clock may have been put forward. */
function withKey({ body }: Answer, wanted: string, secondsLater = 0, options: CallOptions = {}): Promise<Answer> {
  const key = { accessKey: pickText(body, "credential", "access"), secretKey: pickText(body, "credential", "secret") };
  const headers = { ...options.headers, "x-security-token": pickText(body, "credential", "securitytoken") };
  return call(simulator, wanted, { ...options, headers }, key, new Date(Date.now() + secondsLater * 1000));
}

function secondsLeft({ body }: Answer): number {
  return (Date.parse(pickText(body, "credential", "expires_at")) - simulator.state().now) / 1000;
}

describe("an agency", () => {
  test("is assumed: a temporary access key of its account, for a quarter of an hour", async () => {
    const answer = await assume(fleet);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      credential: {
        access: expect.stringMatching(/^[0-9A-Z]{20}$/) as string,
        secret: expect.stringMatching(/^.{40}$/) as string,
        securitytoken: expect.any(String) as string,
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string,
      },
    });
    expect(secondsLeft(answer)).toBe(900);
    expect((await withKey(answer, "GET /v3/projects")).body).toMatchObject({ projects: [{ id: ownersProject }] });
    expect((await withKey(answer, `GET /v3/${ownersProject}/keypairs`)).status).toBe(200);
    expect((await withKey(answer, `GET ${kps}`)).status).toBe(403);
    expect((await withKey(answer, "GET /v3/auth/domains")).body).toMatchObject({ domains: [{ name: "owner" }] });
  });

  test("owns what is made in its name, and no user does, also not one of its name", async () => {
    const answer = await assume({ agency_name: "simulator", domain_name: "simulator" });
    const body = { keypair: { name: "made", type: "ssh" } };
    const made = await withKey(answer, `POST ${kps}`, 0, { body });
    expect(made.status).toBe(200);
    expect(pick(made.body, "keypair", "user_id")).not.toBe(simulator.credentials.userId);
  });

  test("is named by the id of its account as well, and by both", async () => {
    const id = domainId("owner");
    expect((await assume({ agency_name: "fleet", domain_id: id })).status).toBe(201);
    expect((await assume({ ...fleet, domain_id: id })).status).toBe(201);
    expect((await assume({ ...fleet, domain_id: domainId("other-owner") })).status).toBe(404);
  });

  test("can be one of the caller's own account", async () => {
    const answer = await assume({ agency_name: "lab", domain_name: "simulator" });
    expect((await withKey(answer, `GET ${kps}`)).status).toBe(200);
  });

  test.each([
    [{ agency_name: "unknown", domain_name: "owner" }, 404],
    [{ agency_name: "fleet", domain_name: "nobody" }, 404],
    [{ agency_name: "fleet", domain_name: "other-owner" }, 403],
    [{ agency_name: "fleet" }, 400],
    [{ domain_name: "owner" }, 400],
  ])("is not assumed by %j", async (wanted, status) => {
    const answer = await assume(wanted);
    expect([answer.status, pick(answer.body, "error", "code")]).toEqual([status, status]);
  });

  test.each<[unknown, number]>([
    [899, 400],
    [900, 201],
    [86_400, 201],
    [86_401, 400],
    [1000.5, 400],
    ["1000", 400],
  ])("is assumed for %j seconds: %d", async (seconds, status) => {
    const answer = await assume({ ...fleet, duration_seconds: seconds });
    expect(answer.status).toBe(status);
    expect(status === 201 ? secondsLeft(answer) : seconds).toBe(seconds);
  });

  test("that trusts another account is for that one", async () => {
    const wanted = { agency_name: "fleet", domain_name: "other-owner" };
    expect((await call(simulator, target, assumption(wanted), stranger)).status).toBe(201);
    expect((await call(simulator, target, assumption(fleet), stranger)).status).toBe(403);
  });

  test("is assumed with credentials alone", async () => {
    expect((await send(simulator, target, assumption(fleet))).status).toBe(401);
    const wrong = { ...simulator.credentials, secretKey: "wrong" };
    expect((await assume(fleet, wrong)).status).toBe(401);
  });

  test("is assumed in the name of the caller's own account", async () => {
    const named = (domain: string) => ({ ...assumption(fleet), headers: { "x-domain-id": domainId(domain) } });
    expect((await call(simulator, target, named("simulator"))).status).toBe(201);
    expect((await call(simulator, target, named("owner"))).status).toBe(403);
  });

  test("that is taken away is not assumed again, and its keys go on", async () => {
    const answer = await assume(fleet);
    expect(simulator.removeAgency("fleet", "owner")).toBe(true);
    expect((await assume(fleet)).status).toBe(404);
    expect((await withKey(answer, "GET /v3/projects")).status).toBe(200);
  });

  test("that was added is gone after a reset", async () => {
    simulator.addAgency({ name: "added", domain: "simulator" });
    const added = { agency_name: "added", domain_name: "simulator" };
    expect((await assume(added)).status).toBe(201);
    simulator.reset();
    expect((await assume(added)).status).toBe(404);
    expect((await assume(fleet)).status).toBe(201);
  });

  test.each([{}, { auth: {} }, { auth: { identity: { methods: ["password"] } } }])(
    "is not assumed by the body %j",
    async (body) => {
      expect((await call(simulator, target, { body })).status).toBe(400);
    },
  );
});

describe("a temporary access key", () => {
  const ended = { error_code: "APIGW.0307", error_msg: "The token must be updated." };

  test("needs its security token and its secret key", async () => {
    const { body } = await assume(fleet);
    const key = {
      accessKey: pickText(body, "credential", "access"),
      secretKey: pickText(body, "credential", "secret"),
    };
    expect((await call(simulator, "GET /v3/projects", {}, key)).status).toBe(401);
    const headers = { "x-security-token": pickText(body, "credential", "securitytoken") };
    expect((await call(simulator, "GET /v3/projects", { headers }, { ...key, secretKey: "x" })).status).toBe(401);
    expect((await call(simulator, "GET /v3/projects", { headers }, key)).status).toBe(200);
  });

  test("ends when its time is over", async () => {
    const answer = await assume({ ...fleet, duration_seconds: 1000 });
    simulator.advanceClock(999);
    expect((await withKey(answer, "GET /v3/projects", 999)).status).toBe(200);
    simulator.advanceClock(1);
    const refused = await withKey(answer, "GET /v3/projects", 1000);
    expect([refused.status, refused.body]).toMatchObject([401, ended]);
  });

  test("ends when it is told to, and so does one that was added with a security token; others do not", async () => {
    const answer = await assume(fleet);
    simulator.addAccessKey({ accessKey: "SESSION", secretKey: "t", securityToken: "session", user: "simulator" });
    const session = () =>
      call(
        simulator,
        `GET ${kps}`,
        { headers: { "x-security-token": "session" } },
        { accessKey: "SESSION", secretKey: "t" },
      );
    expect((await session()).status).toBe(200);
    simulator.expireTemporaryKeys();
    expect((await withKey(answer, "GET /v3/projects")).body).toMatchObject(ended);
    expect((await session()).body).toMatchObject(ended);
    expect((await call(simulator, `GET ${kps}`)).status).toBe(200);
    expect((await withKey(await assume(fleet), "GET /v3/projects")).status).toBe(200);
  });

  test("ends by a fault in the middle of a run", async () => {
    const answer = await assume(fleet);
    simulator.addFault({ match: { service: "kps" }, skip: 1, times: 1, action: { type: "expireToken" } });
    const list = () => withKey(answer, `GET /v3/${ownersProject}/keypairs`);
    expect([(await list()).status, (await list()).status, (await list()).status]).toEqual([200, 401, 401]);
    simulator.clearFaults();
    simulator.addFault({ action: { type: "expireToken" } });
    expect((await call(simulator, `GET ${kps}`)).status).toBe(200);
  });

  test("can be revoked", async () => {
    const answer = await assume(fleet);
    expect(simulator.revokeAccessKey(pickText(answer.body, "credential", "access"))).toBe(true);
    expect((await withKey(answer, "GET /v3/projects")).status).toBe(401);
  });

  test("is given to the bearer of a token, who is named in the header and perhaps in the body", async () => {
    const token = await signIn(simulator, {});
    const ask = (wanted: object, headers: Record<string, string> = { "x-auth-token": token }) =>
      send(simulator, target, { headers, body: { auth: { identity: { methods: ["token"], token: wanted } } } });
    const answer = await ask({ id: token, duration_seconds: 21_600 });
    expect([answer.status, secondsLeft(answer)]).toEqual([201, 21_600]);
    expect((await withKey(answer, `GET ${kps}`)).status).toBe(200);
    expect(secondsLeft(await ask({}))).toBe(900);
    expect((await ask({ duration_seconds: 1 })).status).toBe(400);
    expect((await ask({ id: await signIn(simulator) })).status).toBe(400);
    expect((await ask({ id: token }, {})).status).toBe(401);
    simulator.expireTokens();
    expect((await ask({ id: token })).status).toBe(401);
  });

  test("is not given by a token's method to whoever signs", async () => {
    const body = { auth: { identity: { methods: ["token"], token: {} } } };
    expect((await call(simulator, target, { body })).status).toBe(401);
  });

  test("is given by calls that are noted under the vendor's names, without a secret", async () => {
    const token = await signIn(simulator);
    await assume(fleet);
    const identity = { methods: ["token"], token: { id: token, duration_seconds: 900 } };
    await send(simulator, target, { headers: { "x-auth-token": token }, body: { auth: { identity } } });
    const [, byAgency, byToken] = simulator.calls();
    expect(byAgency).toMatchObject({ operation: "CreateTemporaryAccessKeyByAgency", credential: "signature" });
    expect(pick(byAgency?.body, "auth", "identity", "assume_role")).toEqual(fleet);
    expect(byToken).toMatchObject({ operation: "CreateTemporaryAccessKeyByToken", credential: "token" });
    expect(pick(byToken?.body, "auth", "identity", "token")).toEqual({ id: "[redacted]", duration_seconds: 900 });
    expect(JSON.stringify(simulator.calls())).not.toContain(token);
  });
});

describe("with a lifetime that was configured", () => {
  const short = useSimulator({
    agencies: [{ name: "lab", domain: "simulator" }],
    temporaryKeySeconds: 5,
  });

  test("every temporary access key lives so long, whatever was asked for", async () => {
    const wanted = { agency_name: "lab", domain_name: "simulator", duration_seconds: 900 };
    const { body } = await call(short, target, assumption(wanted));
    expect(Date.parse(pickText(body, "credential", "expires_at")) - short.state().now).toBe(5000);
  });
});
