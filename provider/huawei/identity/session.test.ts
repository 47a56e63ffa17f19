import type { Operation } from "../../../simulator/index";
import { useSimulator } from "../../../simulator/testing/suite";
import { useAnsweringServer, type Reaction } from "../../testing/answeringServer";
import { callsOf, fail } from "../../testing/fleet";
import {
  accessKeyOf,
  cloudOf,
  connect,
  everyFormOf,
  failureOf,
  operation,
  projectId,
  region,
  userOf,
  useShortBackoff,
} from "../../testing/simulatedCloud";
import type { HuaweiCloud } from "../huaweiCloud";
import { keepSecrets, redactSecrets } from "../../text/redaction";

const otherRegion = "cn-east-3";
const otherProjectId = "abcdef0123456789abcdef0123456789";
const temporaryKey = { accessKey: "TEMPORARYKEY", secretKey: "temporary-secret", securityToken: "temporary-token" };

const simulator = useSimulator({
  projects: { [region]: projectId, [otherRegion]: otherProjectId },
  accessKeys: [{ ...temporaryKey, user: "simulator" }],
});
useShortBackoff();

/** How often an operation was called, or each of them. */
function calls(name: Operation): number {
  return callsOf(simulator, name).length;
}

function answers(name: Operation): (number | null)[] {
  return callsOf(simulator, name).map(({ status }) => status);
}

function list(cloud: HuaweiCloud, inRegion = region, during = operation()): Promise<unknown> {
  return cloud.kps(inRegion, during).listKeypairs();
}

/** A token of the simulator's user, as a program gets one from elsewhere. */
async function tokenFor(project = region, who?: [string, string, string]): Promise<string> {
  const own = userOf(simulator);
  const [userName, domainName, password] = who ?? [own.userName, own.domainName, own.password];
  const user = { name: userName, domain: { name: domainName }, password };
  const body = {
    auth: { identity: { methods: ["password"], password: { user } }, scope: { project: { name: project } } },
  };
  const response = await fetch(`${simulator.url}/v3/auth/tokens`, { method: "POST", body: JSON.stringify(body) });
  return response.headers.get("x-subject-token") ?? "";
}

