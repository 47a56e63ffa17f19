/** schema.json, as Pulumi's own command reads it. */
import { createWorkspace } from "./harness";
import { repository } from "./harnessStack";

test("Pulumi finds no fault in schema.json", async () => {
  const { exitCode, output } = await createWorkspace().run("pulumi", ["schema", "check", "schema.json"], repository);
  expect(output).toBe("");
  expect(exitCode).toBe(0);
});
