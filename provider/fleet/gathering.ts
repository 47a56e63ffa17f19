import { clock } from "../operation/clock";

/** When gathered things are handed over, in milliseconds. */
export interface GatheringTimes {
  /** Once nothing more came for so long. */
  quiet: number;
  /** At the latest so long after the first. */
  longest: number;
}

/** Gathers what is asked for at the same moment, to be dealt with together. */
export class Gathering<T> {
  private items: T[] = [];
  private since = 0;
  /** Only while something waits: once aborted, its stack would hold those who asked, and all that they were given. */
  private pause?: AbortController;

  constructor(
    private readonly times: GatheringTimes,
    /** So many are handed over at once, without waiting for more. */
    private readonly most: () => number,
    private readonly handOver: (items: T[]) => void,
  ) {}

  add(item: T): void {
    if (this.items.length === 0) this.since = Date.now();
    this.items.push(item);
    this.endPause();
    if (this.items.length >= this.most()) {
      this.end();
      return;
    }
    this.pause = new AbortController();
    const { quiet, longest } = this.times;
    const left = Math.max(0, this.since + longest - Date.now());
    void clock.sleep(Math.min(quiet, left), this.pause.signal).then((isOver) => {
      if (isOver) this.end();
    });
  }

  /** Hands over what is there, without waiting for more. */
  end(): void {
    const items = this.items;
    if (items.length === 0) return;
    this.endPause();
    this.items = [];
    this.handOver(items);
  }

  private endPause(): void {
    this.pause?.abort();
    this.pause = undefined;
  }
}
