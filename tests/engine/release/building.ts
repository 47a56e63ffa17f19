/** Builds a release as its tool does, somewhere else than where releasers have theirs. */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../harnessStack";
import { run } from "../installations";

/** Builds some parts of a release, or all, and returns the folder; whoever asks for it removes it. */
export function buildRelease(...parts: string[]): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "huaweicloud-cph-release-")));
  run("node", ["-r", "ts-node/register/transpile-only", "tools/release/main.ts", folder, ...parts], repository);
  return folder;
}

/** Builds it twice, with the checksums of what is in it, and expects the same bytes. */
export function buildReleaseTwice(...parts: string[]): string {
  const [release, again] = [buildRelease(...parts, "checksums"), buildRelease(...parts, "checksums")];
  const [sums, sumsAgain] = [release, again].map((folder) => readFileSync(join(folder, "checksums.txt"), "utf8"));
  rmSync(again, { recursive: true, force: true });
  expect(sumsAgain).toBe(sums);
  return release;
}
