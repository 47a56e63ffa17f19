/** Python with Pulumi's SDK, in which the SDK of this package is installed. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pinnedVersion } from "../../../tools/engine/provide";
import { provideFolder } from "../../../tools/userCache";
import { repository } from "../harnessStack";
import { run } from "../installations";
import { copySdk } from "./sources";

const sdk = join(repository, "sdk/python");

/** Installs the SDK in a folder, as `pip install` does, and gives the interpreter and the environment that it is found in. */
export function installPythonSdk(folder: string): { python: string; env: Record<string, string> } {
  const python = join(providePulumi(), "bin/python");
  const [sources, installed] = [join(folder, "sources"), join(folder, "installed")];
  // pip builds a wheel beside the sources.
  copySdk("python", sources);
  run(
    python,
    ["-m", "pip", ...install, "--no-deps", "--no-index", "--no-build-isolation", "--target", installed, sources],
    folder,
  );
  return { python, env: { PYTHONPATH: installed } };
}

const install = ["install", "--quiet", "--disable-pip-version-check"];

/** A virtual environment with everything that the SDK requires, and what builds it. */
function providePulumi(): string {
  const pulumi = `pulumi==${pinnedVersion().slice(1)}`;
  const version = run("python3", ["--version"], repository);
  const project = readFileSync(join(sdk, "pyproject.toml"), "utf8");
  const key = createHash("sha256")
    .update(JSON.stringify([pulumi, version, project]))
    .digest("hex")
    .slice(0, 16);
  const make = (folder: string) => {
    run("python3", ["-m", "venv", folder], repository);
    const sources = join(folder, "sources");
    copySdk("python", sources);
    const python = join(folder, "bin/python");
    run(python, ["-m", "pip", ...install, "setuptools", "wheel", pulumi, sources], folder);
    run(python, ["-m", "pip", "uninstall", "--quiet", "--yes", "pulumi_huaweicloud_cph"], folder);
  };
  return provideFolder(join("python", key), make, process.env);
}
