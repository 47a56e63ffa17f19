import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeChecksums } from "./checksums";

test("the files that a release carries are listed, and not the folders beside them", () => {
  const folder = mkdtempSync(join(tmpdir(), "checksums-"));
  try {
    writeFileSync(join(folder, "package.tgz"), "abc");
    mkdirSync(join(folder, "go"));
    writeFileSync(join(folder, "go/list"), "v1.0.0");
    writeChecksums(folder);
    // They do not list themselves.
    writeChecksums(folder);
    expect(readFileSync(join(folder, "checksums.txt"), "utf8")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  package.tgz\n",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
