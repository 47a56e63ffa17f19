/** One stack in a workspace of its own, run by the plain CLI as users run it. */
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { engineEnvironment } from "../engine/environment";
import { pluginFile } from "../release/pluginExecutable";
import type { Declared } from "./fleet";
import { MemoryWatch } from "./memory";
import type { Host } from "./scenarios";

const repository = resolve(__dirname, "../..");
/** The plugin of the package, as it was built. */
export const builtPlugin = join(repository, "dist/provider/hosts/plugin/main.js");
/** Room for the state of the largest stack, in bytes. */
const mostOutput = 1_000_000_000;
/** So much of a failed run is shown, in characters. */
const shown = 3_000;

export type Operation = "up" | "refresh";

/** How one run of the engine went. */
export interface Run {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** From the start of the command to its end. */
  readonly seconds: number;
  /** The most resident memory of the provider, in bytes, where it can be told. */
  readonly peakMemory: number | undefined;
}

/** A resource as the state has it; there is more in it. */
export interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly inputs: object;
  readonly outputs: object;
}

export class Stack {
  private constructor(
    private readonly host: Host,
    private readonly workspace: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Makes an empty stack of a fleet, or of a floor, which calls nothing: of resources that were recorded, or, in YAML, where only the
   * plugin has resources, of the fleet's data.
   */
  static async create(
    host: Host,
    program: "fleet" | "floor",
    data: object,
    env: NodeJS.ProcessEnv,
    signal: AbortSignal,
    plugin = builtPlugin,
  ): Promise<Stack> {
    const workspace = realpathSync(mkdtempSync(join(tmpdir(), "huaweicloud-cph-bench-")));
    const folder = join(workspace, program);
    if (host === "native") writeYamlProgram(folder, program, data as Declared[], plugin);
    else writeNodeProgram(workspace, folder, program, data);
    const environment = { ...engineEnvironment(workspace, "bench"), ...env };
    // The engine finds the plugin on the path.
    const path = [folder, environment.PATH].join(delimiter);
    const stack = new Stack(host, workspace, folder, { ...environment, PATH: path }, signal);
    try {
      await stack.pulumi("stack", "init", "bench");
      return stack;
    } catch (error) {
      stack.remove();
      throw error;
    }
  }

  /** Runs an operation without a preview; `parallel` is the engine's own default where it is absent. */
  async run(operation: Operation, parallel?: number): Promise<Run> {
    const flags = ["--yes", "--skip-preview", ...(parallel === undefined ? [] : ["--parallel", String(parallel)])];
    const programHost = ["-r", "ts-node/register/transpile-only", join(repository, "tools/program-host/main.ts")];
    const memory = new MemoryWatch(this.folder);
    try {
      const startedAt = Date.now();
      const started = performance.now();
      if (this.host === "native") await this.runToEnd("pulumi", [operation, ...flags], this.folder);
      else await this.runToEnd(process.execPath, [...programHost, this.folder, operation, ...flags], repository);
      return { startedAt, seconds: (performance.now() - started) / 1000, peakMemory: memory.peak };
    } finally {
      memory.stop();
    }
  }

  /** The resources of this package in the state. */
  async resources(): Promise<StateResource[]> {
    const { deployment } = JSON.parse(await this.pulumi("stack", "export")) as {
      deployment: { resources: StateResource[] };
    };
    return deployment.resources.filter(({ type }) => /^(pulumi-nodejs:dynamic\/)?huaweicloud-cph[:/]/.test(type));
  }

  remove(): void {
    rmSync(this.workspace, { recursive: true, force: true });
  }

  private async pulumi(...args: string[]): Promise<string> {
    const { env, signal } = this;
    const { stdout } = await promisify(execFile)("pulumi", args, {
      cwd: this.folder,
      env,
      signal,
      maxBuffer: mostOutput,
    });
    return stdout;
  }

  private runToEnd(command: string, args: string[], cwd: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd, env: this.env });
      const interrupt = () => child.kill("SIGINT");
      this.signal.addEventListener("abort", interrupt);
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      child.on("error", reject);
      child.on("close", (code) => {
        this.signal.removeEventListener("abort", interrupt);
        if (code === 0) resolve();
        else reject(new Error(`exit code ${String(code)}:\n${output.slice(-shown)}`));
      });
    });
  }
}

function writeNodeProgram(workspace: string, folder: string, program: string, data: object): void {
  cpSync(join(__dirname, "programs", program), folder, { recursive: true });
  writeFileSync(join(folder, "data.json"), JSON.stringify(data));
  // The package is found as if it were installed, and beside it what this repository has installed.
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(repository, join(folder, "node_modules/pulumi-huaweicloud-cph"));
  symlinkSync(join(repository, "node_modules"), join(workspace, "node_modules"));
}

function writeYamlProgram(
  folder: string,
  program: "fleet" | "floor",
  declared: readonly Declared[],
  plugin: string,
): void {
  const resources = declared.map(({ kind, name, args }) => [
    name,
    { type: `huaweicloud-cph:${kind}`, properties: args },
  ]);
  mkdirSync(folder);
  symlinkSync(plugin, join(folder, pluginFile));
  const variables = declared.map(({ name, args }) => [name, args]);
  const content =
    program === "fleet"
      ? { resources: Object.fromEntries(resources) as object }
      : { variables: Object.fromEntries(variables) as object };
  // JSON is YAML.
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "bench", runtime: "yaml", ...content }));
}
