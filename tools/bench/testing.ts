/** Made-up measurements, for tests. */
import type { Operation } from "pulumi-huaweicloud-cph/simulator";
import type { LoggedCall } from "./calls";
import type { Measurement } from "./measure";
import type { Results } from "./results";

const start = Date.parse("2026-01-01T00:00:00Z");

/** A call that arrives some seconds after the first. */
export function newCall(operation: Operation, { at = 0, status = 200 } = {}): LoggedCall {
  const method = /^(List|Show)/.test(operation) ? "GET" : "POST";
  return { time: new Date(start + at * 1000).toISOString(), method, operation, status };
}

/** An update that binds 1,000 servers, with what is told changed. */
export function newMeasurement(changed: Partial<Measurement> = {}): Measurement {
  return {
    scenario: { work: { bindings: 1, serversEach: 1_000, jobSeconds: 5 }, latency: 20 },
    operation: "up",
    startedAt: start - 2_000,
    seconds: 9,
    floorSeconds: 3,
    emptySeconds: 2,
    peakMemory: 150 * 2 ** 20,
    calls: [],
    stateBytes: 239_416.4,
    ...changed,
  };
}

/** Results of nothing but what is told. */
export function newResults(told: Partial<Results>): Results {
  return { measurements: [], providerTimes: [], startUp: [], yaml: [], ...told };
}
