/**
 * Credentials that are refused, while the environment holds others: of the same account, or of another one, whose key pairs may have the
 * same names. An update goes to one account, or stops.
 */
import { Keypair } from "pulumi-huaweicloud-cph";
import { accessKey, newKey, projectId, region, startCloud, type TestCloud } from "../cloud";
import { createWorkspace, type EngineWorkspace } from "../harness";
import type { InlineStack } from "../harnessInline";
import { until } from "./moments";

const otherProject = "fedcba9876543210fedcba9876543210";
const temporary = { accessKey: "TEMPORARY", secretKey: "temporary-secret", securityToken: "temporary-token" };
const own = "simulator";
const password = "password-of-the-same-user";

const environments = {
  another: { HW_ACCESS_KEY: "OTHERKEY", HW_SECRET_KEY: "other-secret" },
  key: { HW_ACCESS_KEY: "ROTATED", HW_SECRET_KEY: "rotated-secret" },
  temporaryKey: { HW_ACCESS_KEY: "NEXT", HW_SECRET_KEY: "next-secret", HW_SECURITY_TOKEN: "next-token" },
  password: { HW_USER_NAME: own, HW_DOMAIN_NAME: "simulator", HW_USER_PASSWORD: password },
};

let cloud: TestCloud;

beforeEach(async () => {
  cloud = await startCloud({
    servers: 2,
    password,
    accessKeys: [
      { ...temporary, user: own },
      { accessKey: "ROTATED", secretKey: "rotated-secret", user: own },
      { accessKey: "NEXT", secretKey: "next-secret", securityToken: "next-token", user: own },
    ],
  });
  const { simulator } = cloud;
  simulator.addProject(region, otherProject, "other-account");
  simulator.addUser({ name: "other", domain: "other-account", password: "other-password" });
  simulator.addAccessKey({ accessKey: "OTHERKEY", secretKey: "other-secret", user: "other" });
});

/** A stack of so many key pairs that it does not make them at once. */
async function stackOf(count: number, config = {}): Promise<{ stack: InlineStack; workspace: EngineWorkspace }> {
  const workspace = createWorkspace();
  const keys = Array.from({ length: count }, newKey);
  const stack = await workspace.createStack(
    () => {
      keys.forEach(({ publicKey }, index) => new Keypair(`key-${index}`, { name: `key-${index}`, publicKey }));
      return Promise.resolve();
    },
    { ...cloud.config, ...config },
  );
  return { stack, workspace };
}

/** By name: key pairs that are made side by side arrive in any order. */
function keypairsIn(project: string): string[] {
  const found = cloud.simulator.state().projects.find(({ id }) => id === project);
  return (found?.keypairs ?? []).map(({ name }) => name).sort();
}

/** What the state knows of them. */
async function knownKeypairs(stack: InlineStack): Promise<unknown[]> {
  const { resources } = await stack.exportState();
  return resources.filter(({ type }) => type.endsWith(":Keypair")).map(({ outputs }) => outputs);
}

function callsOf(environment: { HW_ACCESS_KEY: string }): number {
  return cloud.simulator.calls().filter((call) => call.accessKey === environment.HW_ACCESS_KEY).length;
}

test.each(["another", "key"] as const)(
  "a key that expires in an update stops it, whoever else is in the environment: %s",
  async (who) => {
    const { stack, workspace } = await stackOf(30, {
      "huaweicloud-cph:accessKey": { value: temporary.accessKey, secret: true },
      "huaweicloud-cph:secretKey": { value: temporary.secretKey, secret: true },
      "huaweicloud-cph:securityToken": { value: temporary.securityToken, secret: true },
      "huaweicloud-cph:projectId": { value: projectId },
    });
    Object.assign(workspace.env, environments[who]);
    const up = stack.up({ exitCode: 1, parallel: 2 });
    await Promise.all([
      up,
      until(() => keypairsIn(projectId).length > 0).then(() => cloud.simulator.revokeAccessKey(temporary.accessKey)),
    ]);
    expect((await up).output).toContain("Huawei Cloud accepted these credentials earlier in this run");
    expect(keypairsIn(otherProject)).toEqual([]);
    expect(callsOf(environments[who])).toBe(0);

    cloud.simulator.addAccessKey({ ...temporary, user: own });
    await stack.up();
    expect(keypairsIn(projectId)).toHaveLength(30);
  },
);

test("an update whose first call is refused goes nowhere, where nothing says whose account it is", async () => {
  const { stack, workspace } = await stackOf(3);
  Object.assign(workspace.env, environments.another);
  cloud.simulator.revokeAccessKey(accessKey);
  const { output } = await stack.up({ exitCode: 1 });
  expect(output).toContain("Those in the environment were not used in their place");
  expect(callsOf(environments.another)).toBe(0);
});

describe("a stack whose key was revoked", () => {
  let stack: InlineStack;
  let workspace: EngineWorkspace;

  beforeEach(async () => {
    ({ stack, workspace } = await stackOf(2));
    await stack.up();
    cloud.simulator.revokeAccessKey(accessKey);
    cloud.simulator.clearCalls();
  });

  test("is neither refreshed nor destroyed nor updated in another account, which has key pairs of the same names", async () => {
    const { projects } = cloud.simulator.state();
    for (const { name, publicKey } of projects[0]?.keypairs ?? []) {
      await cloud.simulator.replaceKeypair(otherProject, name, name === "key-0" ? { publicKey } : {});
    }
    Object.assign(workspace.env, environments.another);
    const before = await knownKeypairs(stack);
    const runs = [
      await stack.refresh({ exitCode: 1 }),
      await stack.up({ exitCode: 1, refresh: true }),
      await stack.destroy({ exitCode: 1 }),
    ];
    for (const { output } of runs) expect(output).toContain("may be another account's");
    expect(keypairsIn(projectId)).toEqual(["key-0", "key-1"]);
    expect(keypairsIn(otherProject)).toEqual(["key-0", "key-1"]);
    expect(await knownKeypairs(stack)).toEqual(before);
    expect(cloud.writes()).toEqual([]);
  });

  test.each(["key", "temporaryKey", "password"] as const)(
    "is refreshed, updated and destroyed with present credentials of the same account: %s",
    async (kind) => {
      Object.assign(workspace.env, environments[kind]);
      await stack.refresh();
      expect(await knownKeypairs(stack)).toMatchObject([{ __project: projectId }, { __project: projectId }]);
      cloud.simulator.deleteKeypair(projectId, "key-1");
      const { output } = await stack.up({ refresh: true });
      expect(output).toContain("those in the environment are used instead");
      expect(keypairsIn(projectId)).toEqual(["key-0", "key-1"]);
      await stack.destroy();
      expect(keypairsIn(projectId)).toEqual([]);
    },
  );

  test("is destroyed with a token of the same account", async () => {
    workspace.env.HW_AUTH_TOKEN = await token();
    await stack.destroy();
    expect(keypairsIn(projectId)).toEqual([]);
  });
});

/** A token of the user whose key it was. */
async function token(): Promise<string> {
  const user = { name: own, domain: { name: "simulator" }, password };
  const body = {
    auth: { identity: { methods: ["password"], password: { user } }, scope: { project: { id: projectId } } },
  };
  const url = `${cloud.simulator.url}/v3/auth/tokens`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return response.headers.get("x-subject-token") ?? "";
}
