/** What a measurement says beside what would be ideal. */
import { type CallCounts, countCalls } from "./calls";
import { idealSeconds, leastCalls, leastSteps } from "./ideal";
import type { Measurement } from "./measure";

export interface Figures {
  readonly wall: number;
  /** The engine alone. */
  readonly floor: number;
  /** What is not the engine's. */
  readonly aboveFloor: number;
  /** The shortest schedule of the calls, without the engine. */
  readonly ideal: number;
  /** 1 where nothing is left to gain. */
  readonly ratio: number;
  readonly made: CallCounts;
  readonly least: CallCounts;
}

export function figuresOf({ scenario, operation, seconds, floorSeconds, calls }: Measurement): Figures {
  const steps = leastSteps(scenario, operation);
  const ideal = idealSeconds(steps, scenario);
  return {
    wall: seconds,
    floor: floorSeconds,
    aboveFloor: seconds - floorSeconds,
    ideal,
    ratio: seconds / (floorSeconds + ideal),
    made: countCalls(calls),
    least: leastCalls(steps),
  };
}
