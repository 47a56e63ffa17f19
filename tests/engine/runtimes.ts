/** Languages other than the tests' own, which a machine may lack. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * `test` for what needs these commands. On a machine that lacks one it is reported as skipped; in continuous integration, which has to have
 * all of them, it fails.
 */
export function testWith(...commands: string[]): jest.It {
  const isLacking = commands.some((command) => !isOnPath(command));
  return isLacking && process.env.CI !== "true" ? test.skip : test;
}

function isOnPath(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}
