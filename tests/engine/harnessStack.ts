/** What a test can do with a stack, whatever runs its program. */
import { resolve } from "node:path";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { checkExitCode, type CommandResult, type Expectation } from "./harnessCommand";

export const repository = resolve(__dirname, "../..");
export const stackName = "test";

/** Where stacks are made and run. */
export interface Workspace {
  readonly env: Record<string, string>;
  /** The folder in which the engine keeps states. */
  readonly backend: string;
  /** Makes a folder for a project. */
  createProjectFolder(): string;
  run(command: string, args: string[], cwd: string): Promise<CommandResult>;
  /** Has the workspace stay until the run has ended. */
  track<T>(run: Promise<T>): Promise<T>;
  readonly signal: AbortSignal;
}

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
}

export interface ExportedState {
  resources: StateResource[];
  pendingOperations: { resource: StateResource; type: string }[];
  /** The whole export, to search it. */
  text: string;
}

export class EngineStack {
  constructor(
    protected readonly workspace: Workspace,
    /** The folder with Pulumi.yaml. */
    readonly folder: string,
  ) {}

  /** Runs any command of the CLI that needs no program: `config`, `stack`, `state`. */
  async pulumi(args: string[], { exitCode = 0 }: Expectation = {}): Promise<CommandResult> {
    const command = [...args, "--stack", stackName, "--non-interactive"];
    return checkExitCode(await this.workspace.run("pulumi", command, this.folder), exitCode);
  }

  async setConfig(config: ConfigMap): Promise<void> {
    const settings = Object.entries(config).flatMap(([key, { value, secret }]) => [
      secret === true ? "--secret" : "--plaintext",
      `${key}=${value}`,
    ]);
    await this.pulumi(["config", "set-all", ...settings]);
  }

  /** Exports the state as the backend holds it: secrets stay encrypted. */
  async exportState(): Promise<ExportedState> {
    const { stdout } = await this.pulumi(["stack", "export"]);
    const { deployment } = JSON.parse(stdout) as {
      deployment: { resources?: StateResource[]; pending_operations?: ExportedState["pendingOperations"] };
    };
    return {
      resources: deployment.resources ?? [],
      pendingOperations: deployment.pending_operations ?? [],
      text: stdout,
    };
  }
}
