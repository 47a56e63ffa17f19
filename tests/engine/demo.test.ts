/** The demo of the README runs to its end: it checks itself what it claims. */
import { join } from "node:path";
import { createWorkspace } from "./harness";

test("the demo does what it says", async () => {
  const repository = join(__dirname, "../..");
  const args = ["-r", "ts-node/register/transpile-only", "tools/demo/main.ts"];
  const { exitCode, output } = await createWorkspace().run(process.execPath, args, repository);
  expect(output).toContain("checked: only the key pair made by hand is left");
  expect(exitCode).toBe(0);
}, 180_000);
