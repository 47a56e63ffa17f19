/** What exists is taken over by `pulumi import` and by the option `import`, and the code that Pulumi writes is right. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newKey, projectId, startCloud, type TestCloud } from "../cloud";
import { createWorkspace } from "../harness";
import { YamlStack } from "../harnessYaml";

const keypairType = "huaweicloud-cph:index:Keypair";
const bindingType = "huaweicloud-cph:index:CloudPhoneKeypairBinding";

let cloud: TestCloud;
let first: string;
let second: string;
const { publicKey } = newKey("somebody@example");

beforeAll(async () => {
  cloud = await startCloud({ servers: 2 });
});

beforeEach(async () => {
  cloud.simulator.reset();
  await cloud.simulator.replaceKeypair(projectId, "fleet-key", { publicKey });
  cloud.simulator.changeKeypair(projectId, "fleet-key", { description: "of the fleet" });
  [first = "", second = ""] = [...cloud.serverIds].sort();
  for (const id of cloud.serverIds) cloud.simulator.changeServer(projectId, id, { keypairName: "fleet-key" });
});

function emptyStack(): Promise<YamlStack> {
  return YamlStack.create(createWorkspace(), {}, cloud.config);
}

/** Takes what Pulumi wrote into the program, as it tells users to. */
function useWritten(stack: YamlStack, file: string): void {
  const path = join(stack.folder, "Pulumi.yaml");
  const written = readFileSync(join(stack.folder, file), "utf8");
  writeFileSync(path, `name: test-project\nruntime: yaml\n${written}`);
}

test("a key pair and a binding are imported, and the written code has nothing to change", async () => {
  const stack = await emptyStack();
  await stack.import([keypairType, "key", "fleet-key", "--out", "key.yaml"]);
  useWritten(stack, "key.yaml");
  await stack.preview(["--expect-no-changes"]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  await stack.import([bindingType, "fleet", `fleet-key/${second},${first}`, "--out", "fleet.yaml"]);
  expect((await stack.exportState()).resources.map(({ type, id }) => [type, id]).slice(2)).toEqual([
    [keypairType, "fleet-key"],
    [bindingType, `fleet-key/${second},${first}`],
  ]);
  expect(cloud.writes()).toEqual([]);
});

test("a binding is imported with a key pair for each server, and the written code has nothing to change", async () => {
  await cloud.simulator.replaceKeypair(projectId, "other");
  cloud.simulator.changeServer(projectId, second, { keypairName: "other" });
  const stack = await emptyStack();
  await stack.import([bindingType, "fleet", `${second}=other,${first}=fleet-key`, "--out", "fleet.yaml"]);
  const written = readFileSync(join(stack.folder, "fleet.yaml"), "utf8");
  expect(written).toContain("keypairNames:");
  expect(written).not.toMatch(/keypairName:|serverIds:/);
  useWritten(stack, "fleet.yaml");
  await stack.preview(["--expect-no-changes"]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  expect(cloud.writes()).toEqual([]);
});

test("many are imported at once, and the written code has nothing to change", async () => {
  await cloud.simulator.replaceKeypair(projectId, "spare");
  const stack = await emptyStack();
  const resources = [
    { type: keypairType, name: "key", id: "fleet-key" },
    { type: keypairType, name: "spare", id: "spare" },
    { type: bindingType, name: "fleet", id: `fleet-key/${first},${second}` },
  ];
  writeFileSync(join(stack.folder, "many.json"), JSON.stringify({ resources }));
  await stack.import(["--file", "many.json", "--out", "written.yaml", "--protect=false"]);
  useWritten(stack, "written.yaml");
  await stack.preview(["--expect-no-changes"]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  expect(cloud.writes()).toEqual([]);
});

test("a program imports by the option, and then manages what it imported", async () => {
  const programOf = (description: string) => ({
    resources: {
      key: {
        type: "huaweicloud-cph:Keypair",
        properties: { name: "fleet-key", publicKey, description },
        options: { import: "fleet-key" },
      },
      fleet: {
        type: "huaweicloud-cph:CloudPhoneKeypairBinding",
        properties: { keypairName: "fleet-key", serverIds: [first, second] },
        options: { import: `fleet-key/${first},${second}` },
      },
    },
  });
  const stack = await YamlStack.create(createWorkspace(), programOf("of the fleet"), cloud.config);
  const { output } = await stack.up();
  expect(output).toContain("= 2 imported");
  expect(cloud.writes()).toEqual([]);
  stack.setProgram(programOf("ours"));
  await stack.up();
  expect(cloud.writes()).toEqual(["UpdateKeypairDescription"]);
});

test.each([
  [keypairType, () => "nowhere", '"nowhere" does not exist.'],
  [bindingType, () => "fleet-key", "its id must be <keypairName>/<serverId>,<serverId>,…"],
  [bindingType, () => `other/${first}`, `"other/`],
])("an import of %s that names nothing fails, and says why", async (type, id, message) => {
  const stack = await emptyStack();
  const { output } = await stack.import([type, "it", id()], { exitCode: 1 });
  expect(output).toContain(message);
  expect((await stack.exportState()).resources.filter((resource) => resource.type === type)).toEqual([]);
});
