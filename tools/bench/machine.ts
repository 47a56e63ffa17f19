/** What the figures depend on. */
import { execFileSync } from "node:child_process";
import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";

/** One line, such as `2 cores (...), 23.5 GiB of memory, linux x64, Node 20.20.2, Pulumi 3.259.0`. */
export function machineDescription(): string {
  const engine = execFileSync("pulumi", ["version"], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" },
  });
  const cores = availableParallelism();
  return [
    `${cores} ${cores === 1 ? "core" : "cores"} (${cpus()[0]?.model.trim() ?? "unknown"})`,
    `${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`,
    `${platform()} ${arch()}`,
    `Node ${process.versions.node}`,
    `Pulumi ${engine.trim().replace(/^v/, "")}`,
  ].join(", ");
}