describe("an access key", () => {
  test("signs every call, and the simulator verifies it", async () => {
    await list(cloudOf(simulator));
    expect(simulator.calls()).toMatchObject([
      { operation: "ListKeypairs", credential: "signature", accessKey: simulator.credentials.accessKey, status: 200 },
    ]);
  });

  test("waits out an outage once, also before it was ever accepted", async () => {
    const out = { type: "status", status: 503 } as const;
    fail(simulator, "ListKeypairs", out);
    const cloud = cloudOf(simulator);
    await Promise.all(Array.from({ length: 16 }, () => failureOf(list(cloud))));
    expect(calls("ListKeypairs")).toBe(3 + 15);

    simulator.clearFaults();
    simulator.clearCalls();
    fail(simulator, "ListKeypairs", { type: "reset" });
    const silent = cloudOf(simulator);
    await Promise.all(Array.from({ length: 16 }, () => failureOf(list(silent))));
    expect(calls("ListKeypairs")).toBe(3);
    simulator.clearFaults();
    await list(silent);
  });

  test("that is temporary sends its security token", async () => {
    await list(connect(simulator, { ...temporaryKey, projectId }));
    expect(answers("ListKeypairs")).toEqual([200]);
    const incomplete = { ...temporaryKey, securityToken: undefined, projectId };
    await expect(list(connect(simulator, incomplete))).rejects.toThrow(/HTTP 401/);
  });

  test("signs names, markers and bodies of any characters", async () => {
    const cloud = cloudOf(simulator);
    const kps = cloud.kps(region, operation());
    await expect(kps.getKeypair("a b/ä?&=+'()*!~一😀")).resolves.toBeUndefined();
    await kps.createKeypair({ name: "k" });
    await kps.updateDescription("k", 'täxt 一 😀 \u0000 " \\ ');
    expect((await kps.getKeypair("k"))?.description).toBe('täxt 一 😀 \u0000 " \\ ');
  });

  test("with a wrong secret key is tried exactly once, also by calls at the same time and later", async () => {
    const cloud = cloudOf(simulator, { secretKey: "wrong-secret-key" });
    const errors = await Promise.all(Array.from({ length: 12 }, () => failureOf(list(cloud))));
    errors.push(await failureOf(list(cloud)), await failureOf(list(cloud, otherRegion)));
    expect(simulator.calls().map(({ status }) => status)).toEqual([401]);
    const source = "came from huaweicloud-cph:accessKey and huaweicloud-cph:secretKey in the configuration.";
    for (const error of errors) {
      expect(error).toMatchObject({ status: 401, code: "APIGW.0301" });
      expect(error.message.split("came from")).toHaveLength(2);
      expect(error.message).toContain(source);
    }

    // The key is not locked: with the right secret it works at once.
    await list(cloudOf(simulator));
  });

  test("with a wrong secret key is tried exactly once where the project has to be looked up", async () => {
    const cloud = connect(simulator, { ...accessKeyOf(simulator), secretKey: "wrong-secret-key" });
    await Promise.all(Array.from({ length: 12 }, () => failureOf(list(cloud))));
    expect(simulator.calls().map(({ status }) => status)).toEqual([401]);
  });

  test("lets calls at the same time go side by side once it was accepted", async () => {
    const cloud = cloudOf(simulator);
    await list(cloud);
    simulator.clearCalls();
    fail(simulator, "ListKeypairs", { type: "hang" }, { times: 1 });
    const stop = new AbortController();
    const hung = failureOf(list(cloud, region, operation({ signal: stop.signal })));
    await list(cloud);
    stop.abort();
    await hung;
    expect(answers("ListKeypairs")).toEqual([null, 200]);
  });

  test("is not held against others when the first call failed for another reason", async () => {
    const cloud = cloudOf(simulator);
    simulator.addFault({ times: 3, action: { type: "status", status: 500 } });
    const [first, ...others] = await Promise.allSettled([list(cloud), list(cloud), list(cloud)]);
    expect(first).toMatchObject({ status: "rejected", reason: { status: 500 } });
    expect(others.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  });
});

describe("a token", () => {
  test("is sent with every call", async () => {
    await list(connect(simulator, { token: await tokenFor(), projectId }));
    expect(simulator.calls(1)).toMatchObject([{ operation: "ListKeypairs", credential: "token", status: 200 }]);
  });

  test("looks its project up", async () => {
    await list(connect(simulator, { token: await tokenFor() }));
    expect(answers("KeystoneListProjects")).toEqual([200]);
    expect(answers("ListKeypairs")).toEqual([200]);
  });

  test.each(["0307", "0301"] as const)("that expired is an error and is not tried again (%s)", async (expiredToken) => {
    simulator.setVariants({ expiredToken });
    const cloud = connect(simulator, { token: await tokenFor(), projectId });
    simulator.expireTokens();
    const error = await failureOf(list(cloud));
    expect(error).toMatchObject({ status: 401, code: `APIGW.${expiredToken}` });
    expect(answers("ListKeypairs")).toEqual([401]);
  });

  test("that another region refuses keeps working in its own", async () => {
    const cloud = connect(simulator, { token: await tokenFor(), projectId });
    await list(cloud);
    expect(await failureOf(list(cloud, otherRegion))).toMatchObject({ status: 401 });
    await list(cloud);
  });
});

describe("user and password", () => {
  function signedInBy(changes: Record<string, unknown> = {}): HuaweiCloud {
    return connect(simulator, { ...userOf(simulator), ...changes });
  }

  test("get one token, which all calls share and which names the project", async () => {
    const cloud = signedInBy();
    await Promise.all(Array.from({ length: 10 }, () => list(cloud)));
    await list(cloud);
    expect(answers("KeystoneCreateUserTokenByPassword")).toEqual([201]);
    expect(calls("KeystoneListProjects")).toBe(0);
    expect(answers("ListKeypairs")).toEqual(Array(11).fill(200));
  });

  test("work by user id, and with a project id", async () => {
    const { password, userId } = simulator.credentials;
    await list(connect(simulator, { userId, password, projectId }));
    expect(simulator.calls(2)).toMatchObject([
      { operation: "KeystoneCreateUserTokenByPassword", body: { auth: { scope: { project: { id: projectId } } } } },
      { operation: "ListKeypairs", credential: "token", status: 200 },
    ]);
  });

  test.each([
    [{ projectId }, "0307"],
    [{ projectId }, "0301"],
    [{}, "0307"],
    [{}, "0301"],
  ] as const)(
    "renew a token that expired early once, for all calls together (%o, %s)",
    async (project, expiredToken) => {
      simulator.setVariants({ expiredToken });
      const cloud = signedInBy(project);
      await list(cloud);
      simulator.expireTokens();
      simulator.clearCalls();
      await Promise.all(Array.from({ length: 5 }, () => list(cloud)));
      expect(answers("KeystoneCreateUserTokenByPassword")).toEqual([201]);
      expect(answers("ListKeypairs").filter((status) => status === 200)).toHaveLength(5);
      expect(calls("ListKeypairs")).toBeLessThanOrEqual(10);
    },
  );

  test.each([{ projectId }, {}])("do not renew a new token that is refused for ever (%o)", async (project) => {
    simulator.addFault({ match: { service: "kps" }, action: { type: "expireToken" } });
    const error = await failureOf(list(signedInBy(project)));
    expect(error.status).toBe(401);
    expect(calls("KeystoneCreateUserTokenByPassword")).toBeLessThanOrEqual(2);
    expect(calls("ListKeypairs")).toBeLessThanOrEqual(2);
  });

  test("renew a token shortly before it expires, without a refused call", async () => {
    const cloud = signedInBy();
    await list(cloud);
    const now = Date.now();
    jest.spyOn(Date, "now").mockReturnValue(now + 23 * 3_600_000);
    await list(cloud, region, { ...operation(), deadline: Infinity });
    expect(answers("KeystoneCreateUserTokenByPassword")).toEqual([201, 201]);
    expect(answers("ListKeypairs")).toEqual([200, 200]);
  });

  test("with a wrong password are tried exactly once, also by calls at the same time and later", async () => {
    const cloud = signedInBy({ password: "wrong-password" });
    const errors = await Promise.all(Array.from({ length: 12 }, () => failureOf(list(cloud))));
    errors.push(await failureOf(list(cloud)), await failureOf(list(cloud, otherRegion)));
    expect(simulator.calls().map(({ status }) => status)).toEqual([401]);
    for (const error of errors) {
      expect(error.message).toContain("The username or password is wrong.");
      expect(error.message).toContain("came from huaweicloud-cph:userName and huaweicloud-cph:password");
      expect(everyFormOf(error)).not.toContain("wrong-password");
    }
    await list(signedInBy());
  });

  test("get a token of its own for every region", async () => {
    const cloud = signedInBy({ projectId });
    await Promise.all([list(cloud), list(cloud, otherRegion), list(cloud, otherRegion)]);
    expect(answers("KeystoneCreateUserTokenByPassword")).toEqual([201, 201]);
    expect(answers("ListKeypairs")).toEqual([200, 200, 200]);
    expect(new Set(simulator.calls().map(({ path }) => path.split("/")[2]))).toContain(otherProjectId);
  });

  test("are asked for a token again after IAM failed in passing", async () => {
    simulator.addFault({ match: { service: "iam" }, times: 3, action: { type: "status", status: 503 } });
    const cloud = signedInBy();
    expect(await failureOf(list(cloud))).toMatchObject({
      operation: "IAM KeystoneCreateUserTokenByPassword",
      status: 503,
    });
    await list(cloud);
  });

  test("of a project that does not exist are an error of IAM", async () => {
    expect(await failureOf(list(signedInBy({ projectName: "nowhere" })))).toMatchObject({
      operation: "IAM KeystoneCreateUserTokenByPassword",
      outcomeUnknown: false,
    });
  });
});

describe("the project", () => {
  test("is looked up by region once for all calls", async () => {
    const cloud = connect(simulator, accessKeyOf(simulator));
    await Promise.all(Array.from({ length: 10 }, () => list(cloud)));
    expect(simulator.calls().filter(({ service }) => service === "iam")).toMatchObject([
      { path: `/v3/projects?name=${region}`, status: 200 },
    ]);
    expect(answers("ListKeypairs")).toEqual(Array(10).fill(200));
  });

  test("is looked up by projectName in the provider's region, by region in others", async () => {
    const name = `${region}_team a&b`;
    const id = "11111111111111111111111111111111";
    simulator.addProject(name, id);
    const cloud = connect(simulator, { ...accessKeyOf(simulator), projectName: name });
    await list(cloud);
    expect(simulator.calls(1)[0]?.path).toContain(`/v3/${id}/`);
    await list(cloud, otherRegion);
    expect(simulator.calls(1)[0]?.path).toContain(`/v3/${otherProjectId}/`);
  });

  test("that is configured counts in the provider's region only", async () => {
    const cloud = cloudOf(simulator);
    await list(cloud);
    expect(calls("KeystoneListProjects")).toBe(0);
    await list(cloud, otherRegion);
    expect(simulator.calls(1)[0]?.path).toContain(`/v3/${otherProjectId}/`);
  });

  test("that does not exist is an error that says what to set", async () => {
    const error = await failureOf(list(connect(simulator, accessKeyOf(simulator)), "cn-west-9"));
    expect(error.message).toMatch(
      /^IAM KeystoneListProjects failed: there is no project named "cn-west-9"\. Set .*projectId/,
    );
  });

  test("that is ambiguous is an error", async () => {
    simulator.addProject(region, "22222222222222222222222222222222");
    const error = await failureOf(list(connect(simulator, accessKeyOf(simulator))));
    expect(error.message).toContain(`there are 2 projects named "${region}"`);
  });

  test("is looked up again after the look-up failed", async () => {
    const cloud = connect(simulator, accessKeyOf(simulator));
    await failureOf(list(cloud, "cn-west-9"));
    simulator.addProject("cn-west-9", "33333333333333333333333333333333");
    await list(cloud, "cn-west-9");
  });
});

describe("credentials that are refused, where the environment holds others", () => {
  const environmentKey = () => ({
    HW_ACCESS_KEY: simulator.credentials.accessKey,
    HW_SECRET_KEY: simulator.credentials.secretKey,
  });

  test.each<[string, () => Record<string, unknown>]>([
    ["an access key", () => ({ accessKey: "REVOKED", secretKey: "old", projectId })],
    ["an access key without a project", () => ({ accessKey: "REVOKED", secretKey: "old" })],
    ["a token", () => ({ token: "old", projectId })],
    ["a password", () => ({ ...userOf(simulator), password: "old" })],
  ])("%s: those are used in a project that is known, with one warning for all calls", async (_, configuration) => {
    const cloud = connect(simulator, configuration(), environmentKey());
    cloud.recordProject(region, projectId);
    const during = operation();
    await Promise.all(Array.from({ length: 8 }, () => list(cloud, region, during)));
    await list(cloud, region, during);
    expect(during.warnings).toEqual([
      expect.stringMatching(/refused the configured credentials .*environment are used/),
    ]);
    const refused = simulator.calls().filter(({ status }) => status === 401);
    // A token cannot be locked, so calls at the same time may each have tried it.
    expect(refused.length).toBeLessThanOrEqual("token" in configuration() ? 8 : 1);
    expect(answers("ListKeypairs").filter((status) => status === 200)).toHaveLength(9);
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ["nothing names a project", {}, []],
    ["the environment alone names one", {}, []],
    ["the state names several", {}, [projectId, otherProjectId]],
    ["a project of another region is known", { region: otherRegion, projectId: otherProjectId }, []],
  ])("where %s, they are not used, for they may be another account's", async (title, configuration, recorded) => {
    const environment = { ...environmentKey(), ...(title.startsWith("the env") && { HW_PROJECT_ID: projectId }) };
    const cloud = connect(simulator, { accessKey: "REVOKED", secretKey: "old", ...configuration }, environment);
    for (const project of recorded) cloud.recordProject(region, project);
    const during = operation();
    const { message } = await failureOf(list(cloud, region, during));
    expect(message).toContain("Those in the environment were not used in their place: neither the configuration");
    expect(message).toContain(`names a project in ${region}`);
    expect(message).toContain("refresh and destroy then need --run-program");
    expect(simulator.calls().map(({ accessKey }) => accessKey)).toEqual(["REVOKED"]);
    expect(during.warnings).toEqual([]);
  });

  test("once a known project has answered, they are used in other regions as well", async () => {
    const cloud = connect(simulator, { accessKey: "REVOKED", secretKey: "old", projectId }, environmentKey());
    await failureOf(list(cloud, otherRegion));
    expect(callsOf(simulator, "ListKeypairs")).toEqual([]);
    await list(cloud);
    await list(cloud, otherRegion);
    expect(simulator.calls(1)).toMatchObject([
      { path: expect.stringContaining(otherProjectId) as string, status: 200 },
    ]);
    expect([cloud.projectIn(region), cloud.projectIn(otherRegion)]).toEqual([projectId, otherProjectId]);
  });

  test("the state's project takes the place of the environment's", async () => {
    const environment = { ...environmentKey(), HW_PROJECT_ID: "9".repeat(32) };
    const cloud = connect(simulator, { accessKey: "REVOKED", secretKey: "old" }, environment);
    cloud.recordProject(region, projectId);
    await list(cloud);
    expect(cloud.projectIn(region)).toBe(projectId);
  });

  test("both are tried once where both are refused", async () => {
    const wrong = { HW_ACCESS_KEY: simulator.credentials.accessKey, HW_SECRET_KEY: "wrong-too" };
    const cloud = connect(simulator, { accessKey: "REVOKED", secretKey: "old", projectId }, wrong);
    const during = operation();
    const errors = await Promise.all(Array.from({ length: 8 }, () => failureOf(list(cloud, region, during))));
    for (const { message } of errors)
      expect(message).toContain("The access key came from HW_ACCESS_KEY and HW_SECRET_KEY in the environment.");

    expect(simulator.calls().map(({ accessKey, status }) => [accessKey, status])).toEqual([
      ["REVOKED", 401],
      [simulator.credentials.accessKey, 401],
    ]);
    expect(during.warnings).toHaveLength(1);
  });

  test("a lack of permission is not a refusal", async () => {
    simulator.addFault({ action: { type: "status", status: 403, code: "KPS.9003" } });
    const cloud = connect(simulator, { ...temporaryKey, projectId }, environmentKey());
    const during = operation();
    expect(await failureOf(list(cloud, region, during))).toMatchObject({ status: 403 });
    expect(during.warnings).toEqual([]);
    expect(simulator.calls().map(({ accessKey }) => accessKey)).toEqual([temporaryKey.accessKey]);
  });

  test("the environment's are not used while the configured ones work", async () => {
    const cloud = connect(simulator, { ...temporaryKey, projectId }, environmentKey());
    await list(cloud);
    expect(simulator.calls().map(({ accessKey }) => accessKey)).toEqual([temporaryKey.accessKey]);
  });
});

describe("credentials that are refused, where the environment holds another account's", () => {
  const otherKey = { accessKey: "OTHERKEY", secretKey: "other-secret" };
  const environments: [string, () => Record<string, string> | Promise<Record<string, string>>][] = [
    ["an access key", () => ({ HW_ACCESS_KEY: otherKey.accessKey, HW_SECRET_KEY: otherKey.secretKey })],
    [
      "a temporary key",
      () => {
        simulator.addAccessKey({ ...otherKey, accessKey: "OTHERTEMPORARY", securityToken: "st-other", user: "other" });
        const { secretKey } = otherKey;
        return { HW_ACCESS_KEY: "OTHERTEMPORARY", HW_SECRET_KEY: secretKey, HW_SECURITY_TOKEN: "st-other" };
      },
    ],
    ["a password", () => ({ HW_USER_NAME: "other", HW_DOMAIN_NAME: "other-account", HW_USER_PASSWORD: "other-pw" })],
    ["a token", async () => ({ HW_AUTH_TOKEN: await tokenFor(region, ["other", "other-account", "other-pw"]) })],
  ];

  beforeEach(async () => {
    simulator.addProject(region, "e".repeat(32), "other-account");
    simulator.addUser({ name: "other", domain: "other-account", password: "other-pw" });
    simulator.addAccessKey({ ...otherKey, user: "other" });
    await simulator.replaceKeypair(projectId, "ours", {});
  });

  test.each(environments)("%s changes nothing in either, and nothing is gone on its word", async (_, environment) => {
    const cloud = connect(simulator, { accessKey: "REVOKED", secretKey: "old", projectId }, await environment());
    const before = simulator.state().projects;
    const kps = cloud.kps(region, operation());
    const cph = cloud.cph(region, operation());
    for (const change of [kps.createKeypair({ name: "new" }), kps.deleteKeypair("ours")])
      expect((await failureOf(change)).message).toContain("nothing was sent, because nothing shows whose account");

    expect(calls("CreateKeypair") + calls("DeleteKeypair")).toBe(1);
    const failures = [
      kps.getKeypair("ours"),
      kps.getKeypair("missing"),
      kps.listKeypairs(),
      cph.listServers(),
      cph.getServer("missing"),
    ];
    for (const call of failures) expect((await failureOf(call)).status).toBeGreaterThanOrEqual(401);
    expect(simulator.state().projects).toEqual(before);
  });

  test.each([
    [404, "KPS.4016"],
    [400, "KPS.6004"],
  ])("nothing is gone where a service hides foreign projects (%d, %s)", async (status, code) => {
    simulator.addFault({ match: { service: "kps" }, skip: 1, action: { type: "status", status, code } });
    const environment = { HW_ACCESS_KEY: otherKey.accessKey, HW_SECRET_KEY: otherKey.secretKey };
    const cloud = connect(simulator, { accessKey: "REVOKED", secretKey: "old", projectId }, environment);
    const kps = cloud.kps(region, operation());
    const errors = [await failureOf(kps.getKeypair("ours")), await failureOf(kps.deleteKeypair("ours"))];
    expect(errors[0]).toMatchObject({ status, foreignAnswer: true });
    for (const { message } of errors)
      expect(message).toContain("may be another account's: nothing shows that they have access to the project");

    expect(calls("KeystoneListProjects")).toBe(1);
    expect(calls("DeleteKeypair")).toBe(0);
  });
});

describe("a project that is none of those that the state has its resources in", () => {
  const otherKey = { accessKey: "OTHERKEY", secretKey: "other-secret" };

  beforeEach(() => {
    simulator.addProject(region, "e".repeat(32), "other-account");
    simulator.addUser({ name: "other", domain: "other-account", password: "other-pw" });
    simulator.addAccessKey({ ...otherKey, user: "other" });
  });

  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    ["another account's key leads to", otherKey, {}],
    ["another account's user leads to", { userName: "other", domainName: "other-account", password: "other-pw" }, {}],
    ["the configuration names", { ...otherKey, projectId: "e".repeat(32) }, {}],
    ["the environment names", temporaryKey, { HW_PROJECT_ID: "e".repeat(32) }],
  ])("and that %s is sent nothing, and has nothing to say of them", async (_, configuration, environment) => {
    const cloud = connect(simulator, configuration, environment);
    cloud.recordProject(region, projectId);
    const kps = cloud.kps(region, operation());
    for (const call of [kps.listKeypairs(), kps.getKeypair("ours"), kps.createKeypair({ name: "new" })]) {
      const { message } = await failureOf(call);
      expect(message).toContain(`lead to project ${"e".repeat(32)} in ${region}, and the state's resources are in`);
      expect(message).toContain("may be another account's");
    }
    expect(calls("ListKeypairs") + calls("ListKeypairDetail") + calls("CreateKeypair")).toBe(0);
  });

  test("is no hindrance in another region, and where the state has resources in it as well", async () => {
    const cloud = connect(simulator, otherKey);
    cloud.recordProject(otherRegion, projectId);
    await list(cloud);
    for (const project of [projectId, "e".repeat(32)]) cloud.recordProject(region, project);
    await list(cloud);
    expect(cloud.projectIn(region)).toBe("e".repeat(32));
  });
});

