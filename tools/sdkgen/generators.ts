/** Pulumi's own generators of SDKs, which are written in Go. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Texts of files by their paths, with slashes. */
export type Files = ReadonlyMap<string, string>;

const schema = join(__dirname, "../../schema.json");

/** Go modules that hold generators, and what to run in them. */
const generators = {
  nodejs: { module: "../engine", args: ["../sdkgen/main.go", schema, "nodejs"] },
  python: { module: "../engine", args: ["../sdkgen/main.go", schema, "python"] },
  go: { module: "../engine", args: ["../sdkgen/main.go", schema, "go"] },
  java: { module: "java", args: [".", schema] },
  dotnet: { module: "dotnet", args: [".", schema, join(__dirname, "../../sdk/dotnet/logo.png")] },
};

/** What Pulumi's generator makes of schema.json for a language. The modules are downloaded the first time. */
export function generatedFiles(language: keyof typeof generators): Files {
  const { module, args } = generators[language];
  const { error, status, stdout, stderr } = spawnSync("go", ["run", ...args], {
    cwd: join(__dirname, module),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined) throw new Error("cannot run Go, in which Pulumi's generators are written", { cause: error });
  if (status !== 0) throw new Error(`the generator for ${language} failed:\n${stderr}`);
  return new Map(Object.entries(JSON.parse(stdout) as Record<string, string>));
}
