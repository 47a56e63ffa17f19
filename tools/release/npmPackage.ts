/** The tarball that npm publishes. */
import { execFileSync } from "node:child_process";
import { repository } from "./repository";

/** Packs what `make build` has compiled. */
export function packNpmPackage(folder: string): void {
  // A build of its own would take the files away from whoever else uses them at that moment.
  const options = ["--ignore-scripts", "--loglevel=error", "--pack-destination", folder];
  execFileSync("npm", ["pack", ...options], { cwd: repository, stdio: ["ignore", "ignore", "inherit"] });
}
