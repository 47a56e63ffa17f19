/** The plugin as the Pulumi CLI downloads it: one executable that needs no Node, packed under the name that the CLI asks for. */
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { noticesOf } from "./notices";
import { pluginFile, makePluginExecutable, plugin } from "./pluginExecutable";
import { repository, version } from "./repository";
import { withScratchFolder } from "./scratch";
import { packTarball } from "./tarball";

/** Pulumi's names of systems and processors, where they are not Node's. */
const pulumiNames: Record<string, string> = { win32: "windows", x64: "amd64" };

/** Packs the plugin for the system that this runs on. */
export async function packPlugin(folder: string): Promise<void> {
  const [system, processor] = [process.platform, process.arch].map((name) => pulumiNames[name] ?? name);
  await withScratchFolder(async (scratch) => {
    const packageFolders = await makePluginExecutable(scratch);
    writeFileSync(join(scratch, "NOTICE"), noticesOf(packageFolders));
    copyFileSync(join(repository, "LICENSE"), join(scratch, "LICENSE"));
    const archive = join(folder, `${plugin}-v${version}-${system}-${processor}.tar.gz`);
    await packTarball(archive, scratch, [pluginFile, "LICENSE", "NOTICE"]);
  });
}
