import { setTimeout as sleep } from "node:timers/promises";
import type { Declared as Declaration } from "../../provider/fleet/claims";
import type { Fleets } from "../../provider/fleet/fleet";
import type { RunRecord } from "../../provider/fleet/runRecord";
import { withDeadline } from "../../provider/operation/deadline";
import type { HuaweiCloud } from "../../provider/huawei/huaweiCloud";
import { PartialFailure, type Context, type Difference, type Resource } from "../../provider/contract";
import { cloudPhoneKeypairBinding } from "../../provider/resources/binding/binding";
import { keypair } from "../../provider/resources/keypair/keypair";
import { keypairSet } from "../../provider/resources/keypairSet/keypairSet";
import { region } from "./disturbance";
import { withoutUndefined } from "./program";
import type { Outcome } from "./story";

type Properties = Record<string, unknown>;
type AnyResource = Resource<Properties, Properties>;

const resources = { keypair, set: keypairSet, binding: cloudPhoneKeypairBinding } as unknown as Record<
  Kind,
  AnyResource
>;

type Kind = "keypair" | "set" | "binding";

/** A resource of a program. Arguments may come from the outputs of another, named by its logical name. */
export interface Declared {
  kind: Kind;
  logicalName: string;
  args: (outputsOf: (logicalName: string) => Properties) => Properties;
  /** Logical names of the resources that have to be there first. */
  after?: readonly string[];
  /** The resource option, which wins over what the comparison says. */
  deleteBeforeReplace?: boolean;
  /** Milliseconds after which the engine learns of the resource: programs compute, and the network is no queue. */
  lateness?: number;
}

/** How `up` is to be run. */
export interface UpOptions {
  /** Logical name of a resource that is replaced whatever the comparison says. */
  replace?: string;
  continueOnError?: boolean;
  /** An interrupt comes once so many operations have begun: they are finished, and nothing more begins. */
  interruptAfter?: number;
}

/** A resource in the state. */
export interface Recorded {
  readonly kind: Kind;
  readonly logicalName: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
  /** The project in which it was last seen. */
  readonly project?: string;
  /** The last operation failed in part: the next update does the rest, whatever the difference. */
  readonly incomplete: boolean;
  /** It was replaced and is still to be deleted. */
  readonly replaced: boolean;
  /** It was deleted to be replaced, and its replacement is still to be created. */
  readonly pending: boolean;
  /** It is to be replaced by the next update. */
  readonly tainted: boolean;
}

/**
 * A stack, driven by the resource contract as the engine drives it, with all resources side by side: replacements are created before
 * what they replace is deleted (or after it, where the resource asks for that), nothing is begun after a failure, deletions come last.
 * What is replaced by force is checked without its earlier inputs and not compared.
 * The state is kept as JSON.
 */
export class Stack {
  private records: Recorded[] = [];

  constructor(
    /** Each run is a process of its own, that shares nothing with those before it. */
    private readonly connect: () => { cloud: HuaweiCloud; fleets: Fleets },
  ) {}

  get state(): readonly Recorded[] {
    return this.records;
  }

  /** The present resource of that name. */
  find(logicalName: string): Recorded | undefined {
    return this.records.find((record) => record.logicalName === logicalName && !record.replaced);
  }

  /** Brings the cloud to what is declared; every operation may take so long. */
  up(declared: readonly Declared[], seconds: number, options: UpOptions = {}): Promise<Outcome> {
    return this.run(seconds, options, async (run) => {
      const steps = new Map<string, Promise<void>>();
      for (const each of declared) {
        const first = Promise.all((each.after ?? []).flatMap((name) => steps.get(name) ?? []));
        const step = async () => {
          await first.catch(() => {
            throw new Stopped();
          });
          if (each.lateness) await sleep(each.lateness);
          await this.step(run, each);
        };
        steps.set(each.logicalName, step());
      }
      const isMade = await run.all([...steps.values()]).then(
        () => true,
        () => false,
      );
      if (!isMade && !options.continueOnError) return;
      const isDeclared = ({ logicalName }: Recorded) => declared.some((each) => each.logicalName === logicalName);
      await this.deleteAll(
        run,
        this.records.filter((record) => record.replaced || !isDeclared(record)),
      );
    });
  }

  /** Takes over what is there. */
  async refresh(seconds: number): Promise<Outcome> {
    const outcome = await this.run(seconds, {}, (run) =>
      run.all(
        this.records.map(async (record) => {
          this.put(record, await this.read(run, record));
        }),
      ),
    );
    return { ...outcome, refreshed: outcome.errors.length === 0 };
  }

  /** What a run that looks at the cloud first would change. */
  preview(declared: readonly Declared[], seconds: number): Promise<Outcome> {
    return this.run(seconds, {}, async (run) => {
      const read = await Promise.all(this.records.map((record) => this.read(run, record)));
      const present = read.filter((record) => record !== undefined);
      const find = (name: string) => present.find(({ logicalName }) => logicalName === name);
      const isUnsettled = present.some((each) => each.incomplete || each.replaced || each.pending || each.tainted);
      if (isUnsettled || present.length !== declared.length || !declared.every((each) => find(each.logicalName))) {
        run.changed = true;
        return;
      }
      const outputsOf = (name: string) => find(name)?.state ?? {};
      run.changed = declared.some((each) => {
        const record = find(each.logicalName);
        if (record === undefined) return false;
        return run.diff(each, record, check(run, each, outputsOf, record.inputs)).changed.length > 0;
      });
    });
  }

