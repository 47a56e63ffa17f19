/** The programs in the registry's pages, and with them the examples in schema.json, in every language: each is checked by its own compiler. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import packageSchema from "../../schema.json";
import { partsOf } from "../../tools/schema/descriptions";
import { provideFolder } from "../../tools/userCache";
import { newKey, region, startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";
import { checkExitCode } from "./harnessCommand";
import type { ProjectStack } from "./harnessProject";
import { repository } from "./harnessStack";
import { run } from "./installations";
import { go, java, python, yaml, type Language } from "./languages/languages";
import { testWith } from "./languages/testWith";

/** The first time, dependencies are downloaded and compiled. */
jest.setTimeout(600_000);

const pages = [
  "docs/_index.md",
  "docs/installation-configuration.md",
  ...readdirSync(join(repository, "docs/api")).map((page) => `docs/api/${page}`),
];

/** The programs in a language, by the page's name: one of each example. */
function programsIn(language: string): [name: string, program: string][] {
  const choice = new RegExp(
    `\\{\\{% choosable language ${language} %\\}\\}\n\n\`\`\`${language}\n([^]*?)^\`\`\`$`,
    "gm",
  );
  return pages.flatMap((page) => {
    const text = readFileSync(join(repository, page), "utf8");
    const programs = [...text.matchAll(choice)];
    // The other pages choose between commands as well.
    expect(programs).toHaveLength(page.startsWith("docs/api/") ? text.split("{{< chooser ").length - 1 : 1);
    const name = basename(page, ".md").replace(/\W|_/g, "");
    return programs.map(([, program = ""], index): [string, string] => [`${name}${index + 1}`, program]);
  });
}

/** Writes the programs into a project, and runs a command there that is to find no fault with any. */
async function check(
  files: readonly (readonly [path: string, text: string])[],
  command: readonly [string, ...string[]],
  language?: Language,
): Promise<string> {
  const workspace = createWorkspace();
  const folder = workspace.createProjectFolder();
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  Object.assign(workspace.env, language?.prepare(folder));
  const [program, ...args] = command;
  return checkExitCode(await workspace.run(program, args, folder), 0).output;
}

function exampleFile(path: string): string {
  return readFileSync(join(repository, "examples", path), "utf8");
}

/** Python with a checker of types, which finds the SDK where programs find it. */
const pythonWithMypy: Language = {
  ...python,
  prepare(folder) {
    const { PYTHONPATH: installedSdk = "", ...env } = python.prepare(folder);
    const release = "mypy==2.4.1";
    const install = (into: string) =>
      run(join(folder, "venv/bin/python"), ["-m", "pip", "install", "--quiet", "--target", into, release], folder);
    // Parts of it are compiled for one version of Python.
    const [, version = ""] = run("python3", ["--version"], folder).trim().split(" ");
    const mypy = provideFolder(join("python", `${release}-${version}`), install, process.env);
    return { ...env, PYTHONPATH: [installedSdk, mypy].join(delimiter), MYPYPATH: installedSdk };
  },
};

test("TypeScript's are of the right types", async () => {
  const files = programsIn("typescript").map(([page, program]) => [`${page}.ts`, program] as const);
  const options = { ...(JSON.parse(exampleFile("fleet/tsconfig.json")) as object), files: files.map(([path]) => path) };
  const compiler = join(repository, "node_modules/.bin/tsc");
  expect(await check([...files, ["tsconfig.json", JSON.stringify(options)]], [compiler, "-p", "."])).toBe("");
});

testWith(...python.needs)("Python's are of the right types", async () => {
  const files = programsIn("python").map(([page, program]) => [`${page}.py`, program] as const);
  const paths = files.map(([path]) => path);
  const output = await check(files, ["venv/bin/python", "-m", "mypy", "--strict", ...paths], pythonWithMypy);
  expect(output).toContain(`no issues found in ${files.length} source files`);
});

testWith(...go.needs)("Go's compile, and are formatted", async () => {
  const files = programsIn("go").map(([page, program]) => [`${page}/main.go`, program] as const);
  const ofModule = ["go.mod", "go.sum"].map((file) => [file, exampleFile(`fleet-go/${file}`)] as const);
  expect(await check([...files, ...ofModule], ["sh", "-c", "go vet ./... && gofmt -l ."], go)).toBe("");
});

testWith(...java.needs)("Java's compile", async () => {
  // Each program is a class of the same name.
  const files = programsIn("java").map(
    ([page, program]) => [`src/main/java/${page}/App.java`, `package ${page};\n${program}`] as const,
  );
  const command = ["mvn", "--quiet", "--batch-mode", "compile"] as const;
  await check([...files, ["pom.xml", exampleFile("fleet-java/pom.xml")]], command, java);
});

describe("by the plain CLI", () => {
  let cloud: TestCloud;

  beforeAll(async () => {
    cloud = await startCloud({ servers: 2 });
  });

  /** Makes a stack of an empty program, with what some of the programs look for in their settings. */
  async function createStack(language: Language): Promise<ProjectStack> {
    const workspace = createWorkspace();
    const folder = workspace.createProjectFolder();
    writeFileSync(join(folder, "Pulumi.yaml"), projectOf(language));
    Object.assign(workspace.env, language.prepare(folder));
    const ownConfig = {
      southAccessKey: { value: "key", secret: true },
      southSecretKey: { value: "secret", secret: true },
    };
    return workspace.openProject(folder, { ...cloud.config, ...ownConfig });
  }

  function projectOf({ name }: Language): string {
    return `name: documented\nruntime: ${name}\n`;
  }

  beforeEach(async () => {
    for (const name of ["KeyPair-games", "alice", "bob"])
      await cloud.simulator.replaceKeypair(region, name, { publicKey: newKey().publicKey });
  });

  test("YAML's are previewed", async () => {
    const stack = await createStack(yaml);
    for (const [, program] of programsIn("yaml")) {
      writeFileSync(join(stack.folder, "Pulumi.yaml"), projectOf(yaml) + program);
      await stack.pulumi(["preview"]);
    }
    expect(cloud.writes()).toEqual([]);
  });

  // What an output holds is nothing that a checker of types knows.
  testWith(...python.needs)("Python's are previewed", async () => {
    const stack = await createStack(python);
    for (const [, program] of programsIn("python")) {
      writeFileSync(join(stack.folder, "__main__.py"), program);
      await stack.preview();
    }
    expect(cloud.writes()).toEqual([]);
  });

  const commands = Object.values(packageSchema.resources).map(({ description }) => {
    const { importing } = partsOf(description);
    return /```sh\npulumi (.*)\n```/.exec(importing)?.[1] ?? "";
  });

  test.each(commands)("pulumi %s", async (command) => {
    const stack = await createStack(yaml);
    for (const id of ["8aa6112191e00b2cbf7ac81bb3c19ff7", "1f3c2bd8a6d54a0f9d1e7b4c5a697887"])
      cloud.simulator.addServer(region, { id, keypairName: "KeyPair-games" });
    const [subcommand = "", ...args] = command.split(" ");
    const { output } = await stack.pulumi([subcommand, "--yes", ...args]);
    expect(output).toContain("1 imported");
  });
});
