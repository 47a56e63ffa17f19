/** The processes of a run under way, to end them as a user or a machine does. */
import { execFileSync } from "node:child_process";
import { until } from "./moments";

export interface RunProcesses {
  /** The Pulumi CLI. */
  engine: number;
  /** The process in which the package's resources work. */
  provider: number;
}

/** The processes of the one run that this test process has started. */
export function runningProcesses(): RunProcesses {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .map((match) => ({ id: Number(match?.[1]), parent: Number(match?.[2]), command: match?.[3] ?? "" }));
  const childrenOf = (parent: number): typeof processes =>
    processes.filter((process) => process.parent === parent).flatMap((child) => [child, ...childrenOf(child.id)]);
  const engine = childrenOf(process.pid).find(({ command }) => /\bpulumi (up|refresh|destroy) /.test(command));
  const provider = childrenOf(engine?.id ?? NaN).findLast(({ command }) =>
    /dynamic-provider|pulumi-resource-huaweicloud-cph/.test(command),
  );
  if (engine === undefined || provider === undefined) throw new Error("no run is under way");
  return { engine: engine.id, provider: provider.id };
}

export function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a process has ended. */
export function ended(id: number): Promise<void> {
  return until(() => !isRunning(id));
}
