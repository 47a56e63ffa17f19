/** Languages other than the tests' own, which a machine may lack. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * `test` for what needs these commands. On a machine that lacks one it is reported as skipped; in continuous integration, which has to have
 * all of them, it fails.
 */
export function testWith(...commands: string[]): jest.It {
  return isSkipped(commands, process.env) ? test.skip : test;
}

/** Whether a test that needs these commands is left out in an environment. */
export function isSkipped(commands: readonly string[], { CI, PATH = "" }: NodeJS.ProcessEnv): boolean {
  return CI !== "true" && commands.some((command) => !isOnPath(command, PATH));
}

function isOnPath(command: string, path: string): boolean {
  return path.split(delimiter).some((folder) => existsSync(join(folder, command)));
}
