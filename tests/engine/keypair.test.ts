import type { KeypairArgs } from "pulumi-huaweicloud-cph";
import { newKey, projectId, region, startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";
import type { InlineStack } from "./harnessInline";
import { Keypair } from "./host";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud();
});

beforeEach(() => {
  cloud.simulator.reset();
});

/** A stack with one key pair, whose arguments the test changes. */
async function stackOf(args: KeypairArgs): Promise<{ stack: InlineStack; change: (args: KeypairArgs) => void }> {
  const programOf = (current: KeypairArgs) => () => {
    const key = new Keypair("key", current);
    return Promise.resolve({ name: key.name, privateKey: key.privateKey, fingerprint: key.fingerprint, id: key.id });
  };
  const stack = await createWorkspace().createStack(programOf(args), cloud.config);
  return {
    stack,
    change: (changed) => {
      stack.setProgram(programOf(changed));
    },
  };
}

function keypairs() {
  return cloud.simulator.state().projects[0]?.keypairs ?? [];
}

test("a generated pair keeps its private key as a secret and never shows it", async () => {
  const { stack } = await stackOf({});
  const { output } = await stack.up();
  const outputs = await stack.outputs();
  const privateKey = String(outputs.privateKey?.value);
  expect(privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
  expect(outputs.privateKey?.secret).toBe(true);
  expect(outputs.name?.value).toMatch(/^key-[0-9a-f]{7}$/);
  expect(outputs.id?.value).toBe(outputs.name?.value);

  const drift = await stack.previewRefresh();
  expect(drift.exitCode).toBe(0);
  const refreshed = await stack.refresh();
  const again = await stack.up();
  expect(again.changes).toEqual({ same: 2 });
  expect((await stack.outputs()).privateKey?.value).toBe(privateKey);

  const state = (await stack.exportState()).text;
  const destroyed = await stack.destroy();
  const line = privateKey.split("\n")[1] ?? "";
  for (const text of [output, drift.output, refreshed.output, again.output, state, destroyed.output])
    expect(text).not.toContain(line);

  expect(keypairs()).toEqual([]);
});

test("an imported pair is replaced by another key only, and before the old one goes where its name was made up", async () => {
  const [first, second] = [newKey("first"), newKey("second")];
  const { stack, change } = await stackOf({ publicKey: first.publicKey });
  await stack.up();
  const outputs = await stack.outputs();
  expect(cloud.writes()).toEqual(["CreateKeypair"]);

  change({ publicKey: `  ${first.publicKey.replace("first", "another comment")}\r\n` });
  expect((await stack.up()).changes).toEqual({ same: 2 });
  expect(cloud.writes()).toEqual([]);

  change({ publicKey: second.publicKey });
  await stack.up();
  expect(cloud.writes()).toEqual(["CreateKeypair", "DeleteKeypair"]);
  expect((await stack.outputs()).name?.value).not.toBe(outputs.name?.value);
  expect((await stack.previewRefresh()).exitCode).toBe(0);
});

test("a pair with a given name is deleted before it is replaced", async () => {
  const { stack, change } = await stackOf({ name: "given", publicKey: newKey().publicKey });
  await stack.up();
  cloud.writes();
  const { publicKey } = newKey();
  change({ name: "given", publicKey });
  await stack.up();
  expect(cloud.writes()).toEqual(["DeleteKeypair", "CreateKeypair"]);
  change({ name: "renamed", publicKey });
  await stack.up();
  expect(cloud.writes()).toEqual(["DeleteKeypair", "CreateKeypair"]);
  expect(keypairs().map(({ name }) => name)).toEqual(["renamed"]);
});

test("a description changes in place, is emptied by an empty text and left alone where it is not given", async () => {
  const { publicKey } = newKey();
  const { stack, change } = await stackOf({ publicKey, description: "one" });
  await stack.up();
  change({ publicKey, description: "two" });
  expect((await stack.up()).changes).toEqual({ same: 1, update: 1 });
  expect(keypairs()[0]?.description).toBe("two");
  change({ publicKey });
  expect((await stack.up()).changes).toEqual({ same: 2 });
  change({ publicKey, description: "" });
  await stack.up();
  expect(keypairs()[0]?.description).toBe("");
  expect((await stack.previewRefresh()).exitCode).toBe(0);
});

test("drift of the description is shown and healed", async () => {
  const { stack } = await stackOf({ name: "drifting", publicKey: newKey().publicKey, description: "declared" });
  await stack.up();
  cloud.simulator.changeKeypair(projectId, "drifting", { description: "by hand" });
  expect((await stack.previewRefresh()).exitCode).toBe(7);
  await stack.up({ refresh: true });
  expect(keypairs()[0]?.description).toBe("declared");
});

test("another key under the same name is drift and is replaced", async () => {
  const { publicKey } = newKey();
  const { stack } = await stackOf({ name: "swapped", publicKey });
  await stack.up();
  cloud.simulator.changeKeypair(projectId, "swapped", { publicKey: newKey().publicKey });
  expect((await stack.previewRefresh()).exitCode).toBe(7);
  await stack.up({ refresh: true });
  expect(keypairs()[0]?.publicKey).toBe(publicKey);
});

test("a pair that was deleted by hand is created again", async () => {
  const { stack } = await stackOf({ name: "deleted", publicKey: newKey().publicKey });
  await stack.up();
  cloud.simulator.deleteKeypair(projectId, "deleted");
  expect((await stack.previewRefresh()).exitCode).toBe(7);
  await stack.up({ refresh: true });
  expect(keypairs()).toHaveLength(1);
  cloud.simulator.deleteKeypair(projectId, "deleted");
  await stack.destroy();
});

test("the private key is hosted, cleared, hosted again, and hosting that ended by hand is drift", async () => {
  const { publicKey, privateKey } = newKey();
  const hosted = { publicKey, name: "hosted", keyProtection: { privateKey, encryption: { type: "default" as const } } };
  const { stack, change } = await stackOf(hosted);
  const created = await stack.up();
  expect(cloud.writes()).toEqual(["CreateKeypair"]);
  expect(keypairs()[0]?.hosted).toBe(true);

  change({ publicKey, name: "hosted" });
  await stack.up();
  expect(cloud.writes()).toEqual(["ClearPrivateKey"]);

  const kms = { ...hosted, keyProtection: { privateKey, encryption: { type: "kms" as const, kmsKeyName: "alias" } } };
  change(kms);
  await stack.up();
  expect(cloud.writes()).toEqual(["ImportPrivateKey"]);

  change(hosted);
  await stack.up();
  expect(cloud.writes()).toEqual(["ClearPrivateKey", "ImportPrivateKey"]);

  cloud.simulator.changeKeypair(projectId, "hosted", { privateKey: null });
  const drift = await stack.previewRefresh();
  expect(drift.exitCode).toBe(7);
  await stack.up({ refresh: true });
  expect(cloud.writes()).toEqual(["ImportPrivateKey"]);
  const state = (await stack.exportState()).text;
  const secret = privateKey.split("\n")[1] ?? "";
  for (const text of [created.output, drift.output, state]) expect(text).not.toContain(secret);
});

test("a generated pair may be hosted as well", async () => {
  const { stack, change } = await stackOf({ keyProtection: { encryption: { type: "default" } } });
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs.privateKey?.value).toMatch(/PRIVATE KEY/);
  expect(keypairs()[0]?.hosted).toBe(true);
  change({});
  await stack.up();
  change({ keyProtection: { encryption: { type: "default" } } });
  await stack.up();
  expect(keypairs()[0]?.hosted).toBe(true);
});

