import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repository } from "./repository";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "npm-package-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), "");
}

/** What npm would pack of the folder. */
function packed(): string[] {
  const options = ["--dry-run", "--json", "--ignore-scripts"];
  const report = execFileSync("npm", ["pack", ...options], { cwd: folder, encoding: "utf8", stdio: "pipe" });
  const [{ files } = { files: [] }] = JSON.parse(report) as { files: { path: string }[] }[];
  return files.map(({ path }) => path).sort();
}

test("nothing is packed that use of the examples left in the checkout", () => {
  cpSync(join(repository, "package.json"), join(folder, "package.json"));
  const sources = ["examples/fleet/Pulumi.yaml", "examples/fleet/index.ts", "examples/fleet-python/__main__.py"];
  const left = [
    // May hold the credentials of whoever tried the example.
    "examples/fleet/Pulumi.dev.yaml",
    "examples/fleet-python/__pycache__/fleet.pyc",
    "examples/fleet-python/venv/bin/python",
    "examples/fleet-java/target/App.class",
  ];
  for (const path of [...sources, ...left]) write(path);
  expect(packed()).toEqual([...sources, "package.json"].sort());
});
