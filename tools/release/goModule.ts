/**
 * The Go SDK as a module proxy serves it. Users get it from the repository, by a tag; these files show before the tag is set that Go
 * takes the module, and serve those whose network ends at home: `GOPROXY=file:///…/release/go`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sourceDate, version } from "./repository";
import { copySources, withScratchFolder } from "./scratch";

const tag = `v${version}`;

/** Writes the folder `go`, whose layout is that of a module proxy. */
export function layOutGoModule(folder: string): Promise<void> {
  return withScratchFolder((scratch) => {
    copySources("sdk/go/huaweicloudcph", scratch);
    const definition = readFileSync(join(scratch, "go.mod"), "utf8");
    const path = /^module (\S+)$/m.exec(definition)?.[1] ?? "";
    const versions = join(folder, "go", path, "@v");
    mkdirSync(versions, { recursive: true });
    writeFileSync(join(versions, "list"), `${tag}\n`);
    writeFileSync(join(versions, `${tag}.info`), JSON.stringify({ Version: tag, Time: sourceDate().toISOString() }));
    writeFileSync(join(versions, `${tag}.mod`), definition);
    const zip = join(versions, `${tag}.zip`);
    execFileSync("go", ["run", ".", scratch, path, tag, zip], { cwd: join(__dirname, "go"), stdio: "pipe" });
  });
}
