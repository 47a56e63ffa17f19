/** What the package is meant to reach. The benchmark prints how far it is; nothing fails. */
import { type Figures, figuresOf } from "./figures";
import type { Measurement } from "./measure";
import { jobSeconds, nameOf, titleOf } from "./scenarios";
import type { Operation } from "./stack";

interface Target {
  readonly scenario: string;
  readonly operation: Operation;
  readonly what: string;
  readonly most: number;
  readonly value: (figures: Figures, measurement: Measurement) => number;
}

export interface Reached extends Omit<Target, "value" | "scenario"> {
  /** The scenario, to readers. */
  readonly title: string;
  readonly measured: number;
}

const targets: Target[] = [
  { scenario: "servers-1000", operation: "up", what: "writes", most: 100, value: ({ made }) => made.writes },
  { scenario: "servers-1000", operation: "up", what: "job looks", most: 60, value: ({ made }) => made["job looks"] },
  {
    scenario: "servers-1000",
    operation: "up",
    what: "wall time above the floor, in job times",
    most: 1.4,
    value: ({ aboveFloor }) => aboveFloor / jobSeconds,
  },
  { scenario: "servers-1000", operation: "refresh", what: "reads", most: 14, value: ({ made }) => made.reads },
  { scenario: "bindings-100", operation: "up", what: "writes", most: 100, value: ({ made }) => made.writes },
  {
    scenario: "keypairs-300-parallel-100",
    operation: "up",
    what: "writes",
    most: 45,
    value: ({ made }) => made.writes,
  },
  {
    scenario: "keypairs-300-parallel-100",
    operation: "refresh",
    what: "reads",
    most: 12,
    value: ({ made }) => made.reads,
  },
  {
    scenario: "keypairs-300-parallel-100",
    operation: "up",
    what: "bytes of state each",
    most: 3_000,
    value: (_figures, { stateBytes }) => stateBytes,
  },
];

/** The targets for which there is a measurement. */
export function reachedTargets(measurements: readonly Measurement[]): Reached[] {
  return targets.flatMap(({ scenario: name, value, ...target }) => {
    const measurement = measurements.find(
      ({ scenario, operation }) => nameOf(scenario) === name && operation === target.operation,
    );
    if (measurement === undefined) return [];
    const measured = value(figuresOf(measurement), measurement);
    return [{ ...target, title: titleOf(measurement.scenario), measured }];
  });
}
