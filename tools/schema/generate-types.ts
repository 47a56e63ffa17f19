/** Writes provider/schema/types.ts from schema.json; with `--check` it only tells, by its exit code, whether the two differ. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { typesOfPackage } from "./typesOfPackage";

const file = join(__dirname, "../../provider/schema/types.ts");

void typesOfPackage().then((text) => {
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error("provider/schema/types.ts is not what schema.json gives: run `npm run generate`.");
    process.exitCode = 1;
  }
});
