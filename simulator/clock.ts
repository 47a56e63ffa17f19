/** The simulator's time: the machine's, plus what it was put forward by. */
export class Clock {
  private offset = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.offset;
  }

  /** Puts the clock forward, so that nothing has to be waited for. */
  advance(seconds: number): void {
    this.offset += seconds * 1000;
  }

  /** Shows the machine's time again. */
  reset(): void {
    this.offset = 0;
  }
}
