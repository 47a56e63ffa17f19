/** Builds what a release publishes into a folder: everything, or the parts that are named. */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parts } from "./parts";

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
