/**
 * New stacks with their settings. The CLI makes the first of a test file with some settings, and each further one is a copy: to make
 * one, the CLI starts twice, and each time derives a key from the passphrase.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { ConfigMap, ProjectSettings } from "@pulumi/pulumi/automation";
import { EngineStack, type Workspace } from "./harnessStack";

/** The files of a folder, by their paths in it. */
type Files = ReadonlyMap<string, string>;

interface MadeStack {
  readonly project: Files;
  readonly backend: Files;
}

/** What the CLI has made, by project and settings. */
const madeStacks = new Map<string, MadeStack>();

/** Makes the stack in the workspace's backend, and gives back the project folder that has its settings. */
export async function newStackIn(workspace: Workspace, project: ProjectSettings, config: ConfigMap): Promise<string> {
  const folder = workspace.createProjectFolder();
  const key = JSON.stringify([project, config]);
  const made = madeStacks.get(key);
  if (made !== undefined) {
    writeFiles(folder, made.project);
    writeFiles(workspace.backend, made.backend);
    return folder;
  }
  // JSON is YAML.
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
  const stack = new EngineStack(workspace, folder);
  await stack.pulumi(["stack", "init"]);
  await stack.setConfig(config);
  madeStacks.set(key, { project: filesOf(folder), backend: filesOf(workspace.backend) });
  return folder;
}

/** Links, such as those to installed packages, are left out. */
function filesOf(folder: string): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

function writeFiles(folder: string, files: Files): void {
  for (const [name, text] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
