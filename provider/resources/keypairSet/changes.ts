import { PartialFailure, type Context } from "../../contract";
import { messageOf } from "../../huawei/errors/errors";
import { grouped } from "../../text/grouped";
import { enumerated } from "../../text/text";
import { bringTo, converge } from "../keypair/convergence";
import { deleteAbandoned, deleteUnlessTaken } from "../keypair/deletion";
import { createRecorded } from "../keypair/recordedCreation";
import type { KeypairInputs, KeypairState } from "../keypair/state";
import { warnOfOthers, warnUnchangedUsers } from "../keypair/warnings";
import type { Change, PairChange } from "./difference";
import { failureLines, NotBegun } from "./failures";
import { SetRecord } from "./record";
import { ownOf, pairInputs, pairState, placingOf, type KeypairSetInputs, type KeypairSetState } from "./state";

/** How many pairs are changed side by side: ten imports of ten. The next ones begin when these are done, so that imports stay full. */
const sideBySide = 100;

/** How often progress is told at most, in milliseconds. */
const progressInterval = 3_000;

/** The most key pairs that progress names. */
const mostNamed = 3;

/** What each kind of change is called once it is done, in the order in which they are carried out. */
const doneAs: Record<Change, string> = { add: "added", replace: "made anew", update: "changed", delete: "deleted" };

/** Changes of the pairs of one set. Each has its own result: what is recorded of a set is true of each pair, whatever failed. */
export class Changes {
  private readonly record: SetRecord;
  /** What failed, by the pair's name. */
  private readonly failures = new Map<string, Error>();
  private readonly done: Record<Change, string[]> = { add: [], replace: [], update: [], delete: [] };
  /** Pairs that stay, because another resource of the program has them. */
  private readonly held: string[] = [];
  /** Pairs that stay, because they are somebody else's. */
  private readonly others: string[] = [];
  private nextProgress = Date.now() + progressInterval;
  private isOldBack = false;

  constructor(
    private readonly context: Context,
    private readonly olds: KeypairSetState,
    private readonly news: KeypairSetInputs,
  ) {
    this.record = new SetRecord(olds, news);
  }

  /** Carries them out: first what makes pairs, last what deletes them, so that one that gets another name is never without any. */
  async carryOut(changes: readonly PairChange[]): Promise<void> {
    const byKind = grouped(changes, ({ change }) => change);
    for (const kind of Object.keys(doneAs) as Change[]) {
      const ofKind = byKind.get(kind) ?? [];
      await this.carryOutAll(kind === "delete" ? this.withoutPutOff(ofKind) : ofKind, changes.length);
    }
    await deleteAbandoned(this.context);
    this.report();
  }

  /** What there is of the set. */
  get state(): KeypairSetState {
    return this.record.state;
  }

  /** Throws where anything failed; all is recorded that there is. */
  requireSuccess(id: string): void {
    if (this.failures.size === 0) return;
    const isCreate = Object.keys(this.olds.keypairs).length === 0;
    if (isCreate && this.record.isEmpty) throw new Error(this.reasons.join("\n"));
    throw new PartialFailure(id, this.state, this.reasons, isCreate && this.isOldBack);
  }

  /** One line for each reason, with the pairs that it is about, in the order of the program. */
  get reasons(): string[] {
    const names = Object.keys({ ...this.news.keypairs, ...this.olds.keypairs });
    return failureLines(
      names.flatMap((name) => {
        const error = this.failures.get(name);
        return error === undefined ? [] : [{ name, error }];
      }),
    );
  }

  private async carryOutAll(changes: readonly PairChange[], all: number): Promise<void> {
    for (let begun = 0; begun < changes.length; begun += sideBySide) {
      if (begun > 0) this.tellProgress(all);
      await Promise.all(changes.slice(begun, begun + sideBySide).map((change) => this.carryOutOne(change)));
    }
  }

  private async carryOutOne({ name, change }: PairChange): Promise<void> {
    try {
      if (this.context.signal.aborted) throw new NotBegun();
      await this[change](name);
    } catch (error) {
      this.noteFailure(name, error instanceof Error ? error : new Error(messageOf(error)));
      if (error instanceof NotBegun) this.keepReplaced(name);
    }
  }

  /** Where anything failed, nothing is deleted: a pair may have been to get another name. What other resources are to have is given up. */
  private withoutPutOff(deletions: readonly PairChange[]): readonly PairChange[] {
    if (this.failures.size === 0) return deletions;
    const given: PairChange[] = [];
    for (const deletion of deletions) {
      const { name } = deletion;
      if (this.isClaimedByOther(name)) given.push(deletion);
      else this.failures.set(name, new NotBegun("because other changes of the set failed"));
    }
    return given;
  }

  private noteFailure(name: string, error: Error): void {
    this.failures.set(name, error);
    // Of one with which nothing was begun, what is known holds, unless somebody else begins something.
    if (!(error instanceof NotBegun) || this.isClaimedByOther(name)) this.record.doubt(name);
  }

