/**
 * Writes the SDKs that Pulumi generates from schema.json. With `--check` it only tells, by its exit code, which files differ from what it would
 * write.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sdks, type Sdk } from "./sdks";

const root = join(__dirname, "../..");

/** The files that an SDK's folder has, and should not have, or has otherwise than they should be. */
function* differences(sdk: Sdk): Generator<{ path: string; text?: string }> {
  const { folder, handWritten } = sdk;
  const wanted = sdk.files();
  for (const path of sourcesBelow(join(root, folder)))
    if (!wanted.has(path) && !handWritten.includes(path)) yield { path: join(folder, path) };

  for (const [path, text] of wanted) {
    const file = join(root, folder, path);
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) yield { path: join(folder, path), text };
  }
}

/** The files that are there, without those that git ignores: what builds and runs leave in the folder is not the generator's to delete. */
function sourcesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const paths = execFileSync("git", list, { cwd: folder, encoding: "utf8" }).split("\0").filter(Boolean);
  return paths.filter((path) => existsSync(join(folder, path)));
}

function write({ path, text }: { path: string; text?: string }): void {
  const file = join(root, path);
  if (text === undefined) {
    rmSync(file);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

for (const difference of sdks.flatMap((sdk) => [...differences(sdk)])) {
  if (!process.argv.includes("--check")) {
    write(difference);
  } else {
    console.error(`${difference.path} is not what schema.json gives: run \`make sdks\`.`);
    process.exitCode = 1;
  }
}
