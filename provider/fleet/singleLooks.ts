import pLimit from "p-limit";
import type { Operation } from "../operation/operation";
import { SharedCall } from "../operation/sharedCall";

/** How many looks run side by side. */
const atOnce = 5;

/** For how long a look serves others that ask for the same object, after its end; in milliseconds. */
const life = 1_000;

interface Look<T> {
  readonly call: SharedCall<T | undefined>;
  /** Infinity until it begins. */
  beganAt: number;
  /** Infinity until it ends. */
  endedAt: number;
  isForgotten: boolean;
}

/** Looks at single objects, each for all who ask for the same one at about the same time. */
export class SingleLooks<T> {
  /** The last one at each object, as long as it may serve. */
  private readonly looks = new Map<string, Look<T>>();
  private readonly limit = pLimit(atOnce);

  /**
   * @param detail One object; undefined where there is none.
   * @param stopped What a look throws whose operation has to stop.
   */
  constructor(
    private readonly detail: (id: string, operation: Operation) => Promise<T | undefined>,
    private readonly stopped: (operation: Operation) => Error,
  ) {}

  /** The object as it is, by a look that began no earlier than it was asked for. */
  at(id: string, operation: Operation, askedAt = performance.now()): Promise<T | undefined> {
    const look = this.lookAt(id);
    return this.resultOf(look !== undefined && look.beganAt >= askedAt ? look : this.begin(id, operation), operation);
  }

  /** The object where a look that others asked for shows it: one that is under way, or ended a moment ago. */
  async shownToOthers(id: string, operation: Operation): Promise<T | undefined> {
    const look = this.lookAt(id);
    if (look === undefined) return undefined;
    // Its error is that of others.
    const seen = await this.resultOf(look, operation).catch(() => undefined);
    return look.isForgotten ? undefined : seen;
  }

  /** What was seen of the object so far no longer counts. */
  forget(id: string): void {
    const look = this.looks.get(id);
    if (look === undefined) return;
    look.isForgotten = true;
    this.looks.delete(id);
  }

  private lookAt(id: string): Look<T> | undefined {
    const look = this.looks.get(id);
    return look === undefined || look.call.isAbandoned || isOver(look) ? undefined : look;
  }

  private begin(id: string, operation: Operation): Look<T> {
    this.dropOld();
    const call = new SharedCall([operation], (looking) =>
      this.limit(() => {
        look.beganAt = performance.now();
        return this.detail(id, looking);
      }),
    );
    const look: Look<T> = { call, beganAt: Infinity, endedAt: Infinity, isForgotten: false };
    this.looks.delete(id);
    this.looks.set(id, look);
    const end = () => {
      look.endedAt = performance.now();
    };
    call.value.then(end, () => {
      if (this.looks.get(id) === look) this.looks.delete(id);
    });
    return look;
  }

  /** They stand in the order in which they were asked for. */
  private dropOld(): void {
    for (const [id, look] of this.looks) {
      if (!isOver(look)) return;
      this.looks.delete(id);
    }
  }

  private resultOf({ call }: Look<T>, operation: Operation): Promise<T | undefined> {
    call.join(operation);
    return call.wait(operation, this.stopped);
  }
}

function isOver({ endedAt }: Look<unknown>): boolean {
  return performance.now() > endedAt + life;
}
