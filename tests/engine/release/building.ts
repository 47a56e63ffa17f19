/** Builds a release as its tool does, somewhere else than where releasers have theirs. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../harnessStack";
import { run } from "../installations";

/** The folders that were built, or begun. */
const folders: string[] = [];

/** Builds some parts of a release, or all, and returns the folder, which is there until `removeReleases`. */
export function buildRelease(...parts: string[]): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "huaweicloud-cph-release-")));
  folders.push(folder);
  run("node", ["-r", "ts-node/register/transpile-only", "tools/release/main.ts", folder, ...parts], repository);
  return folder;
}

/** Builds it twice, with the checksums of what is in it, and expects the same bytes. */
export function buildReleaseTwice(...parts: string[]): string {
  const [release, again] = [buildRelease(...parts, "checksums"), buildRelease(...parts, "checksums")];
  expect(sumsOf(again)).toEqual(sumsOf(release));
  return release;
}

/** Removes what was built, also where a build failed. */
export function removeReleases(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The sums of all files, those in folders included, by their paths. */
function sumsOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.map((file) => [file.slice(folder.length + 1), sumOf(file)]));
}

function sumOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
