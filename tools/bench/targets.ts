/** What the package is meant to reach. The benchmark prints how far it is; nothing fails. */
import { type Figures, figuresOf } from "./figures";
import type { Measurement } from "./measure";
import { peerFigures } from "./peers";
import type { Results, StartUp, YamlUpdate } from "./results";
import { entriesOf, jobSeconds, nameOf, type Scenario, titleOf } from "./scenarios";
import type { Operation } from "./stack";

export interface Reached {
  /** What it is a figure of, to readers. */
  readonly of: string;
  readonly most: number;
  readonly measured: number;
}

/** Of one scenario. */
interface Target {
  readonly scenario: string;
  readonly operation: Operation;
  readonly what: string;
  readonly most: number;
  readonly value: (figures: Figures, measurement: Measurement) => number;
}

const writes = { operation: "up", what: "writes", value: ({ made }: Figures) => made.writes } as const;
const jobLooks = { operation: "up", what: "job looks", value: ({ made }: Figures) => made["job looks"] } as const;
const reads = { operation: "refresh", what: "reads", value: ({ made }: Figures) => made.reads } as const;

const jobTimes = {
  operation: "up",
  what: "wall time above the floor, in job times",
  most: 1.4,
  value: ({ aboveFloor }: Figures) => aboveFloor / jobSeconds,
} as const;

const jobTimesAboveEmpty = {
  operation: "up",
  what: "wall time above an empty program's, in job times",
  most: 1.4,
  value: ({ wall }: Figures, { emptySeconds }: Measurement) => (wall - emptySeconds) / jobSeconds,
} as const;

const secondsAboveFloor = {
  operation: "up",
  what: "wall time above the floor, without latency, in s",
  most: 1.5,
  value: ({ aboveFloor }: Figures) => aboveFloor,
} as const;

const targets: Target[] = [
  { scenario: "servers-1000", ...writes, most: 100 },
  { scenario: "servers-1000", ...jobLooks, most: 60 },
  { scenario: "servers-1000", ...jobTimesAboveEmpty },
  { scenario: "servers-1000-native", ...jobTimesAboveEmpty },
  { scenario: "servers-1000", ...reads, most: 14 },
  { scenario: "servers-1000-keypair-each", ...writes, most: 100 },
  { scenario: "servers-1000-keypair-each", ...jobLooks, most: 60 },
  { scenario: "servers-1000-keypair-each", ...jobTimes },
  { scenario: "servers-1000-keypair-each-native", ...jobTimes },
  { scenario: "set-1000-latency-0", ...writes, most: 100 },
  { scenario: "set-1000-latency-0", ...secondsAboveFloor },
  { scenario: "set-1000-native-latency-0", ...secondsAboveFloor },
  { scenario: "set-1000-latency-0", ...reads, most: 21 },
  {
    scenario: "set-1000-latency-0",
    operation: "up",
    what: "bytes of state each",
    most: 600,
    value: (_figures, { scenario, stateBytes }) => stateBytes / (entriesOf(scenario) ?? NaN),
  },
  { scenario: "bindings-40", ...writes, most: 100 },
  { scenario: "keypairs-300-parallel-100", ...writes, most: 45 },
  { scenario: "keypairs-300-parallel-100", ...reads, most: 12 },
  {
    scenario: "keypairs-300-parallel-100",
    operation: "up",
    what: "bytes of state each",
    most: 3_000,
    value: (_figures, { stateBytes }) => stateBytes,
  },
];

/** Of the worst of all scenarios under a limit. */
const mostRatioUnderLimit = 1.2;

const bytesPerMegabyte = 1_000_000;
/** By what was started. */
const startUpTargets: [string, { milliseconds: number; megabytes: number }][] = [
  ["keypair, native plugin of the package", { milliseconds: 300, megabytes: 90 }],
  ["keypair, native plugin as one executable", { milliseconds: 250, megabytes: 90 }],
];

/** The targets for which something was measured. */
export function reachedTargets({ measurements, startUp, yaml }: Results): Reached[] {
  return [...ofScenarios(measurements), ...ofLimits(measurements), ...ofStartUp(startUp), ...ofYaml(yaml)];
}

function ofScenarios(measurements: readonly Measurement[]): Reached[] {
  return targets.flatMap(({ scenario: name, operation, what, most, value }) => {
    const measurement = measurements.find((one) => nameOf(one.scenario) === name && one.operation === operation);
    if (measurement === undefined) return [];
    const of = `${titleOf(measurement.scenario)}, ${operation}: ${what}`;
    return [{ of, most, measured: value(figuresOf(measurement), measurement) }];
  });
}

/** By operation: how far the worst is from what its limit allows. */
function ofLimits(measurements: readonly Measurement[]): Reached[] {
  return (["up", "refresh"] as const).flatMap((operation) => {
    const ratios = measurements
      .filter((one) => one.operation === operation && isUnderOurLimits(one.scenario))
      .map((one) => figuresOf(one).ratio);
    if (ratios.length === 0) return [];
    const of = `Under a rate limit, ${operation}: the highest wall time / (floor + ideal)`;
    return [{ of, most: mostRatioUnderLimit, measured: Math.max(...ratios) }];
  });
}

/** Not those that are run beside the peer's. */
function isUnderOurLimits(scenario: Scenario): boolean {
  return scenario.limit !== undefined && !peerFigures.some((peer) => nameOf(peer.scenario) === nameOf(scenario));
}

function ofStartUp(startUp: readonly StartUp[]): Reached[] {
  return startUpTargets.flatMap(([wanted, { milliseconds, megabytes }]) =>
    startUp
      .filter(({ what }) => what === wanted)
      .flatMap(({ what, firstAnswer, memory }) => [
        { of: `Start, ${what}: first answer, in ms`, most: milliseconds, measured: firstAnswer },
        { of: `Start, ${what}: memory, in MB`, most: megabytes, measured: memory / bytesPerMegabyte },
      ]),
  );
}

/** One key pair, above the engine's floor, takes at most so many times the peer's whole apply. */
const mostOfPeersApply = 1.5;

function ofYaml(yaml: readonly YamlUpdate[]): Reached[] {
  const peer = peerFigures.find(({ scenario }) => nameOf(scenario) === nameOf({ work: { keypairs: 1 }, latency: 0 }));
  const floor = yaml.find(({ isFloor }) => isFloor);
  if (floor === undefined || peer === undefined) return [];
  return yaml
    .filter(({ isFloor }) => !isFloor)
    .map(({ what, seconds }) => ({
      of: `YAML, ${what}: wall time above the floor, in s`,
      most: mostOfPeersApply * Number(peer.apply),
      measured: seconds - floor.seconds,
    }));
}
