import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const jestPath = require.resolve("jest/bin/jest");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "native-environment-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A test file that says by which host it runs. Of two, jest begins with the longer one. */
function testFile(length: number): string {
  return `test("host", () => { throw new Error("HOST=" + process.env.HOST) });${" ".repeat(length)}`;
}

test("the host is that of the project, also for what the same process runs afterwards", () => {
  const project = (name: string, others: object = {}) => ({
    displayName: name,
    testRegex: `${name}\\.test\\.js`,
    ...others,
  });
  const native = project("native", { testEnvironment: join(__dirname, "nativeEnvironment.js") });
  writeFileSync(join(folder, "jest.config.json"), JSON.stringify({ projects: [native, project("engine")] }));
  writeFileSync(join(folder, "native.test.js"), testFile(100));
  writeFileSync(join(folder, "engine.test.js"), testFile(0));
  const { stderr } = spawnSync(process.execPath, [jestPath, "--runInBand"], { cwd: folder, encoding: "utf8" });
  expect(stderr.match(/HOST=\w+/g)).toEqual(["HOST=native", "HOST=undefined"]);
});
