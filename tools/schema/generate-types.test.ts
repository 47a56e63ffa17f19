import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** In a process of its own: the generator loads modules that jest cannot. */
test("the types are what schema.json gives", () => {
  const generator = ["-r", "ts-node/register/transpile-only", join(__dirname, "generate-types.ts"), "--check"];
  const { status, stderr } = spawnSync(process.execPath, generator, { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
