/** A stack moves between the dynamic resources of the Node SDK and the native plugin, and back: nothing is replaced, nothing is written. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudPhoneKeypairBinding, Keypair, KeypairSet } from "pulumi-huaweicloud-cph";
import { newKey, startCloud, type TestCloud } from "../cloud";
import { createWorkspace } from "../harness";
import { YamlStack } from "../harnessYaml";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 2 });
});

const { publicKey } = newKey();
const keypairs = { alice: { publicKey }, bob: { publicKey: newKey().publicKey, description: "two" } };

/** As the Node SDK has it. */
function dynamicProgram(): Promise<void> {
  const key = new Keypair("key", { name: "imported", publicKey }, { customTimeouts: { create: "5m" } });
  new Keypair("generated");
  new KeypairSet("team", { keypairs });
  new CloudPhoneKeypairBinding("fleet", { keypairName: key.name, serverIds: cloud.serverIds });
  return Promise.resolve();
}

/** As YAML has it: Pulumi's other SDKs take the aliases from schema.json. */
function nativeProgram() {
  const moved = (type: string, properties: object) => ({
    type: `huaweicloud-cph:${type}`,
    properties,
    options: { aliases: [{ type: `pulumi-nodejs:dynamic/huaweicloud-cph:${type}` }] },
  });
  return {
    resources: {
      key: moved("Keypair", { name: "imported", publicKey }),
      generated: moved("Keypair", {}),
      team: moved("KeypairSet", { keypairs }),
      fleet: moved("CloudPhoneKeypairBinding", { keypairName: "${key.name}", serverIds: cloud.serverIds }),
    },
  };
}

function liveKeypairs() {
  return cloud.simulator.state().projects[0]?.keypairs.map(({ name, publicKey: key }) => [name, key]);
}

test("to the plugin and back", async () => {
  const workspace = createWorkspace();
  const dynamic = await workspace.createStack(dynamicProgram, cloud.config);
  await dynamic.up();
  const made = liveKeypairs();
  cloud.writes();

  const native = YamlStack.open(workspace, dynamic.folder, nativeProgram());
  const preview = await native.preview(["--diff"]);
  expect(preview.output).not.toMatch(/replace|to create/);
  await native.up();
  expect(await native.previewRefresh()).toMatchObject({ exitCode: 0 });
  // A refresh leaves nothing of the other host in the state.
  await native.refresh();
  const { resources, text } = await native.exportState();
  expect(resources.map(({ type }) => type).filter((type) => type.includes("dynamic"))).toEqual([]);
  expect(text).not.toMatch(/__provider|__timeouts|__logicalName/);
  expect(await native.previewRefresh()).toMatchObject({ exitCode: 0 });
  expect(cloud.writes()).toEqual([]);

  writeFileSync(join(dynamic.folder, "Pulumi.yaml"), JSON.stringify({ name: "test-project", runtime: "nodejs" }));
  expect((await dynamic.up()).changes).toEqual({ same: 1, update: 4 });
  expect((await dynamic.up()).changes).toEqual({ same: 5 });
  expect(await dynamic.previewRefresh()).toMatchObject({ exitCode: 0 });
  expect(cloud.writes()).toEqual([]);
  expect(liveKeypairs()).toEqual(made);
  await dynamic.destroy();
  expect(liveKeypairs()).toEqual([]);
});
