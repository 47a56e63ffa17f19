/** What a measurement says beside what would be ideal. */
import { type CallCounts, countCalls } from "./calls";
import { idealSeconds, leastCalls, leastSteps } from "./ideal";
import type { Measurement } from "./measure";

export interface Figures {
  readonly wall: number;
  /** Until the first call arrives. */
  readonly beforeCalls: number;
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

export function figuresOf({ scenario, operation, startedAt, seconds, floorSeconds, calls }: Measurement): Figures {
  const steps = leastSteps(scenario, operation);
  const ideal = idealSeconds(steps, scenario);
  return {
    wall: seconds,
    beforeCalls: (Math.min(...calls.map(({ time }) => Date.parse(time))) - startedAt) / 1000,
    floor: floorSeconds,
    aboveFloor: seconds - floorSeconds,
    ideal,
    ratio: seconds / (floorSeconds + ideal),
    made: countCalls(calls),
    least: leastCalls(steps),
  };
}
