/** The sources of the SDKs in this repository. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../harnessStack";

/** The paths in an SDK's folder, in order, without what git ignores: what builds have left there. */
export function sourcesOf(language: string): string[] {
  const folder = join(repository, "sdk", language);
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const paths = execFileSync("git", list, { cwd: folder, encoding: "utf8" }).split("\0").filter(Boolean);
  return paths.filter((path) => existsSync(join(folder, path))).sort();
}

/** Copies the SDK of a language into a new folder, in which it can be built. */
export function copySdk(language: string, folder: string): void {
  for (const path of sourcesOf(language)) cpSync(join(repository, "sdk", language, path), join(folder, path));
}
