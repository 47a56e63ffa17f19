import pLimit from "p-limit";
import type { Operation } from "../operation/operation";
import { SharedCall } from "../operation/sharedCall";

/** How many looks run side by side. */
const atOnce = 5;

/** For how long a look serves others that ask for the same object, after it began; in milliseconds. */
const life = 1_000;

interface Look<T> {
  readonly call: SharedCall<T | undefined>;
  /** Infinity until it begins. */
  beganAt: number;
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

  /** The object where a look that began a moment ago shows it. */
  async shownLately(id: string, operation: Operation): Promise<T | undefined> {
    const look = this.lookAt(id);
    if (look === undefined) return undefined;
    const seen = await this.resultOf(look, operation);
    return this.looks.get(id) === look ? seen : undefined;
  }

  /** What was seen of the object so far no longer counts. */
  forget(id: string): void {
    this.looks.delete(id);
  }

  private lookAt(id: string): Look<T> | undefined {
    const look = this.looks.get(id);
    return look === undefined || look.call.isAbandoned || isOver(look) ? undefined : look;
  }

  private begin(id: string, operation: Operation): Look<T> {
    for (const [earlier, look] of this.looks) if (isOver(look)) this.looks.delete(earlier);
    const call = new SharedCall([operation], (looking) =>
      this.limit(() => {
        look.beganAt = performance.now();
        return this.detail(id, looking);
      }),
    );
    const look: Look<T> = { call, beganAt: Infinity };
    this.looks.set(id, look);
    call.value.catch(() => {
      if (this.looks.get(id) === look) this.looks.delete(id);
    });
    return look;
  }

  private resultOf({ call }: Look<T>, operation: Operation): Promise<T | undefined> {
    call.join(operation);
    return call.wait(operation, this.stopped);
  }
}

function isOver({ beganAt }: Look<unknown>): boolean {
  return performance.now() > beganAt + life;
}
