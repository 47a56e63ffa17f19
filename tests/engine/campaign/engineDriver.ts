/** Runs the programs of scenarios on the real engine. */
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap, PulumiFn, UpOptions } from "@pulumi/pulumi/automation";
import { privateKeys } from "../../../provider/testing/keys";
import { region, serversOf } from "../../campaign/disturbance";
import type { KnownResource } from "../../campaign/identity/story";
import { keypairsIn, type Known } from "../../campaign/known";
import type { PlayedCloud } from "../../campaign/playedCloud";
import type { Command, Scenario } from "../../campaign/scenario";
import type { Outcome } from "../../campaign/story";
import { errorsOf } from "../faults/declaredStack";
import { createWorkspace, type EngineWorkspace } from "../harness";
import type { EngineRun, InlineStack } from "../harnessInline";
import { cutShort, endsIn, processesNow, unknownKeypairs, type Cut } from "./cut";

/** What the author runs, and who cuts it short. */
export interface CommandToRun {
  command: Command;
  options?: Pick<UpOptions, "replace" | "continueOnError">;
  cut?: Cut;
}

/** How programs of one kind are written for the engine. */
export interface ProgramsOf<P> {
  /** The program; servers are known to it by their places. */
  written(program: P, serverIds: readonly string[]): PulumiFn;
  /** Names of key pairs that may have been there before. */
  adoptable(program: P): (string | undefined)[];
}

/** Of every operation: enough for what goes well, and little enough for what never ends. */
export const customTimeouts = { create: "20s", update: "20s", delete: "20s" };

/** No run has more operations that wait for each other than this has time for, in seconds. */
const longestRun = 150;

/** The exit code of `--expect-no-changes` where there are changes. */
const changesFound = 7;

export class EngineDriver<P> {
  /** After a kill the lock is still there, and the engine remembers operations that it saw begin. */
  private hasPendingOperations = false;
  /** The state that was looked at last, without the values that are encrypted in it. */
  private stored = "";
  /** The servers that there were at first, by the places that programs know them by. */
  private readonly serverIds: readonly string[];

  private constructor(
    readonly cloud: PlayedCloud,
    private readonly programs: ProgramsOf<P>,
    private readonly workspace: EngineWorkspace,
    private readonly stack: InlineStack,
  ) {
    this.serverIds = serversOf(cloud).map(({ id }) => id);
  }

  static async create<P>(
    cloud: PlayedCloud,
    programs: ProgramsOf<P>,
    credentials: Scenario["credentials"] = "access key",
  ): Promise<EngineDriver<P>> {
    const workspace = createWorkspace();
    const stack = await workspace.createStack(() => Promise.resolve(), configOf(cloud, credentials));
    return new EngineDriver(cloud, programs, workspace, stack);
  }

  get secrets() {
    const { secretKey, password } = this.cloud.credentials;
    return { ...privateKeys, secretKey, password };
  }

  get storedState(): string {
    return this.stored;
  }

  async run(program: P, { command, options, cut }: CommandToRun): Promise<Outcome> {
    this.stack.setProgram(this.programs.written(program, this.serverIds));
    const run = this.runCommand(command, options);
    // The engine cannot report what became of a run whose process was killed.
    const reported = run.catch(() => undefined);
    const aftermath = cut && (await cutShort(this.cloud, reported, cut));
    if (aftermath === undefined) return this.settled(command, await run);
    const outcome = outcomeOf(await reported);
    if (!aftermath.isKilled) return { ...outcome, isCutShort: true, refreshed: false };
    this.hasPendingOperations = true;
    await this.stack.pulumi(["cancel", "--yes"], { exitCode: "any" });
    const isTorn = this.mendState();
    const known = keypairsIn(await this.state()).map(({ name }) => name);
    // Where an existing pair may be taken over nothing is taken back: it may have been there before, and the next run takes it over.
    const adoptable = this.programs.adoptable(program);
    const lost = unknownKeypairs(this.cloud, known).filter(
      (name) => isTorn || aftermath.isLost(name) || adoptable.includes(name),
    );
    return { ...outcome, isCutShort: true, refreshed: false, lost };
  }

  async preview(program: P): Promise<Outcome> {
    this.stack.setProgram(this.programs.written(program, this.serverIds));
    return outcomeOf(await this.runCommand("preview --refresh"));
  }

  async destroy(): Promise<Outcome> {
    return outcomeOf(await this.watched(this.stack.destroy({ exitCode: "any" })));
  }

  /** `pulumi state taint`: the next update replaces the resource. */
  async taint(logicalName: string): Promise<void> {
    await this.stack.pulumi(["state", "taint", await this.urnOf(logicalName), "--yes"]);
  }

  async urnOf(logicalName: string): Promise<string> {
    const { resources } = await this.stack.exportState();
    return resources.find(({ urn }) => nameInProgram(urn) === logicalName)?.urn ?? "";
  }

