import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchemasOfPackage } from "../../provider/schema/jsonSchema";

/** In a process of its own: the generator loads modules that jest cannot. */
test("schema.json and the types are what the generator gives", () => {
  const generator = ["-r", "ts-node/register/transpile-only", join(__dirname, "generate.ts"), "--check"];
  const { status, stderr } = spawnSync(process.execPath, generator, { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("each property has its own description, also where its type is a named one", () => {
  const types = readFileSync(join(__dirname, "../../provider/schema/types.ts"), "utf8");
  for (const { properties = {} } of Object.values(jsonSchemasOfPackage())) {
    for (const [name, { description = "none" }] of Object.entries(properties))
      expect(types).toContain(`   * ${description}\n   */\n  ${name}`);
  }
});
