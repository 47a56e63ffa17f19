import type { Declared } from "./fleet/claims";
import type { Fleets } from "./fleet/fleet";
import type { RunRecord } from "./fleet/runRecord";
import type { HuaweiCloud } from "./huawei/huaweiCloud";
import type { Logger, Operation } from "./operation/operation";
import type { Problem } from "./schema/validation";

/** What a function of the package works with. */
export interface CloudOperation extends Operation {
  readonly cloud: HuaweiCloud;
}

/** What an operation on a resource works with. */
export interface Context extends CloudOperation {
  /** Tells what concerns this resource alone; the host says which one that is. */
  readonly ownLog: Logger;
  /** What all resources of the process share, in the same cloud. */
  readonly fleets: Fleets;
  /** The name that the resource has in the program, or had when it was last updated, where the host knows it. */
  readonly logicalName?: string;
  /** The resource of the program, where it is one: not while what the state alone knows is read or deleted. */
  readonly declared?: Declared;
}

/** How the stack's configuration has names made up (`pulumi:autonaming`). */
export interface Autonaming {
  /** The name of a resource that is given none and has none yet. Absent where each is to be given one. */
  readonly name?: string;
  /** Whether it is certain to be free, and the next resource to get another one: not where little of it is random. */
  readonly isUnique: boolean;
}

/** What `check` gets besides the inputs. */
export interface CheckContext {
  /** The resource; its name is part of automatic names. */
  readonly declared: Declared;
  /** Region of resources that name none. */
  readonly region?: string;
  readonly record: RunRecord;
  /** The resource option `deleteBeforeReplace`, which wins over what `diff` says. */
  readonly deleteBeforeReplace?: boolean;
  /** Absent where the configuration says nothing of it. */
  readonly autonaming?: Autonaming;
}

/** What `diff` gets besides state and inputs. */
export interface DiffContext {
  /** The resource, where the program declares it: a refresh compares what the state alone knows. */
  readonly declared?: Declared;
  readonly record: RunRecord;
}

/** What `check` finds. */
export interface Checked<Inputs> {
  /** The inputs with defaults filled in, as the other methods get them. */
  inputs: Inputs;
  /** Everything that is wrong with them. */
  problems: Problem[];
}

/** What `diff` finds. */
export interface Difference {
  /** Properties that are not as wanted, inputs or outputs; empty where nothing is to be done. */
  changed: string[];
  /** Those whose change replaces the resource. */
  replaces: string[];
  /** Of maps among them the paths of what differs, such as `keypairs.alice`: the rest of the map is as wanted. */
  paths?: string[];
  /** Whether a replacement must delete the old resource first. */
  deleteBeforeReplace: boolean;
  /** Outputs, beside what the program gives, that an update leaves as the state knows them. */
  stables: string[];
}

/**
 * One kind of resource, whatever engine hosts it. Inputs have passed `check`; state is what create, read and update return. An
 * undefined value means the same as an absent one.
 */
export interface Resource<Inputs, State> {
  /** How long an operation may take where the program does not say, in milliseconds. */
  readonly defaultTimeout: number;
  /** Validates inputs and fills in defaults, without any call. `olds` are the inputs of the last update, if there was one. */
  check(olds: Partial<Inputs> | undefined, news: Record<string, unknown>, context: CheckContext): Checked<Inputs>;
  /** Compares what is there with what is wanted, without any call. `news` may hold unknown values. */
  diff(olds: State, news: Inputs, context: DiffContext): Difference;
  create(context: Context, inputs: Inputs): Promise<{ id: string; state: State }>;
  /**
   * Looks at what is there. `state` is absent on import. Undefined means that the resource no longer exists; every doubt is an
   * error.
   */
  read(context: Context, id: string, state: State | undefined): Promise<Found<Inputs, State> | undefined>;
  update(context: Context, id: string, olds: State, news: Inputs): Promise<State>;
  delete(context: Context, id: string, state: State): Promise<void>;
  /**
   * Undoes a create that nobody will record, because the engine is gone. Absent where the next create takes over what this one left.
   */
  undoCreate?(context: Context, id: string, state: State): Promise<void>;
  /**
   * Undoes what an update made that nobody will record, likewise: `olds` is what the state goes on to know. Absent where the next update
   * brings everything to what is wanted.
   */
  undoUpdate?(context: Context, olds: State, state: State): Promise<void>;
}

/** What `read` finds. */
export interface Found<Inputs, State> {
  id: string;
  /** Inputs that would make what is there, so that a comparison with the program's shows drift. */
  inputs: Inputs;
  state: State;
}

/** One function of the package, whatever engine hosts it. */
export interface Fn<Args, Result> {
  /** How long a call may take, in milliseconds. */
  readonly defaultTimeout: number;
  /** Everything that is wrong with the arguments, without any call. */
  problems(args: unknown): Problem[];
  /** Looks something up. The arguments have no problems. */
  run(context: CloudOperation, args: Args): Promise<Result>;
}

/**
 * Thrown by create and update when something exists in the cloud but is not yet as wanted. Hosts record id and state, so that
 * nothing is lost and the next update does the rest.
 */
export class PartialFailure<State> extends Error {
  override readonly name = "PartialFailure";

  constructor(
    readonly id: string,
    readonly state: State,
    /** What went wrong, one sentence each. */
    readonly reasons: string[],
    /** Whether it is something that was there before: then nobody takes it back, recorded or not. */
    readonly wasThere = false,
    cause?: unknown,
  ) {
    super(reasons.join("\n"), { cause });
  }
}
