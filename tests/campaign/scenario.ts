/** A random story of a stack: its program, the cloud it meets, and what its author, other hands and the network do to it. */
import fc from "fast-check";
import type { Variants } from "../../simulator";
import { drift, fault, variants, type Drift } from "./disturbance";
import type { PlayedRule } from "./playedCloud";
import { edit, program, type Edit, type Program } from "./program";
import { habits, type Habits } from "./secondCloud/habits";

/** What the author runs. */
export type Command = "up" | "up --refresh" | "refresh" | "preview --refresh";

/** The author edits, others change things by hand, and then a command runs while the faults are in force. */
export interface Step {
  edits: Edit[];
  drifts: Drift[];
  faults: PlayedRule[];
  command: Command;
}

export interface Scenario {
  variants: Partial<Variants>;
  credentials: "access key" | "password";
  program: Program;
  steps: Step[];
  habits: Habits;
}

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.constant("up" as const) },
  { weight: 2, arbitrary: fc.constant("up --refresh" as const) },
  fc.constant("refresh" as const),
  fc.constant("preview --refresh" as const),
);

export const step: fc.Arbitrary<Step> = fc.record({
  edits: fc.array(edit, { maxLength: 3 }),
  drifts: fc.oneof(fc.constant<Drift[]>([]), fc.array(drift, { maxLength: 3 })),
  faults: fc.oneof(fc.constant<PlayedRule[]>([]), fc.array(fault, { maxLength: 3 })),
  command,
});

export function scenario<S extends Step>(steps: fc.Arbitrary<S[]>): fc.Arbitrary<Scenario & { steps: S[] }> {
  return fc.record({
    variants: fc.oneof(fc.constant({}), variants),
    credentials: fc.constantFrom("access key" as const, "password" as const),
    program,
    steps,
    habits,
  });
}
