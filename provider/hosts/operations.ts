import { setMaxListeners } from "node:events";
import { PartialFailure, type Context, type Found, type Resource } from "../contract";
import { withDeadline } from "../operation/deadline";

/** In milliseconds; an engine kills its providers about five seconds after interrupting them. */
const timeToUndo = 4_000;

/** What an operation is given that only its beginning tells. */
export type Limits = Pick<Context, "signal" | "deadline">;

interface Created<State> {
  id: string;
  state: State;
}

/**
 * What a host runs at the same time, and what ends it before its time. There are two ways: the engine stops it, and records what the
 * operations end with; or the engine is gone, and nobody records. Then what was made is undone, as no state knows it.
 */
export class Operations {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<unknown>>();
  private isOrphaned = false;

  constructor() {
    // Every running operation listens.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Runs one operation, within the seconds that the program gives it, or else the default. */
  async run<Given extends object, Result>(
    { defaultTimeout }: Pick<Resource<never, never>, "defaultTimeout">,
    seconds: number | undefined,
    given: Given,
    operate: (context: Given & Limits) => Promise<Result>,
  ): Promise<Result> {
    const timeout = seconds ? seconds * 1000 : defaultTimeout;
    const operation = withDeadline(timeout, this.stopping.signal, (signal, deadline) =>
      operate({ ...given, signal, deadline }),
    );
    this.running.add(operation);
    try {
      return await operation;
    } finally {
      this.running.delete(operation);
    }
  }

  /** Creates a resource; undoes that where the engine is gone by the end. */
  async create<Inputs, State>(
    resource: Resource<Inputs, State>,
    context: Context,
    inputs: Inputs,
  ): Promise<Created<State>> {
    try {
      const created = await resource.create(context, inputs);
      if (this.isOrphaned) await undo(context, (spare) => resource.undoCreate?.(spare, created.id, created.state));
      return created;
    } catch (error) {
      if (this.isOrphaned && error instanceof PartialFailure && !error.wasThere)
        await undo(context, (spare) => resource.undoCreate?.(spare, error.id, error.state as State));

      throw error;
    }
  }

  /** Updates a resource; undoes what that made where the engine is gone by the end. */
  async update<Inputs, State>(
    resource: Resource<Inputs, State>,
    context: Context,
    id: string,
    olds: State,
    news: Inputs,
  ): Promise<State> {
    try {
      const state = await resource.update(context, id, olds, news);
      if (this.isOrphaned) await undo(context, (spare) => resource.undoUpdate?.(spare, olds, state));
      return state;
    } catch (error) {
      if (this.isOrphaned && error instanceof PartialFailure)
        await undo(context, (spare) => resource.undoUpdate?.(spare, olds, error.state as State));

      throw error;
    }
  }

  /** The engine wants what runs to end, and records what it ends with. What begins later ends at once. */
  stop(): void {
    this.stopping.abort();
  }

  /** The engine is gone. Settles once nothing runs any more, and what nobody records is undone. */
  async orphan(): Promise<void> {
    this.isOrphaned = true;
    this.stop();
    await Promise.allSettled([...this.running]);
  }
}

/** In time of its own: the operation's was ended. */
async function undo(context: Context, operate: (spare: Context) => Promise<void> | undefined): Promise<void> {
  await withDeadline(timeToUndo, undefined, async (signal, deadline) => operate({ ...context, signal, deadline }));
}

/** The state among the properties that an engine sends for a read: an import, or a `get`, is sent none. */
export function stateToRead<Properties extends object>(properties: Properties): Properties | undefined {
  return Object.hasOwn(properties, "region") ? properties : undefined;
}

/** Reads a resource. Undefined where what the state knows is gone; what was never there is a mistake in the program. */
export async function read<Inputs, State>(
  resource: Resource<Inputs, State>,
  context: Context,
  id: string,
  state: State | undefined,
): Promise<Found<Inputs, State> | undefined> {
  const found = await resource.read(context, id, state);
  if (found === undefined && state === undefined) throw new Error(`"${id}" does not exist.`);
  return found;
}
