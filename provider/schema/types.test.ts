import { readFileSync } from "node:fs";
import { join } from "node:path";
import { typesOfPackage } from "../../tools/schema/typesOfPackage";

test("types.ts is what schema.json gives", async () => {
  expect(readFileSync(join(__dirname, "types.ts"), "utf8")).toBe(await typesOfPackage());
});
