import type { CallName } from "../huawei/errors/calls";
import { stoppedError, type HuaweiCloudError } from "../huawei/errors/errors";
import { isRefusedCall } from "../huawei/errors/refusals";
import { clock } from "../operation/clock";
import type { Operation } from "../operation/operation";
import { onAbort, raceWithAbort } from "../operation/abort";
import { SharedCall } from "../operation/sharedCall";
import { SingleLooks } from "./singleLooks";

/** Where objects of one kind are read from. */
export interface ListSource<T> {
  /** What errors name a read, such as `CPH ShowCloudPhoneServerDetail`. */
  operation: CallName;
  /** All objects, by id. */
  list(operation: Operation): Promise<Map<string, T>>;
  /** How many objects a call for the list shows. */
  readonly pageSize: number;
  /** Whether the list shows all that details do. */
  readonly listsAll: boolean;
  /** One object; undefined where there is none. */
  detail(id: string, operation: Operation): Promise<T | undefined>;
  /** Whether a read failed because there cannot be such an object: its id is refused as none. */
  isRefusedId(error: unknown): boolean;
  /** Whether an id has the form of one: what has not says nothing of what has. */
  isWellFormed(id: string): boolean;
}

export interface ReadOptions {
  /** Believe a list that does not show the object. Otherwise its absence is confirmed. */
  trustAbsence?: boolean;
  /** Believe a single look that others made a moment ago. Otherwise one is made that begins now. */
  shareLook?: boolean;
}

interface List<T> {
  /** Goes on for all who wait for it. */
  call: SharedCall<Map<string, T>>;
  /** Infinity until it begins. */
  beganAt: number;
  /** When it was read. */
  endedAt: number;
  /** Until when it serves reads. */
  servesUntil: number;
  /** What was looked for in it in vain. */
  lacked: Set<string>;
  /** Whether there is word of the service itself that an object which this list and an earlier one lack does not exist. */
  readonly borneOut: Map<boolean, Promise<boolean>>;
}

/** How many calls a list is assumed to take before one was read. */
const assumedListCost = 5;

/** For how long a list serves reads after it was read, in milliseconds. */
const listLife = 10_000;

/**
 * How long after the end of a list another one begins: a part of the time that it took, within bounds in milliseconds, and of the time
 * that is left for it. So those who come one after the other share a list, above all where the service holds calls back.
 */
const rest = { shortest: 400, longest: 2_000, part: 0.5, ofTimeLeft: 0.1 };

/** How long a read waits for others that are asked for at the same moment, in milliseconds. */
const moment = 10;

/**
 * Reads objects of one kind for all who ask. Where that costs less than single reads, the list is read once, is kept for a short time
 * and serves them all, but never for an object that we changed since.
 */
export class ListCache<T> {
  private latest?: List<T>;
  private nextMoment?: Promise<void>;
  /** Only what matters to lists that may still serve. */
  private readonly forgottenAt = new Map<string, number>();
  /** How many reads are under way. */
  private reading = 0;
  /** When reads were asked for that nothing served, by id. */
  private readonly lately = new Map<string, number>();
  /** An account may be allowed to see single objects only. */
  private listRefusal?: HuaweiCloudError;
  /** How many calls a list takes. */
  private listCost = assumedListCost;
  private readonly looks: SingleLooks<T>;
  private shown: ReadonlyMap<string, T> = new Map();

  constructor(private readonly source: ListSource<T>) {
    this.looks = new SingleLooks((id, operation) => source.detail(id, operation), this.stopped);
  }

  /** What the last list that was read showed, by id; nothing where none was. */
  get lastShown(): ReadonlyMap<string, T> {
    return this.shown;
  }

  /** The object as it is, or undefined where it does not exist. Throws the service's error. */
  async get(id: string, operation: Operation, options: ReadOptions = {}): Promise<T | undefined> {
    this.reading++;
    try {
      return await this.getFromLists(id, operation, options);
    } finally {
      this.reading--;
    }
  }