test("what is gone is gone on the word of credentials that IAM shows to have access to the project", async () => {
  const { accessKey, secretKey } = accessKeyOf(simulator);
  const environment = { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey };
  const cloud = connect(simulator, { accessKey: "REVOKED", secretKey: "old", projectId }, environment);
  const kps = cloud.kps(region, operation());
  expect(await kps.getKeypair("missing")).toBeUndefined();
  await kps.deleteKeypair("missing");
  expect(calls("KeystoneListProjects")).toBe(1);
});

describe("where IAM shows nothing of projects", () => {
  const environment = () => ({
    HW_ACCESS_KEY: simulator.credentials.accessKey,
    HW_SECRET_KEY: simulator.credentials.secretKey,
  });

  beforeEach(() => {
    fail(simulator, "KeystoneListProjects", { type: "status", status: 403, code: "1" });
  });

  test("credentials that took the place of others change what is in a project that shows them key pairs", async () => {
    const cloud = connect(simulator, { accessKey: "REVOKED", secretKey: "old", projectId }, environment());
    await cloud.kps(region, operation()).createKeypair({ name: "new" });
    expect(simulator.calls().map(({ operation: name, status }) => [name, status])).toEqual([
      ["CreateKeypair", 401],
      ["KeystoneListProjects", 403],
      ["ListKeypairs", 200],
      ["CreateKeypair", 200],
    ]);
  });

  test("what the configured ones say is gone is gone", async () => {
    expect(await cloudOf(simulator).kps(region, operation()).getKeypair("missing")).toBeUndefined();
    expect(calls("KeystoneListProjects")).toBe(1);
  });
});

