/** Languages of programs beside Node's: what they need, and how a project gets the SDK of this repository. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { provideFolder } from "../../tools/userCache";
import { repository } from "./harnessStack";
import { run } from "./installations";
import { installPythonSdk } from "./sdks/python";
import { copySdk } from "./sdks/sources";

/** What Pulumi programs in a language need. */
export interface Language {
  readonly name: string;
  /** Commands that have to be on PATH. */
  readonly needs: readonly string[];
  /** Gives the project in a folder the SDK of this repository, and returns what its runs need in their environment. */
  prepare(folder: string): Record<string, string>;
}

const sdk = (name: string) => join(repository, "sdk", name);

export const python: Language = {
  name: "python",
  needs: ["python3"],
  prepare(folder) {
    const { python: interpreter, env } = installPythonSdk(join(folder, "sdk"));
    symlinkSync(dirname(dirname(interpreter)), join(folder, "venv"));
    return env;
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
    const [GOCACHE = "", GOMODCACHE = ""] = run("go", ["env", "GOCACHE", "GOMODCACHE"], folder).split("\n");
    return { GOCACHE, GOMODCACHE };
  },
};

export const java: Language = {
  name: "java",
  needs: ["java", "javac", "mvn"],
  prepare() {
    return { MAVEN_OPTS: `-Dmaven.repo.local=${provideArtifacts()}` };
  },
};

/** A folder of artifacts, as Maven keeps one, with the Java SDK as it is now and all that building and running programs needs. */
function provideArtifacts(): string {
  const source = sdk("java");
  const hash = createHash("sha256");
  for (const file of readdirSync(source, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()))
    hash.update(file.name).update(readFileSync(join(file.parentPath, file.name)));

  const install = (folder: string) => {
    const copy = join(folder, "sdk");
    copySdk("java", copy);
    run("mvn", ["--quiet", "--batch-mode", `-Dmaven.repo.local=${folder}`, "install"], copy);
  };
  return provideFolder(join("java", hash.digest("hex").slice(0, 16)), install, process.env);
}

/** Programs in YAML need nothing but the CLI. */
export const yaml: Language = { name: "yaml", needs: [], prepare: () => ({}) };