test("a pair that exists is refused, or taken over where that is asked for and the key is the same", async () => {
  const { publicKey } = newKey();
  const { stack, change } = await stackOf({ name: "existing", publicKey });
  await stack.up();
  cloud.writes();

  const other = await stackOf({ name: "existing", publicKey, description: "taken over" });
  const refused = await other.stack.up({ exitCode: 1 });
  expect(refused.output).toContain('a key pair named "existing" exists already, with the same key');
  expect(refused.output).toContain("adoptExisting");

  other.change({ name: "existing", publicKey: newKey().publicKey, adoptExisting: true });
  expect((await other.stack.up({ exitCode: 1 })).output).toContain("it holds another key");
  expect((await other.stack.exportState()).text).not.toContain("existing");

  other.change({ name: "existing", publicKey: `${publicKey}\n`, adoptExisting: true, description: "taken over" });
  await other.stack.up();
  expect(keypairs()).toMatchObject([{ name: "existing", publicKey, description: "taken over" }]);
  expect((await other.stack.previewRefresh()).exitCode).toBe(0);
  change({ name: "existing", publicKey, adoptExisting: true });
  expect((await stack.up()).changes).toEqual({ same: 2 });
});

test("a description that fails after the create does not lose the pair, and the next up finishes it", async () => {
  const { stack } = await stackOf({ description: "wanted" });
  const fault = cloud.simulator.addFault({
    match: { operation: "UpdateKeypairDescription" },
    action: { type: "status", status: 403, code: "KPS.9003", message: "No operation permission." },
  });
  const failed = await stack.up({ exitCode: 1 });
  expect(failed.output).toMatch(/No operation permission\. \(HTTP 403, KPS\.9003, request \w+\)/);
  const [made] = keypairs();
  cloud.simulator.removeFault(fault);
  cloud.writes();
  await stack.up();
  const outputs = await stack.outputs();
  expect(cloud.writes()).toEqual(["UpdateKeypairDescription"]);
  expect(outputs.name?.value).toBe(made?.name);
  expect(outputs.privateKey?.value).toMatch(/PRIVATE KEY/);
  expect(keypairs()).toMatchObject([{ description: "wanted" }]);
});

