import type { Operation } from "../../operation/operation";
import { onAbort } from "../../operation/abort";

/** In milliseconds; `growth` is from one refused probe to the next. */
const throttlePauses = { first: 400, growth: 1.5, longest: 15_000, worthTelling: 5_000 };
/** Calls that were held for so long are told, and not again before the interval is over; in milliseconds. */
const slowness = { worthTelling: 5_000, interval: 60_000 };
/** After this time without an answer to a probe, the next call goes as another; in milliseconds. */
const patience = 2_000;
/** How far calls may catch up with their evenly spaced times, because timers are late; in milliseconds. */
const lateness = 10;
/** The time in which calls are counted, in milliseconds. */
const span = 1_000;
/** So many calls a second a service is taken to accept in any case; a first refusal among fewer may be chance. */
const few = 10;
/** The rate recovers quickly up to the part `near` of what was too fast; from there by `slow` calls a second each second, or more. */
const recovery = { near: 0.97, slow: 0.05, acceleration: 1 / 3 };

/** A call's leave to be sent; one of the two tells what came of it, where it was sent. */
export interface Turn {
  /** The service did not throttle the call, whatever else it did. */
  accepted(): void;
  /** The service throttled the call, and asked to be left alone for so many milliseconds; 0 where it did not. */
  refused(retryAfter: number): void;
}

interface Waiting {
  readonly operation: Operation;
  /** Ends the waiting: with a turn, or without one. */
  readonly end: (turn?: Turn) => void;
}

/**
 * How fast calls go to one service, which refuses (throttles) those beyond an undisclosed limit.
 *
 * Until a call is refused, none waits. Then all pause: for as long as the service asks, or else shortly, and half as long again each
 * time that the one call which goes after the pause as a probe is refused as well. Once a probe is not refused the others follow,
 * evenly spaced, at half the rate that was too fast. While calls wait the rate recovers: within half a second to nearly what it was,
 * from there slowly at first, then ever faster. So it stays close to a limit, and soon leaves behind what is far below one. Once it has
 * recovered, calls that come after a time without any go at once, as many as a second allows.
 * A first refusal among few calls only makes a pause. Refusals of calls that were under way when a pause began change nothing.
 */
export class RateLimiter {
  /** In calls a second, as is the next. */
  private rate = Infinity;
  /** The rate that was too fast last. */
  private ceiling = Infinity;
  /** Throttling rounds so far; a turn from an earlier round has no say. */
  private round = 0;
  /** The length of the present pause; 0 for none. */
  private pause = 0;
  /** When the next call may go, by `performance.now`. */
  private next = 0;
  /** When calls went in the last span. */
  private readonly sent: number[] = [];
  private readonly repeated = new Set<Waiting>();
  private readonly fresh = new Set<Waiting>();
  private timer?: NodeJS.Timeout;
  /** When waiting time was last added to `held`; undefined while nothing waits. */
  private heldSince?: number;
  /** Time calls waited since the last report, in milliseconds; overlapping waits count once. */
  private held = 0;
  private toldAt = -Infinity;

  /**
   * @param service Its name to the user.
   * @param sentToAll When calls went in the last span to this service and to others that may share its limit.
   */
  constructor(
    private readonly service: string,
    private readonly sentToAll: number[] = [],
  ) {}

