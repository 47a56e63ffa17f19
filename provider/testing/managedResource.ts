import { setMaxListeners } from "node:events";
import type { Declared } from "../fleet/claims";
import { Fleets } from "../fleet/fleet";
import { RunRecord } from "../fleet/runRecord";
import type { HuaweiCloud } from "../huawei/huaweiCloud";
import type { Logger } from "../operation/operation";
import { PartialFailure, type Context, type Difference, type Resource } from "../contract";

/** A context that notes what is told. */
export interface NotedContext extends Context {
  readonly infos: string[];
  readonly warnings: string[];
}

/** The context of one operation, as a host makes it. */
export function contextOf(
  cloud: HuaweiCloud,
  {
    seconds = 30,
    signal,
    fleets = new Fleets(cloud),
  }: { seconds?: number; signal?: AbortSignal; fleets?: Fleets } = {},
): NotedContext {
  const infos: string[] = [];
  const warnings: string[] = [];
  const timeout = AbortSignal.timeout(seconds * 1000);
  const log: Logger = {
    status: (message) => infos.push(message),
    info: (message) => infos.push(message),
    warn: (message) => warnings.push(message),
  };
  return {
    cloud,
    fleets,
    signal: signalOf(signal === undefined ? timeout : AbortSignal.any([timeout, signal])),
    deadline: Date.now() + seconds * 1000,
    log,
    ownLog: log,
    infos,
    warnings,
  };
}

/** Everything that runs in an operation listens. */
function signalOf(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}

export const noChange: Difference = {
  changed: [],
  replaces: [],
  deleteBeforeReplace: expect.any(Boolean) as boolean,
  stables: expect.any(Array) as string[],
};

interface Recorded<State> {
  id: string;
  state: State;
  /** Whether the last operation failed in part: the next up updates, whatever the difference. */
  incomplete: boolean;
}

/** One resource of a stack, driven by the resource contract as an engine drives it; its state is kept as JSON. */
export class ManagedResource<Inputs extends object, State extends object> {
  private readonly declared: Declared;
  private recorded?: Recorded<State>;
  private inputs?: Inputs;

  constructor(
    private readonly resource: Resource<Inputs, State>,
    private readonly cloud: HuaweiCloud,
    logicalName = "key",
  ) {
    this.declared = { logicalName };
  }

  get exists(): boolean {
    return this.recorded !== undefined;
  }

  get id(): string {
    return this.record.id;
  }

  get state(): State {
    return this.record.state;
  }

  /** What an up would change of what is there. */
  preview(news: Record<string, unknown>, record = new RunRecord()): Difference {
    const { declared } = this;
    return this.resource.diff(this.state, this.check(news, record), { declared, record });
  }

  /** Brings it to what is wanted, and tells how. A partial failure is recorded and thrown. Fails where an update changes a stable output. */
  async up(
    news: Record<string, unknown>,
    context: Context = contextOf(this.cloud),
  ): Promise<"create" | "update" | "replace" | "same"> {
    const { declared } = this;
    const { record } = context.fleets;
    const wanted = this.check(news, record);
    if (this.recorded === undefined) {
      await this.create(context, wanted);
      return "create";
    }
    const { id, state, incomplete } = this.recorded;
    const difference = this.resource.diff(state, wanted, { declared, record });
    if (difference.replaces.length > 0) {
      // A replacement is checked anew, without the earlier inputs.
      this.inputs = undefined;
      const replacement = this.check(news, record);
      if (difference.deleteBeforeReplace) {
        await this.destroy(context);
        await this.create(context, replacement);
      } else {
        await this.create(context, replacement);
        await this.resource.delete(context, id, state);
      }
      return "replace";
    }
    if (difference.changed.length === 0 && !incomplete) return "same";
    const updated = await this.recordingFailure(() =>
      this.resource.update({ ...context, declared }, id, state, wanted),
    );
    expect(pick(asJson(updated), difference.stables)).toEqual(pick(state, difference.stables));
    this.store(id, updated, wanted);
    return "update";
  }

  async refresh(context: Context = contextOf(this.cloud)): Promise<void> {
    const { id, state } = this.record;
    await this.read(context, id, state);
  }

  async import(id: string, context: Context = contextOf(this.cloud)): Promise<void> {
    await this.read(context, id, undefined);
  }

  async destroy(context: Context = contextOf(this.cloud)): Promise<void> {
    const { id, state } = this.record;
    await this.resource.delete(context, id, state);
    this.recorded = undefined;
    this.inputs = undefined;
  }

  private get record(): Recorded<State> {
    if (this.recorded === undefined) throw new Error("the resource is not in the state");
    return this.recorded;
  }

  private check(news: Record<string, unknown>, record: RunRecord): Inputs {
    const { region } = this.cloud.settings;
    const { inputs, problems } = this.resource.check(this.inputs, news, { declared: this.declared, region, record });
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    return asJson(inputs);
  }

  private async create(context: Context, inputs: Inputs): Promise<void> {
    const { id, state } = await this.recordingFailure(
      () => this.resource.create({ ...context, declared: this.declared }, inputs),
      inputs,
    );
    this.store(id, state, inputs);
  }

  private async read(context: Context, id: string, state: State | undefined): Promise<void> {
    const found = await this.resource.read(context, id, state);
    if (found === undefined) {
      this.recorded = undefined;
      this.inputs = undefined;
    } else {
      this.store(found.id, found.state, found.inputs);
    }
  }

  private async recordingFailure<T>(operate: () => Promise<T>, inputs?: Inputs): Promise<T> {
    try {
      return await operate();
    } catch (error) {
      if (error instanceof PartialFailure) {
        this.store(error.id, error.state as State, inputs ?? this.inputs);
        this.recorded = { ...this.record, incomplete: true };
      }
      throw error;
    }
  }

  private store(id: string, state: State, inputs: Inputs | undefined): void {
    this.recorded = { id, state: asJson(state), incomplete: false };
    this.inputs = inputs && asJson(inputs);
  }
}

/** The failure of an operation, which must not succeed. */
export async function anyFailure(operation: Promise<unknown>): Promise<Error> {
  const failure: unknown = await operation.then(
    () => "no failure",
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Error);
  return failure as Error;
}

/** The failure of an operation, which must have been partial: something is recorded. */
export async function partialFailure(operation: Promise<unknown>): Promise<PartialFailure<unknown>> {
  const failure: unknown = await anyFailure(operation);
  expect(failure).toBeInstanceOf(PartialFailure);
  return failure as PartialFailure<unknown>;
}

/** The failure of an operation, which must not have been partial. */
export async function plainFailure(operation: Promise<unknown>): Promise<Error> {
  const failure = await anyFailure(operation);
  expect(failure).not.toBeInstanceOf(PartialFailure);
  return failure;
}

function pick(state: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(state).filter(([name]) => names.includes(name)));
}

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
