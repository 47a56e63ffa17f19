/** The plugin as one executable that needs no Node. */
import { join } from "node:path";
import { makeExecutable } from "./executable";
import { bundlePlugin } from "./pluginBundle";

/** The name by which the engine looks for the plugin. */
export const plugin = "pulumi-resource-huaweicloud-cph";

/** The name of its file on the system that this runs on. */
export const pluginFile = process.platform === "win32" ? `${plugin}.exe` : plugin;

/** Makes it in a folder, for the system that this runs on, and tells the folders of the packages that are in it. */
export async function makePluginExecutable(folder: string): Promise<string[]> {
  const script = join(folder, "plugin.js");
  const packageFolders = await bundlePlugin(script);
  makeExecutable(script, join(folder, pluginFile));
  return packageFolders;
}
