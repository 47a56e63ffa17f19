/** What a program gave as a secret stays one in everything that comes of it: outputs, what only the state holds, events. */
import * as pulumi from "@pulumi/pulumi";
import { newKey, projectId, startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";
import type { EngineRun, InlineStack } from "./harnessInline";
import { CloudPhoneKeypairBinding, differences, Keypair } from "./host";
import { expectNoSecretIn } from "./secretSearch";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 3 });
});

/** Runs, and searches what it has printed, told and left in the state. */
async function expectNoSecret(stack: InlineStack, secrets: Record<string, string>, run: Promise<EngineRun>) {
  const { output, events } = await run;
  const { text } = await stack.exportState();
  expectNoSecretIn({ output, events: JSON.stringify(events), text }, secrets);
}

test("servers and the key pair of a binding: created in part, finished, changed, refreshed and read", async () => {
  const [one = "", two = "", three = ""] = cloud.serverIds;
  const [first, second] = ["name-of-the-first-pair", "name-of-the-second-pair"];
  for (const name of [first, second])
    await cloud.simulator.replaceKeypair(projectId, name, { publicKey: newKey().publicKey });

  const programOf = (keypairName: string, serverIds: string[]) => () => {
    const args = { keypairName: pulumi.secret(keypairName), serverIds: pulumi.secret(serverIds) };
    const { bindings, serverIds: bound } = new CloudPhoneKeypairBinding("fleet", args);
    return Promise.resolve({ bindings, bound });
  };
  const stack = await createWorkspace().createStack(programOf(first, [one, two]), cloud.config);
  const secrets = { one, two, three, first, second };

  const action = { type: "jobFailed", code: "CPS.0054", message: "Handle job timeout." } as const;
  cloud.simulator.addFault({ match: { serverId: two }, action });
  await expectNoSecret(stack, secrets, stack.preview({ diff: true }));
  await expectNoSecret(stack, secrets, stack.up({ exitCode: 1, diff: true }));
  cloud.simulator.clearFaults();
  await expectNoSecret(stack, secrets, stack.up({ diff: true }));
  expect(await stack.outputs()).toMatchObject({ bindings: { secret: true }, bound: { secret: true } });

  stack.setProgram(programOf(second, [two, three]));
  cloud.simulator.addFault({ match: { serverId: three }, action });
  await expectNoSecret(stack, secrets, stack.preview({ diff: true }));
  await expectNoSecret(stack, secrets, stack.up({ exitCode: 1, debug: true }));
  const fleet = (await stack.exportState()).resources.find(({ type }) => type.endsWith("Binding"));
  expect(Object.keys(fleet?.outputs ?? {})).toEqual(expect.arrayContaining(["__given", "bindings"]));
  cloud.simulator.clearFaults();
  await expectNoSecret(stack, secrets, stack.up({ debug: true }));

  cloud.simulator.changeServer(projectId, three, { keypairName: first });
  // What a refresh tells of drift names servers.
  await stack.refresh();
  expectNoSecretIn({ state: (await stack.exportState()).text }, secrets);
});

test("only what shows a secret becomes one", async () => {
  const [serverId = ""] = cloud.serverIds;
  const stack = await createWorkspace().createStack(() => {
    const {
      name: keypairName,
      fingerprint,
      description,
    } = new Keypair("key", { description: pulumi.secret("s3cret") });
    const binding = new CloudPhoneKeypairBinding("fleet", { keypairName, serverIds: [serverId] });
    const { bindings, serverIds } = binding;
    return Promise.resolve({ keypairName, fingerprint, description, bindings, serverIds });
  }, cloud.config);
  await stack.up();
  const outputs = await stack.outputs();
  const secrets = Object.entries(outputs).filter(([, { secret }]) => secret);
  expect(secrets.map(([name]) => name)).toEqual(["description"]);
});

test("what a plain program has stored in plain text is encrypted by the next update, though nothing else changes", async () => {
  const [serverId = ""] = cloud.serverIds;
  const programOf = (serverIds: pulumi.Input<string[]>) => () => {
    const { name } = new Keypair("key", { name: "plain-at-first" });
    new CloudPhoneKeypairBinding("fleet", { keypairName: name, serverIds });
    return Promise.resolve();
  };
  const stack = await createWorkspace().createStack(programOf([serverId]), cloud.config);
  await stack.up();
  expect((await stack.exportState()).text).toContain(serverId);
  stack.setProgram(programOf(pulumi.secret([serverId])));
  expect((await stack.up()).changes).toEqual(differences.secrecyNeedsNoUpdate ? { same: 3 } : { same: 2, update: 1 });
  expectNoSecretIn({ state: (await stack.exportState()).text }, { serverId });
  expect((await stack.up()).changes).toEqual({ same: 3 });
});

test("arguments of a key pair, through a change and a refresh; its name but for the ids", async () => {
  const { publicKey } = newKey();
  const programOf = (description: string) => () => {
    const key = new Keypair("key", {
      name: pulumi.secret("name-that-is-secret"),
      publicKey: pulumi.secret(publicKey),
      description: pulumi.secret(description),
    });
    return Promise.resolve({ name: key.name });
  };
  const stack = await createWorkspace().createStack(programOf("first-description"), cloud.config);
  const secrets = { one: "first-description", other: "second-description", blob: publicKey.split(" ")[1] ?? "" };
  await expectNoSecret(stack, secrets, stack.preview({ diff: true }));
  await expectNoSecret(stack, secrets, stack.up({ debug: true }));
  stack.setProgram(programOf("second-description"));
  await expectNoSecret(stack, secrets, stack.up({ diff: true }));
  expect(await stack.outputs()).toMatchObject({ name: { secret: true } });

  cloud.simulator.changeKeypair(projectId, "name-that-is-secret", { description: "first-description" });
  await expectNoSecret(stack, secrets, stack.refresh());
  const { resources } = await stack.exportState();
  const withoutIds = resources.map(({ inputs, outputs }) => JSON.stringify({ inputs, outputs })).join();
  expectNoSecretIn({ withoutIds }, { name: "name-that-is-secret" });
});

test("what is read by a secret id", async () => {
  const [serverId = ""] = cloud.serverIds;
  const stack = await createWorkspace().createStack(() => {
    const { name } = Keypair.get("key", pulumi.secret("read-by-its-id"));
    const { keypairName, serverIds, bindings, region } = CloudPhoneKeypairBinding.get(
      "fleet",
      pulumi.secret(`read-by-its-id/${serverId}`),
    );
    return Promise.resolve({ name, keypairName, serverIds, bindings, region });
  }, cloud.config);
  await cloud.simulator.replaceKeypair(projectId, "read-by-its-id");
  cloud.simulator.changeServer(projectId, serverId, { keypairName: "read-by-its-id" });
  await stack.up();
  const outputs = await stack.outputs();
  const plain = Object.entries(outputs).filter(([, { secret }]) => !secret);
  const known = ["region"];
  const all = ["bindings", "keypairName", "name", "region", "serverIds"];
  expect(plain.map(([name]) => name)).toEqual(differences.secretIdsAreKnown ? known : all);
  const { resources } = await stack.exportState();
  for (const { inputs } of resources) expect(inputs ?? {}).not.toHaveProperty("__secrets");
});
