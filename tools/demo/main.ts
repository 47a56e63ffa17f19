/**
 * The life of a fleet's key pair, told by the real engine on a simulated cloud: `make demo`.
 *
 * Runs examples/rotation, and checks after each step that what the step says is true.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { startSimulator, type Simulator } from "pulumi-huaweicloud-cph/simulator";
import { cloudEnvironment, engineEnvironment } from "../engine/environment";

const repository = resolve(__dirname, "../..");
const region = "cn-north-4";
const serverCount = 12;
/** How long a server takes to get another key pair, in seconds: the last one this many, the others less. */
const slowestServer = 5;
/** The exit code of `--expect-no-changes` where there are changes. */
const changesFound = 7;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

class Interrupted extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
  }
}

/** Runs commands one after another and passes on the signals that end a demo. */
class Runner {
  private child: ChildProcess | undefined;
  private signal: NodeJS.Signals | undefined;

  constructor(private readonly env: NodeJS.ProcessEnv) {
    for (const signal of signals) {
      process.on(signal, () => {
        this.signal = signal;
        // A terminal interrupts its whole process group by itself, and a second interrupt would end the engine at once.
        if (signal !== "SIGINT" || !process.stdin.isTTY) this.child?.kill(signal);
      });
    }
  }

  /** Runs a command to its end. Any other exit code than the expected one is an error. */
  async run(command: string, args: string[], cwd: string, exitCode = 0): Promise<void> {
    this.stopIfInterrupted();
    const code = await new Promise<number | null>((ended, failed) => {
      this.child = spawn(command, args, { cwd, env: this.env, stdio: "inherit" });
      this.child.on("error", failed).on("close", ended);
    });
    this.stopIfInterrupted();
    if (code !== exitCode)
      throw new Error(`${[command, ...args].join(" ")}: exit code ${String(code)} instead of ${exitCode}`);
  }

  private stopIfInterrupted(): void {
    if (this.signal !== undefined) throw new Interrupted(this.signal);
  }
}

/** A stack of examples/rotation. */
class Fleet {
  constructor(
    private readonly folder: string,
    private readonly runner: Runner,
  ) {}

  /** Runs a command that needs no program. */
  async pulumi(...args: string[]): Promise<void> {
    console.log(`$ pulumi ${args.join(" ")}`);
    await this.runner.run("pulumi", args, this.folder);
  }

  /** Runs a command that runs the program; where Pulumi's language host for Node is installed, it would do that. */
  async engine(command: string, flags: string[], exitCode = 0): Promise<void> {
    console.log(`$ pulumi ${[command, ...flags].join(" ")}`);
    const host = ["-r", "ts-node/register/transpile-only", "tools/program-host/main.ts"];
    await this.runner.run(process.execPath, [...host, this.folder, command, ...flags], repository, exitCode);
  }
}

