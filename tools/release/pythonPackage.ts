/** The wheel and the source distribution of the Python SDK. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { extract } from "tar";
import { sourceDate } from "./repository";
import { copySources, withScratchFolder } from "./scratch";
import { packTarball } from "./tarball";

/** Builds both with the tools that python-requirements.txt pins. */
export function packPythonPackage(folder: string): Promise<void> {
  return withScratchFolder(async (scratch) => {
    const [project, tools, built] = ["project", "tools", "built"].map((name) => join(scratch, name)) as Folders;
    copySources("sdk/python", project);
    run("python3", ["-m", "venv", tools]);
    const python = join(tools, "bin/python");
    const pinned = join(__dirname, "python-requirements.txt");
    run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", pinned]);
    run(python, ["-m", "build", "--no-isolation", "--outdir", built, project]);
    for (const name of readdirSync(built)) {
      if (name.endsWith(".whl")) cpSync(join(built, name), join(folder, name));
      else await repack(join(built, name), join(folder, name), join(scratch, "sources"));
    }
  });
}

type Folders = [project: string, tools: string, built: string];

/** A source distribution says when, and under whose account, its files were made. */
async function repack(from: string, to: string, sources: string): Promise<void> {
  mkdirSync(sources);
  await extract({ file: from, cwd: sources });
  const files = readdirSync(sources, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name }) => join(parentPath, name).slice(sources.length + 1));
  await packTarball(to, sources, names);
}

function run(command: string, args: string[]): void {
  const seconds = String(sourceDate().getTime() / 1000);
  execFileSync(command, args, { stdio: "pipe", env: { ...process.env, SOURCE_DATE_EPOCH: seconds } });
}