  /** Deletes everything. */
  destroy(seconds: number): Promise<Outcome> {
    return this.run(seconds, {}, (run) => this.deleteAll(run, this.records));
  }

  /** `pulumi state taint`. */
  taint(logicalName: string): void {
    const record = this.find(logicalName);
    if (record !== undefined) this.put(record, { ...record, tainted: true });
  }

  private async run(seconds: number, options: UpOptions, operate: (run: Run) => Promise<void>): Promise<Outcome> {
    const run = new Run(this.connect(), seconds, options);
    await operate(run).catch((error: unknown) => {
      run.fail(error);
    });
    const { errors, told, changed, isInterrupted } = run;
    return { errors, output: [...errors, ...told].join("\n"), changed, refreshed: false, isCutShort: isInterrupted };
  }

  private async step(run: Run, declared: Declared): Promise<void> {
    const { kind, logicalName } = declared;
    const resource = resources[kind];
    const outputsOf = (name: string) => this.find(name)?.state ?? {};
    const record = this.find(logicalName);
    run.begin();
    const isForced = record !== undefined && (record.tainted || run.options.replace === logicalName);
    const wanted = check(run, declared, outputsOf, isForced ? undefined : record?.inputs);
    if (record === undefined) return this.create(run, declared, wanted);
    if (isForced) return this.replace(run, declared, wanted, record, false);
    const { changed, replaces, deleteBeforeReplace } = run.diff(declared, record, wanted);
    if (replaces.length > 0 || record.pending) {
      // A replacement is checked anew, without the earlier inputs.
      const replacement = check(run, declared, outputsOf, undefined);
      return this.replace(run, declared, replacement, record, deleteBeforeReplace);
    }
    if (changed.length === 0 && !record.incomplete) {
      this.put(record, { ...record, inputs: wanted });
      return;
    }
    const { id } = record;
    await this.operate(run, declared, wanted, record, async (context) => ({
      id,
      state: await resource.update(context, id, record.state, wanted),
    }));
  }

  private async replace(
    run: Run,
    declared: Declared,
    inputs: Properties,
    record: Recorded,
    isDeletedFirst: boolean,
  ): Promise<void> {
    if ((declared.deleteBeforeReplace ?? isDeletedFirst) && !record.pending) await this.delete(run, record, true);
    await this.create(run, declared, inputs, this.find(declared.logicalName));
  }

  private async create(run: Run, declared: Declared, inputs: Properties, earlier?: Recorded): Promise<void> {
    await this.operate(
      run,
      declared,
      inputs,
      undefined,
      (context) => resources[declared.kind].create(context, inputs),
      () => {
        if (earlier !== undefined)
          this.put(earlier, earlier.pending ? undefined : { ...earlier, replaced: true, tainted: false });
      },
    );
  }

  /** Runs what makes a resource; a partial failure is recorded as well. */
  private async operate(
    run: Run,
    { kind, logicalName }: Declared,
    inputs: Properties,
    record: Recorded | undefined,
    make: (context: Context) => Promise<{ id: string; state: Properties }>,
    made: () => void = () => undefined,
  ): Promise<void> {
    const store = (id: string, state: Properties, incomplete: boolean) => {
      made();
      const unmarked = { incomplete, replaced: false, pending: false, tainted: false };
      const project = run.project ?? record?.project;
      this.put(record, asJson({ kind, logicalName, id, inputs, state, project, ...unmarked }));
    };
    try {
      if (record !== undefined) run.recordProject(record);
      const { id, state } = await run.operate(logicalName, make, run.declaredBy(inputs));
      store(id, state, false);
    } catch (error) {
      if (error instanceof PartialFailure) store(error.id, error.state as Properties, true);
      throw error;
    }
  }

  private async read(run: Run, record: Recorded): Promise<Recorded | undefined> {
    const { kind, id, logicalName } = record;
    if (record.pending) return record;
    run.recordProject(record);
    const found = await run.operate(logicalName, (context) => resources[kind].read(context, id, record.state));
    const project = run.project ?? record.project;
    return (
      found && asJson({ ...record, id: found.id, state: found.state, inputs: found.inputs, project, incomplete: false })
    );
  }

  /** Bindings go before key pairs. */
  private async deleteAll(run: Run, records: readonly Recorded[]): Promise<void> {
    const [bindings, others] = [true, false].map((isBinding) =>
      records.filter(({ kind }) => (kind === "binding") === isBinding),
    );
    for (const each of [bindings, others]) await run.all((each ?? []).map((record) => this.delete(run, record)));
  }

