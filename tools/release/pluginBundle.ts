/** The plugin as one script: with everything that it imports, down to schema.json. */
import { join } from "node:path";
import { build } from "esbuild";
import { repository } from "./repository";

/** Bundles the plugin. Names stay as they are: a stack trace needs them, and it would not start sooner without. */
export async function bundlePlugin(script: string): Promise<void> {
  await build({
    entryPoints: [join(repository, "provider/hosts/plugin/main.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    // The process holds the text in memory.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: "warning",
  });
}
