/** Runs each example as it is: by the plain CLI, with a simulated cloud in place of Huawei Cloud. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { newKey, region, startCloud, type TestCloud } from "./cloud";
import { createWorkspace, type EngineWorkspace } from "./harness";
import type { CommandResult } from "./harnessCommand";
import type { ProjectStack } from "./harnessProject";
import { repository, stackName } from "./harnessStack";

/** Serves a fleet that is too large for one call. */
let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 12 });
});

beforeEach(() => {
  cloud.simulator.reset();
});

/** Makes a stack of an example and applies it; its configuration is written as the example's own. */
async function applyExample(
  name: string,
  config: Record<string, string>,
): Promise<{ project: ProjectStack; workspace: EngineWorkspace; output: string }> {
  const workspace = createWorkspace();
  const own: ConfigMap = {};
  for (const [key, value] of Object.entries(config)) own[`${name}:${key}`] = { value };
  const project = await workspace.createProject(`examples/${name}`, { ...cloud.config, ...own });
  const preview = await project.preview();
  // This run has checked the program's types; the later ones save the seconds that it takes.
  workspace.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
  const up = await project.up(["--skip-preview"]);
  return { project, workspace, output: preview.output + up.output };
}

async function expectNoDrift(project: ProjectStack): Promise<void> {
  await project.preview(["--refresh", "--expect-no-changes"]);
}

