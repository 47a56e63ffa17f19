/** The software bill of materials: every package that ours is used with, at the version that the lock file names. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json";
import { repository, sourceDate } from "./repository";
import { withScratchFolder } from "./scratch";

interface LockFile {
  packages: Record<string, LockedPackage>;
}

interface LockedPackage {
  /** It is a folder of this repository. */
  readonly link?: boolean;
}

/** Writes it in the form of CycloneDX. */
export function writeBillOfMaterials(folder: string): Promise<void> {
  return withScratchFolder((scratch) => {
    const bill = materialsOf(join(scratch, manifest.name));
    const file = join(folder, `${manifest.name}-${manifest.version}.cdx.json`);
    writeFileSync(file, `${JSON.stringify(bill, undefined, 2)}\n`);
  });
}

/** npm lists no package whose workspaces, as the examples here, have no version: it gets a project without what is for development. */
function materialsOf(project: string): object {
  mkdirSync(project);
  write(project, "package.json", { ...manifest, workspaces: undefined, devDependencies: undefined });
  write(project, "package-lock.json", lockFileForUse());
  const list = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--loglevel=error"];
  const bill = JSON.parse(execFileSync("npm", list, { cwd: project, encoding: "utf8" })) as { metadata: object };
  // Both differ with every run.
  const metadata = { ...bill.metadata, timestamp: sourceDate().toISOString() };
  return { ...bill, serialNumber: undefined, metadata };
}

/** The lock file of that project. What is for development may stay in it: npm leaves out what nothing needs. */
function lockFileForUse(): object {
  const lock = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")) as LockFile;
  const installed = Object.entries(lock.packages).filter(([path]) => path.startsWith("node_modules/"));
  const own = { ...lock.packages[""], workspaces: undefined, devDependencies: undefined };
  const fromRegistries = installed.filter(([, { link }]) => link !== true);
  return { ...lock, packages: Object.fromEntries([["", own], ...fromRegistries]) };
}

function write(folder: string, name: string, content: object): void {
  writeFileSync(join(folder, name), JSON.stringify(content));
}
