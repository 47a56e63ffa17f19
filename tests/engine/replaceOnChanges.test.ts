import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { KeypairArgs } from "pulumi-huaweicloud-cph";
import { newKey, startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";
import type { EngineRun } from "./harnessInline";
import { CloudPhoneKeypairBinding, Keypair } from "./host";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud();
});

beforeEach(() => {
  cloud.simulator.reset();
});

/** What becomes of a key pair with the option, whose arguments are changed. */
async function changeOf(before: KeypairArgs, after: KeypairArgs, options: CustomResourceOptions) {
  const programOf = (args: KeypairArgs) => () => {
    const key = new Keypair("key", args, options);
    return Promise.resolve({ name: key.name });
  };
  const stack = await createWorkspace().createStack(programOf(before), cloud.config);
  await stack.up();
  const nameBefore = await nameIn(stack);
  cloud.writes();
  stack.setProgram(programOf(after));
  const preview = await stack.preview();
  const up = await stack.up();
  const writes = cloud.writes();
  expect(operationOf(preview)).toBe(operationOf(up));
  expect((await stack.previewRefresh()).exitCode).toBe(0);
  return { operation: operationOf(up), isNamedAnew: (await nameIn(stack)) !== nameBefore, writes };
}

async function nameIn(stack: { outputs(): Promise<Record<string, { value: unknown }>> }): Promise<unknown> {
  return (await stack.outputs()).name?.value;
}

function operationOf({ changes }: EngineRun): string | undefined {
  return Object.keys(changes).find((operation) => operation !== "same");
}

const { publicKey, privateKey } = newKey();
const hostedBy = (encryption: NonNullable<KeypairArgs["keyProtection"]>) => ({ publicKey, keyProtection: encryption });
const byDefault = hostedBy({ privateKey, encryption: { type: "default" } });
const byAlias = hostedBy({ privateKey, encryption: { type: "kms", kmsKeyName: "alias" } });

test.each<[string, KeypairArgs, KeypairArgs, string[]]>([
  ["a property", { description: "one" }, { description: "two" }, ["description"]],
  ["a part of one", byDefault, byAlias, ["keyProtection.encryption.type"]],
])("a change of %s replaces a key pair, the new one first", async (_, before, after, replaceOnChanges) => {
  expect(await changeOf(before, after, { replaceOnChanges })).toEqual({
    operation: "replace",
    isNamedAnew: true,
    writes: [
      "CreateKeypair",
      ...(after.description === undefined ? [] : ["UpdateKeypairDescription"]),
      "DeleteKeypair",
    ],
  });
});

test("where the option names another part, a change is an update", async () => {
  const { operation, isNamedAnew } = await changeOf(byDefault, byAlias, {
    replaceOnChanges: ["keyProtection.privateKey"],
  });
  expect([operation, isNamedAnew]).toEqual(["update", false]);
});

test("a pair with a given name is deleted first", async () => {
  const change = (description: string) => ({ name: "given", description });
  const { operation, writes } = await changeOf(change("one"), change("two"), { replaceOnChanges: ["description"] });
  expect([operation, writes]).toEqual(["replace", ["DeleteKeypair", "CreateKeypair", "UpdateKeypairDescription"]]);
});

test("a binding that is replaced gives servers that leave their earlier key pair back, and still knows the others'", async () => {
  const [one = "", two = ""] = cloud.serverIds;
  const keypairName = "bound";
  const programOf = (serverIds: string[]) => () => {
    const key = new Keypair("key", { name: keypairName, publicKey });
    const args = { keypairName: key.name, serverIds, deletionPolicy: "restore" as const };
    new CloudPhoneKeypairBinding("fleet", args, { replaceOnChanges: ["serverIds[*]"] });
    return Promise.resolve();
  };
  for (const [index, id] of cloud.serverIds.entries()) {
    await cloud.simulator.replaceKeypair("cn-north-4", `before-${index}`);
    cloud.simulator.changeServer("cn-north-4", id, { keypairName: `before-${index}` });
  }
  const stack = await createWorkspace().createStack(programOf([one, two]), cloud.config);
  await stack.up();
  stack.setProgram(programOf([two]));
  expect((await stack.up()).changes).toMatchObject({ replace: 1 });
  expect([one, two].map((id) => cloud.keypairOf(id))).toEqual(["before-0", keypairName]);
  expect((await stack.previewRefresh()).exitCode).toBe(0);
  await stack.destroy();
  expect([one, two].map((id) => cloud.keypairOf(id))).toEqual(["before-0", "before-1"]);
});
