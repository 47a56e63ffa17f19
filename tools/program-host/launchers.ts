/** Which launcher a project needs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { goProgram } from "./goProgram";
import { javaProgram } from "./javaProgram";
import { nodeProgram } from "./nodeProgram";
import type { Launcher } from "./programCommand";
import { pythonProgram } from "./pythonProgram";

const launchers: Readonly<Record<string, Launcher>> = {
  nodejs: nodeProgram,
  python: pythonProgram,
  go: goProgram,
  java: javaProgram,
};

/** What starts the program of a project; undefined where the CLI runs it by itself, as it does YAML. */
export function launcherOf(folder: string): Launcher | undefined {
  const project = readFileSync(join(folder, "Pulumi.yaml"), "utf8");
  const runtime = /^runtime:\s+(?:name:\s+)?(\w+)/m.exec(project)?.[1] ?? "";
  return launchers[runtime];
}
