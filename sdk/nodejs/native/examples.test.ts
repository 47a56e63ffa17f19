import { readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import ts from "typescript";

const root = resolve(__dirname, "../../..");
const native = join(__dirname, "index.ts");

/** The package's own name stands for the native SDK: a program changes nothing else to use it. */
const options: ts.CompilerOptions = {
  paths: { "pulumi-huaweicloud-cph": [native] },
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ["node"],
};

test("the examples in TypeScript are right for the native SDK as they are", () => {
  const examples = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("index.ts") && !path.includes("node_modules"))
    .map((path) => join(root, "examples", path));
  expect(examples.length).toBeGreaterThanOrEqual(4);
  const program = ts.createProgram(examples, options);
  const mistakes = ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  expect(mistakes).toEqual([]);
  const sources = program.getSourceFiles().map(({ fileName }) => relative(root, fileName));
  expect(sources).toContain("sdk/nodejs/native/generated/keypair.ts");
  expect(sources).not.toContain("sdk/nodejs/keypair.ts");
});