describe("another account's credentials with the right project", () => {
  const otherKey = { accessKey: "OTHERKEY", secretKey: "other-secret" };

  beforeEach(() => {
    simulator.addProject(region, "e".repeat(32), "other-account");
    simulator.addUser({ name: "other", domain: "other-account", password: "other-pw" });
    simulator.addAccessKey({ ...otherKey, user: "other" });
    simulator.setVariants({ foreignProject: "missing" });
  });

  test("say that everything is gone where the services hide foreign projects, and are not believed", async () => {
    const cloud = connect(simulator, { ...otherKey, projectId });
    const looks = [cloud.kps(region, operation()).getKeypair("ours"), cloud.cph(region, operation()).getServer("ours")];
    for (const look of looks) {
      const error = await failureOf(look);
      expect(error.foreignAnswer).toBe(true);
      expect(error.message).toContain("IAM does not show the configured project among those of the account");
    }
    expect(calls("KeystoneListProjects")).toBe(1);
  });
});

test("what is gone in a project that has answered is gone, without a look at IAM", async () => {
  const cloud = cloudOf(simulator);
  await list(cloud);
  expect(await cloud.kps(region, operation()).getKeypair("missing")).toBeUndefined();
  expect(calls("KeystoneListProjects")).toBe(0);
});

