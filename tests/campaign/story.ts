import { isSameKey } from "../../provider/resources/sshKeys";
import { publicKeys } from "../../provider/testing/keys";
import { secretsSeen, type Secrets } from "../engine/secretSearch";
import type { Accounts } from "./accounts";
import { applyDrift, foreignKeypairs, inMidst, keyByHand, keypairsOf, longJob, region, serversOf } from "./disturbance";
import { isAsDocumented } from "./documentedMoves";
import {
  complaintsAboutCloud,
  complaintsAboutDeletions,
  complaintsAboutForgotten,
  complaintsAboutFunctions,
  complaintsAboutMessage,
  complaintsAboutOrphans,
  complaintsAboutOutput,
  complaintsAboutTriggers,
  namesDeleted,
  type Complaints,
  type There,
} from "./expectations";
import type { Seen } from "./functionsOfRun";
import { keypairNameAt, keypairsIn, type Known } from "./known";
import { movesAhead, type Move } from "./moves";
import type { PlayedCloud, PlayedServer } from "./playedCloud";
import {
  bindingName,
  edited,
  givenName,
  keypairName,
  most,
  setName,
  withoutServer,
  type DeclaredKeypair,
  type Program,
} from "./program";
import { isDisturbed, undisturbed, type Scenario, type Step } from "./scenario";

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
  /** What functions found, where the program called them. */
  readonly seen?: Seen;
  /** Whether the run was interrupted or killed. */
  readonly isCutShort?: boolean;
  /** Present where it was killed: key pairs that it made and that nobody could record. */
  readonly lost?: readonly string[];
}

/** A stack and whatever drives it. */
export interface Driver<S extends Step> {
  readonly cloud: PlayedCloud;
  /** Present where the cloud has more than one account. */
  readonly accounts?: Accounts;
  /** Runs what the step says, with the faults in force. */
  run(program: Program, step: S | Step): Promise<Outcome>;
  /** `preview --refresh`. */
  preview(program: Program): Promise<Outcome>;
  state(): Promise<readonly Known[]>;
  /** Present where states are stored: what everybody can read in the one that was looked at last. */
  readonly stored?: () => string;
  /** What no output may show, beside the private keys in the state. */
  readonly secrets: Secrets;
}

/** What errors say of a key pair that stands under a name already. */
const nameTaken =
  /key pair (?:named )?"([^"]+)" exists already(, with the same key|, with another key| but cannot be taken over \(adoptExisting\): it holds)/gi;

/** Pairs of a set that fail alike share a line, which names them before the reason, and there none. */
function namesTaken(error: string): { name: string; difference: string }[] {
  return error.split("\n").flatMap((line) =>
    [...line.matchAll(nameTaken)].flatMap(([, quoted = "", difference = ""]) => {
      const sharing = /((?:"[\w-]+", )*"[\w-]+"): /.exec(line)?.[1]?.match(/[\w-]+/g) ?? [];
      return (quoted === "…" ? sharing : [quoted]).map((name) => ({ name, difference }));
    }),
  );
}

