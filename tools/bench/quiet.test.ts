import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { QuietWatch } from "./quiet";

/** A watch that began on a quiet machine. */
function quietWatch(): QuietWatch {
  return Object.assign(new QuietWatch(), { loadBefore: 0.2 });
}

describe("a watch of the machine's quiet", () => {
  test("finds nothing where little runs", () => {
    const watch = Object.assign(quietWatch(), { mostByOthers: 0.031 });
    expect(watch.disturbance).toBeUndefined();
    expect(watch.description).toBe("load average 0.20 before it began, other work at most 3 % of the machine");
  });

  test("is disturbed by a load from before", () => {
    const watch = Object.assign(quietWatch(), { loadBefore: 0.5 });
    expect(watch.disturbance).toBe("the load average was 0.50 before it began, and has to be below 0.5");
  });

  test("is disturbed by what runs meanwhile", async () => {
    const busy = Array.from({ length: availableParallelism() }, () =>
      spawn(process.execPath, ["-e", "console.log(1); for (;;);"], { stdio: ["ignore", "pipe", "ignore"] }),
    );
    try {
      await Promise.all(busy.map(({ stdout }) => once(stdout, "data")));
      const watch = quietWatch();
      await watch.look();
      expect(watch.disturbance).toMatch(/^other work took \d+ % of the machine, and may take 10 %$/);
    } finally {
      for (const child of busy) child.kill("SIGKILL");
    }
  });
});
