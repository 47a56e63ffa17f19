/** Makes the npm package, and projects that install it, as users have them. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "./harnessStack";

/** Makes a folder for projects; whoever asks for it removes it. */
export function createInstallationFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "huaweicloud-cph-pack-")));
}

/** Runs a command to its end and returns what it printed; throws where it fails. */
export function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs npm in a project. */
export function npm(args: string[], cwd: string): string {
  // Many projects get the same packages: what one has fetched is not asked for again.
  return run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"], cwd);
}

/** Packs the package as it would be published, and returns the tarball's path. */
export function packInto(folder: string): string {
  // The build is there already, and the script would build it anew under the other tests' feet.
  const report = npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], repository);
  const [packed] = JSON.parse(report) as { filename: string }[];
  return join(folder, packed?.filename ?? "");
}

/** A Pulumi project of one key pair on one server, with the given dependencies, which are not installed yet. */
export function writeProject(project: string, dependencies: Record<string, string>, main = "index.js"): string {
  cpSync(join(__dirname, "packaging"), project, { recursive: true });
  const sdk = JSON.parse(readFileSync(join(repository, "node_modules/@pulumi/pulumi/package.json"), "utf8")) as {
    version: string;
  };
  const manifest = {
    name: "app",
    private: true,
    main,
    dependencies: { "@pulumi/pulumi": sdk.version, ...dependencies },
  };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  return project;
}

/** Compiles the project's `types.ts`, its libraries included, by a compiler of its own or this repository's, and returns what is wrong. */
export function mistakesInTypes(project: string, flags: string[], compilerFolder = repository): string {
  const typeRoots = join(repository, "node_modules/@types");
  const options = ["--noEmit", "--strict", "--target", "es2022", "--types", "node", "--typeRoots", typeRoots, ...flags];
  try {
    return run(join(compilerFolder, "node_modules/.bin/tsc"), [...options, "types.ts"], project);
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
