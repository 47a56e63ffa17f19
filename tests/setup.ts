/** Runs once before the engine tests; the test workers inherit the environment. */
import { spawnSync } from "node:child_process";
import { delimiter, resolve } from "node:path";
import { provideEngine } from "../tools/engine/provide";

export default function setup(): void {
  warnOfOldBuild();
  process.env.PATH = [provideEngine(), process.env.PATH].join(delimiter);
}

/** The engine runs the compiled package, and jest by itself does not compile it. */
function warnOfOldBuild(): void {
  const { status } = spawnSync("make", ["--question", "build"], {
    cwd: resolve(__dirname, ".."),
    // Not the flags of a make that runs these tests.
    env: { ...process.env, MAKEFLAGS: "" },
  });
  if (status !== 0) console.warn("dist/ is older than its sources: `make build` first, or use `make test-engine`.");
}
