/** The workflows of GitHub Actions, as tests read and run them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "./repository";

/** A file in `workflowFolder`. */
export interface Workflow {
  readonly permissions?: Permissions;
  readonly jobs: Record<string, Job>;
}

/** What runs on one machine. */
export interface Job {
  readonly permissions?: Permissions;
  readonly environment?: string;
  readonly needs?: string | string[];
  readonly steps: readonly Step[];
}

/** An action or a script. */
export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

/** "read" or "write" by what it is of. */
export type Permissions = Record<string, string>;

/** Where GitHub looks for them. */
export const workflowFolder = join(repository, ".github/workflows");

/** The text of a workflow. */
export function textOf(file: string): string {
  return readFileSync(join(workflowFolder, file), "utf8");
}

/** What it says. */
export function workflowOf(file: string): Workflow {
  return parse(textOf(file)) as Workflow;
}

/** Runs the script of a step as GitHub does by `shell: bash`, and returns what it prints; throws where it fails. */
export function runStep(job: Job | undefined, name: string, cwd: string, env: NodeJS.ProcessEnv): string {
  const { run = "" } = job?.steps.find((step) => step.name === name) ?? {};
  if (run === "") throw new Error(`the job has no script that is named ${name}`);

  const bash = ["--noprofile", "--norc", "-eo", "pipefail", "-c", run];
  return execFileSync("bash", bash, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
