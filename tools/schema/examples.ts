/**
 * The examples of resources and functions: each file of `examples/` has, for the token of its name, one or more titles, each with one program
 * in every language, and how a resource is imported.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { descriptionOf, partsOf } from "./descriptions";

interface Described {
  description?: string;
}

interface DescribedPackage {
  resources: Record<string, Described>;
  functions: Record<string, Described>;
}

/** The text of schema.json, with the examples in its descriptions as the files have them. */
export async function withExamples(text: string, file: string): Promise<string> {
  const schema = JSON.parse(text) as DescribedPackage;
  for (const items of [schema.resources, schema.functions])
    for (const [token, item] of Object.entries(items)) item.description = withExamplesOf(token, item.description ?? "");

  return format(JSON.stringify(schema, undefined, 2), { ...(await resolveConfig(file)), filepath: file });
}

function withExamplesOf(token: string, description: string): string {
  const { own } = partsOf(description);
  const path = join(__dirname, "examples", `${token.slice(token.lastIndexOf(":") + 1)}.md`);
  if (!existsSync(path)) return own;

  const [examples = "", importing = ""] = readFileSync(path, "utf8").split("\n## Import\n");
  const titled = examples.split(/^(?=### )/m).map((example) => example.trim());
  return descriptionOf({ own, examples: titled, importing: importing.trim() });
}
