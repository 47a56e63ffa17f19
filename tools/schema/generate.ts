/**
 * Writes what follows from package.json and schema.json: derived properties in the latter, and provider/schema/types.ts. With `--check` it
 * only tells, by its exit code, whether a file differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withDerivedProperties } from "./derivedProperties";
import { typesOfPackage } from "./typesOfPackage";

const root = join(__dirname, "../..");

async function generate(file: string, generated: (text: string, path: string) => Promise<string>): Promise<void> {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  const text = await generated(before, path);
  if (text === before) return;
  if (!process.argv.includes("--check")) {
    writeFileSync(path, text);
  } else {
    console.error(`${file} is not what package.json and schema.json give: run \`npm run generate\`.`);
    process.exitCode = 1;
  }
}

void generate("schema.json", withDerivedProperties).then(() => generate("provider/schema/types.ts", typesOfPackage));