test("the environment's project stays that of a run, whatever the state names later", async () => {
  const environment = {
    HW_ACCESS_KEY: simulator.credentials.accessKey,
    HW_SECRET_KEY: simulator.credentials.secretKey,
    HW_PROJECT_ID: projectId,
  };
  const cloud = connect(simulator, temporaryKey, environment);
  await list(cloud);
  cloud.recordProject(region, otherProjectId);
  expect((await failureOf(list(cloud))).message).toContain(`the settings lead to project ${projectId}`);
});

describe("credentials that were accepted and are refused later in the run", () => {
  const environment = () => ({
    HW_ACCESS_KEY: simulator.credentials.accessKey,
    HW_SECRET_KEY: simulator.credentials.secretKey,
  });

  test.each<[string, () => Record<string, unknown> | Promise<Record<string, unknown>>, () => unknown]>([
    ["a temporary key", () => temporaryKey, () => simulator.revokeAccessKey(temporaryKey.accessKey)],
    [
      "a token",
      async () => ({ token: await tokenFor() }),
      () => {
        simulator.expireTokens();
      },
    ],
    [
      "a password",
      () => userOf(simulator),
      () => {
        const { user: name, domain } = simulator.credentials;
        simulator.addUser({ name, domain, password: "changed" });
        simulator.expireTokens();
      },
    ],
  ])("%s: none take their place, also in a known project", async (_, configuration, end) => {
    const cloud = connect(simulator, { ...(await configuration()), projectId }, environment());
    await list(cloud);
    end();
    simulator.clearCalls();
    const error = await failureOf(list(cloud));
    expect(error.status).toBe(401);
    expect(error.message).toContain("Huawei Cloud accepted these credentials earlier in this run");
    expect(error.message).toContain("Those in the environment may be another account's, and were not used");
    expect(simulator.calls().map(({ accessKey }) => accessKey)).not.toContain(simulator.credentials.accessKey);
  });

  test.each<[string, Operation, (cloud: HuaweiCloud) => Promise<unknown>, Record<string, unknown>]>([
    [
      "another service",
      "ListCloudPhoneServers",
      (cloud) => cloud.cph(region, operation()).listServers(),
      { projectId },
    ],
    ["the look-up of the project", "KeystoneListProjects", () => Promise.resolve(), {}],
    [
      "a call without permission",
      "ListKeypairDetail",
      (cloud) => cloud.kps(region, operation()).getKeypair("k"),
      { projectId },
    ],
  ])("by %s, and by one call of a service never: none take their place", async (_, accepted, first, configuration) => {
    if (accepted === "ListKeypairDetail") fail(simulator, accepted, { type: "status", status: 403, code: "KPS.9003" });
    fail(simulator, "ListKeypairs", { type: "status", status: 401 });
    const cloud = connect(simulator, { ...temporaryKey, ...configuration }, environment());
    cloud.recordProject(region, projectId);
    await first(cloud).catch(() => undefined);
    expect((await failureOf(list(cloud))).message).toContain("accepted these credentials earlier in this run");
    expect(new Set(simulator.calls().map(({ accessKey }) => accessKey))).toEqual(new Set([temporaryKey.accessKey]));
    expect(calls(accepted)).toBe(1);
  });
});

