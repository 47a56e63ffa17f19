/** Runs a command to its end and keeps what it printed. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Aborting it interrupts the command, as Ctrl-C does. */
  signal: AbortSignal;
}

export interface CommandResult {
  exitCode: number;
  stdout: string;
  /** Standard output and standard error in the order they arrived. */
  output: string;
}

export interface Expectation {
  /** The exit code that the test expects: 0 unless told; "any" where the test looks at it. */
  exitCode?: number | "any";
}

export function runCommand(command: string, args: string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const { cwd, env, signal } = options;
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const interrupt = () => child.kill("SIGINT");
    signal.addEventListener("abort", interrupt);
    child.on("error", reject);
    child.on("close", (code, killedBy) => {
      signal.removeEventListener("abort", interrupt);
      resolve({ exitCode: code ?? exitCodeOfSignal(killedBy), stdout, output });
    });
  });
}

/** What a shell reports for a command that a signal ended. */
function exitCodeOfSignal(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** Gives the run back if it ended as expected; otherwise the error has all that the run printed. */
export function checkExitCode<T extends { exitCode: number; output: string }>(
  run: T,
  ...expected: (number | "any")[]
): T {
  if (!expected.includes("any") && !expected.includes(run.exitCode))
    throw new Error(`exit code ${run.exitCode} instead of ${expected.join(" or ")}:\n${run.output}`);

  return run;
}
