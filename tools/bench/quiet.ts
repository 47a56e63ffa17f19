/** Whether the machine is quiet: figures taken while other work runs are of no use. */
import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** The most load average, of a minute, at which measuring may begin. */
const quietLoad = 0.5;
/** The most share of the processors that others may use while nothing of the benchmark runs. */
const quietShare = 0.1;
/** How long that is looked at, in milliseconds. */
const span = 500;
/** So often before a run, until it is quiet: what passes quickly disturbs nothing. */
const mostLooks = 20;

/** What else ran on the machine while something was measured. */
export class QuietWatch {
  /** The most that others used before a run, as a share of all processors. */
  private mostByOthers = 0;

  /**
   * @param loadBefore The load average of the minute before the first measurement.
   * @param nextShare What others use in the next moment.
   */
  constructor(
    private readonly loadBefore = loadavg()[0] ?? NaN,
    private readonly nextShare = shareOfOthers,
  ) {}

  /** Waits until others use little, for a while. Nothing of the benchmark's own may run. */
  async look(): Promise<void> {
    let share = Infinity;
    for (let looks = 0; share > quietShare && looks < mostLooks; looks++) share = await this.nextShare();
    this.mostByOthers = Math.max(this.mostByOthers, share);
  }

  /** What disturbed, as a clause; undefined where nothing did. */
  get disturbance(): string | undefined {
    if (this.loadBefore >= quietLoad)
      return `the load average was ${this.loadBefore.toFixed(2)} before it began, and has to be below ${quietLoad}`;
    if (this.mostByOthers > quietShare)
      return `other work took ${asPercent(this.mostByOthers)} of the machine, and may take ${asPercent(quietShare)}`;
    return undefined;
  }

  /** For the page: `load average 0.21 before it began, other work at most 3 % of the machine before each run`. */
  get description(): string {
    return `load average ${this.loadBefore.toFixed(2)} before it began, other work at most ${asPercent(this.mostByOthers)} of the machine before each run`;
  }
}

/** Of the next moment. */
async function shareOfOthers(): Promise<number> {
  const before = processorTimes();
  await sleep(span);
  const after = processorTimes();
  return (after.busy - before.busy) / (after.all - before.all);
}

function processorTimes(): { busy: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, cpu) => sum + cpu.idle, 0);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: all - idle, all };
}

function asPercent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
