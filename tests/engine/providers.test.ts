import * as pulumi from "@pulumi/pulumi";
import {
  getKeypair,
  getKeypairOutput,
  getKeypairs,
  getServers,
  getServersOutput,
  Keypair,
  Provider,
} from "pulumi-huaweicloud-cph";
import { cloudEnvironment } from "../../tools/engine/environment";
import { accessKey, newKey, projectId, region, secretKey, startCloud } from "./cloud";
import { createWorkspace } from "./harness";

const otherRegion = "ap-southeast-1";
const otherProject = "fedcba9876543210fedcba9876543210";

test("two providers with other credentials and regions work side by side", async () => {
  const cloud = await startCloud({
    projects: { [region]: projectId, [otherRegion]: otherProject },
    users: [{ name: "other", domain: "other-account", password: "other-password" }],
  });
  const { publicKey } = newKey();
  const { url } = cloud.simulator;
  const endpoints = { kms: url, cph: url, iam: url };
  cloud.simulator.addProject("cn-south-1", "00000000000000000000000000000001", "other-account");
  const stack = await createWorkspace().createStack(async () => {
    const other = new Provider("other", {
      region: "cn-south-1",
      userName: "other",
      domainName: "other-account",
      password: "other-password",
      endpoints,
    });
    new Keypair("here", { name: "here", publicKey });
    new Keypair("there", { name: "there", publicKey, region: otherRegion });
    const theirs = new Keypair("theirs", { name: "theirs", publicKey }, { provider: other });
    const found = getKeypairOutput({ name: theirs.id }, { provider: other });
    return Promise.resolve({ found: found.name });
  }, cloud.config);
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs.found?.value).toBe("theirs");
  const names = Object.fromEntries(
    cloud.simulator.state().projects.map(({ name, keypairs }) => [name, keypairs.map((keypair) => keypair.name)]),
  );
  expect(names).toEqual({ [region]: ["here"], [otherRegion]: ["there"], "cn-south-1": ["theirs"] });
  expect((await stack.exportState()).text).not.toContain("other-password");
  expect((await stack.previewRefresh()).exitCode).toBe(0);
  await stack.destroy();
  expect(cloud.simulator.state().projects.flatMap(({ keypairs }) => keypairs)).toEqual([]);
});

test("credentials of an earlier update that are refused give way to those in the environment, with a warning", async () => {
  const cloud = await startCloud();
  const workspace = createWorkspace();
  const stack = await workspace.createStack(() => {
    new Keypair("key", { publicKey: newKey().publicKey });
    return Promise.resolve();
  }, cloud.config);
  await stack.up();

  cloud.simulator.addAccessKey({
    accessKey: "ROTATED",
    secretKey: "rotated-secret",
    user: "simulator",
  });
  cloud.simulator.revokeAccessKey(accessKey);
  const refused = await stack.refresh({ exitCode: 1 });
  expect(refused.output).toContain("APIGW.0301");
  expect(refused.output).not.toContain(secretKey);

  Object.assign(workspace.env, { HW_ACCESS_KEY: "ROTATED", HW_SECRET_KEY: "rotated-secret" });
  const { output } = await stack.destroy();
  expect(output).toContain(
    "Huawei Cloud refused the configured credentials (APIGW.0301); those in the environment are used",
  );
  expect(cloud.simulator.state().projects[0]?.keypairs).toEqual([]);
});

test("credentials in the environment need no configuration, and none of them reaches the state or the output", async () => {
  const cloud = await startCloud();
  const workspace = createWorkspace();
  Object.assign(workspace.env, cloudEnvironment({ url: cloud.simulator.url, accessKey, secretKey, region }));
  const stack = await workspace.createStack(() => {
    new Keypair("key", {});
    return Promise.resolve();
  });
  const { output } = await stack.up();
  const { text } = await stack.exportState();
  for (const secret of [accessKey, secretKey]) {
    expect(output).not.toContain(secret);
    expect(text).not.toContain(secret);
  }
});

