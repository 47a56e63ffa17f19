/**
 * Writes what follows from package.json and schema.json: derived properties and the examples in the latter, types.ts and validators.ts in
 * provider/schema/, and the pages in docs/api. With `--check` it only tells, by its exit code, whether a file differs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { apiPages } from "./apiPage";
import { withDerivedProperties } from "./derivedProperties";
import { withExamples } from "./examples";
import { typesOfPackage } from "./typesOfPackage";
import { validatorsOfPackage } from "./validators";

const root = join(__dirname, "../..");

async function generate(file: string, generated: (text: string, path: string) => Promise<string>): Promise<void> {
  const path = join(root, file);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const text = await generated(before, path);
  if (text === before) return;
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } else {
    console.error(`${file} is not what package.json and schema.json give: run \`npm run generate\`.`);
    process.exitCode = 1;
  }
}

async function generateAll(): Promise<void> {
  await generate("schema.json", withDerivedProperties);
  await generate("schema.json", withExamples);
  await generate("provider/schema/types.ts", typesOfPackage);
  await generate("provider/schema/validators.ts", validatorsOfPackage);
  const pages = await apiPages(readFileSync(join(root, "schema.json"), "utf8"));
  for (const [file, page] of pages) await generate(file, () => Promise.resolve(page));
}

void generateAll();
