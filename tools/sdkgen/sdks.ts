/** The SDK of each language: what Pulumi's generator gives, and what a package of that language needs besides. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { goModule } from "../schema/publication";
import { generatedFiles, type Files } from "./generators";
import { javaProject } from "./javaProject";

/** The files of one SDK in its folder. Others that are there by their names are written by hand: `make sdks` leaves them as they are. */
export interface Sdk {
  readonly folder: string;
  readonly handWritten: readonly string[];
  files(): Files;
}

export const sdks: readonly Sdk[] = [
  { folder: "sdk/python", handWritten: ["README.md"], files: pythonFiles },
  // `go mod tidy` writes the requirements of the module.
  { folder: "sdk/go/huaweicloudcph", handWritten: ["README.md", "go.mod", "go.sum"], files: goFiles },
  { folder: "sdk/java", handWritten: ["README.md"], files: javaFiles },
];

const license = readFileSync(join(__dirname, "../../LICENSE"), "utf8");

function pythonFiles(): Files {
  const files = without(generatedFiles("python"), "pulumi_huaweicloud_cph/README.md", ".gitattributes");
  return new Map([...files, ["LICENSE", license]]);
}

/** The package is a module by itself; the generator would have the folder above be the module. */
function goFiles(): Files {
  const files = without(generatedFiles("go"), "go.mod", ".gitattributes");
  const folder = `${goModule.split("/").at(-1)}/`;
  const own = [...files].map(([path, text]) => [path.replace(folder, ""), text] as const);
  return new Map([...own, ["LICENSE", license]]);
}

function javaFiles(): Files {
  const files = generatedFiles("java");
  const build = ["build.gradle", "settings.gradle"];
  const project = javaProject(files.get("build.gradle") ?? "");
  return new Map([
    ...without(files, "README.md", ...build),
    ...project,
    ["src/main/resources/META-INF/LICENSE", license],
  ]);
}

function without(files: Files, ...paths: string[]): Files {
  return new Map([...files].filter(([path]) => !paths.includes(path)));
}
