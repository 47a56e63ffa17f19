/** How the services behave, and what time it is for them. */
import type { Variants } from "../../../simulator";
import { usualHabits, type Habits } from "./habits";

/** The switches that this cloud has in common with the simulator. */
export type Amounts = Pick<Variants, "jobSeconds" | "jobsVisibleAfter" | "keypairNameLag" | "serversPerCall">;

export class Conditions {
  habits: Habits = usualHabits;
  private ahead = 0;

  constructor(public amounts: Amounts) {}

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.ahead;
  }

  advanceClock(seconds: number): void {
    this.ahead += seconds * 1000;
  }
}
