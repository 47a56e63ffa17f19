/** A stack whose program is YAML, run by the plain CLI with the native plugin: no language host but the engine's own, and no Node SDK. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap, ProjectSettings } from "@pulumi/pulumi/automation";
import { checkExitCode, type CommandResult, type Expectation } from "./harnessCommand";
import { newStackIn } from "./harnessNewStack";
import { EngineStack, type Workspace } from "./harnessStack";

const project: ProjectSettings = { name: "test-project", runtime: { name: "yaml" } };

/** What a program in YAML declares, by the names that the resources have in it. */
export interface YamlProgram {
  readonly resources?: Readonly<Record<string, YamlResource>>;
  readonly variables?: object;
  readonly outputs?: object;
}

/** A resource of such a program. */
export interface YamlResource {
  /** Such as `huaweicloud-cph:Keypair`. */
  readonly type: string;
  readonly properties?: object;
  readonly options?: object;
  /** What is read, and not managed. */
  readonly get?: object;
}

/** A stack whose program is in YAML, which the CLI runs by itself. */
export class YamlStack extends EngineStack {
  static async create(workspace: Workspace, program: YamlProgram, config: ConfigMap): Promise<YamlStack> {
    return YamlStack.open(workspace, await newStackIn(workspace, project, config), program);
  }

  /** Gives the stack of a folder a program in YAML. */
  static open(workspace: Workspace, folder: string, program: YamlProgram): YamlStack {
    const stack = new YamlStack(workspace, folder);
    stack.setProgram(program);
    return stack;
  }

  /** What every run has in its environment beside that of the test process. */
  get env(): Record<string, string> {
    return this.workspace.env;
  }

  /** The user's next edit. */
  setProgram(program: YamlProgram): void {
    // JSON is YAML.
    writeFileSync(join(this.folder, "Pulumi.yaml"), JSON.stringify({ ...project, ...program }));
  }

  up(flags: string[] = [], expectation?: Expectation): Promise<CommandResult> {
    return this.runProgram("up", ["--yes", "--skip-preview", ...flags], expectation);
  }

  preview(flags: string[] = [], expectation?: Expectation): Promise<CommandResult> {
    return this.runProgram("preview", flags, expectation);
  }

  /** Looks for drift: the exit code is 7 if anything would change, or 0. */
  async previewRefresh(): Promise<CommandResult> {
    const run = await this.preview(["--refresh", "--expect-no-changes", "--diff"], { exitCode: "any" });
    return checkExitCode(run, 0, 7);
  }

  refresh(flags: string[] = [], expectation?: Expectation): Promise<CommandResult> {
    return this.runProgram("refresh", ["--yes", "--skip-preview", ...flags], expectation);
  }

  destroy(flags: string[] = [], expectation?: Expectation): Promise<CommandResult> {
    return this.runProgram("destroy", ["--yes", "--skip-preview", ...flags], expectation);
  }

  import(args: string[], expectation?: Expectation): Promise<CommandResult> {
    return this.runProgram("import", ["--yes", ...args], expectation);
  }

  private runProgram(command: string, args: string[], expectation?: Expectation): Promise<CommandResult> {
    return this.pulumi([command, ...args], expectation);
  }

  /** The stack's outputs, also those that are secret. */
  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.pulumi(["stack", "output", "--json", "--show-secrets"]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }
}
