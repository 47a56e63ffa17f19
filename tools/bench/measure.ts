/** Runs scenarios on the real engine against a simulated cloud. */
import type { FaultRule } from "pulumi-huaweicloud-cph/simulator";
import { cloudEnvironment } from "../engine/environment";
import type { LoggedCall } from "./calls";
import { fleetOf, keypairsOf } from "./fleet";
import { median } from "./median";
import { type Host, type Scenario, serversInProject } from "./scenarios";
import { SimulatorProcess } from "./simulatorProcess";
import { type Operation, type Run, Stack, type StateResource } from "./stack";

/** What one operation of one scenario took: of several runs, that of the median time, but for the floors and the state. */
export interface Measurement extends Run {
  readonly scenario: Scenario;
  readonly operation: Operation;
  /** How long the engine takes for what calls nothing and leaves the same state, or says the same in YAML: a median. */
  readonly floorSeconds: number;
  /** How long it takes for a program without resources: a median. NaN where there are several resources. */
  readonly emptySeconds: number;
  readonly calls: readonly LoggedCall[];
  /** Of one resource in the last state, as compact JSON: the mean. */
  readonly stateBytes: number;
}

/** What a scenario came to. */
export interface Measured {
  readonly measurements: readonly Measurement[];
  /** What the state held last. */
  readonly resources: readonly StateResource[];
}

/** One after the other, an update and then a refresh that finds no change. */
const operations: readonly Operation[] = ["up", "refresh"];

/** Each run of a fleet stands beside one of its floor, so that what else the machine does is shared by both. */
const rounds = 3;

interface FleetRun extends Run {
  readonly calls: readonly LoggedCall[];
}

/** By operation, in order. */
interface Round {
  readonly fleet: readonly FleetRun[];
  readonly floor: readonly Run[];
  /** None where there are several resources. */
  readonly empty: readonly Run[];
  readonly resources: readonly StateResource[];
}

export class Bench {
  /**
   * @param beforeEachStack What is to be looked at while nothing of this benchmark runs.
   */
  constructor(
    private readonly signal: AbortSignal,
    private readonly beforeEachStack: () => Promise<void>,
  ) {}

  async measure(scenario: Scenario): Promise<Measured> {
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round++) measured.push(await this.round(scenario));
    const resources = measured.at(-1)?.resources ?? [];
    const stateBytes = mean(resources.map((resource) => JSON.stringify(resource).length));
    const measurements = operations.map((operation, index) => ({
      ...medianRun(measured.map(({ fleet }) => fleet[index])),
      scenario,
      operation,
      floorSeconds: medianRun(measured.map(({ floor }) => floor[index])).seconds,
      emptySeconds: median(measured.map(({ empty }) => empty[index]?.seconds ?? NaN)),
      stateBytes,
    }));
    return { measurements, resources };
  }

  private async round(scenario: Scenario): Promise<Round> {
    const { host = "dynamic" } = scenario;
    const { declared, fleet, resources } = await this.runFleet(scenario);
    const floor = await this.runFloor(scenario, host === "native" ? declared : resources);
    if (resources.length > 1) return { fleet, floor, empty: [], resources };
    const empty = await this.runFloor(scenario, []);
    return { fleet, floor, empty, resources };
  }

  private runFloor({ host = "dynamic", parallel }: Scenario, data: readonly object[]): Promise<Run[]> {
    return this.onStack(host, "floor", data, {}, async (stack) => {
      const runs: Run[] = [];
      for (const operation of operations) runs.push(await stack.run(operation, parallel));
      return runs;
    });
  }

  private async runFleet(scenario: Scenario) {
    const { work, host = "dynamic", parallel } = scenario;
    const simulator = await SimulatorProcess.start({
      servers: serversInProject(scenario),
      jobSeconds: "jobSeconds" in work ? work.jobSeconds : 0,
    });
    try {
      for (const [name, publicKey] of keypairsOf(work)) await simulator.addKeypair(name, publicKey);
      const declared = fleetOf(work, await simulator.serverIds());
      return await this.onStack(host, "fleet", declared, cloudEnvironment(simulator.cloud), async (stack) => {
        const runs: FleetRun[] = [];
        for (const operation of operations) {
          await simulator.renew(faultsOf(scenario));
          const run = await stack.run(operation, parallel);
          runs.push({ ...run, calls: await simulator.calls() });
        }
        return { declared, fleet: runs, resources: await stack.resources() };
      });
    } finally {
      await simulator.stop();
    }
  }

  private async onStack<T>(
    host: Host,
    program: "fleet" | "floor",
    data: object,
    env: NodeJS.ProcessEnv,
    use: (stack: Stack) => Promise<T>,
  ): Promise<T> {
    await this.beforeEachStack();
    const stack = await Stack.create(host, program, data, env, this.signal);
    try {
      return await use(stack);
    } finally {
      stack.remove();
    }
  }
}

/** That of the median time. */
function medianRun<R extends Run>(runs: readonly (R | undefined)[]): R {
  const all = runs.filter((run) => run !== undefined);
  const middle = median(all.map(({ seconds }) => seconds));
  const found = all.find(({ seconds }) => seconds === middle);
  if (found === undefined) throw new Error("nothing was run");
  return found;
}

function faultsOf({ latency, limit }: Scenario): FaultRule[] {
  return [
    { action: { type: "delay", milliseconds: latency } },
    ...(limit === undefined ? [] : [{ action: { type: "rateLimit", ...limit } } as const]),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
