/** Settings of the plugin: the stack's, and those of providers that a program makes itself. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { accessKey, newKey, region, secretKey, startCloud, type TestCloud } from "../cloud";
import { createWorkspace } from "../harness";
import { YamlStack, type YamlProgram } from "../harnessYaml";

const idToken = "header.payload-of-a-pipeline.signature";

let cloud: TestCloud;
let endpoints: Record<"kms" | "cph" | "iam", string>;

beforeAll(async () => {
  cloud = await startCloud({ servers: 1, identityProviders: [{ id: "pipelines", idTokens: [{ text: idToken }] }] });
  const { url } = cloud.simulator;
  endpoints = { kms: url, cph: url, iam: url };
});

beforeEach(() => {
  cloud.simulator.reset();
});

const { publicKey } = newKey();

const keyAlone: YamlProgram = { resources: { key: { type: "huaweicloud-cph:Keypair", properties: { publicKey } } } };

/** A provider of the program's own, and a key pair that is made by it. */
function ownProvider(properties: object, others: YamlProgram["resources"] = {}): YamlProgram {
  return {
    resources: {
      ...others,
      south: { type: "pulumi:providers:huaweicloud-cph", properties: { region, endpoints, ...properties } },
      key: { type: "huaweicloud-cph:Keypair", properties: { publicKey }, options: { provider: "${south}" } },
    },
  };
}

interface Settings {
  /** Of the stack, beside those of the cloud. */
  config?: ConfigMap;
  environment?: Record<string, string>;
}

function stackOf(program: YamlProgram, { config = cloud.config, environment = {} }: Settings = {}): Promise<YamlStack> {
  const workspace = createWorkspace();
  Object.assign(workspace.env, environment);
  return YamlStack.create(workspace, program, config);
}

const inEnvironment = { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey };

test("a misspelt setting, and one that cannot be right, fail the preview", async () => {
  const misspelt = { ...cloud.config, "huaweicloud-cph:regoin": { value: "x" } };
  const { output } = await (await stackOf(keyAlone, { config: misspelt })).preview([], { exitCode: 1 });
  expect(output).toContain('huaweicloud-cph:regoin is not a setting; did you mean "region"?');
  const bad = { ...cloud.config, "huaweicloud-cph:maxRetries": { value: "many" } };
  const refused = await (await stackOf(keyAlone, { config: bad })).preview([], { exitCode: 1 });
  expect(refused.output).toMatch(/huaweicloud-cph:maxRetries must be/);
});

test("a secret that the stack's configuration holds in plain text is none in the state", async () => {
  const config = { ...cloud.config, "huaweicloud-cph:secretKey": { value: secretKey } };
  const stack = await stackOf(keyAlone, { config });
  await stack.up();
  expect((await stack.exportState()).text).not.toContain(secretKey);
});

test("without credentials the preview fails, and says where they belong", async () => {
  const { output } = await (await stackOf(keyAlone, { config: {} })).preview([], { exitCode: 1 });
  expect(output).toMatch(/credentials are incomplete: none are set\. Set HW_ACCESS_KEY and HW_SECRET_KEY/);
});

test("a provider of the program's own works with its settings, and with those of the environment where it has none", async () => {
  const config = {};
  const stack = await stackOf(ownProvider({ accessKey, secretKey }), { config });
  await stack.up();
  expect((await stack.exportState()).text).not.toContain(secretKey);
  await stack.destroy();
  expect(cloud.writes()).toEqual(["CreateKeypair", "DeleteKeypair"]);
  await (await stackOf(ownProvider({}), { config, environment: inEnvironment })).up();
  expect(cloud.writes()).toEqual(["CreateKeypair"]);
});

test("refused credentials of the stack give way to those in the environment, and those of a provider's own do not", async () => {
  const stacks = await stackOf(keyAlone);
  const own = await stackOf(ownProvider({ accessKey, secretKey }), { config: {} });
  await Promise.all([stacks.up(), own.up()]);
  cloud.simulator.addAccessKey({ accessKey: "ROTATED", secretKey: "rotated-secret", user: "simulator" });
  cloud.simulator.revokeAccessKey(accessKey);
  for (const { env } of [stacks, own])
    Object.assign(env, { HW_ACCESS_KEY: "ROTATED", HW_SECRET_KEY: "rotated-secret" });
  expect((await stacks.refresh()).output).toContain("those in the environment are used");
  expect((await own.refresh([], { exitCode: 1 })).output).toContain("APIGW.0301");
  cloud.simulator.addAccessKey({ accessKey, secretKey, user: "simulator" });
});

test("the environment's credentials do not stand in for a provider's own id token that is lost", async () => {
  const workspace = createWorkspace();
  const idTokenFile = join(workspace.folder, "id-token");
  writeFileSync(idTokenFile, idToken);
  const stack = await YamlStack.create(workspace, ownProvider({ idpId: "pipelines", idTokenFile }), {});
  await stack.up();
  rmSync(idTokenFile);
  Object.assign(workspace.env, inEnvironment);
  expect((await stack.refresh([], { exitCode: 1 })).output).toContain(idTokenFile);
});

test("settings that are not known before the update pass the preview, and work in the update", async () => {
  const other = { type: "huaweicloud-cph:Keypair", properties: {} };
  const program = ownProvider({ accessKey, secretKey, projectName: "${other.region}" }, { other });
  const unknown = ownProvider({ accessKey, secretKey, userId: "${other.userId}" }, { other });
  const stack = await stackOf(unknown);
  await stack.preview();
  expect(cloud.writes()).toEqual([]);
  await stack.up();
  expect(cloud.writes()).toEqual(["CreateKeypair", "CreateKeypair"]);
  stack.setProgram(program);
  await stack.up();
  expect(cloud.writes()).toEqual([]);
});

test("other credentials replace nothing", async () => {
  const stack = await stackOf(ownProvider({ accessKey, secretKey }), { config: {} });
  await stack.up();
  stack.setProgram(ownProvider({}));
  Object.assign(stack.env, inEnvironment);
  cloud.writes();
  const { output } = await stack.up();
  expect(output).toMatch(/1 updated\s+2 unchanged/);
  expect(cloud.writes()).toEqual([]);
});
