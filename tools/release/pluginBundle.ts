/** The plugin as one script: with everything that it imports, down to schema.json. */
import { join } from "node:path";
import { build } from "esbuild";
import { repository } from "./repository";

/**
 * Bundles the plugin, and tells the folders of the packages that are in the bundle. Names stay as they are: a stack trace needs them, and it
 * would not start sooner without.
 */
export async function bundlePlugin(script: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [join(repository, "provider/hosts/plugin/main.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    // The process holds the text in memory.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: "warning",
    metafile: true,
    absWorkingDir: repository,
  });
  const folders = Object.keys(metafile.inputs).flatMap((path) => packageFolder.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort().map((folder) => join(repository, folder));
}

/** The folder of a package, which may have a scope, at the beginning of a path within it. */
const packageFolder = /^.*\bnode_modules\/(@[^/]+\/)?[^/]+/;
