/** How much memory the provider takes. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

const processes = "/proc";
/** What stands in the command lines of Pulumi's process for dynamic providers, and of the plugin. */
const providers = ["@pulumi/pulumi/cmd/dynamic-provider", "pulumi-resource-huaweicloud-cph"];
/** Between two looks, in milliseconds. A look tells the peak so far, so that only the process's last moments are missed. */
const interval = 200;

/** Watches the provider processes that work in a folder. */
export class MemoryWatch {
  /** The most resident memory of one of them so far, in bytes. Undefined where there is none, or no /proc. */
  peak: number | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly folder: string) {
    this.timer = setInterval(() => {
      this.look();
    }, interval);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (!existsSync(processes)) return;
    for (const pid of readdirSync(processes).filter((name) => /^\d+$/.test(name))) {
      const peak = peakOf(join(processes, pid), this.folder);
      if (peak !== undefined) this.peak = Math.max(peak, this.peak ?? 0);
    }
  }
}

function peakOf(process: string, folder: string): number | undefined {
  try {
    if (readlinkSync(join(process, "cwd")) !== folder) return undefined;
    const command = readFileSync(join(process, "cmdline"), "utf8");
    if (!providers.some((provider) => command.includes(provider))) return undefined;
    return mostOf(process);
  } catch {
    // Somebody else's process, or one that has just ended.
    return undefined;
  }
}

/** The most resident memory of a process so far, in bytes. Undefined where there is no /proc. */
export function peakMemoryOf(pid: number | undefined): number | undefined {
  return pid !== undefined && existsSync(processes) ? mostOf(join(processes, String(pid))) : undefined;
}

function mostOf(process: string): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(join(process, "status"), "utf8"))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
