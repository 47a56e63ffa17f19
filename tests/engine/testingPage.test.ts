/** The examples of docs/testing.md, run as they are printed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createWorkspace } from "./harness";
import { repository } from "./harnessStack";

const page = readFileSync(join(repository, "docs/testing.md"), "utf8");

function blocksOf(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))].map(([, code]) => code ?? "");
}

test("the page's tests pass", async () => {
  const workspace = createWorkspace();
  const folder = workspace.createProjectFolder();
  const [program, unitTest, integrationTest, ...others] = blocksOf("ts");
  expect(others).toEqual([]);
  const files = {
    "Pulumi.yaml": "name: fleet\nruntime: nodejs\n",
    // As `pulumi new typescript` writes it.
    "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, target: "es2020", module: "nodenext" } }),
    "fleet.ts": program,
    "fleet.test.ts": unitTest,
    "fleet.integration.test.ts": integrationTest,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text ?? "");
  const [command = ""] = blocksOf("sh");
  const { exitCode, output } = await workspace.run("sh", ["-c", command], folder);
  expect(output).toMatch(/tests 2[^]*pass 2/);
  expect(exitCode).toBe(0);
});
