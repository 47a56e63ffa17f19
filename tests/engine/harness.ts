/**
 * Runs Pulumi programs with the real engine. A workspace is for one stack: it has a folder, settings and a backend of its own.
 *
 *   const workspace = createWorkspace();
 *   const stack = await workspace.createStack(async () => { new Keypair("key", {}); }, {
 *     "huaweicloud-cph:region": { value: "cn-north-4" },
 *     "huaweicloud-cph:secretKey": { value: "...", secret: true },
 *   });
 *   const { changes, output } = await stack.up();            // an exit code that is not expected throws all output
 *   expect((await stack.outputs()).name?.value).toBe("...");
 *   await stack.up({ exitCode: 1 });                         // a failure that the test expects
 *   expect((await stack.previewRefresh()).exitCode).toBe(0); // 7 where something would change
 *   stack.setProgram(async () => { ... });                   // the user's next edit
 *   await stack.setConfig({ ... });                          // the same for its settings
 *   workspace.env.HW_ACCESS_KEY = "...";                     // for every later run
 *   await stack.pulumi(["stack", "output", "--json"]);       // any command that needs no program
 *   const { resources, text } = await stack.exportState();   // secrets are encrypted, as in the backend
 *
 *   const project = await workspace.createProject("examples/rotation", config); // a copy of the folder
 *   await project.up(["--skip-preview"]);                                       // by the plain CLI
 *
 * Nothing needs to be cleaned up: when a test file ends, what still runs is interrupted and the workspaces are removed.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation";
import { type CommandResult, runCommand } from "./harnessCommand";
import { InlineStack } from "./harnessInline";
import { ProjectStack } from "./harnessProject";
import { repository, type Workspace } from "./harnessStack";
import { providePlugin } from "./plugin";

/** Each run of the engine takes seconds, and a test needs several. */
jest.setTimeout(120_000);

const openWorkspaces: EngineWorkspace[] = [];

afterAll(async () => {
  await Promise.all(openWorkspaces.splice(0).map((workspace) => workspace.close()));
});

export function createWorkspace(): EngineWorkspace {
  clearInheritedSettings();
  const workspace = new EngineWorkspace();
  openWorkspaces.push(workspace);
  return workspace;
}

/** Neither the developer's cloud credentials nor their Pulumi settings may reach a test. */
function clearInheritedSettings(): void {
  for (const name of Object.keys(process.env))
    if (/^(HW|HUAWEICLOUD|PULUMI)_/.test(name)) Reflect.deleteProperty(process.env, name);
}

/** A folder with a backend and an environment of its own, in which stacks are made. */
export class EngineWorkspace implements Workspace {
  /** Holds everything that the engine writes: state, logs, settings. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "huaweicloud-cph-")));

  /** Holds the state. */
  readonly backend = join(this.folder, "backend");

  /** What every run has in its environment beside that of the test process. */
  readonly env: Record<string, string>;

  private readonly interruption = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  constructor() {
    const home = join(this.folder, "home");
    mkdirSync(home);
    mkdirSync(this.backend);
    // Projects in the workspace find the dependencies of this repository in the folder above them.
    symlinkSync(join(repository, "node_modules"), join(this.folder, "node_modules"));
    this.env = {
      HOME: home,
      PULUMI_HOME: join(home, ".pulumi"),
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
      // A run of the engine ends before it has to collect garbage.
      GOGC: "off",
      GOMEMLIMIT: "1GiB",
    };
    providePlugin(this);
  }

  get signal(): AbortSignal {
    return this.interruption.signal;
  }

  /** Makes a stack for a program that runs in the test process. */
  createStack(program: PulumiFn, config: ConfigMap = {}): Promise<InlineStack> {
    return InlineStack.create(this, program, config);
  }

  /** Makes a stack for a copy of a project; the path is relative to the repository. */
  createProject(source: string, config: ConfigMap = {}): Promise<ProjectStack> {
    return ProjectStack.copy(this, resolve(repository, source), config);
  }

  /** Makes a stack for a project that stays where it is, with what is installed there. */
  openProject(folder: string, config: ConfigMap = {}): Promise<ProjectStack> {
    return ProjectStack.open(this, folder, config);
  }

  /** Makes a folder in which `pulumi-huaweicloud-cph` can be imported as if it were installed. */
  createProjectFolder(): string {
    const folder = mkdtempSync(join(this.folder, "project-"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(repository, join(folder, "node_modules", "pulumi-huaweicloud-cph"));
    return folder;
  }

  run(command: string, args: string[], cwd: string): Promise<CommandResult> {
    return this.track(runCommand(command, args, { cwd, env: { ...process.env, ...this.env }, signal: this.signal }));
  }

  /** Remembers a run until it has ended, so that the folder is not removed while something writes to it. */
  track<T>(run: Promise<T>): Promise<T> {
    const ended = run.catch(() => undefined).finally(() => this.running.delete(ended));
    this.running.add(ended);
    return run;
  }

  async close(): Promise<void> {
    this.interruption.abort();
    await Promise.all(this.running);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
