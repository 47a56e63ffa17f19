/** The plugin where the engine finds it. */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const built = resolve(__dirname, "../../dist/provider/hosts/plugin/main.js");

/** Puts a plugin on the path, the one that was built unless told, by the name under which the engine looks for it. */
export function providePlugin(workspace: { folder: string; env: Record<string, string> }, plugin = built): void {
  const folder = join(workspace.folder, "plugin");
  const link = join(folder, "pulumi-resource-huaweicloud-cph");
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(plugin, link);
  workspace.env.PATH = [folder, process.env.PATH].join(delimiter);
}
