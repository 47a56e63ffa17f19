/** The tarball with the oldest and the newest versions of what it works with, installed by Yarn, Plug'n'Play included, and npm. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { startCloud } from "./cloud";
import { createWorkspace, type EngineWorkspace } from "./harness";
import { repository } from "./harnessStack";
import { createInstallationFolder, mistakesInTypes, npm, packInto, run, writeProject } from "./installations";

jest.setTimeout(600_000);

const oldest = { sdk: "3.216.0", typescript: "5.0.4" };
const newest = { sdk: "3.276.0", typescript: "7.0.2", node: "26.12.1" };

const yarn = join(repository, "node_modules/@yarnpkg/cli-dist/bin/yarn.js");

let folder: string;
let tarball: string;

beforeAll(() => {
  folder = createInstallationFolder();
  tarball = packInto(folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function installByYarn(project: string, linker: "node-modules" | "pnp"): void {
  const settings = [
    `nodeLinker: ${linker}`,
    "enableScripts: false",
    "enableTelemetry: false",
    "enableImmutableInstalls: false",
  ];
  writeFileSync(join(project, ".yarnrc.yml"), settings.join("\n"));
  // Makes the folder a project of its own, whatever the folders above it hold.
  writeFileSync(join(project, "yarn.lock"), "");
  run(process.execPath, [yarn, "install"], project);
}

/** Runs a project's program inline by the given command, and expects that its server gets its key pair. */
async function expectInlineUp(workspace: EngineWorkspace, project: string, command: string[]): Promise<void> {
  const cloud = await startCloud();
  const [serverId = ""] = cloud.serverIds;
  const config = JSON.stringify({ ...cloud.config, "app:serverId": { value: serverId } });
  const [file = "", ...args] = command;
  expect(await workspace.run(file, [...args, "automation.js", config], project)).toMatchObject({ exitCode: 0 });
  expect(cloud.keypairOf(serverId)).toMatch(/^key-[0-9a-f]{7}$/);
}

describe("the oldest versions, by Yarn", () => {
  let project: string;

  beforeAll(() => {
    const dependencies = {
      "@pulumi/pulumi": oldest.sdk,
      typescript: oldest.typescript,
      "pulumi-huaweicloud-cph": `file:${tarball}`,
    };
    project = writeProject(join(folder, "oldest"), dependencies, "index.mjs");
    installByYarn(project, "node-modules");
  });

  test("the package has no copy of Pulumi's SDK beside that of the program, an ES module, which works", async () => {
    expect(existsSync(join(project, "node_modules/pulumi-huaweicloud-cph/node_modules"))).toBe(false);
    const cloud = await startCloud();
    const [serverId = ""] = cloud.serverIds;
    const config = { ...cloud.config, "app:serverId": { value: serverId } };
    const stack = await createWorkspace().openProject(project, config);
    await stack.up(["--skip-preview"]);
    expect(cloud.keypairOf(serverId)).toMatch(/^key-[0-9a-f]{7}$/);
  });

  test.each([
    ["node16", ["--module", "node16"]],
    ["node10", ["--module", "commonjs", "--moduleResolution", "node10"]],
  ])("the types are right where modules are found as by %s", (_, flags) => {
    expect(mistakesInTypes(project, flags, project)).toBe("");
  });
});

test("a program works with the package installed by Yarn's Plug'n'Play", async () => {
  const project = writeProject(join(folder, "pnp"), { "pulumi-huaweicloud-cph": `file:${tarball}` });
  installByYarn(project, "pnp");
  await expectInlineUp(createWorkspace(), project, [process.execPath, yarn, "node"]);
});

describe("the newest versions, by npm", () => {
  /** Has Node's binary for this system. */
  const nodePackage = `node-${process.platform}-${process.arch}`;
  let project: string;

  beforeAll(() => {
    const dependencies = {
      "@pulumi/pulumi": newest.sdk,
      // By its own name Pulumi's SDK would have it compile programs, which it accepts from no TypeScript after 6.
      "typescript-for-types": `npm:typescript@${newest.typescript}`,
      [nodePackage]: newest.node,
      "pulumi-huaweicloud-cph": `file:${tarball}`,
    };
    project = writeProject(join(folder, "newest"), dependencies);
    npm(["install"], project);
  });

  test("a program and its provider work", async () => {
    const workspace = createWorkspace();
    const nodeFolder = join(project, "node_modules", nodePackage, "bin");
    const node = join(nodeFolder, "node");
    expect(run(node, ["--version"], project).trim()).toBe(`v${newest.node}`);
    workspace.env.PATH = [nodeFolder, process.env.PATH].join(delimiter);
    await expectInlineUp(workspace, project, [node]);
  });

  test("the types are right", () => {
    expect(mistakesInTypes(project, ["--module", "node16"], project)).toBe("");
  });
});
