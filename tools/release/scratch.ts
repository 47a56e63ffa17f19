/** A folder for what is made on the way to a release. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "./repository";

/** Has a folder until the work in it has ended. */
export async function withScratchFolder(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "huaweicloud-cph-release-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies a folder of the repository as it is in git: what earlier builds left in it is not released. */
export function copySources(source: string, target: string): void {
  const from = join(repository, source);
  const names = execFileSync("git", ["ls-files", "-z"], { cwd: from, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const name of names) cpSync(join(from, name), join(target, name));
}
