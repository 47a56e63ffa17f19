/**
 * Provides the Pulumi engine that the engine tests and the demo run on, and prints the folder that holds it.
 *
 * A `pulumi` on PATH is taken where it is as new as the one that go.mod pins and has the plugins that Pulumi's own
 * installer puts beside it. Otherwise the pinned one is built from its Go module, once, into the user's cache.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { provideFolder } from "../userCache";

const cli = "pulumi";
const yamlHost = "pulumi-language-yaml";
/** Starts the dynamic providers of Node programs. It is a script, and comes with Pulumi's Node SDK as well. */
const dynamicProviderHost = "pulumi-resource-pulumi-nodejs";

const nodeSdk = dirname(require.resolve("@pulumi/pulumi/package.json"));

/** Returns the folder that holds `pulumi` and, beside it, what it needs for YAML programs and dynamic providers. */
export function provideEngine(env: NodeJS.ProcessEnv = process.env): string {
  return findEngineOnPath(env) ?? provideBuiltEngine(env);
}

function findEngineOnPath(env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const first = folders.find((folder) => existsSync(join(folder, cli)));
  if (first === undefined) return undefined;

  // The CLI looks for its plugins beside its real path, not beside a symbolic link to it.
  const command = realpathSync(join(first, cli));
  const { stdout, status } = spawnSync(command, ["version"], {
    encoding: "utf8",
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "1" },
  });
  const engine = dirname(command);
  const hasPlugins = [yamlHost, dynamicProviderHost].every((plugin) => existsSync(join(engine, plugin)));
  return status === 0 && isNewEnough(stdout) && hasPlugins ? engine : undefined;
}

function isNewEnough(version: string): boolean {
  const [major, minor = 0] = versionNumbers(version);
  const [pinnedMajor, pinnedMinor = 0] = versionNumbers(pinnedVersion());
  return major === pinnedMajor && minor >= pinnedMinor;
}

function versionNumbers(version: string): number[] {
  return version.trim().replace(/^v/, "").split(".").map(Number);
}

/** The version of the engine that go.mod pins, such as `v3.259.0`. */
export function pinnedVersion(): string {
  return findInGoMod(/pulumi\/pkg\/v3 (v\S+)/);
}

function goVersion(): string {
  return findInGoMod(/^go (\d+\.\d+)/m);
}

function findInGoMod(pattern: RegExp): string {
  const found = pattern.exec(readFileSync(join(__dirname, "go.mod"), "utf8"))?.[1];
  if (found === undefined) throw new Error(`nothing in tools/engine/go.mod matches ${String(pattern)}`);

  return found;
}

function provideBuiltEngine(env: NodeJS.ProcessEnv): string {
  return provideFolder(join("engine", pinHash()), buildEngine, env);
}

function pinHash(): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "tools.go"]) hash.update(readFileSync(join(__dirname, file)));

  return hash.digest("hex").slice(0, 16);
}

function buildEngine(folder: string, env: NodeJS.ProcessEnv): void {
  runGoBuild(folder, env);
  copyFileSync(join(nodeSdk, dynamicProviderHost), join(folder, dynamicProviderHost));
}

function runGoBuild(output: string, env: NodeJS.ProcessEnv): void {
  const version = pinnedVersion();
  console.error(`Building Pulumi ${version} into the cache; this takes some minutes, once.`);
  const started = Date.now();
  const build = [
    "build",
    "-buildvcs=false",
    `-ldflags=-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
    "-o",
    output,
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
  ];
  // Go's messages belong on standard error: standard output is for the folder alone.
  const { error, status } = spawnSync("go", build, { cwd: __dirname, env, stdio: ["ignore", 2, 2] });
  if (error !== undefined)
    throw new Error(`cannot run Go: install Go >= ${goVersion()}, or Pulumi >= ${version}, on PATH`, { cause: error });

  if (status !== 0) throw new Error(`cannot build Pulumi ${version}: go build failed, see its messages above`);

  console.error(`Built Pulumi ${version} in ${Math.round((Date.now() - started) / 1000)} s.`);
}

if (require.main === module) {
  try {
    console.log(provideEngine());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
