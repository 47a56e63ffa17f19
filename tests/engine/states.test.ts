/** States that earlier versions wrote: every later version reads, refreshes, updates and destroys them. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudPhoneKeypairBinding, Keypair } from "pulumi-huaweicloud-cph";
import { privateKeys, publicKeys } from "../../provider/testing/keys";
import { startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";
import type { InlineStack } from "./harnessInline";

const states = join(__dirname, "states");

/** The stack and the cloud as that version left them. */
async function stackOf(version: string): Promise<{ stack: InlineStack; cloud: TestCloud }> {
  const workspace = createWorkspace();
  const data = join(workspace.folder, "cloud.json");
  copyFileSync(join(states, `${version}.cloud.json`), data);
  const cloud = await startCloud({ data });
  const ids = [...cloud.serverIds].sort();
  const stack = await workspace.createStack(() => {
    const generated = new Keypair("generated", { description: "made by the service" });
    new Keypair("generated-named", { name: "KeyPair-generated" });
    const imported = new Keypair("imported", {
      name: "KeyPair-imported",
      publicKey: publicKeys.ed25519,
      description: "ours",
    });
    const keyProtection = { privateKey: privateKeys.rsa, encryption: { type: "default" as const } };
    new Keypair("hosted", { publicKey: publicKeys.rsa, keyProtection });
    new CloudPhoneKeypairBinding("retained", {
      keypairName: generated.name,
      keypairFingerprint: generated.fingerprint,
      serverIds: ids.slice(0, 2),
    });
    new CloudPhoneKeypairBinding("restored", {
      keypairName: imported.name,
      serverIds: ids.slice(2, 4),
      deletionPolicy: "restore",
    });
    return Promise.resolve();
  }, cloud.config);
  const state = join(workspace.folder, "state.json");
  const text = readFileSync(join(states, `${version}.state.json`), "utf8");
  writeFileSync(state, text.replaceAll("http://simulator", cloud.simulator.url));
  await stack.pulumi(["stack", "import", "--file", state]);
  return { stack, cloud };
}

describe.each(["version-0.1", "before-0.2"])("a state of %s", (version) => {
  test("shows no drift, is refreshed, updated without a write, and destroyed", async () => {
    const { stack, cloud } = await stackOf(version);
    expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
    await stack.up();
    await stack.refresh();
    await stack.up();
    expect(cloud.writes()).toEqual([]);
    await stack.destroy();
    const { keypairs = [], servers = [] } = cloud.simulator.state().projects[0] ?? {};
    expect(keypairs).toEqual([]);
    expect(servers.filter(({ keypairName }) => keypairName === "KeyPair-imported")).toHaveLength(2);
  });

  test("is destroyed without anything else before", async () => {
    const { stack, cloud } = await stackOf(version);
    await stack.destroy();
    expect(cloud.simulator.state().projects[0]?.keypairs).toEqual([]);
  });

  test("shows and heals a generated pair that was deleted, and a key that was replaced under its name", async () => {
    const { stack, cloud } = await stackOf(version);
    const [project] = cloud.simulator.state().projects;
    const { publicKey } = project?.keypairs.find(({ name }) => name === "KeyPair-generated") ?? {};
    // What the servers of a state without a key were bound with shows from the first refresh on.
    await stack.refresh();
    cloud.simulator.deleteKeypair(project?.id ?? "", "KeyPair-generated");
    await cloud.simulator.replaceKeypair(project?.id ?? "", "KeyPair-imported", { publicKey: publicKeys.rsa });
    expect(await stack.previewRefresh()).toMatchObject({ exitCode: 7 });
    await stack.up({ refresh: true });
    const healed = cloud.simulator.state().projects[0]?.keypairs ?? [];
    expect(healed.find(({ name }) => name === "KeyPair-generated")?.publicKey).toBe(publicKey);
    expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  });
});
