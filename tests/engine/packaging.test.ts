/** The tarball as users install it: by every package manager's way to lay out node_modules. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startCloud, type TestCloud } from "./cloud";
import { createWorkspace, type EngineWorkspace } from "./harness";
import type { CommandResult } from "./harnessCommand";
import { repository } from "./harnessStack";
import { createInstallationFolder, mistakesInTypes, npm, packInto, run, writeProject } from "./installations";

jest.setTimeout(600_000);

let folder: string;
let tarball: string;
/** A project with the tarball installed. */
let installed: string;
/** The package as a checkout has it, with a copy of Pulumi's SDK of its own. */
let checkout: string;

beforeAll(() => {
  folder = createInstallationFolder();
  tarball = packInto(folder);
  installed = newProject("installed", { "pulumi-huaweicloud-cph": `file:${tarball}` });
  npm(["install"], installed);
  checkout = join(folder, "checkout");
  mkdirSync(checkout);
  run("tar", ["-xzf", tarball, "--strip-components=1"], checkout);
  // A checkout has the SDK with the tools for development, which would take long to install, and its examples as workspaces.
  npm(["pkg", "delete", "devDependencies", "workspaces"], checkout);
  npm(["install", "--no-save", "--ignore-scripts", `@pulumi/pulumi@${oldestSupported}`], checkout);
});

const oldestSupported = "3.216.0";
/** The last version whose copies share nothing with others. */
const oldVersion = "3.200.0";

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the tarball holds the compiled package with its types, and neither tests nor sources of tools", () => {
  const files = run("tar", ["-tzf", tarball], folder).split("\n").filter(Boolean);
  const unexpected = files.filter(
    (file) =>
      !/^package\/(dist\/(provider|sdk|simulator)\/.*\.(js|d\.ts)|dist\/simulator\/page\/page\.(html|css)|dist\/schema\.json|schema\.json|package\.json|LICENSE|((docs|examples|simulator)\/.*)?[\w-]+\.md|docs\/[\w-]+\.svg|examples\/[\w-]+\/(index\.ts|package\.json|tsconfig\.json|Pulumi\.yaml|main\.go|go\.(mod|sum)|__main__\.py|requirements\.txt|pom\.xml|src\/main\/java\/fleet\/App\.java|pipeline\.sh|\.gitlab-ci\.yml|\.github\/workflows\/[\w-]+\.yml))$/.test(
        file,
      ),
  );
  expect(unexpected).toEqual([]);
  expect(files.filter((file) => /\.test\.|\/testing\//.test(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(["package/dist/sdk/nodejs/index.d.ts", "package/dist/simulator/main.js"]),
  );
});

test("no program is asked for the plugin that does not use it", () => {
  // Pulumi's Node host looks for this block in everything that is installed, and would demand the plugin of all.
  const files = run("tar", ["-tzf", tarball], folder).split("\n");
  const manifests = files.filter((file) => file.endsWith("/package.json"));
  expect(manifests).toContain("package/package.json");
  for (const file of manifests)
    expect(JSON.parse(run("tar", ["-xzOf", tarball, file], folder))).not.toHaveProperty("pulumi");
});

test("the plugin is installed as a command of the name that the engine looks for", async () => {
  const command = join(installed, "node_modules/.bin/pulumi-resource-huaweicloud-cph");
  const plugin = spawn(command, ["127.0.0.1:1"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(plugin.stdout, "data")) as [Buffer];
  expect(line.toString()).toMatch(/^\d+\n$/);
  plugin.stdin.end();
  await once(plugin, "exit");
});

/** The anchors that a page on GitHub gives its headings. */
function anchorsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

test("every link of a page in the tarball leads to what is in the tarball as well", () => {
  const root = join(installed, "node_modules/pulumi-huaweicloud-cph");
  const pages = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));
  const dead = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const deadLinks = links.filter(([, path = "", anchor]) => {
      const target = path === "" ? join(root, page) : join(root, dirname(page), path);
      // Pulumi's registry shows a page as a folder.
      const file = [target, target.replace(/\/$/, ".md")].find((candidate) => existsSync(candidate));
      return file === undefined || (anchor !== undefined && !anchorsOf(readFileSync(file, "utf8")).includes(anchor));
    });
    return deadLinks.map(([link]) => `${page}: ${link}`);
  });
  expect(dead).toEqual([]);
  expect(pages).toEqual(expect.arrayContaining(["README.md", "docs/troubleshooting.md"]));
});

test("everything that package.json exports is there, and nothing else can be required", () => {
  const evaluate = (code: string) => run(process.execPath, ["-e", code], installed).trim();
  const namesOf = (path: string) => evaluate(`console.log(Object.keys(require("${path}")).sort().join())`);
  expect(namesOf("pulumi-huaweicloud-cph")).toContain("CloudPhoneKeypairBinding,Keypair,KeypairSet,Provider");
  expect(namesOf("pulumi-huaweicloud-cph/native")).toContain(
    "CloudPhoneKeypairBinding,DeletionPolicy,EncryptionType,Keypair,",
  );
  expect(namesOf("pulumi-huaweicloud-cph/dynamic/v1")).toBe("binding,keypair,keypairSet");
  expect(namesOf("pulumi-huaweicloud-cph/simulator")).toContain("startSimulator");
  expect(evaluate('console.log(require("pulumi-huaweicloud-cph/schema.json").name)')).toBe("huaweicloud-cph");
  expect(() => namesOf("pulumi-huaweicloud-cph/dist/provider/contract")).toThrow("ERR_PACKAGE_PATH_NOT_EXPORTED");
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
  expect(run(join(installed, "node_modules/.bin/huaweicloud-cph-simulator"), ["--version"], installed)).toContain(
    version,
  );
});

