import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** What a process prints that has loaded Pulumi's SDK and done something with it. */
function printedBy(code: string, ...options: string[]): string {
  const loading = 'const { runtime } = require("@pulumi/pulumi");';
  return execFileSync(process.execPath, [...options, "-e", loading + code], {
    cwd: __dirname,
    encoding: "utf8",
  }).trim();
}

const late = ["--require", join(__dirname, "lateClosures.js")];

test("a process that serialises no function loads no compiler", () => {
  const compilers = 'console.log(Object.keys(require.cache).filter((file) => file.endsWith("/typescript.js")).length)';
  expect(printedBy(compilers)).toBe("1");
  expect(printedBy(compilers, ...late)).toBe("0");
});

test("functions are serialised as ever", () => {
  const serialised = "runtime.serializeFunction(() => 42).then(({ text }) => console.log(text))";
  expect(printedBy(serialised, ...late)).toBe(printedBy(serialised));
  expect(printedBy(serialised, ...late)).toContain("() => 42");
});
