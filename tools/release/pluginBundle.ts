/** The plugin as one script: with everything that it imports, down to schema.json. */
import { join } from "node:path";
import { build } from "esbuild";
import { repository } from "./repository";

/** Bundles the plugin. It is not minified: the names in a stack trace are worth more than the bytes, and it starts no sooner. */
export async function bundlePlugin(script: string): Promise<void> {
  await build({
    entryPoints: [join(repository, "provider/hosts/plugin/main.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    logLevel: "warning",
  });
}
