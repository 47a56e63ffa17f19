/** Makes one executable of a script and the Node that runs this: a "single executable application", as Node calls it. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Where Node's executable says that it holds a script; Node's manual names it. */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** Makes an executable for the system that this runs on, beside the script. */
export function makeExecutable(script: string, executable: string): void {
  const blob = prepareBlob(script);
  copyFileSync(process.execPath, executable);
  chmodSync(executable, 0o755);
  const isMac = process.platform === "darwin";
  // What is changed loses the signature that Node came with, and macOS runs nothing without one.
  if (isMac) run("codesign", ["--remove-signature", executable]);
  const segment = ["--macho-segment-name", "NODE_SEA"];
  run(process.execPath, [
    postject,
    executable,
    "NODE_SEA_BLOB",
    blob,
    "--sentinel-fuse",
    fuse,
    ...(isMac ? segment : []),
  ]);
  if (isMac) run("codesign", ["--sign", "-", executable]);
}

const postject = join(dirname(require.resolve("postject/package.json")), "dist/cli.js");

/** Puts a script into the form in which Node's executable takes it. */
function prepareBlob(script: string): string {
  const folder = dirname(script);
  const configuration = {
    main: basename(script),
    output: "script.blob",
    disableExperimentalSEAWarning: true,
    // It differs with every build, and saves a tenth of a start.
    useCodeCache: false,
  };
  writeFileSync(join(folder, "executable.json"), JSON.stringify(configuration));
  // The blob holds the path of the script as it is given: the folder's name must not get into it.
  run(process.execPath, ["--experimental-sea-config", "executable.json"], folder);
  return join(folder, configuration.output);
}

/** Runs a command, whose output is of interest only if it fails. */
function run(command: string, args: string[], cwd?: string): void {
  execFileSync(command, args, { cwd, stdio: "pipe" });
}
