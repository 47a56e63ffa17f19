/** Licences of what the executable holds besides the plugin's own code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What stands in the archive beside the licence of the plugin: the licences of packages, by their folders, and of Node. */
export function noticesOf(packageFolders: readonly string[]): string {
  const ofPackages = packageFolders.map((folder) => {
    const { name, version, license } = readPackage(folder);
    return notice(`${name} ${version}`, licenceIn(folder) ?? `Licence: ${license ?? "unknown"}.`);
  });
  const ofNode = notice(`Node.js ${process.versions.node}`, licenceOfNode() ?? "Its licence comes with every Node.js.");
  return [...ofPackages, ofNode].join("\n");
}

function notice(what: string, text: string): string {
  return `${what}\n${"=".repeat(what.length)}\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}

function readPackage(folder: string): { name: string; version: string; license?: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as ReturnType<typeof readPackage>;
}

function licenceIn(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)([.-].*)?$/i.test(name));
  return file === undefined ? undefined : readFileSync(join(folder, file), "utf8");
}

/** Beside the executable, above its folder, or where Debian's packages have it. */
function licenceOfNode(): string | undefined {
  const folder = dirname(process.execPath);
  const files = [join(folder, "LICENSE"), join(folder, "../LICENSE"), "/usr/share/doc/nodejs/LICENSE"];
  const file = files.find((path) => existsSync(path));
  return file === undefined ? undefined : readFileSync(file, "utf8");
}
