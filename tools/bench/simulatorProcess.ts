/** The simulated cloud, in a process of its own so that it takes no time from what is measured. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Call, CloudState, FaultRule } from "pulumi-huaweicloud-cph/simulator";
import type { SimulatedCloud } from "../engine/environment";

const simulatorMain = join(__dirname, "../../dist/simulator/main.js");

export class SimulatorProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly cloud: SimulatedCloud,
  ) {}

  static async start(options: { servers: number; jobSeconds: number }): Promise<SimulatorProcess> {
    const args = [simulatorMain, "--servers", String(options.servers), "--job-seconds", String(options.jobSeconds)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const { projects, ...access } = JSON.parse(line) as Omit<SimulatedCloud, "region"> & { projects: object };
    const [region] = Object.keys(projects);
    if (region === undefined) throw new Error("the simulator has no project");
    return new SimulatorProcess(child, { ...access, region });
  }

  /** Ids of all servers. */
  async serverIds(): Promise<string[]> {
    const { projects } = (await this.admin("GET", "/state")) as CloudState;
    return projects.flatMap(({ servers }) => servers.map(({ id }) => id));
  }

  async addKeypair(name: string, publicKey: string): Promise<void> {
    await this.admin("PUT", `/keypairs/${this.cloud.region}/${name}`, { publicKey });
  }

  /** Forgets the calls so far and puts faults in force, so that a rate limit counts from the next call. */
  async renew(faults: readonly FaultRule[]): Promise<void> {
    await this.admin("DELETE", "/faults");
    for (const fault of faults) await this.admin("POST", "/faults", fault);
    await this.admin("DELETE", "/calls");
  }

  async calls(): Promise<Call[]> {
    return (await this.admin("GET", "/calls")) as Call[];
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "exit");
  }

  private async admin(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.cloud.url}/_admin${path}`, { method, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}
