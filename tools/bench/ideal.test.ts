import { idealSeconds, leastCalls, leastSteps } from "./ideal";
import type { Scenario, Work } from "./scenarios";

const latency = 20;
const oneBinding = (serversEach: number): Work => ({ bindings: 1, serversEach, jobSeconds: 5 });

function least(scenario: Scenario, operation: "up" | "refresh") {
  const { writes, reads, "job looks": jobLooks } = leastCalls(leastSteps(scenario, operation));
  return [writes, reads, jobLooks];
}

function ideal(scenario: Scenario, operation: "up" | "refresh" = "up"): number {
  return idealSeconds(leastSteps(scenario, operation), scenario);
}

describe("the least calls", () => {
  test.each<[string, Work, number[], number[]]>([
    ["1 server: itself, twice, and the project", oneBinding(1), [1, 3, 1], [0, 2, 0]],
    ["10 servers: no more than the pages of the list", oneBinding(10), [1, 21, 1], [0, 11, 0]],
    ["1,000 servers: the list", oneBinding(1_000), [100, 21, 5], [0, 11, 0]],
    [
      "1,000 servers with a key pair each: the lists of both",
      { ...oneBinding(1_000), keypairEach: true },
      [100, 1 + 10 + 20 + 10, 5],
      [0, 1 + 10 + 20, 0],
    ],
    ["10,000 servers: their list", oneBinding(10_000), [1_000, 1 + 100 + 100, 50], [0, 101, 0]],
    ["1,000 key pairs in one set: no details", { setOf: 1_000 }, [100, 1, 0], [0, 21, 0]],
    ["1 key pair: its detail", { keypairs: 1 }, [1, 2, 0], [0, 2, 0]],
    ["300 key pairs: a detail each, but pages when they are read again", { keypairs: 300 }, [30, 301, 0], [0, 7, 0]],
  ])("for %s", (_, work, up, refresh) => {
    expect(least({ work, latency, parallel: 100 }, "up")).toEqual(up);
    expect(least({ work, latency, parallel: 100 }, "refresh")).toEqual(refresh);
  });

  test("are more where the engine runs fewer operations at once than a call takes", () => {
    expect(least({ work: { keypairs: 20 }, latency, parallel: 8 }, "up")).toEqual([3, 21, 0]);
    const bindings = { bindings: 20, serversEach: 2, jobSeconds: 5 };
    // Eight bindings have 16 servers, which take two calls, and the last four have 8.
    expect(least({ work: bindings, latency, parallel: 8 }, "up")).toEqual([5, 1 + 10 + 10 + 10 + 8, 3]);
  });
});

describe("the shortest schedule", () => {
  test("is the latencies one after the other and the job", () => {
    // The project, the server, the call that binds it; the job; the job's look, the server.
    expect(ideal({ work: oneBinding(1), latency })).toBeCloseTo(5 * 0.02 + 5);
    // Pages of a list take two rounds.
    expect(ideal({ work: oneBinding(1_000), latency })).toBeCloseTo(7 * 0.02 + 5);
    expect(ideal({ work: oneBinding(1_000), latency }, "refresh")).toBeCloseTo(3 * 0.02);
  });

  test("goes round as often as the engine has to", () => {
    expect(ideal({ work: { keypairs: 16 }, latency, parallel: 8 })).toBeCloseTo(0.02 + 2 * 0.04);
    const bindings = { bindings: 16, serversEach: 1, jobSeconds: 5 };
    expect(ideal({ work: bindings, latency, parallel: 8 })).toBeCloseTo(0.06 + 2 * (5 + 3 * 0.02));
  });

  test("waits for each page of key pairs that the page before names", () => {
    expect(ideal({ work: { keypairs: 300 }, latency }, "refresh")).toBeCloseTo(0.02 + 6 * 0.02);
  });

  test("keeps to the rate limit", () => {
    const limit = { calls: 20, seconds: 1 };
    // Call 111 is the last that binds, in the sixth window; the 15 calls after the job fit into one.
    expect(ideal({ work: oneBinding(1_000), latency, limit })).toBeCloseTo(5 + 0.02 + 5 + 0.06);
    expect(ideal({ work: oneBinding(1), latency, limit })).toBeCloseTo(5 * 0.02 + 5);
  });

  test("opens a window with the first call after the last one's end", () => {
    const steps = [
      { kind: "writes", calls: 1, waitSeconds: 1.5 },
      { kind: "writes", calls: 3 },
    ] as const;
    // The second window opens at 1.5 and not at 1, so that its third call waits until 2.5.
    expect(idealSeconds(steps, { latency: 0, limit: { calls: 2, seconds: 1 } })).toBeCloseTo(2.5);
  });
});
