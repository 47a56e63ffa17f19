import { cpSync } from "node:fs";
import { basename, join } from "node:path";
import { repository } from "../harnessStack";

/** Copies the SDK of a language into a new folder, in which it can be built, without what builds have left in the repository. */
export function copySdk(language: string, folder: string): void {
  const isSource = (path: string) => !/^(build|target|__pycache__|.+\.egg-info)$/.test(basename(path));
  cpSync(join(repository, "sdk", language), folder, { recursive: true, filter: isSource });
}
