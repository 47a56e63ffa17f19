import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const jestPath = require.resolve("jest/bin/jest");
const reporter = join(__dirname, "closingLine.js");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "closing-line-"));
  writeFileSync(join(folder, "jest.config.json"), "{}");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs test files of their own with the reporter, and gives the last line that is printed. */
function closingLineOf(files: Record<string, string>): string | undefined {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

  const { stdout } = spawnSync(process.execPath, [jestPath, "--reporters=default", `--reporters=${reporter}`], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout.trimEnd().split("\n").at(-1);
}

test("counts the tests of all files", () => {
  expect(
    closingLineOf({ "a.test.js": "test('a', () => {})", "b.test.js": "test('b', () => {}); test('c', () => {})" }),
  ).toBe("3 passed, 0 failed");
});

test("counts failures, files that cannot be run, and what was skipped", () => {
  expect(
    closingLineOf({
      "a.test.js": "test('a', () => {}); test('b', () => { throw new Error() }); test.skip('c', () => {})",
      "b.test.js": "throw new Error()",
    }),
  ).toBe("1 passed, 2 failed, 1 skipped");
});