  async state(): Promise<readonly KnownResource[]> {
    const { stdout } = await this.stack.pulumi(["stack", "export", "--show-secrets"]);
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: StateRecord[] } };
    this.stored = JSON.stringify(deployment, (_, value: unknown) => (isEnvelope(value) ? undefined : value));
    return (deployment.resources ?? [])
      .filter(({ type }) => type.includes("huaweicloud-cph:"))
      .map(({ urn, id = "", outputs = {}, delete: isOld = false, pendingReplacement = false, taint = false }) => ({
        logicalName: `${nameInProgram(urn)}${isOld ? " (replaced)" : ""}`,
        id,
        isOld,
        isPending: pendingReplacement,
        isTainted: taint,
        state: JSON.parse(JSON.stringify(outputs), (_, value: unknown) => revealed(value)) as Known["state"],
      }));
  }

  /** What the engine remembers of killed runs goes once a run went well: its own advice is to have it forgotten by a refresh. */
  private async settled(command: Command, run: EngineRun): Promise<Outcome> {
    const outcome = outcomeOf(run);
    const refreshed = run.exitCode === 0 && command.endsWith("refresh") && command !== "preview --refresh";
    if (this.hasPendingOperations && run.exitCode === 0 && command.startsWith("up")) {
      this.hasPendingOperations = false;
      const { pendingOperations } = await this.stack.exportState();
      if (pendingOperations.length > 0) await this.stack.refresh({ clearPendingCreates: true });
    }
    return { ...outcome, refreshed };
  }

  /**
   * An engine that is killed while it writes the state leaves half a file, beside the one from before: that is put back. What was
   * recorded in between is lost.
   */
  private mendState(): boolean {
    const folder = join(this.workspace.folder, "backend/.pulumi/stacks");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    const torn = files.map((name) => join(folder, name)).filter((path) => !isWhole(path));
    for (const path of torn) {
      if (!isWhole(`${path}.bak`)) throw new Error(`${path} and what stood there before are both torn`);
      copyFileSync(`${path}.bak`, path);
    }
    return torn.length > 0;
  }

  private runCommand(command: Command, options: CommandToRun["options"] = {}): Promise<EngineRun> {
    switch (command) {
      case "up":
        return this.watched(this.stack.up({ ...options, exitCode: "any" }));
      case "up --refresh":
        return this.watched(this.stack.up({ ...options, refresh: true, exitCode: "any" }));
      case "destroy":
        return this.watched(this.stack.destroy({ exitCode: "any" }));
      case "refresh":
        return this.watched(this.stack.refresh({ exitCode: "any" }));
      case "preview --refresh":
        return this.watched(this.stack.preview({ refresh: true, expectNoChanges: true, exitCode: "any" }));
    }
  }

  /** Waits for a run, though not for ever, and for its provider to end. */
  private async watched(run: Promise<EngineRun>): Promise<EngineRun> {
    let provider: number | undefined;
    const watch = setInterval(() => {
      provider ??= processesNow()?.provider;
    }, 500);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error("the run hangs"));
      }, longestRun * 1000);
    });
    try {
      return await Promise.race([run, late]);
    } finally {
      clearInterval(watch);
      clearTimeout(timer);
      if (provider !== undefined) await endsIn(provider);
    }
  }
}

interface StateRecord {
  urn: string;
  type: string;
  id?: string;
  outputs?: Record<string, unknown>;
  delete?: boolean;
  pendingReplacement?: boolean;
  taint?: boolean;
}

/** The type of a component that a program of a campaign may put a resource under. */
export const groupType = "test:Group";

/** What stands under a component has names of its own. */
function nameInProgram(urn: string): string {
  return `${urn.split("::").at(-1) ?? ""}${urn.includes(`::${groupType}$`) ? "-grouped" : ""}`;
}

/** The value of a secret, which an export shows as JSON in an envelope. */
function revealed(value: unknown): unknown {
  return isEnvelope(value) ? (JSON.parse(value.plaintext) as unknown) : value;
}

function isEnvelope(value: unknown): value is { plaintext: string } {
  return typeof value === "object" && value !== null && "plaintext" in value;
}

/** A run that failed says why, be it at no resource. Of a run that was killed nothing is known. */
function outcomeOf(run: EngineRun | undefined): Outcome {
  if (run === undefined) return { errors: [], output: "", changed: false, refreshed: false };
  const { exitCode, output } = run;
  const atResources = Object.entries(errorsOf(run)).flatMap(([name, message]) =>
    /^(key|team|fleet)\d/.test(name) ? [message] : [],
  );
  const isFailure = exitCode !== 0 && exitCode !== changesFound;
  const errors = isFailure && atResources.length === 0 ? [output.slice(-1000)] : atResources;
  return { errors, output, changed: exitCode === changesFound, refreshed: false };
}

/** Settings of a stack that works in the cloud. */
export function configOf({ url, credentials }: PlayedCloud, kind: Scenario["credentials"]): ConfigMap {
  const { user, domain, password, accessKey, secretKey } = credentials;
  const proof: ConfigMap =
    kind === "password"
      ? {
          "huaweicloud-cph:userName": { value: user },
          "huaweicloud-cph:domainName": { value: domain },
          "huaweicloud-cph:password": { value: password, secret: true },
        }
      : {
          "huaweicloud-cph:accessKey": { value: accessKey, secret: true },
          "huaweicloud-cph:secretKey": { value: secretKey, secret: true },
        };
  return {
    "huaweicloud-cph:region": { value: region },
    "huaweicloud-cph:endpoints": { value: JSON.stringify({ kms: url, cph: url, iam: url }) },
    "huaweicloud-cph:maxRetries": { value: "2" },
    ...proof,
  };
}

/** Whether a file holds JSON. */
function isWhole(path: string): boolean {
  try {
    JSON.parse(readFileSync(path, "utf8"));
    return true;
  } catch {
    return false;
  }
}