  private async getFromLists(id: string, operation: Operation, options: ReadOptions): Promise<T | undefined> {
    const askedAt = performance.now();
    if (options.shareLook && this.listFor(id) === undefined) {
      const shown = await this.looks.shownToOthers(id, operation);
      if (shown !== undefined) return shown;
    }
    let earlier: List<T> | undefined;
    for (;;) {
      const list = await this.listRead(id, operation, earlier);
      if (list === undefined) break;
      const seen = (await list.call.value).get(id);
      if (seen !== undefined || options.trustAbsence) return seen;
      if (earlier !== undefined && earlier.beganAt >= askedAt && this.isTrueOf(earlier, id)) {
        if (await this.isBorneOut(list, id, operation)) return undefined;
        break;
      }
      if (!(await this.isWorthAnotherList(list, id, askedAt))) break;
      earlier = list;
    }
    return this.looks.at(id, operation, askedAt);
  }

  /** All objects as they are, from a list that no change has overtaken. */
  async all(operation: Operation): Promise<T[]> {
    if (this.listRefusal !== undefined) throw this.listRefusal;
    const list = this.listOfAll() ?? this.beginList(operation);
    list.call.join(operation);
    try {
      const items = await list.call.wait(operation, this.stopped);
      return [...items.values()];
    } catch (error) {
      if (isRefusedCall(error)) this.listRefusal = error;
      throw error;
    }
  }

  /** None that was given up, because all who waited for it had to stop. */
  private listOfAll(): List<T> | undefined {
    const { latest } = this;
    if (latest === undefined || latest.call.isAbandoned || performance.now() > latest.servesUntil) return undefined;
    const latestChange = Math.max(-1, ...this.forgottenAt.values());
    return latest.beganAt > latestChange ? latest : undefined;
  }

  /** Runs something that changes the object. What was seen of it before the end no longer counts. */
  async whileChanging<R>(id: string, change: () => Promise<R>): Promise<R> {
    try {
      return await change();
    } finally {
      this.forget(id);
    }
  }

  /** What was seen of the object so far no longer counts. */
  forget(id: string): void {
    const now = performance.now();
    this.looks.forget(id);
    const mayServe = this.reading > 0 || (this.latest !== undefined && now <= this.latest.servesUntil);
    if (mayServe) this.forgottenAt.set(id, now);
    // Lists that begin from now on show every change.
    else this.forgottenAt.clear();
  }

  /**
   * Whether another list is to confirm that this and other objects are absent, because that costs less than details. One list is no
   * proof, although it is read to its proven end: it may lag behind, or be an answer that is not about this account. The second one
   * begins only after the first has ended. Lists that began before the read was asked for do not count, for what appeared since is
   * not in them. And as both may hide what the account is not to list, the service is asked for one of the objects:
   * {@link isBorneOut}.
   */
  private async isWorthAnotherList(list: List<T>, id: string, askedAt: number): Promise<boolean> {
    if (!this.source.listsAll) return false;
    list.lacked.add(id);
    await this.momentOver();
    const listsToRead = list.beganAt >= askedAt ? 1 : 2;
    return list.lacked.size > listsToRead * this.listCost + 1;
  }

  /** Whoever comes first asks for its own object. One that lists only hide would be shown or, for lack of permission, refused. */
  private isBorneOut(list: List<T>, id: string, operation: Operation): Promise<boolean> {
    const isWellFormed = this.source.isWellFormed(id);
    const borneOut =
      list.borneOut.get(isWellFormed) ??
      this.looks.at(id, operation).then(
        (seen) => seen === undefined,
        (error: unknown) => this.source.isRefusedId(error),
      );
    list.borneOut.set(isWellFormed, borneOut);
    return raceWithAbort(borneOut, operation, this.stopped);
  }

