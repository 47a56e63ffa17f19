import { publicKeys } from "../../provider/testing/keys";
import { secretsSeen, type Secrets } from "../engine/secretSearch";
import { applyDrift, foreignKeypairs, longJob, region, serversOf } from "./disturbance";
import {
  complaintsAboutCloud,
  complaintsAboutMessage,
  complaintsAboutOrphans,
  complaintsAboutOutput,
  type Complaints,
  type Known,
} from "./expectations";
import type { PlayedCloud } from "./playedCloud";
import { edited, givenName, keypairName, withoutServer, type Program } from "./program";
import type { Scenario, Step } from "./scenario";

/** What a run came to. */
export interface Outcome {
  /** Messages of what failed, one a resource. */
  readonly errors: readonly string[];
  /** Everything that was told to the user. */
  readonly output: string;
  /** Whether a preview found anything to do. */
  readonly changed: boolean;
  /** Whether the state was refreshed. */
  readonly refreshed: boolean;
  /** Whether the run was interrupted or killed. */
  readonly isCutShort?: boolean;
  /** Present where it was killed: key pairs that it made and that nobody could record. */
  readonly lost?: readonly string[];
}

/** A stack and whatever drives it. */
export interface Driver<S extends Step> {
  readonly cloud: PlayedCloud;
  /** Runs what the step says, with the faults in force. */
  run(program: Program, step: S | Step): Promise<Outcome>;
  /** `preview --refresh`. */
  preview(program: Program): Promise<Outcome>;
  destroy(): Promise<Outcome>;
  state(): Promise<readonly Known[]>;
  /** What no output may show, beside the private keys in the state. */
  readonly secrets: Secrets;
}

/** Makes the cloud that a scenario begins with; every other server carries a key pair. */
export async function prepareCloud(cloud: PlayedCloud, { variants, habits }: Scenario): Promise<void> {
  cloud.reset();
  cloud.setVariants(variants, habits);
  await cloud.replaceKeypair(region, foreignKeypairs.first, { publicKey: publicKeys.ed25519 });
  await cloud.replaceKeypair(region, foreignKeypairs.second, { publicKey: publicKeys.rsa });
  serversOf(cloud).forEach(({ id }, place) => {
    if (startsBound(place)) cloud.changeServer(region, id, { keypairName: foreignKeypairs.first });
  });
}

function startsBound(place: number): boolean {
  return place % 2 === 0;
}

/**
 * A scenario as it goes on. What the program legitimately cannot recover is said where the story takes it into account; all else has
 * to be in order after one run that nothing disturbs.
 */
export class Story<S extends Step> {
  private readonly cloud: PlayedCloud;
  private readonly serverIds: string[];
  private readonly history: string[] = [];
  private program: Program;
  private readonly secrets: Record<string, string>;
  /** Places of servers that were taken away. */
  private readonly gone = new Set<number>();
  /** Only a refresh shows the engine what changed by hand, and what a killed run did. */
  private needsRefresh = false;
  /** Key pairs that killed runs made and could not record: made-up names stay as they are, given ones are in the next run's way. */
  private readonly lost = new Set<string>();
  /** Key pairs whose key a hand ever exchanged: no call shows which key a server trusts under the name of a key pair. */
  private readonly swapped = new Set<string>();
  /** Whether servers may have another key for which no call gives a sign: a job lied, or a killed run changed it and back again. */
  private isKeyUncertain = false;
  /** Whether a killed run may have changed servers whose earlier key pair is recorded nowhere. */
  private isEarlierUncertain = false;
  /** Places of the bindings that each server was ever in. */
  private readonly bindingsOf = new Map<number, Set<number>>();
  /** Places of bindings that ever gave nothing back. */
  private readonly retaining = new Set<number>();

  constructor(
    private readonly driver: Driver<S>,
    private readonly scenario: Scenario & { steps: S[] },
  ) {
    this.cloud = driver.cloud;
    this.program = scenario.program;
    this.secrets = { ...driver.secrets };
    this.serverIds = serversOf(this.cloud).map(({ id }) => id);
  }

  /** Throws what is wrong, with all that happened. */
  async tell(): Promise<void> {
    for (const step of this.scenario.steps) await this.step(step);
    await this.step({ edits: [], drifts: [], faults: [], command: this.needsRefresh ? "up --refresh" : "up" });
    await this.end();
  }

  private async step(step: S | Step): Promise<void> {
    const { faults, command } = step;
    for (const edit of step.edits) this.program = edited(this.program, edit);
    await this.drift(step);
    this.noteBindings();
    for (const rule of faults) this.cloud.addFault(rule);
    if (faults.some(({ action: { type } }) => type === "jobWithoutEffect")) this.isKeyUncertain = true;
    const outcome = await this.run(step);
    const state = await this.driver.state();
    const { isCutShort = false } = outcome;
    // The messages of a run that is cut short are the engine's.
    const messages = isCutShort ? [] : outcome.errors;
    this.expectNone([
      ...this.complaintsAboutOutput(outcome, state),
      ...messages.flatMap((message) => complaintsAboutMessage(message, this.givesCodes(step))),
      ...this.complaintsAboutOrphans(state),
      ...(command === "preview --refresh" ? this.complaintsAboutWrites() : []),
    ]);
    if (faults.length > 0 || isCutShort || this.needsRefresh) return;
    this.expectNone(outcome.errors);
    if (command.startsWith("up")) await this.expectClean(state);
  }

