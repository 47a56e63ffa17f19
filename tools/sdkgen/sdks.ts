/** The SDK of each language: what Pulumi's generator gives, and what a package of that language needs besides. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageSchema from "../../schema.json";
import { goModule } from "../schema/publication";
import { generatedFiles, type Files } from "./generators";
import { javaProject } from "./javaProject";

/** The files of one SDK in its folder. Others that are there by their names are written by hand: `make sdks` leaves them as they are. */
export interface Sdk {
  readonly folder: string;
  readonly handWritten: readonly string[];
  files(): Files;
}

const { python, java } = packageSchema.language;
const pythonPackage = python.packageName;
/** The module in it that keeps private keys out of Pulumi's debug log. */
const debugLog = "_debug_log";
const javaSources = `src/main/java/${java.basePackage.replaceAll(".", "/")}/${java.packages["huaweicloud-cph"]}`;

export const sdks: readonly Sdk[] = [
  { folder: "sdk/nodejs/native/generated", handWritten: [], files: nodejsFiles },
  { folder: "sdk/python", handWritten: ["README.md", `${pythonPackage}/${debugLog}.py`], files: pythonFiles },
  // `go mod tidy` writes the requirements of the module.
  { folder: "sdk/go/huaweicloudcph", handWritten: ["README.md", "go.mod", "go.sum"], files: goFiles },
  { folder: "sdk/java", handWritten: ["README.md", `${javaSources}/DebugLog.java`], files: javaFiles },
  { folder: "sdk/dotnet", handWritten: ["README.md", "logo.png"], files: dotnetFiles },
];

const license = readFileSync(join(__dirname, "../../LICENSE"), "utf8");

/** The sources alone: they are compiled with the package's own, into its dist/. */
function nodejsFiles(): Files {
  const files = new Map([...generatedFiles("nodejs")].filter(([path]) => path.endsWith(".ts")));
  // The version is asked for where it is known. Wherever a package.json names the plugin, Pulumi's Node host demands it of every program.
  files.set("utilities.ts", replaced(files.get("utilities.ts"), "./package.json", "../../../../schema.json"));
  // The package's compiler is stricter than the generator.
  return new Map([...files].map(([path, text]) => [path, `// @ts-nocheck\n${text}`]));
}

function pythonFiles(): Files {
  const files = without(generatedFiles("python"), `${pythonPackage}/README.md`, ".gitattributes");
  const main = `${pythonPackage}/__init__.py`;
  const text = replaced(
    files.get(main),
    "from . import _utilities\n",
    `from . import ${debugLog}\nfrom . import _utilities\n`,
  );
  return new Map([...files, [main, text], ["LICENSE", license]]);
}

/** The package is a module by itself; the generator would have the folder above be the module. */
function goFiles(): Files {
  const files = without(generatedFiles("go"), "go.mod", ".gitattributes");
  const folder = `${goModule.split("/").at(-1)}/`;
  const own = [...files].map(([path, text]) => [path.replace(folder, ""), text] as const);
  return new Map([...own, ["LICENSE", license]]);
}

function javaFiles(): Files {
  const files = new Map(generatedFiles("java"));
  const utilities = `${javaSources}/Utilities.java`;
  // Every resource asks for the version before it is registered.
  const version = "        return version;\n";
  files.set(utilities, replaced(files.get(utilities), version, `        DebugLog.guard();\n${version}`));
  const build = ["build.gradle", "settings.gradle"];
  const project = javaProject(files.get("build.gradle") ?? "");
  return new Map([
    ...without(files, "README.md", ...build),
    ...project,
    ["src/main/resources/META-INF/LICENSE", license],
  ]);
}

function dotnetFiles(): Files {
  return new Map([...without(generatedFiles("dotnet"), "README.md", "Config/README.md"), ["LICENSE", license]]);
}

function without(files: Files, ...paths: string[]): Files {
  return new Map([...files].filter(([path]) => !paths.includes(path)));
}

function replaced(text: string | undefined, before: string, after: string): string {
  if (text?.includes(before) !== true) throw new Error(`Pulumi's generator no longer writes "${before}"`);
  return text.replace(before, after);
}