const setNumbers = Array.from({ length: most.sets }, (_, set) => set);

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
  /** Only a refresh shows the engine what changed by hand, and what a killed run or a failed deletion did. */
  private needsRefresh = false;
  /** Key pairs that killed runs made and could not record: made-up names stay as they are, given ones are in the next run's way. */
  private readonly lost = new Set<string>();
  /** Key pairs whose key a hand ever exchanged: no call shows which key a server trusts under the name of a key pair. */
  private readonly swapped = new Set<string>();
  /** Key pairs that a hand described since they were made: once they are in a set, nothing shows it. */
  private readonly described = new Set<string>();
  /** Whether servers may have another key for which no call gives a sign: a job lied, or a killed run changed it and back again. */
  private isKeyUncertain = false;
  /** Whether a killed run may have changed servers whose earlier key pair is recorded nowhere. */
  private isEarlierUncertain = false;
  /** Places of the bindings that each server was ever in. */
  private readonly bindingsOf = new Map<number, Set<number>>();
  /** Places of bindings that ever gave nothing back. */
  private readonly retaining = new Set<number>();
  /** Where jobs are still under way: after how many calls of the next run they end. */
  private jobsEndAfter?: number;
  /** What there was when the run began. */
  private before: There = { keypairs: [], servers: [] };
  /** What runs were to move that went on to their end, and that were cut short. */
  readonly moves = { whole: new Set<Move>(), cutShort: new Set<Move>() };

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
    for (const step of this.scenario.steps)
      await this.step(this.driver.accounts ? step : { ...step, settings: undefined });
    await this.step(undisturbed(this.needsRefresh ? "up --refresh" : "up"));
    // Jobs that had been left under way have ended by now.
    if (this.needsRefresh) await this.step(undisturbed("up --refresh"));
    await this.step(undisturbed("destroy"));
  }

  private async step(step: S | Step): Promise<void> {
    const { faults, command, jobs } = step;
    const before = await this.driver.state();
    this.edit(step, before);
    await this.drift(step, before);
    this.noteBindings();
    for (const rule of faults) this.cloud.addFault(rule);
    if (jobs !== "short")
      this.cloud.addFault({ match: { operation: "UpdateKeypair" }, action: { type: "jobTakes", seconds: longJob } });

    if (faults.some(({ action: { type } }) => type === "jobWithoutEffect")) this.isKeyUncertain = true;
    const outcome = await this.run(step);
    for (const name of namesDeleted(this.cloud)) this.described.delete(name);
    const state = await this.driver.state();
    if (command.startsWith("up")) this.noteOvertaken(before);
    this.noteLeftToHands(state);
    const { isCutShort = false } = outcome;
    if (command.startsWith("up")) this.noteMoves(movesAhead(this.program, before), isCutShort);
    // The messages of a run that is cut short are the engine's.
    const messages = isCutShort ? [] : outcome.errors;
    this.expectNone([
      ...this.complaintsAboutOutput(outcome, state),
      ...messages.flatMap((message) => complaintsAboutMessage(message, this.givesCodes(step))),
      ...this.complaintsAboutOrphans(state),
      ...(command === "preview --refresh" ? this.complaintsAboutWrites() : []),
      ...(command.startsWith("up") ? complaintsAboutDeletions(this.cloud, this.program, before, this.before) : []),
      ...(command.startsWith("up") ? complaintsAboutTriggers(this.cloud, before, state) : []),
      ...(outcome.lost === undefined ? this.complaintsAboutForgotten(command, before, state) : []),
      ...(outcome.seen === undefined ? [] : complaintsAboutFunctions(outcome.seen, this.before, this.there())),
      ...(this.driver.accounts?.complaints(command === "refresh" || command === "destroy") ?? []),
    ]);
    if (isDisturbed(step) || isCutShort) return;
    const isDone = outcome.errors.length === 0;
    if (command === "destroy" && isDone) this.expectNone(this.complaintsAboutRest(state));
    if (this.needsRefresh) return;
    this.expectNone(outcome.errors);
    if (command.startsWith("up")) await this.expectClean(state);
  }

  /** An edit that asks for a move which the README does not offer is not made. */
  private edit({ edits }: Step, state: readonly Known[]): void {
    for (const edit of edits) {
      const program = edited(this.program, edit);
      if (isAsDocumented(program, state)) this.program = program;
    }
  }

  private async drift({ drifts }: Step, state: readonly Known[]): Promise<void> {
    const nameOf = (place: number) => keypairNameAt(place, state);
    for (const change of drifts) {
      this.needsRefresh = true;
      if (change.type === "swapKey") this.swapped.add(keypairName(change.keypair)).add(nameOf(change.keypair) ?? "");
      if (change.type === "describe") this.described.add(nameOf(change.keypair) ?? "");
      if (change.type === "deleteKeypair") this.described.delete(nameOf(change.keypair) ?? "");
      if (change.type === "removeServer") this.gone.add(change.server);
      await applyDrift(this.cloud, change, nameOf, this.serverIds);
    }
    // What the error would say is done at once: a server that does not exist is taken out of the program.
    for (const server of this.gone) this.program = withoutServer(this.program, server);
  }

  private async run(step: S | Step): Promise<Outcome> {
    this.cloud.clearCalls();
    const wereJobsLeft = this.jobsEndAfter !== undefined;
    this.before = this.there();
    let outcome = await this.runMeanwhile(step);
    this.note(step, outcome);
    this.cloud.clearFaults();
    // Jobs that nobody waited for end before anything else happens.
    if (this.jobsEndAfter === undefined) this.cloud.advanceClock(longJob);
    if (!isDisturbed(step) && !outcome.isCutShort && (await this.followHints(outcome))) {
      this.before = this.there();
      outcome = await this.driver.run(this.program, step);
      this.note(step, outcome);
    }
    // A refresh before the jobs have ended does not show what they do.
    if (outcome.refreshed && !wereJobsLeft) this.needsRefresh = false;
    if (await this.isDeletionUnrecorded(outcome)) this.needsRefresh = true;
    if (outcome.lost !== undefined) {
      this.needsRefresh = true;
      this.isKeyUncertain = true;
      this.isEarlierUncertain = true;
      for (const name of outcome.lost) this.lost.add(name);
    }
    return outcome;
  }

  /** The engine records nothing of a deletion that failed: a binding's says so, and a key pair's may have taken effect unseen. */
  private async isDeletionUnrecorded({ errors }: Outcome): Promise<boolean> {
    if (errors.some((message) => message.includes("does not show what a failed deletion has done"))) return true;
    if (errors.length === 0) return false;
    const deletions = this.cloud.calls().filter(({ operation }) => operation === "DeleteKeypair");
    return keypairsIn(await this.driver.state()).some(
      ({ name: known }) =>
        deletions.some(({ path }) => path.endsWith(`/${known}`)) &&
        !keypairsOf(this.cloud).some(({ name }) => name === known),
    );
  }

  /** In the midst of a run, jobs that were left under way end, and so may its credentials. */
  private async runMeanwhile(step: S | Step): Promise<Outcome> {
    const { accounts } = this.driver;
    const { jobs, settings } = step;
    if (settings?.endsAfter === 0) accounts?.end();
    const running = this.driver.run(this.program, step);
    const during = (calls: number | undefined, act: () => void) =>
      calls === undefined ? undefined : inMidst(this.cloud, running, calls, act);
    await Promise.all([
      running,
      during(this.jobsEndAfter, () => {
        this.cloud.advanceClock(longJob);
      }),
      during(settings?.endsAfter === 0 ? undefined : settings?.endsAfter, () => accounts?.end()),
    ]);
    if (settings?.endsAfter !== undefined) this.renewCredentials();
    this.jobsEndAfter = typeof jobs === "object" ? jobs.endInNextRunAfter : undefined;
    return running;
  }

  private renewCredentials(): void {
    this.driver.accounts?.renew();
    Object.assign(this.secrets, this.driver.accounts?.secrets);
  }

  /**
   * Does what the error says about a key pair of the given name that a killed run made, or that is on its way from one resource to another
   * while a hand exchanged its key: that stays where it was.
   */
  private async followHints({ errors }: Outcome): Promise<boolean> {
    const state = errors.length === 0 ? [] : await this.driver.state();
    let isHinted = false;
    for (const { name, difference } of errors.flatMap(namesTaken)) {
      const isOther = !difference.includes("the same");
      const earlier = keypairsIn(state).find((each) => each.name === name);
      if (earlier !== undefined && isOther && this.swapped.has(name)) {
        this.change(name, (declared) => ({
          ...declared,
          set: setNumbers.find((set) => setName(set) === earlier.holder),
        }));
        isHinted = true;
      } else if (this.lost.delete(name)) {
        if (isOther) this.cloud.deleteKeypair(region, name);
        this.change(name, (declared) => ({ ...declared, adoptExisting: true }));
        isHinted = true;
      }
    }
    return isHinted;
  }

  /** Changes what the program says of the key pair of that name. */
  private change(name: string, change: (declared: DeclaredKeypair) => DeclaredKeypair): void {
    const keypairs = this.program.keypairs.map((declared, place) =>
      declared && givenName(declared, place) === name ? change(declared) : declared,
    );
    this.program = { ...this.program, keypairs };
  }

  /** A key pair of a hand's in place of the program's stays where the program gives that up: it is somebody else's. */
  private noteLeftToHands(state: readonly Known[]): void {
    for (const { name, publicKey } of keypairsOf(this.cloud)) {
      const isKnown = keypairsIn(state).some((known) => known.name === name);
      if (this.swapped.has(name) && !isKnown && isSameKey(publicKey, keyByHand)) this.lost.add(name);
    }
  }

  /**
   * Of a binding that leaves the program the engine tells nothing before it has the others bring their servers: a job that an earlier run
   * began for it may end after theirs.
   */
  private noteOvertaken(before: readonly Known[]): void {
    const { bindings } = this.program;
    const taken = bindings.flatMap((declared) => declared?.servers.map((place) => this.serverIds[place]) ?? []);
    for (const { logicalName, state } of before) {
      const { __pending: pending = [] } = state as { __pending?: { serverId: string }[] };
      if (bindings.some((declared, place) => declared && bindingName(place) === logicalName)) continue;
      if (pending.some(({ serverId }) => taken.includes(serverId))) this.needsRefresh = true;
    }
  }

  private noteMoves(ahead: Iterable<Move>, isCutShort: boolean): void {
    const noted = this.moves[isCutShort ? "cutShort" : "whole"];
    for (const move of ahead) noted.add(move);
  }

  /** The three questions. */
  private async expectClean(state: readonly Known[]): Promise<void> {
    const unseen = {
      isOtherKey: (place: number) => this.isKeyUncertain || this.swapped.has(keypairName(place)),
      isDescribed: (name: string) => this.described.has(name),
    };
    this.expectNone([
      ...complaintsAboutCloud(this.cloud, this.program, state, this.serverIds, unseen),
      ...this.complaintsAboutServersLeft(this.program.bindings.flatMap((declared) => declared?.servers ?? [])),
    ]);
    this.cloud.clearCalls();
    const { errors, changed } = await this.driver.preview(this.program);
    this.expectNone([
      ...errors,
      ...(changed ? ["the next preview is not clean"] : []),
      ...this.complaintsAboutWrites(),
    ]);
  }

  /** After a destroy there is nothing of the program's. */
  private complaintsAboutRest(state: readonly Known[]): Complaints {
    return [
      ...state.map(({ logicalName }) => `${logicalName} is in the state`),
      ...this.complaintsAboutServersLeft([]),
    ];
  }

  /** Servers that no binding has, and that only one ever had, which gives back, have their key pairs again. */
  private complaintsAboutServersLeft(bound: readonly number[]): Complaints {
    if (this.isEarlierUncertain) return [];
    const names = Object.values<string>(foreignKeypairs);
    return this.ownServers()
      .filter(({ id, keypairName: carried }) => {
        const place = this.serverIds.indexOf(id);
        const bindings = [...(this.bindingsOf.get(place) ?? [])];
        const isGivenBack = bindings.length < 2 && !bindings.some((each) => this.retaining.has(each));
        return startsBound(place) && !bound.includes(place) && isGivenBack && !names.includes(carried);
      })
      .map(({ id, keypairName: carried }) => `server ${id} carries ${carried}`);
  }

  private complaintsAboutOutput({ output }: Outcome, state: readonly Known[]): Complaints {
    for (const {
      id,
      state: { privateKey },
    } of state)
      if (typeof privateKey === "string") this.secrets[`private key of ${id}`] = privateKey;

    const stored = this.driver.stored?.() ?? "";
    return [...complaintsAboutOutput(output), ...secretsSeen({ output, "stored state": stored }, this.secrets)];
  }

  private complaintsAboutOrphans(state: readonly Known[]): Complaints {
    return complaintsAboutOrphans(this.cloud, [
      ...Object.values(foreignKeypairs),
      ...this.lost,
      ...keypairsIn(state).map(({ name }) => name),
    ]);
  }

  /** What the cloud still has, no run takes out of the state, unless the program gives it up. */
  private complaintsAboutForgotten(command: string, before: readonly Known[], after: readonly Known[]): Complaints {
    if (command === "destroy") return [];
    const { bindings } = this.program;
    const isKept = (logicalName: string, serverId: string) => {
      if (!command.startsWith("up")) return true;
      const declared = bindings.find((_, place) => bindingName(place) === logicalName);
      return declared?.servers.some((place) => this.serverIds[place] === serverId) ?? false;
    };
    return complaintsAboutForgotten(this.cloud, before, after, isKept);
  }

  private there(): There {
    return { keypairs: keypairsOf(this.cloud), servers: this.ownServers() };
  }

  /** Those that there were at first, and still are. */
  private ownServers(): PlayedServer[] {
    return serversOf(this.cloud).filter(({ id }) => this.serverIds.includes(id));
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
      for (const server of binding?.servers ?? [])
        this.bindingsOf.set(server, (this.bindingsOf.get(server) ?? new Set()).add(place));
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