  /** Waits until a call may be sent, repeated ones first. Undefined where the operation stops, or would have to, before that. */
  turn(operation: Operation, isRepeated: boolean): Promise<Turn | undefined> {
    if (this.repeated.size + this.fresh.size === 0 && this.next <= performance.now())
      return Promise.resolve(this.grant(operation));

    if (operation.signal.aborted || !this.comesInTime(operation)) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const queue = isRepeated ? this.repeated : this.fresh;
      const stop = () => {
        waiting.end();
        this.serve();
      };
      const waiting: Waiting = {
        operation,
        end: (turn) => {
          queue.delete(waiting);
          this.countHeld();
          forget();
          resolve(turn);
        },
      };
      const forget = onAbort(operation.signal, stop);
      queue.add(waiting);
      this.countHeld();
      this.serve();
    });
  }

  /** Whether the next call goes before the operation's deadline. */
  comesInTime(operation: Operation): boolean {
    return Date.now() + this.next - performance.now() < operation.deadline;
  }

  private grant(operation: Operation): Turn {
    const { round } = this;
    const now = performance.now();
    const isRateKnown = this.ceiling < Infinity;
    note(this.sent, now);
    note(this.sentToAll, now);
    this.next = this.timeOfNext(now);
    return {
      accepted: () => {
        if (round === this.round && this.pause > 0) this.resume();
      },
      refused: (retryAfter) => {
        if (round === this.round) this.throttle(retryAfter, operation);
        else if (!isRateKnown && this.round === round + 1) this.ceiling--;
      },
    };
  }

  /** When the call after one that goes now may go. */
  private timeOfNext(now: number): number {
    if (this.pause > 0) return now + patience;
    if (this.rate === Infinity) return now;
    const interval = span / this.rate;
    if (this.rate < recovery.near * this.ceiling) return Math.max(this.next, now - lateness) + interval;
    const evenly = Math.max(this.next, now - span) + interval;
    const oldest = this.sent.length < this.rate ? undefined : this.sent.at(-Math.ceil(this.rate));
    return oldest === undefined ? evenly : Math.max(evenly, oldest + span);
  }

  private resume(): void {
    this.pause = 0;
    this.ceiling = Math.max(few, this.ceiling);
    this.rate = this.ceiling / 2;
    this.next = performance.now();
    this.serve();
  }

  private throttle(retryAfter: number, operation: Operation): void {
    if (this.pause === 0) {
      if (this.ceiling < Infinity) this.ceiling = this.rate;
      // What went within the last second, less what this service refuses of it.
      else if (this.round > 0 || this.sent.length > few) this.ceiling = this.sentToAll.length - 1;
      this.pause = throttlePauses.first;
    } else {
      this.pause = Math.min(throttlePauses.longest, this.pause * throttlePauses.growth);
    }
    this.round++;
    const wait = retryAfter > 0 ? retryAfter : this.pause;
    this.next = performance.now() + wait;
    if (wait > throttlePauses.worthTelling) this.tell(operation, `going on in ${Math.round(wait / 1000)} s`);

    for (const waiting of [...this.repeated, ...this.fresh]) if (!this.comesInTime(waiting.operation)) waiting.end();

    this.serve();
  }

  /** Lets those go whose time has come; one timer serves all the others. */
  private readonly serve = (): void => {
    clearTimeout(this.timer);
    for (;;) {
      const [waiting] = this.repeated.size > 0 ? this.repeated : this.fresh;
      if (waiting === undefined) return;
      if (this.next > performance.now()) break;
      waiting.end(this.grant(waiting.operation));
      this.recover();
      if (this.held > slowness.worthTelling && performance.now() > this.toldAt + slowness.interval)
        this.tell(waiting.operation, "they go more slowly");
    }
    this.timer = setTimeout(this.serve, this.next - performance.now());
  };

  private countHeld(): void {
    const now = performance.now();
    this.held += now - (this.heldSince ?? now);
    this.heldSince = this.repeated.size + this.fresh.size > 0 ? now : undefined;
  }

  private tell({ log }: Operation, consequence: string): void {
    this.held = 0;
    this.toldAt = performance.now();
    log.info(`Huawei Cloud throttles ${this.service} calls; ${consequence}`);
  }

  /** What the rate gains in the time until the next call. */
  private recover(): void {
    if (this.pause > 0 || this.rate === Infinity) return;
    const quickUpTo = recovery.near * this.ceiling;
    this.rate =
      this.rate < quickUpTo
        ? Math.min(quickUpTo, this.rate + this.ceiling / this.rate)
        : this.rate + Math.max(recovery.slow, (this.rate - quickUpTo) * recovery.acceleration) / this.rate;
  }
}

function note(times: number[], now: number): void {
  times.push(now);
  while (now - (times[0] ?? now) > span) times.shift();
}
