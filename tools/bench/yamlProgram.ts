/** How long a program in YAML takes to make one key pair by the native plugin, and how long without any resource. */
import { cloudEnvironment } from "../engine/environment";
import type { Declared } from "./fleet";
import { newPublicKey } from "./keys";
import { median } from "./median";
import type { YamlUpdate } from "./results";
import { SimulatorProcess } from "./simulatorProcess";
import { builtPlugin, Stack } from "./stack";

const runs = 5;

interface Candidate {
  readonly what: string;
  readonly isFloor?: true | undefined;
  readonly resources: readonly Declared[];
  /** The file of the plugin. */
  readonly plugin: string;
}

/** In turns, so that what else the machine does meanwhile is shared by all. */
export async function yamlUpdates(pluginExecutable: string, signal: AbortSignal): Promise<YamlUpdate[]> {
  const simulator = await SimulatorProcess.start({ servers: 0, jobSeconds: 0 });
  try {
    const measured = candidates(pluginExecutable).map((candidate) => ({ candidate, seconds: [] as number[] }));
    for (let run = 0; run < runs; run++) {
      for (const { candidate, seconds } of measured)
        seconds.push(await secondsOf(candidate, cloudEnvironment(simulator.cloud), signal));
    }
    return measured.map(({ candidate: { what, isFloor }, seconds }) => ({ what, isFloor, seconds: median(seconds) }));
  } finally {
    await simulator.stop();
  }
}

function candidates(pluginExecutable: string): Candidate[] {
  const resources: Declared[] = [{ kind: "Keypair", name: "key", args: { publicKey: newPublicKey() } }];
  return [
    { what: "one key pair, plugin of the package", resources, plugin: builtPlugin },
    { what: "one key pair, plugin as one executable", resources, plugin: pluginExecutable },
    { what: "floor: a program without resources", isFloor: true, resources: [], plugin: builtPlugin },
  ];
}

/** Of the first update of a new stack. */
async function secondsOf(
  { resources, plugin }: Candidate,
  cloud: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  const stack = await Stack.create("native", "fleet", resources, cloud, signal, plugin);
  try {
    return (await stack.run("up")).seconds;
  } finally {
    stack.remove();
  }
}
