/** Languages of programs beside Node's: what they need, and how a project gets the SDK of this repository. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pinnedVersion } from "../../tools/engine/provide";
import { provideFolder } from "../../tools/userCache";
import { repository } from "./harnessStack";

/** What Pulumi programs in a language need. */
export interface Language {
  readonly name: string;
  /** Commands that have to be on PATH. */
  readonly needs: readonly string[];
  /** Gives the project in a folder the SDK of this repository, and returns what its runs need in their environment. */
  prepare(folder: string): Record<string, string>;
}

const sdk = (name: string) => join(repository, "sdk", name);

/** What Python's programs run with, and what checks their types. */
const pythonPackages = [`pulumi==${pinnedVersion().slice(1)}`, "mypy==2.4.1"];

export const python: Language = {
  name: "python",
  needs: ["python3"],
  prepare(folder) {
    const cached = cachedOnce("python", sdk("python"), pythonPackages, (into) => {
      run("python3", ["-m", "venv", into]);
      // What pip builds stays out of the repository.
      const source = join(into, "sdk");
      cpSync(sdk("python"), source, { recursive: true });
      run(join(into, "bin", "python"), ["-m", "pip", "install", "--quiet", source, ...pythonPackages]);
    });
    symlinkSync(cached, join(folder, "venv"));
    return {};
  },
};

export const go: Language = {
  name: "go",
  needs: ["go"],
  prepare(folder) {
    const module = sdk("go/huaweicloudcph");
    const [, name = ""] = /^module (.*)$/m.exec(readFileSync(join(module, "go.mod"), "utf8")) ?? [];
    // Beside the project's own go.mod, which stays as it is: it requires a version that is not published yet.
    writeFileSync(join(folder, "go.work"), `go 1.25.11\n\nuse .\n\nreplace ${name} => ${module}\n`);
    // The home folder is another in tests, and what Go has built is not to be built again.
    const [GOCACHE = "", GOMODCACHE = ""] = run("go", ["env", "GOCACHE", "GOMODCACHE"]).split("\n");
    return { GOCACHE, GOMODCACHE };
  },
};

export const java: Language = {
  name: "java",
  needs: ["java", "javac", "mvn"],
  prepare() {
    const artifacts = cachedOnce("java", sdk("java"), [], (into) => {
      const source = join(into, "sdk");
      cpSync(sdk("java"), source, { recursive: true });
      run("mvn", ["--quiet", "--batch-mode", `-Dmaven.repo.local=${into}`, "-f", source, "install"]);
    });
    return { MAVEN_OPTS: `-Dmaven.repo.local=${artifacts}` };
  },
};

/** Programs in YAML need nothing but the CLI. */
export const yaml: Language = { name: "yaml", needs: [], prepare: () => ({}) };

/** A folder of the user's cache that is filled once for what a folder of the repository holds and the packages of given versions. */
function cachedOnce(name: string, source: string, packages: string[], fill: (folder: string) => void): string {
  const hash = createHash("sha256").update(packages.join());
  for (const file of readdirSync(source, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()))
    hash.update(file.name).update(readFileSync(join(file.parentPath, file.name)));
  return provideFolder(join(name, hash.digest("hex").slice(0, 16)), fill, process.env);
}

function run(command: string, args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error !== undefined || status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  return stdout;
}