async function tell(simulator: Simulator, fleet: Fleet): Promise<void> {
  const project = () => {
    const [first] = simulator.state().projects;
    if (first === undefined) throw new Error("the simulator has no project");
    return first;
  };
  const names = () => project().keypairs.map(({ name }) => name);
  const serversWith = (name: string | undefined) => project().servers.filter(({ keypairName }) => keypairName === name);
  const callsOf = (operation: string) => simulator.calls().filter((call) => call.operation === operation);

  announce(`a key pair for ${serverCount} servers: the service makes it, and every server gets it`);
  await fleet.pulumi("stack", "init", "demo");
  await fleet.engine("up", ["--yes", "--skip-preview"]);
  const [first] = names();
  check(`all ${serverCount} servers carry ${String(first)}`, serversWith(first).length === serverCount);
  check("two calls did it: 10 servers and 2", callsOf("UpdateKeypair").length === 2);

  announce("nothing has changed, and a preview that looks at the cloud says so");
  await fleet.engine("preview", ["--refresh", "--expect-no-changes"]);

  announce("somebody binds another key pair to two servers and edits the description of ours, by hand");
  const [one, , , two] = project().servers;
  await simulator.replaceKeypair(region, "by-hand");
  for (const server of [one, two]) simulator.changeServer(region, server?.id ?? "", { keypairName: "by-hand" });
  simulator.changeKeypair(region, String(first), { description: "edited by hand" });
  check("two servers carry by-hand", serversWith("by-hand").length === 2);

  announce(`the preview shows what changed; its exit code, ${changesFound}, is what fails a pipeline`);
  simulator.clearCalls();
  await fleet.engine("preview", ["--refresh", "--expect-no-changes"], changesFound);
  check(
    "the preview itself changed nothing",
    simulator.calls().every(({ method }) => method === "GET"),
  );

  announce("the next update heals it, and touches nothing else");
  simulator.clearCalls();
  await fleet.engine("up", ["--yes", "--skip-preview", "--refresh"]);
  check(`all ${serverCount} servers carry ${String(first)} again`, serversWith(first).length === serverCount);
  check("only the two servers were called", serversIn(callsOf("UpdateKeypair")) === 2);

  announce("rotation: the next generation is bound to every server before the old key pair goes");
  await fleet.pulumi("config", "set", "generation", "2");
  simulator.clearCalls();
  await fleet.engine("up", ["--yes", "--skip-preview"]);
  const second = names().find((name) => name !== first && name !== "by-hand");
  check(`all ${serverCount} servers carry ${String(second)}`, serversWith(second).length === serverCount);
  check(`${String(first)} is gone`, !names().includes(String(first)));
  const lastLook = callsOf("ListJobs").at(-1)?.number ?? Infinity;
  check("it went after the last server was bound", (callsOf("DeleteKeypair")[0]?.number ?? 0) > lastLook);

  announce("the end: the key pair is deleted; the service has no call that takes one off a server");
  await fleet.engine("destroy", ["--yes", "--skip-preview"]);
  check("only the key pair made by hand is left", names().join() === "by-hand");
}

function serversIn(calls: { body: unknown }[]): number {
  return calls.reduce((sum, { body }) => sum + (body as { servers: unknown[] }).servers.length, 0);
}

let step = 0;

function announce(text: string): void {
  console.log(`\n== ${++step}. ${text}`);
}

function check(claim: string, holds: boolean): void {
  if (!holds) throw new Error(`not true: ${claim}`);
  console.log(`   checked: ${claim}`);
}

/** Makes a copy of the example that finds its dependencies, so that no stack is left in the repository. */
function copyExample(workspace: string): string {
  const folder = join(workspace, "rotation");
  const isSource = (path: string) => basename(path) !== "node_modules" && !/^Pulumi\..+\.yaml$/.test(basename(path));
  cpSync(join(repository, "examples/rotation"), folder, { recursive: true, filter: isSource });
  symlinkSync(join(repository, "node_modules"), join(workspace, "node_modules"));
  return folder;
}

/** Every server takes a time of its own, as real ones do. */
function slowDown(simulator: Simulator): void {
  const servers = simulator.state().projects[0]?.servers ?? [];
  servers.forEach(({ id }, index) => {
    const seconds = (slowestServer * (index + 1)) / servers.length;
    simulator.addFault({ match: { serverId: id }, action: { type: "jobTakes", seconds } });
  });
}

async function main(): Promise<void> {
  const started = Date.now();
  const workspace = mkdtempSync(join(tmpdir(), "huaweicloud-cph-demo-"));
  const simulator = await startSimulator({ servers: serverCount });
  try {
    slowDown(simulator);
    console.log(`The simulated cloud can be watched at ${simulator.url}`);
    const cloud = { url: simulator.url, ...simulator.credentials, region };
    const runner = new Runner({ ...engineEnvironment(workspace, "demo"), ...cloudEnvironment(cloud) });
    await tell(simulator, new Fleet(copyExample(workspace), runner));
    console.log(`\nEverything that was told was checked, in ${Math.round((Date.now() - started) / 1000)} s.`);
  } finally {
    await simulator.close();
    rmSync(workspace, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof Interrupted ? 128 + constants.signals[error.signal] : 1;
});
