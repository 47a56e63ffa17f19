import { QuietWatch } from "./quiet";

/** A watch of a machine of which others use these shares, one after the other, and then the last for ever. */
function watchOf(load: number, ...shares: number[]): QuietWatch {
  return new QuietWatch(load, () => Promise.resolve((shares.length > 1 ? shares.shift() : shares[0]) ?? 0));
}

describe("a watch of the machine's quiet", () => {
  test("finds nothing where little runs, or what runs passes", async () => {
    const watch = watchOf(0.2, 0.01, 0.9, 0.8, 0.031);
    await watch.look();
    await watch.look();
    expect(watch.disturbance).toBeUndefined();
    expect(watch.description).toBe(
      "load average 0.20 before it began, other work at most 3 % of the machine before each run",
    );
  });

  test("is disturbed by a load from before", () => {
    expect(watchOf(0.5).disturbance).toBe("the load average was 0.50 before it began, and has to be below 0.5");
  });

  test("is disturbed by what goes on", async () => {
    const watch = watchOf(0.2, 0.3);
    await watch.look();
    expect(watch.disturbance).toBe("other work took 30 % of the machine, and may take 10 %");
  });

  test("looks at the processors", async () => {
    const watch = new QuietWatch(0.2);
    await watch.look();
    expect(watch.description).toMatch(/other work at most \d+ % of the machine/);
  });
});
