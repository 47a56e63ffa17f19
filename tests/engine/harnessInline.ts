/** A stack whose program runs in the test process, by Pulumi's Automation API. */
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import {
  CommandError,
  type ConfigMap,
  type DestroyOptions,
  type EngineEvent,
  LocalWorkspace,
  type OpMap,
  type OutputMap,
  type PreviewOptions,
  type PulumiFn,
  type RefreshOptions,
  type ProjectSettings,
  PulumiCommand,
  Stack,
  type UpOptions,
} from "@pulumi/pulumi/automation";
import { checkExitCode, type Expectation } from "./harnessCommand";
import { newStackIn } from "./harnessNewStack";
import { EngineStack, stackName, type Workspace } from "./harnessStack";
import { host } from "./host";

/** Automation's default would make the folder of the test run the working directory of the providers. */
const projectSettings: ProjectSettings = { name: "test-project", runtime: "nodejs" };

/** What the SDK reaches the engine with; its types hide it. */
export const { grpcClientOptions } = runtime as unknown as { grpcClientOptions: Record<string, unknown> };

// Ports come back, and clients share what they know of one, also of those that no engine listened at any more: the program of a later run
// would find its own unavailable, Automation would take it for one that declares nothing, and the engine would delete all that the stack has.
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

/** The exit code of `--expect-no-changes` where there are changes. */
const changesFound = 7;

export interface EngineRun {
  exitCode: number;
  /** All that the command printed, standard output and standard error. */
  output: string;
  /** Number of resources by operation: `{ create: 2, same: 1 }`. */
  changes: OpMap;
  /** Everything that the engine reported, such as `resourcePreEvent` with the detailed diff of one resource. */
  events: EngineEvent[];
}

/** The options by which an operation of the Automation API is watched. */
interface Observer {
  onOutput: (text: string) => void;
  onError: (text: string) => void;
  onEvent: (event: EngineEvent) => void;
  signal: AbortSignal;
  color: "never";
}

/** Automation asks a command for its version before it uses it, which once is enough for. */
let knownCommand: Promise<PulumiCommand> | undefined;
function command(): Promise<PulumiCommand> {
  return (knownCommand ??= PulumiCommand.get());
}

export class InlineStack extends EngineStack {
  private constructor(
    workspace: Workspace,
    private readonly stack: Stack,
  ) {
    super(workspace, stack.workspace.workDir);
  }

  static async create(workspace: Workspace, program: PulumiFn, config: ConfigMap): Promise<InlineStack> {
    if (host === "dynamic") addNodeOption(workspace, `--require "${join(__dirname, "lateClosures.js")}"`);
    const folder = await newStackIn(workspace, projectSettings, config);
    const automation = await LocalWorkspace.create({ program, workDir: folder, pulumiCommand: await command() });
    // Not by an option, of which Automation keeps a copy: what a test changes in the environment is for every later run.
    automation.envVars = workspace.env;
    // Every command names the stack, and so none has to be selected.
    automation.selectStack = () => Promise.resolve();
    const stack = await Stack.select(stackName, automation);
    // After an operation Automation would run the CLI up to three times more, for what few tests look at.
    stack.outputs = () => Promise.resolve({});
    stack.info = () => Promise.resolve(undefined);
    return new InlineStack(workspace, stack);
  }

  /** The stack's outputs, also those that are secret. */
  outputs(): Promise<OutputMap> {
    return this.workspace.track(this.stack.workspace.stackOutputs(stackName));
  }

  setProgram(program: PulumiFn): void {
    this.stack.workspace.program = program;
  }

  async up({ exitCode = 0, ...options }: UpOptions & Expectation = {}): Promise<EngineRun> {
    return checkExitCode(await this.observe((observer) => this.stack.up({ ...options, ...observer })), exitCode);
  }

  async preview({ exitCode = 0, ...options }: PreviewOptions & Expectation = {}): Promise<EngineRun> {
    return checkExitCode(await this.observe((observer) => this.stack.preview({ ...options, ...observer })), exitCode);
  }

  /** Looks for drift, `preview --refresh --expect-no-changes`: the exit code is 7 if anything would change, or 0. */
  async previewRefresh(): Promise<EngineRun> {
    const options = { refresh: true, expectNoChanges: true };
    const run = await this.observe((observer) => this.stack.preview({ ...options, ...observer }));
    return checkExitCode(run, 0, changesFound);
  }

  async refresh({ exitCode = 0, ...options }: RefreshOptions & Expectation = {}): Promise<EngineRun> {
    return checkExitCode(await this.observe((observer) => this.stack.refresh({ ...options, ...observer })), exitCode);
  }

  async destroy({ exitCode = 0, ...options }: DestroyOptions & Expectation = {}): Promise<EngineRun> {
    return checkExitCode(await this.observe((observer) => this.stack.destroy({ ...options, ...observer })), exitCode);
  }

  private async observe(operate: (observer: Observer) => Promise<unknown>): Promise<EngineRun> {
    const run: EngineRun = { exitCode: 0, output: "", changes: {}, events: [] };
    const collect = (text: string) => {
      run.output += text;
    };
    const onEvent = (event: EngineEvent) => {
      run.events.push(event);
      run.changes = event.summaryEvent?.resourceChanges ?? run.changes;
    };
    // Automation adds a listener for each run and takes none away: none of them may stay at the workspace's own signal.
    const signal = AbortSignal.any([this.workspace.signal]);
    try {
      await this.workspace.track(operate({ onOutput: collect, onError: collect, onEvent, signal, color: "never" }));
    } catch (error) {
      run.exitCode = exitCodeOf(error);
    }
    return run;
  }
}

/** Beside those that the processes of the workspace get anyway. */
function addNodeOption({ env }: Workspace, option: string): void {
  const others = env.NODE_OPTIONS ?? process.env.NODE_OPTIONS ?? "";
  env.NODE_OPTIONS = `${others} ${option}`.trim();
}

/** The Automation API tells the exit code only in the message of its error. */
function exitCodeOf(error: unknown): number {
  const match = error instanceof CommandError ? /failed with exit code (\d+)/.exec(error.message) : null;
  if (match === null) throw error;

  return Number(match[1]);
}