  /** Whether another resource of the program is to have the pair, and may have done something to it. */
  private isClaimedByOther(name: string): boolean {
    const { region } = placingOf(this.olds, name);
    const { declared, fleets } = this.contextOf(name);
    return fleets.record.keypairs.othersAt(declared, { region, name }).length > 0;
  }

  private async add(name: string): Promise<void> {
    await this.make(name);
    this.done.add.push(name);
  }

  private async replace(name: string): Promise<void> {
    await this.make(name);
    this.done.replace.push(name);
  }

  /** Imports a pair, in the place of an earlier one where there is any. */
  private async make(name: string): Promise<void> {
    const wanted = this.news.keypairs[name];
    if (wanted === undefined) return;
    const context = this.contextOf(name);
    const inputs = pairInputs(this.news, name, wanted);
    const known = ownOf(this.olds.keypairs, name);
    const own = known && pairState(this.olds, name, known);
    try {
      this.record.noteAsWanted(
        await createRecorded(context, inputs, (made) => finish(context, made, inputs), own),
        wanted,
      );
    } catch (error) {
      if (error instanceof PartialFailure && error.wasThere) {
        this.isOldBack = true;
        this.record.noteLeft(error.state as KeypairState, known ?? wanted);
      } else if (error instanceof PartialFailure) {
        this.record.note(error.state as KeypairState, known ?? wanted);
      } else if (context.fleets.record.keypairs.isHeldByOther(context.declared, inputs)) {
        this.record.forget(name);
      }
      throw error;
    }
  }

  private async update(name: string): Promise<void> {
    const [known, wanted] = [this.olds.keypairs[name], this.news.keypairs[name]];
    if (known === undefined || wanted === undefined) return;
    const olds = pairState(this.olds, name, known);
    try {
      this.record.noteAsWanted(await bringTo(this.contextOf(name), olds, pairInputs(this.news, name, wanted)), wanted);
      this.done.update.push(name);
    } catch (error) {
      if (error instanceof PartialFailure) this.record.note(error.state as KeypairState, wanted);
      throw error;
    }
  }

  private async delete(name: string): Promise<void> {
    const known = this.olds.keypairs[name];
    if (known === undefined) return;
    // The record finds single pairs again by what their resource is called, which a set may be called as well.
    const context = { ...this.context, logicalName: undefined };
    const state = pairState(this.olds, name, known);
    await context.fleets.record.keypairs.creationOver(state);
    const leave = await deleteUnlessTaken(context, state);
    if (leave.kind === "held") this.held.push(name);
    if (leave.kind === "other") this.others.push(name);
    if (leave.kind === "deleted") this.done.delete.push(name);
    this.record.forget(name);
  }

  /** Of a set that is replaced the engine remembers nothing: what nobody came to replace is recorded with the one in its place. */
  private keepReplaced(name: string): void {
    if (this.record.has(name)) return;
    const { keypairs } = this.context.fleets.record;
    const { declared } = this.contextOf(name);
    const { own } = keypairs.replacedBy(declared, { region: this.news.region, name });
    if (own === undefined) return;
    this.isOldBack = true;
    this.record.noteLeft(own, own);
    keypairs.putBack(own);
  }

  private contextOf(name: string): Context {
    const { context } = this;
    const { declared, fleets } = context;
    return { ...context, declared: declared && fleets.record.members.of(declared, name) };
  }

  private tellProgress(all: number): void {
    if (Date.now() < this.nextProgress) return;
    this.nextProgress = Date.now() + progressInterval;
    const count = Object.values(this.done).reduce((sum, { length }) => sum + length, 0);
    this.context.ownLog.status(`${count} of ${all} key pairs done`);
  }

  private report(): void {
    const told = Object.entries(doneAs).flatMap(([change, what]) => {
      const names = this.done[change as Change];
      if (names.length === 0) return [];
      return [`${names.length} ${what} (${enumerated(names, mostNamed, (name) => `"${name}"`)})`];
    });
    if (told.length > 0) this.context.ownLog.status(`Key pairs: ${told.join("; ")}`);
    const made = [...this.done.add, ...this.done.replace].map((name) => ({ region: this.news.region, name }));
    warnUnchangedUsers(this.context, made, "have it depend on the set (option dependsOn)");
    if (this.others.length > 0) warnOfOthers(this.context.ownLog, this.others);
    if (this.held.length === 0) return;
    const held = enumerated(this.held, mostNamed, (name) => `"${name}"`);
    this.context.ownLog.info(`Key pairs stay that another resource of this program has: ${held}.`);
  }
}

/** The answer to an import tells all of a pair of which nothing else is wanted. */
async function finish(context: Context, made: KeypairState, inputs: KeypairInputs): Promise<KeypairState> {
  const isAllWanted = inputs.description === undefined && inputs.keyProtection === undefined;
  return isAllWanted ? made : converge(context, made, inputs);
}
