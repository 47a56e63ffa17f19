import { clock } from "./clock";
import type { Operation } from "./operation";

/** The pauses of a {@link Backoff}, in milliseconds. */
export interface BackoffTimes {
  /** The first pause at most; each later one is up to twice as long as the one before. */
  first: number;
  /** None is longer. */
  longest: number;
  /** The part of each pause that is not left to chance; 0 where nothing else is said ("full jitter"). */
  certainPart?: number;
}

/** Ever longer pauses between attempts, never beyond the end of an operation. */
export class Backoff {
  private most: number;

  constructor(private readonly times: BackoffTimes) {
    this.most = times.first;
  }

  /**
   * Waits before the next attempt: for as long as was `asked` for, or else a random time. True once that is over; false where the
   * operation stops meanwhile, or would have to: then at once.
   */
  async pause({ deadline, signal }: Operation, asked = 0): Promise<boolean> {
    const { longest, certainPart = 0 } = this.times;
    const pause = asked > 0 ? asked : randomBetween(certainPart * this.most, this.most);
    this.most = Math.min(longest, this.most * 2);
    return Date.now() + pause < deadline && clock.sleep(pause, signal);
  }
}

/** A random time, so that what began at the same moment does not go on at the same moment as well. */
export function randomBetween(least: number, most: number): number {
  return least + clock.random() * (most - least);
}