describe("an operation that has to stop", () => {
  /** Resolves once a call has arrived. */
  async function arrived(name: Operation): Promise<void> {
    while (calls(name) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** What others wait for. */
  const waits: [string, Operation, () => Record<string, unknown>][] = [
    ["the first call of an access key", "ListKeypairs", () => ({ ...accessKeyOf(simulator), projectId })],
    ["the look-up of the project", "KeystoneListProjects", () => accessKeyOf(simulator)],
    ["the sign-in", "KeystoneCreateUserTokenByPassword", () => userOf(simulator)],
  ];

  test.each(waits)("does not wait for %s that another began", async (_, name, configuration) => {
    const cloud = connect(simulator, configuration());
    fail(simulator, name, { type: "hang" }, { times: 1 });
    const [stopFirst, stopSecond] = [new AbortController(), new AbortController()];
    const first = failureOf(list(cloud, region, operation({ signal: stopFirst.signal })));
    await arrived(name);
    const second = failureOf(list(cloud, region, operation({ signal: stopSecond.signal })));
    stopSecond.abort();
    expect((await second).message).toContain("the run was interrupted before an answer came");
    stopFirst.abort();
    await first;
  });

  test.each(waits)("does not stop others that wait for %s", async (_, name, configuration) => {
    const cloud = connect(simulator, configuration());
    fail(simulator, name, { type: "hang" }, { times: 1 });
    const stop = new AbortController();
    const first = failureOf(list(cloud, region, operation({ signal: stop.signal })));
    await arrived(name);
    const others = Promise.all([list(cloud), list(cloud)]);
    stop.abort();
    expect((await first).message).toContain("the run was interrupted before an answer came");
    await others;
  });
});

describe("answers that the simulator does not give", () => {
  const server = useAnsweringServer();

  const token = (changes: object = {}): Reaction => ({
    status: 201,
    headers: { "X-Subject-Token": "iam-token" },
    body: { token: { expires_at: "2100-01-01T00:00:00.000000Z", project: { id: "p", name: region }, ...changes } },
  });
  const user = { userName: "u", domainName: "d", password: 'pass"word\\1' };

  test("a token without times of issue and expiry is used", async () => {
    server.react(token({ expires_at: undefined }), { body: { keypairs: [] } });
    const cloud = connect(server, user);
    await list(cloud);
    await list(cloud);
    expect(server.requests.map(({ path }) => path.split("?")[0])).toEqual([
      "/v3/auth/tokens",
      "/v3/p/keypairs",
      "/v3/p/keypairs",
    ]);
    expect(server.requests[1]?.headers["x-auth-token"]).toBe("iam-token");
  });

  test.each<[string, Reaction, RegExp]>([
    ["without its header", { status: 201, body: { token: {} } }, /carries no X-Subject-Token header/],
    ["without a project", token({ project: undefined }), /token\.project is not an object/],
    ["without a body", { ...(token() as object), body: "" }, /the answer is not an object/],
  ])("a token %s is an error", async (_, reaction, message) => {
    server.react(reaction);
    expect((await failureOf(list(connect(server, user)))).message).toMatch(message);
  });

  test.each<[string, unknown]>([
    ["no body", ""],
    ["no list", {}],
    ["null in place of a list", { projects: null }],
  ])("%s of projects is an error, and not a region without projects", async (_, body) => {
    server.react({ body });
    expect((await failureOf(list(connect(server, { token: "t" })))).message).toContain("not as documented");
  });

  test.each<[string, unknown]>([
    ["an empty list", { projects: [] }],
    ["projects of other names", { projects: [{ id: "x", name: `${region}_other` }] }],
  ])("%s of projects is no project", async (_, body) => {
    server.react({ body });
    const error = await failureOf(list(connect(server, { token: "t" })));
    expect(error.message).toContain("there is no project named");
  });

  test("authUrl and endpoints may end in slashes, authUrl in /v3", async () => {
    server.react({ body: { projects: [{ id: "p", name: region }] } }, { body: { keypairs: [] } });
    await list(connect(server, { token: "t", endpoints: { kms: `${server.url}//` }, authUrl: `${server.url}/v3/` }));
    expect(server.requests.map(({ path }) => path)).toEqual([`/v3/projects?name=${region}`, "/v3/p/keypairs?limit=50"]);
  });

  test("secrets are in no error, although the service repeats all it was sent", async () => {
    const { requests } = server;
    const echo = (): Reaction => {
      const last = requests.at(-1);
      return { status: 400, body: { error_msg: `refused: ${JSON.stringify(last?.headers)} ${last?.body ?? ""}` } };
    };
    const configurations: [Record<string, unknown>, Reaction[], string[]][] = [
      [{ ...temporaryKey, projectId }, [], Object.values(temporaryKey)],
      [{ token: "configured-token", projectId }, [], ["configured-token"]],
      [user, [], [user.password, JSON.stringify(user.password)]],
      [user, [token()], ["iam-token"]],
    ];
    for (const [configuration, before, secrets] of configurations) {
      server.react(...before, echo);
      const cloud = connect(server, configuration);
      const privateKey = "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n";
      const protection = { privateKey, encryption: { type: "default" } } as const;
      const shown = everyFormOf(
        await failureOf(cloud.kps(region, operation()).importPrivateKey("k", undefined, protection)),
      );
      expect(shown).toContain("refused:");
      for (const secret of [...secrets, "c2VjcmV0"]) expect(shown).not.toContain(secret);
    }
  });

  test("nor are those of the environment, which took the place of refused ones", async () => {
    const environment = {
      HW_ACCESS_KEY: "PRESENTACCESSKEY",
      HW_SECRET_KEY: "present-secret",
      HW_SECURITY_TOKEN: "present-token",
    };
    server.react({ status: 401 }, ({ headers }) => ({ status: 400, body: { error_msg: JSON.stringify(headers) } }));
    const cloud = connect(server, { accessKey: "REVOKED", secretKey: "old", projectId }, environment);
    const error = await failureOf(list(cloud));
    expect(error.message).toContain("Access=[secret]");
    for (const secret of Object.values(environment)) expect(everyFormOf(error)).not.toContain(secret);
  });
});

test("credentials in use stay out of errors, whatever others the process has had since", async () => {
  const [used, idle] = ["a-password-in-use", "a-password-not-in-use"];
  simulator.addUser({ name: "in-use", domain: simulator.credentials.domain, password: used });
  const cloud = connect(simulator, { ...userOf(simulator), userName: "in-use", password: used, projectId });
  connect(simulator, { ...userOf(simulator), password: idle });
  for (let others = 0; others < 20_000; others += 5_000) {
    keepSecrets(Array.from({ length: 5_000 }, (_, index) => `another-secret-${others + index}`));
    await list(cloud);
  }
  expect(redactSecrets(`${used} ${idle}`)).toBe(`[secret] ${idle}`);
});

test("warnings about the settings are told once, with the first call", async () => {
  const cloud = connect(simulator, { ...accessKeyOf(simulator), insecure: true });
  const [first, second] = [operation(), operation()];
  await Promise.all([list(cloud, region, first), list(cloud, region, second)]);
  await list(cloud, region, second);
  expect([...first.warnings, ...second.warnings]).toEqual([
    expect.stringMatching(/^TLS certificates are not verified \(huaweicloud-cph:insecure or HW_INSECURE\)/),
  ]);
});

test("services are called at their own hosts where no endpoint is given", async () => {
  const settings = { token: "t", cloud: "no-such-cloud.invalid", maxRetries: 0, endpoints: undefined };
  const cloud = connect(simulator, { ...settings, projectId });
  const kms = await failureOf(list(cloud));
  const cph = await failureOf(cloud.cph(region, operation()).listServers());
  const iam = await failureOf(list(cloud, otherRegion));
  expect(kms.message).toContain(` kms.${region}.no-such-cloud.invalid`);
  expect(cph.message).toContain(` cph.${region}.no-such-cloud.invalid`);
  expect(iam.message).toContain(` iam.${otherRegion}.no-such-cloud.invalid`);
});
