/** The fleet of `examples/`, one program in every language, each run as it is. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { newKey, startCloud, type TestCloud } from "./cloud";
import { createWorkspace, type EngineWorkspace } from "./harness";
import type { ProjectStack } from "./harnessProject";
import { repository } from "./harnessStack";
import { go, java, python, yaml, type Language } from "./languages/languages";
import { testWith } from "./languages/testWith";

/** The first time, dependencies are downloaded and compiled. */
jest.setTimeout(600_000);

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 12 });
});

beforeEach(() => {
  cloud.simulator.reset();
});

/** Makes a stack of the example in a language. Its own settings come by the first command, as the READMEs have it. */
async function createFleet(workspace: EngineWorkspace, language: Language): Promise<ProjectStack> {
  const project = await workspace.createProject(`examples/fleet-${language.name}`, cloud.config);
  Object.assign(workspace.env, language.prepare(project.folder));
  return project;
}

function ownSettings(): string[] {
  return ["--config", `publicKey=${newKey().publicKey}`, "--config", "serverName=cph-server"];
}

async function outputsOf(project: ProjectStack): Promise<{ keypairName: string; boundServers: string[] }> {
  const { stdout } = await project.pulumi(["stack", "output", "--json"]);
  return JSON.parse(stdout) as { keypairName: string; boundServers: string[] };
}

function keypairNames(): string[] {
  return (cloud.simulator.state().projects[0]?.keypairs ?? []).map(({ name }) => name);
}

for (const language of [yaml, python, go, java]) {
  testWith(...language.needs)(
    `${language.name}: the fleet is bound, left alone by a second run, and destroyed`,
    async () => {
      const project = await createFleet(createWorkspace(), language);
      expect((await project.preview(ownSettings())).output).toContain("+ 3 to create");
      expect(cloud.writes()).toEqual([]);

      await project.up(["--skip-preview"]);
      const { keypairName, boundServers } = await outputsOf(project);
      expect(keypairName).toMatch(/^fleet-[0-9a-f]{7}$/);
      expect(keypairNames()).toEqual([keypairName]);
      expect(boundServers).toEqual([...cloud.serverIds].sort());
      for (const id of cloud.serverIds) expect(cloud.keypairOf(id)).toBe(keypairName);
      expect(cloud.writes()).toEqual(["CreateKeypair", "UpdateKeypair", "UpdateKeypair"]);

      await project.up(["--skip-preview", "--refresh", "--expect-no-changes"]);
      // All say the same: the stack is as the program in YAML wants it.
      cpSync(join(repository, "examples/fleet-yaml/Pulumi.yaml"), join(project.folder, "Pulumi.yaml"));
      await project.preview(["--expect-no-changes"]);
      expect(cloud.writes()).toEqual([]);

      await project.destroy(["--skip-preview"]);
      expect(cloud.writes()).toEqual(["DeleteKeypair"]);
      expect(keypairNames()).toEqual([]);
    },
  );
}