  /** What is to be replaced stays in the state until its replacement is there. What is pending was deleted before. */
  private async delete(run: Run, record: Recorded, isReplaced = false): Promise<void> {
    if (!record.pending) {
      run.recordProject(record);
      await run.operate(record.logicalName, (context) =>
        resources[record.kind].delete(context, record.id, record.state),
      );
    }
    this.put(record, isReplaced ? { ...record, pending: true } : undefined);
  }

  private put(before: Recorded | undefined, after: Recorded | undefined): void {
    this.records = [...this.records.filter((record) => record !== before), ...(after === undefined ? [] : [after])];
  }
}

/** One process of the engine's: what its operations share, and what they told. */
class Run {
  readonly errors: string[] = [];
  readonly told: string[] = [];
  changed = false;
  isInterrupted = false;
  /** Whether something failed, so that nothing more begins. Mistakes in the program end every run. */
  isStopped = false;
  private begun = 0;
  private readonly declarations = new Map<string, Declaration>();
  private readonly byInputs = new Map<string, Declaration>();

  constructor(
    private readonly account: { cloud: HuaweiCloud; fleets: Fleets },
    private readonly seconds: number,
    readonly options: UpOptions,
  ) {}

  /** Nothing begins after a failure or an interrupt. */
  begin(): void {
    if (this.isInterrupted || this.isStopped) throw new Stopped();
  }

  /** The same object for the same resource, in all that the run does with it. */
  declare(logicalName: string): Declaration {
    const declared = this.declarations.get(logicalName) ?? { logicalName };
    this.declarations.set(logicalName, declared);
    return declared;
  }

  /** As the host does, which is told nothing but the checked inputs. */
  noteInputs(inputs: Properties, declared: Declaration): void {
    this.byInputs.set(JSON.stringify(inputs), declared);
  }

  declaredBy(inputs: Properties): Declaration | undefined {
    return this.byInputs.get(JSON.stringify(inputs));
  }

  diff({ kind }: Declared, record: Recorded, wanted: Properties): Difference {
    this.recordProject(record);
    const { state } = record;
    return resources[kind].diff(state, wanted, { declared: this.declaredBy(wanted), record: this.record });
  }

  /** As the host does, which keeps the project with what it records. */
  recordProject({ project }: Recorded): void {
    if (project !== undefined) this.account.cloud.recordProject(region, project);
  }

  /** The project that answered in this run. */
  get project(): string | undefined {
    return this.account.cloud.projectIn(region);
  }

  get record(): RunRecord {
    return this.account.fleets.record;
  }

  get region(): string | undefined {
    return this.account.cloud.settings.region;
  }

  /** Waits for all, and throws if one failed: what was begun is finished, and nothing more begins. */
  async all(operations: readonly Promise<void>[]): Promise<void> {
    const outcomes = await Promise.allSettled(operations);
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    for (const { reason } of failures) this.fail(reason);
    if (failures.length > 0) throw new Stopped();
  }

  fail(error: unknown): void {
    if (error instanceof Stopped) return;
    this.errors.push(error instanceof Error ? error.message : String(error));
  }

  /** An operation within its time, of which its resource's name is told as the engine tells it. */
  async operate<T>(logicalName: string, operate: (context: Context) => Promise<T>, declared?: Declaration): Promise<T> {
    const told = (prefix: string) => ({
      status: (text: string) => this.told.push(`${prefix}${text}`),
      info: (text: string) => this.told.push(`${prefix}${text}`),
      warn: (text: string) => this.told.push(`warning: ${prefix}${text}`),
    });
    const logs = { log: told(""), ownLog: told(`${logicalName}: `) };
    this.begin();
    this.begun++;
    if (this.begun === this.options.interruptAfter) this.isInterrupted = true;
    const hung = new AbortController();
    try {
      return await withDeadline(this.seconds * 1000, undefined, (signal, deadline) =>
        Promise.race([
          operate({ ...this.account, ...logs, signal, deadline, logicalName, declared }),
          this.hanging(logicalName, hung.signal),
        ]),
      );
    } catch (error) {
      this.isStopped ||= !this.options.continueOnError;
      throw error;
    } finally {
      hung.abort();
    }
  }

  /** Fails once an operation has had much more time than it was given. */
  private hanging(logicalName: string, over: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const timer = setTimeout(
        () => {
          reject(new Error(`${logicalName} hangs`));
        },
        (this.seconds + 10) * 1000,
      );
      over.addEventListener("abort", () => {
        clearTimeout(timer);
      });
    });
  }
}

/** Told already: something before it failed. */
class Stopped extends Error {}

function check(
  run: Run,
  { kind, logicalName, args, deleteBeforeReplace }: Declared,
  outputsOf: (logicalName: string) => Properties,
  olds: Properties | undefined,
): Properties {
  const declared = run.declare(logicalName);
  const { inputs, problems } = resources[kind].check(olds, withoutUndefined(args(outputsOf)), {
    declared,
    region: run.region ?? region,
    deleteBeforeReplace,
    record: run.record,
  });
  if (problems.length > 0) {
    run.isStopped = true;
    throw new TypeError(`${logicalName}: ${JSON.stringify(problems)}`);
  }
  const checked = asJson(inputs);
  run.noteInputs(checked, declared);
  return checked;
}

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