test("a function that was refused works in the next run of the same process", async () => {
  const cloud = await startCloud();
  const stack = await createWorkspace().createStack(async () => {
    const found = await getKeypairs().catch(String);
    return { found: typeof found === "string" ? found : found.keypairs.length };
  }, cloud.config);
  cloud.simulator.revokeAccessKey(accessKey);
  await stack.up();
  expect((await stack.outputs()).found?.value).toContain("HTTP 401");
  cloud.simulator.addAccessKey({ accessKey, secretKey, user: "simulator" });
  await stack.up();
  expect((await stack.outputs()).found?.value).toBe(0);
});

test("a provider's settings may turn out to hold nothing, and the environment's credentials then serve it", async () => {
  const cloud = await startCloud();
  const { url } = cloud.simulator;
  const workspace = createWorkspace();
  Object.assign(workspace.env, cloudEnvironment({ url, accessKey, secretKey, region }));
  const stack = await workspace.createStack(() => {
    const nothing = pulumi.output(undefined) as never;
    const first = new Provider("first", {
      accessKey: nothing,
      secretKey: Promise.resolve(undefined) as never,
      securityToken: pulumi.secret(nothing),
      projectId: null as never,
      endpoints: { kms: url, iam: nothing },
    });
    const imported = new Keypair("imported", { name: nothing, publicKey: newKey().publicKey }, { provider: first });
    // Unknown in a preview, and absent after it.
    const second = new Provider("second", { accessKey, secretKey, securityToken: imported.privateKey });
    new Keypair("key", {}, { provider: second });
    return Promise.resolve();
  });
  await stack.preview();
  expect((await stack.up()).changes).toEqual({ create: 5 });
  const { resources, text } = await stack.exportState();
  const settings = resources.filter(({ type }) => type.startsWith("pulumi:providers:")).map(({ inputs }) => inputs);
  expect(settings.map((inputs) => Object.keys(inputs ?? {}).sort())).toEqual([
    ["huaweicloud-cph:endpoints"],
    ["huaweicloud-cph:accessKey", "huaweicloud-cph:explicitCredentials", "huaweicloud-cph:secretKey"],
  ]);
  expect(text).not.toContain("undefined");
  await stack.destroy();
});

test("functions look up key pairs and servers, with plain arguments and with outputs", async () => {
  const cloud = await startCloud({ servers: 120 });
  const stack = await createWorkspace().createStack(async () => {
    const before = await getKeypairs({ nameRegex: "^looked" });
    const servers = await getServers({ status: 5 });
    const missing = await getKeypair({ name: "missing" }).catch(String);
    const key = new Keypair("key", { name: "looked-up", publicKey: newKey().publicKey });
    const found = getKeypairOutput({ name: key.name });
    const carrying = getServersOutput({ keypairName: "looked-up" }, { dependsOn: key });
    return {
      missing,
      before: before.keypairs.length,
      servers: servers.servers.length,
      fingerprint: found.fingerprint,
      same: key.fingerprint,
      carrying: carrying.servers.apply((list) => list.length),
    };
  }, cloud.config);
  await stack.preview();
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs.missing?.value).toContain('There is no key pair named "missing" in region cn-north-4.');
  expect(outputs).toMatchObject({ before: { value: 0 }, servers: { value: 120 }, carrying: { value: 0 } });
  expect(outputs.fingerprint?.value).toBe(outputs.same?.value);
});

test("a function that is awaited fails in a preview that does not know its provider's settings, and waits as an output", async () => {
  const cloud = await startCloud({ servers: 1 });
  const { url } = cloud.simulator;
  const settings = { accessKey, secretKey, endpoints: { kms: url, cph: url, iam: url } };
  let awaited: unknown;
  const stack = await createWorkspace().createStack(async () => {
    const key = new Keypair("key", { publicKey: newKey().publicKey });
    const provider = new Provider("later", { ...settings, region: key.fingerprint.apply(() => region) });
    awaited = await getServers({}, { provider }).catch(String);
    return { servers: getServersOutput({}, { provider }).servers.apply(({ length }) => length) };
  }, cloud.config);
  await stack.preview();
  expect(awaited).toContain("The provider's settings are not known yet");
  await stack.up();
  const outputs = await stack.outputs();
  expect(awaited).toMatchObject({ servers: [{}] });
  expect(outputs.servers?.value).toBe(1);
});
