import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchemasOfPackage } from "../../provider/schema/jsonSchema";
import packageSchema from "../../schema.json";
import { codeIn, languages, partsOf } from "./descriptions";

/** In a process of its own: the generator loads modules that jest cannot. */
test("schema.json, the types and the reference pages are what the generator gives", () => {
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

const { resources, functions } = packageSchema;
const describedItems = Object.entries<{ description: string }>({ ...resources, ...functions });

test.each(describedItems)("%s has examples, each in every language", (token, { description }) => {
  const { own, examples, importing } = partsOf(description);
  expect(own).not.toContain("{{");
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    expect(example).toMatch(/^### \S/);
    for (const language of languages) expect(codeIn(language, example)).not.toBe("");
  }
  expect(importing !== "").toBe(token in resources);
});

test("there is a reference page for each resource and function, and no other", () => {
  const names = describedItems.map(([token]) => `${token.slice(token.lastIndexOf(":") + 1).toLowerCase()}.md`);
  expect(readdirSync(join(__dirname, "../../docs/api")).sort()).toEqual(names.sort());
});

test("examples stay out of the types", () => {
  expect(readFileSync(join(__dirname, "../../provider/schema/types.ts"), "utf8")).not.toContain("{{%");
});
