/** Languages of programs beside Node's: what they need, and how a project gets the SDK of this repository. */
import { createHash } from "node:crypto";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { provideFolder } from "../../../tools/userCache";
import { repository } from "../harnessStack";
import { run } from "../installations";
import { installPythonSdk } from "./python";
import { copySdk, sourcesOf } from "./sources";

/** What Pulumi programs in a language need. */
export interface Language {
  readonly name: string;
  /** Commands that have to be on PATH. */
  readonly needs: readonly string[];
  /** Gives the project in a folder the SDK of this repository, and returns what its runs need in their environment. */
  prepare(folder: string): Record<string, string>;
}

const sdk = (name: string) => join(repository, "sdk", name);

/** Python, whose programs run in a virtual environment. */
export const python: Language = {
  name: "python",
  needs: ["python3"],
  prepare(folder) {
    const { python: interpreter, env } = installPythonSdk(join(folder, "sdk"));
    symlinkSync(dirname(dirname(interpreter)), join(folder, "venv"));
    return env;
  },
};

/** Go, which compiles a program as it runs it. */
export const go: Language = {
  name: "go",
  needs: ["go"],
  prepare(folder) {
    const module = sdk("go/huaweicloudcph");
    const definition = readFileSync(join(module, "go.mod"), "utf8");
    const [name = "", version = ""] = ["module", "go"].map((word) => wordAfter(word, definition));
    // Beside the project's own go.mod, which stays as it is: it requires a version that is not published yet.
    writeFileSync(join(folder, "go.work"), `go ${version}\n\nuse .\n\nreplace ${name} => ${module}\n`);
    // The home folder is another in tests, and what Go has built is not to be built again.
    const [GOCACHE = "", GOMODCACHE = ""] = run("go", ["env", "GOCACHE", "GOMODCACHE"], folder).split("\n");
    return { GOCACHE, GOMODCACHE };
  },
};

function wordAfter(keyword: string, definition: string): string | undefined {
  return new RegExp(`^${keyword} (.*)$`, "m").exec(definition)?.[1];
}

/** Java, built and run by Maven. */
export const java: Language = {
  name: "java",
  needs: ["java", "javac", "jar", "mvn"],
  prepare() {
    const own = process.env.MAVEN_OPTS ?? "";
    return { MAVEN_OPTS: `${own} -Dmaven.repo.local=${provideArtifacts()}`.trim() };
  },
};

/** A folder of artifacts, as Maven keeps one, with the Java SDK as it is now and all that building and running programs needs. */
function provideArtifacts(): string {
  const example = join(repository, "examples/fleet-java/pom.xml");
  const hash = createHash("sha256").update(readFileSync(example));
  for (const path of sourcesOf("java")) hash.update(path).update(readFileSync(join(sdk("java"), path)));

  const install = (folder: string) => {
    const maven = ["--quiet", "--batch-mode", `-Dmaven.repo.local=${folder}`];
    const copy = join(folder, "sdk");
    copySdk("java", copy);
    run("mvn", [...maven, "install"], copy);
    // Now, and not when a program runs: then several at a time would write into the folder.
    const project = join(folder, "example");
    cpSync(example, join(project, "pom.xml"));
    run("mvn", [...maven, "compile", "exec:help"], project);
  };
  return provideFolder(join("java", hash.digest("hex").slice(0, 16)), install, process.env);
}

/** Programs in YAML need nothing but the CLI. */
export const yaml: Language = { name: "yaml", needs: [], prepare: () => ({}) };
