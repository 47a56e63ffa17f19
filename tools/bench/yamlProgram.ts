/** How long a program in YAML takes to make one key pair by the native plugin, and how long without any resource. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { cloudEnvironment, engineEnvironment } from "../engine/environment";
import { pluginFile, makePluginExecutable } from "../release/pluginExecutable";
import { newPublicKey } from "./keys";
import { median } from "./median";
import type { YamlUpdate } from "./results";
import { SimulatorProcess } from "./simulatorProcess";

const runs = 5;

interface Candidate {
  readonly what: string;
  readonly isFloor?: true | undefined;
  readonly resources: object;
  /** The file of the plugin. */
  readonly plugin: string;
}

/** In turns, so that what else the machine does meanwhile is shared by all. */
export async function yamlUpdates(): Promise<YamlUpdate[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "huaweicloud-cph-bench-")));
  const simulator = await SimulatorProcess.start({ servers: 0, jobSeconds: 0 });
  try {
    await makePluginExecutable(folder);
    const measured = candidates(join(folder, pluginFile)).map((candidate) => ({ candidate, seconds: [] as number[] }));
    for (let run = 0; run < runs; run++) {
      for (const { candidate, seconds } of measured)
        seconds.push(secondsOf(candidate, cloudEnvironment(simulator.cloud)));
    }
    return measured.map(({ candidate: { what, isFloor }, seconds }) => ({ what, isFloor, seconds: median(seconds) }));
  } finally {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function candidates(pluginExecutable: string): Candidate[] {
  const ofPackage = resolve(__dirname, "../../dist/provider/hosts/plugin/main.js");
  const resources = { key: { type: "huaweicloud-cph:Keypair", properties: { publicKey: newPublicKey() } } };
  return [
    { what: "one key pair, plugin of the package", resources, plugin: ofPackage },
    { what: "one key pair, plugin as one executable", resources, plugin: pluginExecutable },
    { what: "floor: a program without resources", isFloor: true, resources: {}, plugin: ofPackage },
  ];
}

/** Of the first update of a new stack. */
function secondsOf({ resources, plugin }: Candidate, cloud: NodeJS.ProcessEnv): number {
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), "huaweicloud-cph-bench-")));
  try {
    symlinkSync(plugin, join(workspace, pluginFile));
    // JSON is YAML.
    writeFileSync(join(workspace, "Pulumi.yaml"), JSON.stringify({ name: "bench", runtime: "yaml", resources }));
    const environment = { ...engineEnvironment(workspace, "bench"), ...cloud };
    const env = { ...environment, PATH: [workspace, environment.PATH].join(delimiter) };
    const pulumi = (...args: string[]) => execFileSync("pulumi", args, { cwd: workspace, env, stdio: "pipe" });
    pulumi("stack", "init", "bench");
    const begun = performance.now();
    pulumi("up", "--yes", "--skip-preview");
    return (performance.now() - begun) / 1000;
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}