test("the simulator serves its page", () => {
  const code = `
    require("pulumi-huaweicloud-cph/simulator").startSimulator().then(async (simulator) => {
      for (const path of ["/", "/page.css", "/page.js"]) {
        const answer = await fetch(simulator.url + path);
        console.log(answer.status, answer.headers.get("content-type"));
      }
      await simulator.close();
    })`;
  const type = "charset=utf-8";
  expect(run(process.execPath, ["-e", code], installed).trim().split("\n")).toEqual([
    `200 text/html; ${type}`,
    `200 text/css; ${type}`,
    `200 text/javascript; ${type}`,
  ]);
});

test.each([
  ["strict", []],
  ["stricter", ["--exactOptionalPropertyTypes"]],
])("the types are right for a %s program that has its libraries checked", (_, flags) => {
  expect(mistakesInTypes(installed, ["--module", "node16", ...flags])).toBe("");
});

/** Ways to install the package, each with the folder that holds the Pulumi project. */
const layouts: [string, () => string][] = [
  ["npm, from the tarball", () => installed],
  [
    "npm workspaces",
    () => {
      const root = join(folder, "workspaces");
      mkdirSync(root);
      writeFileSync(join(root, "package.json"), JSON.stringify({ private: true, workspaces: ["app"] }));
      const project = newProject("workspaces/app", { "pulumi-huaweicloud-cph": `file:${tarball}` });
      npm(["install"], root);
      return project;
    },
  ],
  [
    "npm, from a checkout with a copy of Pulumi's SDK of its own",
    () => {
      const project = newProject("linked", { "pulumi-huaweicloud-cph": "file:../checkout" });
      npm(["install"], project);
      return project;
    },
  ],
  [
    "pnpm, from the tarball",
    () => {
      const project = newProject("pnpm", { "pulumi-huaweicloud-cph": `file:${tarball}` });
      const pnpm = join(repository, "node_modules/.bin/pnpm");
      run(pnpm, ["install", "--ignore-scripts", "--store-dir", join(folder, "store")], project);
      return project;
    },
  ],
];

test.each(layouts)("a program works with the package installed by %s", async (_layout, install) => {
  const cloud = await startCloud();
  const [serverId = ""] = cloud.serverIds;
  const project = await createWorkspace().openProject(install(), {
    ...cloud.config,
    "app:serverId": { value: serverId },
  });
  await project.up(["--skip-preview"]);
  expect(cloud.keypairOf(serverId)).toMatch(/^key-[0-9a-f]{7}$/);
  await project.preview(["--refresh", "--expect-no-changes"]);
  await project.destroy(["--skip-preview"]);
  expect(cloud.simulator.state().projects[0]?.keypairs).toEqual([]);
});

describe("beside an old copy of Pulumi's SDK", () => {
  let outdated: string;

  beforeAll(() => {
    outdated = newProject("outdated", { "@pulumi/pulumi": oldVersion, "pulumi-huaweicloud-cph": "file:../checkout" });
    npm(["install"], outdated);
  });

  test("npm does not install the tarball", () => {
    const project = newProject("refused", {
      "@pulumi/pulumi": oldVersion,
      "pulumi-huaweicloud-cph": `file:${tarball}`,
    });
    expect(() => npm(["install"], project)).toThrow(/ERESOLVE/);
  });

  /** Runs a project's program inline by the Automation API, on the one stack of the workspace. */
  function upInline(workspace: EngineWorkspace, project: string, cloud: TestCloud): Promise<CommandResult> {
    const config = { ...cloud.config, "app:serverId": { value: cloud.serverIds[0] ?? "" } };
    return workspace.run(process.execPath, ["automation.js", JSON.stringify(config)], project);
  }

  test("an inline program fails, creates nothing and deletes nothing", async () => {
    const cloud = await startCloud();
    const workspace = createWorkspace();
    const expectRefusal = async () => {
      const { exitCode, output } = await upInline(workspace, outdated, cloud);
      expect(output).toContain(`that of pulumi-huaweicloud-cph (${checkout}/node_modules/@pulumi/pulumi)`);
      expect(exitCode).toBe(1);
      expect(cloud.writes()).toEqual([]);
    };
    await expectRefusal();
    expect(await upInline(workspace, installed, cloud)).toMatchObject({ exitCode: 0 });
    expect(cloud.writes()).not.toEqual([]);
    await expectRefusal();
  });

  test("the plain CLI works", async () => {
    const cloud = await startCloud();
    const [serverId = ""] = cloud.serverIds;
    const config = { ...cloud.config, "app:serverId": { value: serverId } };
    const project = await createWorkspace().openProject(outdated, config);
    await project.up(["--skip-preview"]);
    expect(cloud.keypairOf(serverId)).toMatch(/^key-[0-9a-f]{7}$/);
  });
});

function newProject(name: string, dependencies: Record<string, string>): string {
  return writeProject(join(folder, name), dependencies);
}
