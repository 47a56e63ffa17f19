/** A project folder of any language, run by the plain CLI through tools/program-host. */
import { cpSync } from "node:fs";
import { basename } from "node:path";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { checkExitCode, type CommandResult, type Expectation } from "./harnessCommand";
import { EngineStack, repository, stackName, type Workspace } from "./harnessStack";

/** To be run from the repository, where ts-node finds its settings. */
const programHost = ["-r", "ts-node/register/transpile-only", "tools/program-host/main.ts"];

/** A stack of a project that lies in files. */
export class ProjectStack extends EngineStack {
  /** Copies the project to where it finds this repository's dependencies. */
  static copy(workspace: Workspace, source: string, config: ConfigMap): Promise<ProjectStack> {
    const folder = workspace.createProjectFolder();
    cpSync(source, folder, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
    return ProjectStack.open(workspace, folder, config);
  }

  /** Uses the project where it is, with the dependencies that are installed there. */
  static async open(workspace: Workspace, folder: string, config: ConfigMap): Promise<ProjectStack> {
    const project = new ProjectStack(workspace, folder);
    await project.pulumi(["stack", "init"]);
    await project.setConfig(config);
    return project;
  }

  up(flags: string[] = [], expectation: Expectation = {}): Promise<CommandResult> {
    return this.runProgram("up", ["--yes", ...flags], expectation);
  }

  preview(flags: string[] = [], expectation: Expectation = {}): Promise<CommandResult> {
    return this.runProgram("preview", flags, expectation);
  }

  refresh(flags: string[] = [], expectation: Expectation = {}): Promise<CommandResult> {
    return this.runProgram("refresh", ["--yes", ...flags], expectation);
  }

  destroy(flags: string[] = [], expectation: Expectation = {}): Promise<CommandResult> {
    return this.runProgram("destroy", ["--yes", ...flags], expectation);
  }

  private async runProgram(command: string, flags: string[], expectation: Expectation): Promise<CommandResult> {
    const args = [...programHost, this.folder, command, "--stack", stackName, "--non-interactive", ...flags];
    return checkExitCode(await this.workspace.run(process.execPath, args, repository), expectation.exitCode ?? 0);
  }
}
