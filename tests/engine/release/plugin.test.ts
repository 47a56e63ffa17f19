/** The plugin as it is released, on a machine that has the Pulumi CLI and no Node, by every way to install it. */
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { version } from "../../../package.json";
import { startCloud, type TestCloud } from "../cloud";
import { runStep, workflowOf } from "../../../tools/release/workflow";
import { createWorkspace, type EngineWorkspace } from "../harness";
import { YamlStack, type YamlProgram } from "../harnessYaml";
import { buildRelease, removeReleases } from "./building";

jest.setTimeout(300_000);

const name = "huaweicloud-cph";

let release: string;
let archive: string;
let cloud: TestCloud;

beforeAll(async () => {
  release = buildRelease("plugin");
  [archive = ""] = readdirSync(release);
  cloud = await startCloud();
});

afterAll(removeReleases);

beforeEach(() => {
  cloud.simulator.reset();
});

/** A workspace whose path leads to the CLI alone. */
function createBareWorkspace(): EngineWorkspace {
  const workspace = createWorkspace();
  const folders = (process.env.PATH ?? "").split(delimiter);
  const engine = folders.find((folder) => readdirSync(folder).includes("pulumi")) ?? "";
  const commands = join(workspace.folder, "commands");
  mkdirSync(commands);
  symlinkSync(realpathSync(join(engine, "pulumi")), join(commands, "pulumi"));
  workspace.env.PATH = commands;
  return workspace;
}

const program = (options?: object): YamlProgram => ({
  resources: { key: { type: "huaweicloud-cph:Keypair", properties: { description: "released" }, options } },
  outputs: { fingerprint: "${key.fingerprint}" },
});

/** Applies the program, looks for drift, and destroys it. */
async function expectWholeLife(stack: YamlStack): Promise<void> {
  const { output } = await stack.up();
  expect(output).toContain("+ 2 created");
  expect(cloud.simulator.state().projects[0]?.keypairs).toMatchObject([{ description: "released" }]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  await stack.destroy();
  expect(cloud.simulator.state().projects[0]?.keypairs).toEqual([]);
}

/** Serves the release as a web server does, until the test ends. */
async function withServer<T>(body: (url: string, asked: string[]) => Promise<T>): Promise<T> {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    // The CLI wants to know the length beforehand.
    if (url === `/${archive}`) response.end(readFileSync(join(release, archive)));
    else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
  } finally {
    server.close();
  }
}

test("there is neither Node nor another plugin where the tests run", async () => {
  const workspace = createBareWorkspace();
  await expect(workspace.run("node", ["--version"], workspace.folder)).rejects.toThrow("ENOENT");
  const stack = await YamlStack.create(workspace, program(), cloud.config);
  expect(await stack.up([], { exitCode: "any" })).not.toMatchObject({ exitCode: 0 });
});

test("the archive bears the name that the CLI asks for, and holds the executable at its root, with all licences", async () => {
  expect(archive).toMatch(
    /^pulumi-resource-huaweicloud-cph-v\d+\.\d+\.\d+-(linux|darwin|windows)-(amd64|arm64)\.tar\.gz$/,
  );
  const workspace = createWorkspace();
  const { stdout } = await workspace.run("tar", ["-tzf", join(release, archive)], release);
  expect(stdout.trim().split("\n").sort()).toEqual(["LICENSE", "NOTICE", "pulumi-resource-huaweicloud-cph"]);
  const notice = await workspace.run("tar", ["-xzOf", join(release, archive), "NOTICE"], release);
  expect(notice.stdout).toMatch(/^axios [\d.]+\n=+\n[^]*^protobufjs [\d.]+\n=+\n[^]*^Node\.js [\d.]+\n=+\n\n\w/m);
});

test("the executable tells its version", async () => {
  const workspace = createWorkspace();
  const { folder } = workspace;
  await workspace.run("tar", ["-xzf", join(release, archive)], folder);
  const { stdout } = await workspace.run(join(folder, "pulumi-resource-huaweicloud-cph"), ["--version"], folder);
  expect(stdout).toBe(`${version}\n`);
});

test("the step of the release's workflow that starts it succeeds", () => {
  const folder = createWorkspace().folder;
  symlinkSync(release, join(folder, "release"));
  const env = { PATH: process.env.PATH, RUNNER_TEMP: folder };
  expect(runStep(workflowOf("release.yml").jobs.plugin, "Start it", folder, env)).toMatch(/^\d+\n$/);
});

test("installed from the file, it runs a whole life of a stack", async () => {
  const workspace = createBareWorkspace();
  const stack = await YamlStack.create(workspace, program(), cloud.config);
  const install = ["plugin", "install", "resource", name, version, "--file", join(release, archive)];
  expect(await workspace.run("pulumi", install, stack.folder)).toMatchObject({ exitCode: 0 });
  await expectWholeLife(stack);
});

test("installed from a server, it runs a whole life of a stack", () =>
  withServer(async (url, asked) => {
    const workspace = createBareWorkspace();
    const stack = await YamlStack.create(workspace, program(), cloud.config);
    const install = ["plugin", "install", "resource", name, version, "--server", url];
    expect(await workspace.run("pulumi", install, stack.folder)).toMatchObject({ exitCode: 0 });
    expect(asked).toEqual([`/${archive}`]);
    await expectWholeLife(stack);
  }));

test("a program that says where the plugin is has it downloaded by itself", () =>
  withServer(async (url, asked) => {
    const workspace = createBareWorkspace();
    delete workspace.env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION;
    const stack = await YamlStack.create(workspace, program({ version, pluginDownloadURL: url }), cloud.config);
    await expectWholeLife(stack);
    expect(asked).toEqual([`/${archive}`]);
  }));
