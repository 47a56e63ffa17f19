/**
 * Credentials that are refused, while the environment holds others: of the same account, or of another one, whose key pairs may have the
 * same names. An update goes to one account, or stops.
 */
import { region } from "../../campaign/disturbance";
import type { PlayedCloud } from "../../campaign/playedCloud";
import { configOf } from "../campaign/engineDriver";
import { newKey } from "../cloud";
import { onCloudOfHost } from "../cloudOfHost";
import { createWorkspace, type EngineWorkspace } from "../harness";
import type { InlineStack } from "../harnessInline";
import { CloudPhoneKeypairBinding, Keypair } from "../host";
import { until } from "./moments";

const otherProject = "fedcba9876543210fedcba9876543210";
const temporary = { accessKey: "TEMPORARY", secretKey: "temporary-secret", securityToken: "temporary-token" };

const environments = {
  another: { HW_ACCESS_KEY: "OTHERKEY", HW_SECRET_KEY: "other-secret" },
  key: { HW_ACCESS_KEY: "ROTATED", HW_SECRET_KEY: "rotated-secret" },
  temporaryKey: { HW_ACCESS_KEY: "NEXT", HW_SECRET_KEY: "next-secret", HW_SECURITY_TOKEN: "next-token" },
};

onCloudOfHost({ servers: 2, jobSeconds: 0.2 }, (cloud) => {
  let projectId: string;

  beforeEach(() => {
    cloud().reset();
    projectId = cloud().state().projects[0]?.id ?? "";
    const own = cloud().credentials.user;
    for (const key of [
      temporary,
      { accessKey: "ROTATED", secretKey: "rotated-secret" },
      { accessKey: "NEXT", secretKey: "next-secret", securityToken: "next-token" },
    ])
      cloud().addAccessKey({ ...key, user: own });

    cloud().addProject(region, otherProject, "other-account");
    cloud().addUser({ name: "other", domain: "other-account", password: "other-password" });
    cloud().addAccessKey({ accessKey: "OTHERKEY", secretKey: "other-secret", user: "other" });
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
      { ...configOf(cloud(), "access key"), ...config },
    );
    return { stack, workspace };
  }

  function keypairsOf(project: string) {
    return (
      cloud()
        .state()
        .projects.find(({ id }) => id === project)?.keypairs ?? []
    );
  }

  /** By name: key pairs that are made side by side arrive in any order. */
  function keypairsIn(project: string): string[] {
    return keypairsOf(project)
      .map(({ name }) => name)
      .sort();
  }

  function callsOf(environment: { HW_ACCESS_KEY: string }): number {
    return cloud()
      .calls()
      .filter(({ accessKey }) => accessKey === environment.HW_ACCESS_KEY).length;
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
        until(() => keypairsIn(projectId).length > 0).then(() => cloud().revokeAccessKey(temporary.accessKey)),
      ]);
      expect((await up).output).toContain("Huawei Cloud accepted these credentials earlier in this run");
      expect(keypairsIn(otherProject)).toEqual([]);
      expect(callsOf(environments[who])).toBe(0);

      cloud().addAccessKey({ ...temporary, user: cloud().credentials.user });
      await stack.up();
      expect(keypairsIn(projectId)).toHaveLength(30);
    },
  );

  test("an update whose first call is refused goes nowhere, where nothing says whose account it is", async () => {
    const { stack, workspace } = await stackOf(3);
    Object.assign(workspace.env, environments.another);
    cloud().revokeAccessKey(cloud().credentials.accessKey);
    const { output } = await stack.up({ exitCode: 1 });
    expect(output).toContain("Those in the environment were not used in their place");
    expect(callsOf(environments.another)).toBe(0);
  });

  test("a stack whose key is the environment's is lost nowhere when that holds another account's", async () => {
    const { stack, workspace } = await stackOf(2, {
      "huaweicloud-cph:accessKey": { value: "" },
      "huaweicloud-cph:secretKey": { value: "" },
    });
    Object.assign(workspace.env, environments.key);
    await stack.up();
    const before = await knownKeypairs(stack);
    Object.assign(workspace.env, environments.another);
    cloud().clearCalls();
    const runs = [
      await stack.refresh({ exitCode: 1 }),
      await stack.up({ exitCode: 1, refresh: true }),
      await stack.destroy({ exitCode: 1 }),
    ];
    for (const { output } of runs) expect(output).toContain("may be another account's");
    expect(await knownKeypairs(stack)).toEqual(before);
    expect([keypairsIn(projectId), keypairsIn(otherProject)]).toEqual([["key-0", "key-1"], []]);
    expect(
      cloud()
        .calls()
        .filter(({ method }) => method !== "GET"),
    ).toEqual([]);
    Object.assign(workspace.env, environments.key);
    await stack.destroy();
    expect(keypairsIn(projectId)).toEqual([]);
  });

  test("a binding that leaves servers as they are is not forgotten by another account's destroy", async () => {
    const workspace = createWorkspace();
    const serverId = cloud().state().projects[0]?.servers[0]?.id ?? "";
    await cloud().replaceKeypair(projectId, "shared", newKey());
    const stack = await workspace.createStack(
      () => {
        new CloudPhoneKeypairBinding("phones", { keypairName: "shared", serverIds: [serverId] });
        return Promise.resolve();
      },
      {
        ...configOf(cloud(), "access key"),
        "huaweicloud-cph:accessKey": { value: "" },
        "huaweicloud-cph:secretKey": { value: "" },
      },
    );
    Object.assign(workspace.env, environments.key);
    await stack.up();
    Object.assign(workspace.env, environments.another);
    expect((await stack.destroy({ exitCode: 1 })).output).toContain(
      `The state has this resource in project ${projectId}`,
    );
    Object.assign(workspace.env, environments.key);
    await stack.destroy();
  });

  describe("a stack whose key was revoked", () => {
    let stack: InlineStack;
    let workspace: EngineWorkspace;

    beforeEach(async () => {
      ({ stack, workspace } = await stackOf(2));
      await stack.up();
      cloud().revokeAccessKey(cloud().credentials.accessKey);
      cloud().clearCalls();
    });

    test("is neither refreshed nor destroyed nor updated in another account, which has key pairs of the same names", async () => {
      for (const { name, publicKey } of keypairsOf(projectId)) {
        const replacement = name === "key-0" ? { publicKey } : newKey();
        await cloud().replaceKeypair(otherProject, name, replacement);
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
      expect(
        cloud()
          .calls()
          .filter(({ method }) => method !== "GET"),
      ).toEqual([]);
    });

    test.each(["key", "temporaryKey", "password", "token"] as const)(
      "is refreshed, updated and destroyed with present credentials of the same account: %s",
      async (kind) => {
        Object.assign(workspace.env, await environmentOf(kind, cloud(), projectId));
        await stack.refresh();
        expect(await knownKeypairs(stack)).toMatchObject([{ __project: projectId }, { __project: projectId }]);
        cloud().deleteKeypair(projectId, "key-1");
        const { output } = await stack.up({ refresh: true });
        expect(output).toContain("those in the environment are used instead");
        expect(keypairsIn(projectId)).toEqual(["key-0", "key-1"]);
        await stack.destroy();
        expect(keypairsIn(projectId)).toEqual([]);
      },
    );
  });
});

/** What the state knows of them. */
async function knownKeypairs(stack: InlineStack): Promise<unknown[]> {
  const { resources } = await stack.exportState();
  return resources.filter(({ type }) => type.endsWith(":Keypair")).map(({ outputs }) => outputs);
}

/** Variables with credentials of the user whose key it was. */
async function environmentOf(
  kind: "key" | "temporaryKey" | "password" | "token",
  { url, credentials }: PlayedCloud,
  projectId: string,
): Promise<Record<string, string>> {
  const { user: name, domain, password } = credentials;
  switch (kind) {
    case "key":
    case "temporaryKey":
      return environments[kind];
    case "password":
      return { HW_USER_NAME: name, HW_DOMAIN_NAME: domain, HW_USER_PASSWORD: password };
    case "token": {
      const user = { name, domain: { name: domain }, password };
      const identity = { methods: ["password"], password: { user } };
      const response = await fetch(`${url}/v3/auth/tokens`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ auth: { identity, scope: { project: { id: projectId } } } }),
      });
      return { HW_AUTH_TOKEN: response.headers.get("x-subject-token") ?? "" };
    }
  }
}
