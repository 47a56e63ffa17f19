import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { HuaweiCloudError, stoppedError, type CallName } from "../huawei/errors";
import type { Operation } from "../huawei/operation";
import { unlessStopped } from "../huawei/waiting";
import { JointOperation } from "./jointOperation";

/** Where objects of one kind are looked at. */
export interface LookSource<T> {
  /** What errors name a look, such as `CPH GetServer`. */
  operation: CallName;
  /** All objects, by id. */
  list(operation: Operation): Promise<Map<string, T>>;
  /** How many objects a call for the list shows. */
  readonly pageSize: number;
  /** One object; undefined where there is none. */
  detail(id: string, operation: Operation): Promise<T | undefined>;
}

export interface LookOptions {
  /** Believe a list that does not show the object. Otherwise a detail confirms it: pages may move while they are read. */
  trustAbsence?: boolean;
}

interface List<T> {
  items: Promise<Map<string, T>>;
  /** All who wait for it. */
  readers: JointOperation;
  beganAt: number;
  /** Until when it serves looks. */
  servesUntil: number;
}

/** How many single looks run side by side. */
const parallelDetails = 5;

/** How many calls a list is assumed to take before one was read. */
const assumedListCost = 5;

/** For how long a list serves looks after it was read, in milliseconds. */
const listLife = 10_000;

/** How long a look waits for others that are asked for at the same moment, in milliseconds. */
const moment = 10;

/**
 * Looks at objects of one kind for all who ask. Where that costs less than single looks, the list is read once and serves them all for
 * a short time, but never for an object that we changed since.
 */
export class SharedLooks<T> {
  private latest?: List<T>;
  private nextMoment?: Promise<void>;
  private readonly forgottenAt = new Map<string, number>();
  /** When looks were asked for that no list served. */
  private lately: number[] = [];
  /** An account may be allowed to see single objects only. */
  private listIsForbidden = false;
  /** How many calls a list takes. */
  private listCost = assumedListCost;
  private readonly limit = pLimit(parallelDetails);

  constructor(private readonly source: LookSource<T>) {}

  /** The object as it is, or undefined where it does not exist. Throws the service's error. */
  async look(id: string, operation: Operation, options: LookOptions = {}): Promise<T | undefined> {
    const items = await this.itemsFor(id, operation);
    const seen = items?.get(id);
    if (seen !== undefined || (items !== undefined && options.trustAbsence)) return seen;
    const detail = this.limit(() => this.source.detail(id, operation));
    return unlessStopped(detail, operation, this.stopped);
  }

  /** All objects as they are, from a list that no change has overtaken. */
  async all(operation: Operation): Promise<T[]> {
    const latestChange = Math.max(-1, ...this.forgottenAt.values());
    const { latest } = this;
    const isUsable = latest !== undefined && performance.now() <= latest.servesUntil && latest.beganAt > latestChange;
    const list = isUsable ? latest : this.beginList(operation);
    list.readers.join(operation);
    const items = await unlessStopped(list.items, operation, this.stopped);
    return [...items.values()];
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
    this.forgottenAt.set(id, performance.now());
  }

  /** The list, where it is to serve the look. */
  private async itemsFor(id: string, operation: Operation): Promise<Map<string, T> | undefined> {
    for (;;) {
      const list = this.listFor(id) ?? (await this.listForMany(id, operation));
      if (list === undefined) return undefined;
      list.readers.join(operation);
      try {
        const items = await unlessStopped(list.items, operation, this.stopped);
        if (this.isTrueOf(list, id)) return items;
      } catch (error) {
        if (isRefusalToList(error)) this.listIsForbidden = true;
        // All who waited for it before had to stop, and this operation had not.
        else if (operation.signal.aborted || !list.readers.signal.aborted) throw error;
      }
    }
  }

  private listFor(id: string): List<T> | undefined {
    const { latest } = this;
    if (latest === undefined || this.listIsForbidden) return undefined;
    return performance.now() <= latest.servesUntil && this.isTrueOf(latest, id) ? latest : undefined;
  }

  private isTrueOf(list: List<T>, id: string): boolean {
    return list.beganAt > (this.forgottenAt.get(id) ?? -1);
  }

  /** Waits for those who ask at the same moment. Undefined where details cost less. */
  private async listForMany(id: string, operation: Operation): Promise<List<T> | undefined> {
    this.lately.push(performance.now());
    this.nextMoment ??= sleep(moment).then(() => {
      this.nextMoment = undefined;
      const since = performance.now() - listLife;
      this.lately = this.lately.filter((time) => time > since);
    });
    await this.nextMoment;
    if (this.listIsForbidden) return undefined;
    return this.listFor(id) ?? (this.lately.length > this.listCost ? this.beginList(operation) : undefined);
  }

  private beginList(operation: Operation): List<T> {
    const beganAt = performance.now();
    const readers = new JointOperation(operation);
    const items = this.source.list(readers);
    const list = { items, readers, beganAt, servesUntil: Infinity };
    this.latest = list;
    this.lately = [];
    const end = (servesUntil: number) => {
      list.servesUntil = servesUntil;
      readers.end();
    };
    items.then(
      ({ size }) => {
        this.listCost = Math.max(1, Math.ceil(size / this.source.pageSize));
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

/** An account may be offered single objects only. Credentials that are refused are refused for these as well. */
function isRefusalToList(error: unknown): boolean {
  return error instanceof HuaweiCloudError && !error.foreignAnswer && [400, 403, 404, 405].includes(error.status ?? 0);
}
