import { join } from "node:path";

interface Suite {
  path: string;
  context: { config: object; hasteFS: { getSize: () => number } };
}

// eslint-disable-next-line @typescript-eslint/no-require-imports
const engineFirst = require("./engineFirst") as new (options: object) => { sort(tests: Suite[]): Suite[] };

/** A suite as jest gives it to a sequencer, of which no run has shown yet how long it takes. */
function suite(project: string, path: string, size: number): Suite {
  const config = { cacheDirectory: join(__dirname, "none"), id: project, displayName: { name: project } };
  return { path, context: { config, hasteFS: { getSize: () => size } } };
}

test("suites on the engine begin, and among their like those that are likely to take longer", () => {
  const suites = [
    suite("unit", "short", 2),
    suite("unit", "tests/campaign/identity/long.test.ts", 1),
    suite("engine", "short on the engine", 1),
    suite("unit", "long", 4),
    suite("engine", "long on the engine", 3),
    suite("native", "tests/engine/faults/unseenJobs.test.ts", 1),
  ];
  const sorted = new engineFirst({}).sort(suites).map(({ path }) => path);
  expect(sorted).toEqual([
    ...["tests/engine/faults/unseenJobs.test.ts", "long on the engine", "short on the engine"],
    ...["tests/campaign/identity/long.test.ts", "long", "short"],
  ]);
});
