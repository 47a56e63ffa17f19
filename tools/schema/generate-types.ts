/** Writes provider/schema/types.ts from schema.json. Usage: npm run generate */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { typesOfPackage } from "./typesOfPackage";

void typesOfPackage().then((text) => {
  writeFileSync(join(__dirname, "../../provider/schema/types.ts"), text);
});
