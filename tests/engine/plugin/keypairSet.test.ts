/** What the plugin alone offers of sets: imports, and previews that show the pairs that differ, and their servers. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newKey, projectId, startCloud, type TestCloud } from "../cloud";
import { createWorkspace } from "../harness";
import { YamlStack } from "../harnessYaml";

const token = "huaweicloud-cph:index:KeypairSet";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 200 });
});

beforeEach(() => {
  cloud.simulator.reset();
});

type Pairs = Record<string, { publicKey: string; description?: string }>;

function programOf(keypairs: Pairs) {
  return { resources: { team: { type: "huaweicloud-cph:KeypairSet", properties: { keypairs } } } };
}

/** A set, and a binding that gives each server one of its pairs. */
function fleetOf(keypairs: Pairs, names: readonly string[]) {
  const keypairNames = Object.fromEntries([...cloud.serverIds].sort().map((id, index) => [id, names[index]]));
  const fleet = {
    type: "huaweicloud-cph:CloudPhoneKeypairBinding",
    properties: { keypairNames },
    options: { dependsOn: ["${team}"] },
  };
  return { resources: { ...programOf(keypairs).resources, fleet } };
}

test("a set is imported by the names of its pairs, and the written code has nothing to change", async () => {
  for (const name of ["alice", "bob"]) await cloud.simulator.replaceKeypair(projectId, name, newKey(name));
  const stack = await YamlStack.create(createWorkspace(), {}, cloud.config);
  await stack.import([token, "team", "alice,bob", "--out", "team.yaml", "--protect=false"]);
  const written = readFileSync(join(stack.folder, "team.yaml"), "utf8");
  writeFileSync(join(stack.folder, "Pulumi.yaml"), `name: test-project\nruntime: yaml\n${written}`);
  await stack.preview(["--expect-no-changes"]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  expect(cloud.writes()).toEqual([]);
  await stack.destroy();
  expect(cloud.simulator.state().projects[0]?.keypairs).toEqual([]);
});

test("an import of a pair that is not there fails, and says which", async () => {
  await cloud.simulator.replaceKeypair(projectId, "alice");
  const stack = await YamlStack.create(createWorkspace(), {}, cloud.config);
  const { output } = await stack.import([token, "team", "alice,nobody"], { exitCode: 1 });
  expect(output).toContain('There are no key pairs of these names: "nobody".');
});

test("a preview shows the pairs that differ, and the servers that get others, and no more", async () => {
  const serverIds = [...cloud.serverIds].sort();
  const pairs: Pairs = Object.fromEntries(
    serverIds.map((_, index) => [`key-${index}`, { publicKey: newKey().publicKey }]),
  );
  const names = serverIds.map((_, index) => `key-${index}`);
  const stack = await YamlStack.create(createWorkspace(), fleetOf(pairs, names), cloud.config);
  await stack.up();
  const { publicKey } = newKey();
  const ninth = pairs["key-9"]?.publicKey ?? "";
  const edited: Pairs = {
    ...pairs,
    "key-8": { publicKey },
    "key-9": { publicKey: ninth, description: "x" },
    added: { publicKey },
  };
  Reflect.deleteProperty(edited, "key-7");
  stack.setProgram(fleetOf(edited, names.with(7, "key-6")));
  const { output } = await stack.preview(["--diff"]);
  const named = [...new Set(output.match(/\b(key-\d+|added)\s*:/g)?.map((text) => text.replace(/\s*:/, "")))];
  expect(named.sort()).toEqual(["added", "key-7", "key-8", "key-9"]);
  // The key pair of one server is made anew under its name.
  const [seventh = "", eighth = ""] = serverIds.slice(7, 9);
  const servers = output.split("\n").filter((line) => /"key-\d+"/.test(line));
  expect(servers.map((line) => line.trim()).sort()).toEqual(
    [`~ ${seventh}: "key-7" => "key-6"`, `~ ${eighth}: "key-8" => "key-8"`].sort(),
  );
  expect(output.split("\n").length).toBeLessThan(60);
  const { steps } = JSON.parse((await stack.preview(["--json"])).stdout) as {
    steps: { detailedDiff: object | null }[];
  };
  expect(steps.flatMap(({ detailedDiff }) => Object.keys(detailedDiff ?? {})).sort()).toEqual(
    [
      `keypairNames.${seventh}`,
      `keypairNames.${eighth}`,
      "keypairs.added",
      "keypairs.key-7",
      "keypairs.key-8.publicKey",
      "keypairs.key-9.description",
    ].sort(),
  );
  cloud.writes();
  await stack.up();
  expect(cloud.writes().filter((call) => call === "UpdateKeypair")).toHaveLength(1);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
});
