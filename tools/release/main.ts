/** Builds what a release publishes into a folder: everything, or the parts that are named. */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { writeBillOfMaterials } from "./billOfMaterials";
import { writeChecksums } from "./checksums";
import { packNpmPackage } from "./npmPackage";
import { packPlugin } from "./pluginArchive";

const parts: Record<string, (folder: string) => void | Promise<void>> = {
  npm: packNpmPackage,
  // For the system that this runs on.
  plugin: packPlugin,
  sbom: writeBillOfMaterials,
  // Of all that is in the folder by then.
  checksums: writeChecksums,
};

async function main([folder = "release", ...named]: string[]): Promise<void> {
  const target = resolve(folder);
  mkdirSync(target, { recursive: true });
  for (const name of named.length > 0 ? named : Object.keys(parts)) {
    const build = parts[name];
    if (build === undefined) throw new Error(`${name} is no part of a release: ${Object.keys(parts).join(", ")}`);

    await build(target);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
