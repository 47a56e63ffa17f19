/** A random story of names: what the author edits and runs, and what faults and hands do meanwhile. */
import fc from "fast-check";
import type { PlayedRule } from "../playedCloud";
import { edit, names, program, most, type Edit, type Program } from "./program";

/** What the author runs. */
export type Command = "up" | "up --refresh" | "refresh" | "up --replace" | "taint and up";

export type Drift = { type: "deleteKeypair" | "replaceKeypair"; name: string } | { type: "bindServer"; server: number };

export interface Step {
  edits: Edit[];
  /** The edits of the step before are taken back first. */
  takesBack: boolean;
  drifts: Drift[];
  faults: PlayedRule[];
  command: Command;
  /** The place of the resource that is replaced by force. */
  which: number;
  continueOnError: boolean;
  /** An interrupt after so many operations. */
  interruptAfter?: number;
  /** By the place of the resource: milliseconds after which the engine learns of it. */
  lateness: number[];
}

/** A run that heals what can be healed. */
export const undisturbed: Step = {
  edits: [],
  takesBack: false,
  drifts: [],
  faults: [],
  command: "up --refresh",
  which: 0,
  continueOnError: false,
  lateness: [],
};

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.constant("up" as const) },
  { weight: 2, arbitrary: fc.constant("up --refresh" as const) },
  fc.constantFrom("refresh" as const, "up --replace" as const, "taint and up" as const),
);

const drift: fc.Arbitrary<Drift> = fc.oneof(
  fc.record({
    type: fc.constantFrom("deleteKeypair" as const, "replaceKeypair" as const),
    name: fc.constantFrom(...names),
  }),
  fc.record({ type: fc.constant("bindServer" as const), server: fc.nat({ max: most.servers - 1 }) }),
);

const action: fc.Arbitrary<PlayedRule["action"]> = fc.oneof(
  fc.constant({ type: "status", status: 403, code: "KPS.9003", message: "Not now", when: "before" } as const),
  fc
    .constantFrom("before" as const, "after" as const)
    .map((when) => ({ type: "status", status: 500, code: "KPS.0001", message: "Not now", when }) as const),
  fc.constantFrom("before" as const, "after" as const).map((when) => ({ type: "reset", when }) as const),
);

const fault: fc.Arbitrary<PlayedRule> = fc
  .record({
    operation: fc.constantFrom(
      "CreateKeypair" as const,
      "CreateKeypair" as const,
      "BatchImportKeypair" as const,
      "DeleteKeypair" as const,
      "UpdateKeypair" as const,
    ),
    action,
    skip: fc.nat({ max: 2 }),
    times: fc.constantFrom(1, 1, 2, 10, undefined),
  })
  .map(({ operation, times, ...rule }) => ({ match: { operation }, ...rule, ...(times !== undefined && { times }) }));

export const step: fc.Arbitrary<Step> = fc.record({
  edits: fc.oneof(fc.constant<Edit[]>([]), fc.array(edit, { minLength: 1, maxLength: 3 })),
  takesBack: fc.constantFrom(false, false, false, true),
  drifts: fc.oneof({ weight: 3, arbitrary: fc.constant<Drift[]>([]) }, fc.array(drift, { maxLength: 2 })),
  faults: fc.oneof(fc.constant<PlayedRule[]>([]), fc.array(fault, { minLength: 1, maxLength: 2 })),
  command,
  which: fc.nat({ max: most.keypairs + most.bindings }),
  continueOnError: fc.constantFrom(false, false, true),
  interruptAfter: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.integer({ min: 1, max: 6 })),
  lateness: fc.array(fc.constantFrom(0, 0, 100, 300), { maxLength: 6 }),
});

export function scenario<S extends Step>(steps: fc.Arbitrary<S[]>): fc.Arbitrary<{ program: Program; steps: S[] }> {
  return fc.record({ program, steps });
}