  /** The list, where one is to serve the read. Where an earlier one is given, one that began after its end. */
  private async listRead(id: string, operation: Operation, earlier?: List<T>): Promise<List<T> | undefined> {
    while (this.listRefusal === undefined) {
      const after = earlier !== undefined && this.isTrueOf(earlier, id) ? earlier.endedAt : undefined;
      const list = this.listFor(id, after) ?? (await this.newList(id, operation, after));
      if (list === undefined) return undefined;
      list.call.join(operation);
      try {
        await list.call.wait(operation, this.stopped);
        if (this.isTrueOf(list, id)) return list;
      } catch (error) {
        if (isRefusedCall(error)) this.listRefusal = error;
        // All who waited for it before had to stop, and this operation had not.
        else if (operation.signal.aborted || !list.call.isAbandoned) throw error;
      }
    }
    return undefined;
  }

  private listFor(id: string, after = -Infinity): List<T> | undefined {
    const { latest } = this;
    if (latest === undefined || latest.beganAt <= after || performance.now() > latest.servesUntil) return undefined;
    return this.isTrueOf(latest, id) ? latest : undefined;
  }

  private isTrueOf(list: List<T>, id: string): boolean {
    return list.beganAt > (this.forgottenAt.get(id) ?? -1);
  }

  private newList(id: string, operation: Operation, after?: number): List<T> | Promise<List<T> | undefined> {
    return after === undefined ? this.listForMany(id, operation) : this.beginList(operation);
  }

  /** Waits for those who ask at the same moment. Undefined where details cost less. */
  private async listForMany(id: string, operation: Operation): Promise<List<T> | undefined> {
    this.lately.set(id, performance.now());
    await this.momentOver();
    if (this.listRefusal !== undefined) return undefined;
    return this.listFor(id) ?? (this.lately.size > this.listCost ? this.beginList(operation) : undefined);
  }

  private momentOver(): Promise<void> {
    this.nextMoment ??= clock.sleep(moment).then(() => {
      this.nextMoment = undefined;
      const since = performance.now() - listLife;
      for (const [id, askedAt] of this.lately) if (askedAt <= since) this.lately.delete(id);
    });
    return this.nextMoment;
  }

  private beginList(operation: Operation): List<T> {
    const { latest } = this;
    const call = new SharedCall([operation], async (reading) => {
      await restAfter(latest, reading);
      list.beganAt = performance.now();
      return this.source.list(reading);
    });
    const list: List<T> = {
      call,
      beganAt: Infinity,
      endedAt: Infinity,
      servesUntil: Infinity,
      lacked: new Set(),
      borneOut: new Map(),
    };
    this.latest = list;
    this.lately.clear();
    const end = (servesUntil: number) => {
      list.endedAt = performance.now();
      list.servesUntil = servesUntil;
    };
    call.value.then(
      (shown) => {
        this.shown = shown;
        this.listCost = Math.max(1, Math.ceil(shown.size / this.source.pageSize));
        end(performance.now() + listLife);
      },
      () => {
        end(-1);
      },
    );
    return list;
  }

  private readonly stopped = (operation: Operation): Error => stoppedError(this.source.operation, operation, false);
}

/** Waits until another list may begin, but does not wait out one that takes very long, nor much of the time that is left. */
async function restAfter(list: List<unknown> | undefined, { signal, deadline }: Operation): Promise<void> {
  if (list === undefined) return;
  const longest = Math.min(rest.longest, (deadline - Date.now()) * rest.ofTimeLeft);
  await endOf(list, longest, signal);
  const { beganAt, endedAt } = list;
  if (endedAt === Infinity) return;
  const wanted = Math.min(longest, Math.max(rest.shortest, (endedAt - beganAt) * rest.part));
  const pause = endedAt + wanted - performance.now();
  if (pause > 0) await clock.sleep(pause, signal);
}

/** Waits for the end of a list, so many milliseconds at most. */
async function endOf(list: List<unknown>, longest: number, signal: AbortSignal): Promise<void> {
  if (list.endedAt < Infinity || longest <= 0) return;
  const waiting = new AbortController();
  const end = () => {
    waiting.abort();
  };
  list.call.value.then(end, end);
  const forget = onAbort(signal, end);
  await clock.sleep(longest, waiting.signal);
  forget();
}
