/** Runs scenarios on the real engine against a simulated cloud. */
import type { FaultRule } from "pulumi-huaweicloud-cph/simulator";
import { cloudEnvironment } from "../engine/environment";
import type { LoggedCall } from "./calls";
import { newPublicKey } from "./keys";
import { type Scenario, serversInProject, type Work } from "./scenarios";
import { SimulatorProcess } from "./simulatorProcess";
import { type Operation, type Run, Stack, type StateResource } from "./stack";

/** What one operation of one scenario took. */
export interface Measurement extends Run {
  readonly scenario: Scenario;
  readonly operation: Operation;
  /** How long the engine takes for as many resources that call nothing and leave the same state. */
  readonly floorSeconds: number;
  readonly calls: readonly LoggedCall[];
  /** Of one resource in the state, as compact JSON: the mean. */
  readonly stateBytes: number;
}

/** One after the other, an update and then a refresh that finds no change. */
const operations: Operation[] = ["up", "refresh"];

/** The key pair that all bindings put on their servers. */
const boundKeypair = "bound";

export class Bench {
  /** Floors by work and parallelism: they do not depend on the cloud. */
  private readonly floors = new Map<string, Run[]>();

  constructor(private readonly signal: AbortSignal) {}

  async measure(scenario: Scenario): Promise<Measurement[]> {
    const fleet = await this.runFleet(scenario);
    const floors = await this.floorsOf(scenario, fleet.resources);
    const stateBytes = mean(fleet.resources.map((resource) => JSON.stringify(resource).length));
    return fleet.runs.map((run, index) => ({
      ...run,
      scenario,
      floorSeconds: floors[index]?.seconds ?? NaN,
      stateBytes,
    }));
  }

  private async runFleet(scenario: Scenario) {
    const { work, parallel } = scenario;
    const simulator = await SimulatorProcess.start({
      servers: serversInProject,
      jobSeconds: "jobSeconds" in work ? work.jobSeconds : 0,
    });
    try {
      await simulator.addKeypair(boundKeypair);
      const data = dataOf(work, await simulator.serverIds());
      return await this.onStack("fleet", data, cloudEnvironment(simulator.cloud), async (stack) => {
        const runs = [];
        for (const operation of operations) {
          await simulator.renew(faultsOf(scenario));
          const run = await stack.run(operation, parallel);
          runs.push({ ...run, operation, calls: await simulator.calls() });
        }
        return { runs, resources: await stack.resources() };
      });
    } finally {
      await simulator.stop();
    }
  }

  private async floorsOf({ work, parallel }: Scenario, recorded: StateResource[]): Promise<Run[]> {
    const key = JSON.stringify({ work, parallel });
    const known = this.floors.get(key);
    if (known !== undefined) return known;
    const runs = await this.onStack("floor", recorded, {}, async (stack) => {
      const inOrder = [];
      for (const operation of operations) inOrder.push(await stack.run(operation, parallel));
      return inOrder;
    });
    this.floors.set(key, runs);
    return runs;
  }

  private async onStack<T>(
    program: "fleet" | "floor",
    data: object,
    env: NodeJS.ProcessEnv,
    use: (stack: Stack) => Promise<T>,
  ): Promise<T> {
    const stack = await Stack.create(program, data, env, this.signal);
    try {
      return await use(stack);
    } finally {
      stack.remove();
    }
  }
}

/** What the program is to make. */
function dataOf(work: Work, serverIds: string[]): { keypairs: object[]; bindings: object[] } {
  if ("keypairs" in work) {
    const keypairs = Array.from({ length: work.keypairs }, (_, index) => ({
      name: `key-${index + 1}`,
      publicKey: newPublicKey(),
    }));
    return { keypairs, bindings: [] };
  }
  const { bindings, serversEach } = work;
  return {
    keypairs: [],
    bindings: Array.from({ length: bindings }, (_, index) => ({
      name: `binding-${index + 1}`,
      keypairName: boundKeypair,
      serverIds: serverIds.slice(index * serversEach, (index + 1) * serversEach),
    })),
  };
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
