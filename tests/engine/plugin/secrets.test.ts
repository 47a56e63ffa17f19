/** Whatever a run with the plugin does and however it fails: nothing that it prints or leaves behind holds a secret. */
import { accessKey, newKey, projectId, region, secretKey, startCloud } from "../cloud";
import { createWorkspace } from "../harness";
import type { CommandResult } from "../harnessCommand";
import { YamlStack } from "../harnessYaml";
import { expectNoSecretIn, filesBelow } from "../secretSearch";
import { startWire } from "../wire";

jest.setTimeout(240_000);

test("created in part, finished, looked at, refused and destroyed, with credentials that the engine does not know", async () => {
  const cloud = await startCloud({ servers: 2 });
  const wire = await startWire(cloud.simulator);
  const { publicKey, privateKey } = newKey();
  const [secretServer = "", server = ""] = cloud.serverIds;
  const workspace = createWorkspace();
  Object.assign(workspace.env, { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey });
  const stack = await YamlStack.create(
    workspace,
    {
      resources: {
        generated: { type: "huaweicloud-cph:Keypair", properties: { description: "described" } },
        // That it is a secret, only schema.json says.
        imported: {
          type: "huaweicloud-cph:Keypair",
          properties: { publicKey, keyProtection: { privateKey, encryption: { type: "default" } } },
        },
        fleet: {
          type: "huaweicloud-cph:CloudPhoneKeypairBinding",
          properties: { keypairName: "${generated.name}", serverIds: ["${server}", server] },
        },
      },
      variables: { server: { "fn::secret": secretServer } },
      outputs: { privateKey: "${generated.privateKey}", bindings: "${fleet.bindings}" },
    },
    {
      "huaweicloud-cph:region": { value: region },
      "huaweicloud-cph:endpoints": { value: JSON.stringify({ kms: wire.url, cph: wire.url, iam: wire.url }) },
      "huaweicloud-cph:maxRetries": { value: "0" },
    },
  );
  const texts: Record<string, string> = {};
  const record = async (name: string, run: Promise<CommandResult>) => {
    texts[`the output of ${name}`] = (await run).output;
    texts[`the state after ${name}`] = (await stack.exportState()).text;
  };
  await record("a preview", stack.preview(["--diff"]));
  wire.repeat(/^PUT .*keypairs/);
  await record("a partial create", stack.up(["--continue-on-error"], { exitCode: 1 }));
  wire.repeat();
  await record("the next up with events", stack.up(["--json"]));
  const made = cloud.simulator.state().projects[0]?.keypairs.find(({ name }) => name.startsWith("generated-"))?.name;
  cloud.simulator.deleteKeypair(projectId, made ?? "");
  await record("a drift look", stack.previewRefresh());
  // What the binding shows of a secret server is secret, and the name of the server's key pair is none.
  expect(texts["the output of a drift look"]).toContain(`Key pair "${made}" no longer exists`);
  wire.repeat(/./, 401);
  await record("a refused refresh with debug output", stack.refresh(["--debug"], { exitCode: 1 }));
  wire.repeat(/./, 500);
  await record("a failing drift look with events", stack.preview(["--refresh", "--json"], { exitCode: 1 }));
  wire.repeat();
  await record("a destroy", stack.destroy());

  expect(Object.keys(wire.secrets).map((name) => name.replace(/ \d+$/, ""))).toEqual(
    expect.arrayContaining(["generated private key", "signature"]),
  );
  // All files of the backend: history and backups as well.
  expectNoSecretIn(
    { ...texts, ...filesBelow(workspace.backend) },
    { ...wire.secrets, accessKey, secretKey, privateKey, secretServer },
  );
});