test.each([
  ["imported", { name: "lost", publicKey: newKey().publicKey }],
  ["generated", { name: "lost" }],
])("an %s pair whose create lost its answer is settled by looking", async (_kind, args) => {
  cloud.simulator.addFault({
    match: { operation: "CreateKeypair" },
    times: 1,
    action: { type: "reset", when: "after" },
  });
  const { stack } = await stackOf(args);
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs.name?.value).toBe("lost");
  expect(keypairs()).toHaveLength(1);
  if (!("publicKey" in args)) expect(outputs.privateKey?.value).toMatch(/PRIVATE KEY/);
  expect((await stack.previewRefresh()).exitCode).toBe(0);
  await stack.destroy();
  expect(keypairs()).toEqual([]);
});

test("get reads a pair without managing it", async () => {
  await cloud.simulator.replaceKeypair(projectId, "shared", { publicKey: newKey().publicKey });
  const { stack } = await stackOf({});
  stack.setProgram(() => {
    const shared = Keypair.get("shared", "shared");
    return Promise.resolve({ fingerprint: shared.fingerprint, region: shared.region });
  });
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs.region?.value).toBe(region);
  expect(outputs.fingerprint?.value).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){15}$/);
  await stack.destroy();
  expect(keypairs()).toHaveLength(1);
});

test("a record in the state stays small", async () => {
  const { stack } = await stackOf({ publicKey: newKey().publicKey, description: "a key for phones" });
  await stack.up();
  const record = (await stack.exportState()).resources.find(({ type }) => type.endsWith(":Keypair"));
  expect(JSON.stringify(record).length).toBeLessThanOrEqual(3000);
});

test("other triggers make another pair before the old one goes, and the same ones none", async () => {
  const { stack, change } = await stackOf({ triggers: { month: "2026-11" } });
  await stack.up();
  const { name, privateKey } = await stack.outputs();
  expect((await stack.previewRefresh()).exitCode).toBe(0);
  cloud.writes();
  change({ triggers: { month: "2026-12" } });
  await stack.up();
  expect(cloud.writes()).toEqual(["CreateKeypair", "DeleteKeypair"]);
  const after = await stack.outputs();
  expect(after.name?.value).not.toBe(name?.value);
  expect(after.privateKey?.value).not.toBe(privateKey?.value);
  expect((await stack.up()).changes).toEqual({ same: 2 });
});
