/** What is expensive to make and the same for all checkouts, in the user's cache. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

type Make = (folder: string, env: NodeJS.ProcessEnv) => void;

/** Returns a folder of the cache; what has to be in it, `make` puts there the first time. */
export function provideFolder(path: string, make: Make, env: NodeJS.ProcessEnv): string {
  const folder = join(userCache(env), path);
  if (!existsSync(folder)) makeBesideAndRename(folder, make, env);
  return folder;
}

function userCache({ XDG_CACHE_HOME: cache = "" }: NodeJS.ProcessEnv): string {
  return join(cache === "" ? join(homedir(), ".cache") : cache, "huaweicloud-cph");
}

/** So that a folder with the final name is always complete. */
function makeBesideAndRename(folder: string, make: Make, env: NodeJS.ProcessEnv): void {
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    make(unfinished, env);
    renameUnlessMadeMeanwhile(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function renameUnlessMadeMeanwhile(unfinished: string, folder: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