async function outputsOf(project: ProjectStack): Promise<Record<string, unknown>> {
  const { stdout } = await project.pulumi(["stack", "output", "--json", "--show-secrets"]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function keypairNames(): string[] {
  return (cloud.simulator.state().projects[0]?.keypairs ?? []).map(({ name }) => name).sort();
}

/** The key pairs that the fleet carries, each once. */
function keypairsOfFleet(): string[] {
  return [...new Set(cloud.serverIds.map((id) => cloud.keypairOf(id)))];
}

/** The servers that each open-access call named. */
function serversOfCalls(): string[][] {
  return cloud.simulator
    .calls()
    .filter(({ operation }) => operation === "UpdateKeypair")
    .map(({ body }) => (body as { servers: { server_id: string }[] }).servers.map((server) => server.server_id));
}

/** The files of each example that make its program. */
const programs: Record<string, string[]> = {
  keypair: ["index.ts", "package.json", "tsconfig.json"],
  fleet: ["index.ts", "package.json", "tsconfig.json"],
  rotation: ["index.ts", "package.json", "tsconfig.json"],
  "drift-pipeline": ["index.ts", "package.json", "tsconfig.json"],
  "fleet-yaml": [],
  "fleet-python": ["__main__.py", "requirements.txt"],
  "fleet-go": ["main.go", "go.mod", "go.sum"],
  "fleet-java": ["src/main/java/fleet/App.java", "pom.xml"],
};

test.each(Object.entries(programs))("%s: `pulumi new` makes a project of it", async (name, files) => {
  const workspace = createWorkspace();
  const folder = join(workspace.folder, "mine");
  const source = join(repository, "examples", name);
  const args = ["new", source, "--dir", folder, "--name", "mine", "--generate-only", "--yes"];
  const { stdout } = await workspace.run("pulumi", args, workspace.folder);
  expect(stdout).toContain("Created project 'mine'");
  expect(readFileSync(join(folder, "Pulumi.yaml"), "utf8")).toMatch(/^name: mine$/m);
  for (const file of ["README.md", ...files]) expect(existsSync(join(folder, file))).toBe(true);
  if (files.includes("package.json")) expect(readFileSync(join(folder, "package.json"), "utf8")).not.toContain("file:");
});

test("keypair: one pair is imported, the other generated", async () => {
  const { publicKey } = newKey();
  const { project, output } = await applyExample("keypair", { publicKey });

  const { importedName, generatedName, privateKey } = await outputsOf(project);
  expect(keypairNames()).toEqual([generatedName, importedName]);
  expect(privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
  expect(output).toMatch(/privateKey *: \[secret\]/);
  expect(output).not.toContain("PRIVATE KEY");
  await expectNoDrift(project);

  await project.destroy(["--skip-preview"]);
  expect(keypairNames()).toEqual([]);
});

test("fleet: every server is bound, and a new one follows", async () => {
  const { project, output } = await applyExample("fleet", { publicKey: newKey().publicKey });
  const { keypairName, boundServers } = await outputsOf(project);
  expect(boundServers).toHaveLength(12);
  expect(keypairsOfFleet()).toEqual([keypairName]);
  expect(output).toContain(`12 of 12 servers bound to key pair "${String(keypairName)}"`);
  expect(serversOfCalls().map(({ length }) => length)).toEqual([10, 2]);
  await expectNoDrift(project);

  const added = cloud.simulator.addServer(region);
  cloud.simulator.clearCalls();
  await project.up(["--skip-preview"]);
  expect(serversOfCalls()).toEqual([[added.id]]);
  expect(cloud.keypairOf(added.id)).toBe(keypairName);

  await project.setConfig({ "fleet:serverName": { value: "no such server" } });
  expect((await project.preview([], { exitCode: 1 })).output).toContain("serverIds is empty; name at least one server");
  await project.setConfig({ "fleet:serverName": { value: "cph-server" } });

  expect((await project.destroy(["--skip-preview"])).output).toContain("13 servers keep key pair");
  expect(keypairNames()).toEqual([]);
  expect(keypairsOfFleet()).toEqual([keypairName]);
});

describe("rotation", () => {
  /** Runs an update and gives the key pair before and after; fails where any server was ever left with a deleted one. */
  async function rotate(project: ProjectStack): Promise<{ before: unknown; after: unknown }> {
    const before = (await outputsOf(project)).keypairName;
    cloud.simulator.clearCalls();
    await project.up(["--skip-preview"]);
    const after = (await outputsOf(project)).keypairName;

    expect(after).not.toBe(before);
    expect(keypairsOfFleet()).toEqual([after]);
    expect(keypairNames()).toEqual([after]);
    const calls = cloud.simulator.calls();
    const numbersOf = (operation: string) => calls.flatMap((call) => (call.operation === operation ? call.number : []));
    const [created] = numbersOf("CreateKeypair");
    const [deleted] = numbersOf("DeleteKeypair");
    const bound = numbersOf("UpdateKeypair");
    const watched = numbersOf("ListJobs");
    expect(created).toBeLessThan(Math.min(...bound));
    // The old key pair goes only after the last job was seen to end.
    expect(deleted).toBeGreaterThan(Math.max(...bound, ...watched));
    expect(bound).toHaveLength(2);
    expect(watched.length).toBeGreaterThan(0);
    return { before, after };
  }

  test("another generation of a generated pair, then another public key, without a gap", async () => {
    const { project } = await applyExample("rotation", {});
    await expectNoDrift(project);

    await project.setConfig({ "rotation:generation": { value: "2" } });
    const generated = await rotate(project);
    for (const name of Object.values(generated)) expect(name).toMatch(/^fleet-[0-9a-f]{7}$/);
    await expectNoDrift(project);

    const { publicKey } = newKey();
    await project.setConfig({ "rotation:publicKey": { value: publicKey } });
    await rotate(project);
    expect(cloud.simulator.state().projects[0]?.keypairs[0]?.publicKey).toBe(publicKey);
    await expectNoDrift(project);

    await project.destroy(["--skip-preview"]);
    expect(keypairNames()).toEqual([]);
  });
});

describe("drift-pipeline", () => {
  /** A `pulumi` for PATH that runs Node programs by tools/program-host, where the CLI alone could not. */
  function writePulumiCommand(workspace: EngineWorkspace): string {
    const folder = join(workspace.folder, "bin");
    mkdirSync(folder);
    writeFileSync(
      join(folder, "pulumi"),
      `#!/usr/bin/env bash
PATH=\${PATH#*:}
project=$PWD
cd '${repository}' && exec node -r ts-node/register/transpile-only tools/program-host/main.ts "$project" "$@"
`,
    );
    chmodSync(join(folder, "pulumi"), 0o755);
    return folder;
  }

  test("the script applies, finds no drift, finds drift, heals it, and tells drift from failure", async () => {
    const [first = "", second = "", third = ""] = cloud.serverIds;
    const { publicKey } = newKey();
    const serverIds = JSON.stringify([first, second, third]);
    const { project, workspace } = await applyExample("drift-pipeline", { publicKey, serverIds });
    const path = [writePulumiCommand(workspace), process.env.PATH].join(delimiter);
    workspace.env.PULUMI_STACK = stackName;
    const pipeline = (...args: string[]): Promise<CommandResult> =>
      workspace.run("env", [`PATH=${path}`, "./pipeline.sh", ...args], project.folder);

    expect(await pipeline("apply")).toMatchObject({ exitCode: 0 });
    const [keypairName = ""] = keypairNames();
    const noDrift = await pipeline("check");
    expect(noDrift.exitCode).toBe(0);
    expect(noDrift.stdout).toMatch(/No drift\.\s*$/);

    await cloud.simulator.replaceKeypair(region, "by-hand");
    cloud.simulator.changeServer(region, second, { keypairName: "by-hand" });
    cloud.simulator.clearCalls();
    const drift = await pipeline("check");
    expect(drift.exitCode).toBe(7);
    expect(drift.output).toContain(`carries key pair "by-hand" instead of "${keypairName}"`);
    expect(drift.output).toContain("Drift: the cloud is not as the program says");
    expect(cloud.writes()).toEqual([]);

    expect(await pipeline("apply")).toMatchObject({ exitCode: 0 });
    expect(serversOfCalls()).toEqual([[second]]);
    expect(cloud.keypairOf(second)).toBe(keypairName);
    expect(await pipeline("check")).toMatchObject({ exitCode: 0 });

    cloud.simulator.addFault({
      match: { service: "cph" },
      action: { type: "status", status: 403, code: "CPS.0001", message: "No permission." },
    });
    const failure = await pipeline("check");
    expect(failure.exitCode).toBe(1);
    expect(failure.output).toContain("nothing is known about drift");
    cloud.simulator.clearFaults();

    expect(await pipeline("deploy")).toMatchObject({ exitCode: 2 });
    await project.destroy(["--skip-preview"]);
    expect(keypairNames()).toEqual(["by-hand"]);
  });
});