  private async drift({ drifts }: Step): Promise<void> {
    const state = drifts.length === 0 ? [] : await this.driver.state();
    const nameOf = (place: number) => state.find(({ logicalName }) => logicalName === keypairName(place))?.id;
    for (const change of drifts) {
      this.needsRefresh = true;
      if (change.type === "swapKey") this.swapped.add(keypairName(change.keypair));
      if (change.type === "removeServer") this.gone.add(change.server);
      await applyDrift(this.cloud, change, nameOf, this.serverIds);
    }
    // What the error would say is done at once: a server that does not exist is taken out of the program.
    for (const server of this.gone) this.program = withoutServer(this.program, server);
  }

  private async run(step: S | Step): Promise<Outcome> {
    this.cloud.clearCalls();
    let outcome = await this.driver.run(this.program, step);
    this.note(step, outcome);
    this.cloud.clearFaults();
    // Jobs that nobody waited for end before anything else happens.
    this.cloud.advanceClock(longJob);
    if (step.faults.length === 0 && !outcome.isCutShort && this.followHints(outcome)) {
      outcome = await this.driver.run(this.program, step);
      this.note(step, outcome);
    }
    if (outcome.refreshed) this.needsRefresh = false;
    if (outcome.lost !== undefined) {
      this.needsRefresh = true;
      this.isKeyUncertain = true;
      this.isEarlierUncertain = true;
      for (const name of outcome.lost) this.lost.add(name);
    }
    return outcome;
  }

  /** Does what the error says about a key pair of the given name that a killed run made. */
  private followHints({ errors }: Outcome): boolean {
    let isHinted = false;
    for (const message of errors) {
      const [, name = "", key] =
        /key pair named "([^"]+)" exists already, with (the same|another) key/.exec(message) ?? [];
      if (!this.lost.delete(name)) continue;
      isHinted = true;
      if (key === "another") this.cloud.deleteKeypair(region, name);
      const keypairs = this.program.keypairs.map((declared, place) =>
        declared && givenName(declared, place) === name ? { ...declared, adoptExisting: true } : declared,
      );
      this.program = { ...this.program, keypairs };
    }
    return isHinted;
  }

  /** The three questions. */
  private async expectClean(state: readonly Known[]): Promise<void> {
    const isKeyFollowed = (name: string) => !this.isKeyUncertain && !this.swapped.has(name);
    this.expectNone(complaintsAboutCloud(this.cloud, this.program, state, this.serverIds, isKeyFollowed));
    this.cloud.clearCalls();
    const { errors, changed } = await this.driver.preview(this.program);
    this.expectNone([
      ...errors,
      ...(changed ? ["the next preview is not clean"] : []),
      ...this.complaintsAboutWrites(),
    ]);
  }

  /** What the program made goes, and servers that only one binding ever had, which gives back, have their key pairs again. */
  private async end(): Promise<void> {
    const outcome = await this.driver.destroy();
    this.note({ command: "destroy", faults: [] }, outcome);
    const state = await this.driver.state();
    const names = Object.values<string>(foreignKeypairs);
    const givenBack = serversOf(this.cloud).filter(({ id }) => {
      const place = this.serverIds.indexOf(id);
      const bindings = [...(this.bindingsOf.get(place) ?? [])];
      return startsBound(place) && bindings.length < 2 && !bindings.some((each) => this.retaining.has(each));
    });
    this.expectNone([
      ...outcome.errors,
      ...this.complaintsAboutOutput(outcome, state),
      ...state.map(({ logicalName }) => `${logicalName} is in the state`),
      ...this.complaintsAboutOrphans(state),
      ...givenBack
        .filter(({ keypairName: carried }) => !this.isEarlierUncertain && !names.includes(carried))
        .map(({ id, keypairName: carried }) => `server ${id} carries ${carried}`),
    ]);
  }

  private complaintsAboutOutput({ output }: Outcome, state: readonly Known[]): Complaints {
    for (const {
      id,
      state: { privateKey },
    } of state) {
      if (typeof privateKey === "string") this.secrets[`private key of ${id}`] = privateKey;
    }
    return [...complaintsAboutOutput(output), ...secretsSeen({ output }, this.secrets)];
  }

  private complaintsAboutOrphans(state: readonly Known[]): Complaints {
    return complaintsAboutOrphans(this.cloud, [
      ...Object.values(foreignKeypairs),
      ...this.lost,
      ...state.map(({ id }) => id),
    ]);
  }

  private complaintsAboutWrites(): Complaints {
    return this.cloud
      .calls()
      .filter(({ method, service }) => method !== "GET" && service !== "iam")
      .map(({ operation }) => `a preview called ${String(operation)}`);
  }

  /** Whether every answer is the vendor's. */
  private givesCodes({ faults }: Step): boolean {
    const foreign = ["html", "truncate", "body"];
    const { throttleBody = "gateway" } = this.scenario.variants;
    return (
      throttleBody === "gateway" && !faults.some(({ action }) => foreign.includes(action.type) || "body" in action)
    );
  }

  private noteBindings(): void {
    this.program.bindings.forEach((binding, place) => {
      if (binding?.restores === false) this.retaining.add(place);
      for (const server of binding?.servers ?? []) {
        this.bindingsOf.set(server, (this.bindingsOf.get(server) ?? new Set()).add(place));
      }
    });
  }

  private note(
    { command, faults }: { command: string; faults: readonly unknown[] },
    { output, isCutShort, lost = [] }: Outcome,
  ): void {
    const cut = isCutShort ? `, cut short, ${lost.length} key pairs lost` : "";
    this.history.push(`\n== ${command} with ${faults.length} faults${cut}\n${output || "(nothing told)"}`);
  }

  private expectNone(complaints: readonly string[]): void {
    if (complaints.length === 0) return;
    const calls = this.cloud
      .calls()
      .map(({ operation, path, status, faults }) => [operation, path, status, ...faults].map(String).join(" "));
    const program = JSON.stringify(this.program);
    throw new Error([...complaints, ...this.history, "\n== last calls", ...calls, program].join("\n"));
  }
}
