/** Stories that random ones were shrunk to when they found something wrong, or a protection gone. */
import type { RunSettings } from "./accounts";
import type { Program } from "./program";
import { undisturbed, type Scenario, type Step } from "./scenario";
import { usualHabits } from "./secondCloud/habits";

const fleet: Program = {
  keypairs: [{ named: "x" }],
  bindings: [{ keypair: 0, servers: [0], fingerprint: false, restores: true }],
};

const usual: RunSettings = {
  credentials: "access key",
  namesProject: false,
  environment: "another account's key",
  environmentNamesProject: false,
};

const [up, destroy] = [undisturbed("up"), undisturbed("destroy")];

function story(steps: Step[], variants: Scenario["variants"] = {}): Scenario & { steps: Step[] } {
  return { variants, credentials: "access key", program: fleet, steps, habits: usualHabits };
}

export const found: [what: string, story: Scenario & { steps: Step[] }][] = [
  [
    "a destroy whose jobs outlive it, and end after the next update has looked",
    story([up, { ...destroy, jobs: { endInNextRunAfter: 0 } }]),
  ],
  [
    "a destroy right after an update whose jobs outlive it",
    story([{ ...up, jobs: { endInNextRunAfter: 12 } }, destroy]),
  ],
  [
    "a deletion that is never answered",
    story([
      up,
      { ...destroy, faults: [{ match: { operation: "DeleteKeypair" }, action: { type: "reset", when: "after" } }] },
    ]),
  ],
  [
    "a project of another account in the environment, which the services hide",
    story([up, { ...undisturbed("refresh"), settings: { ...usual, environmentNamesProject: true } }], {
      foreignProject: "missing",
    }),
  ],
  [
    "nothing but another account's key in the environment",
    story([up, { ...undisturbed("refresh"), settings: { ...usual, credentials: "environment's" } }]),
  ],
  [
    "a revoked key, where the environment has another account's, of a stack that names its project",
    story([up, { ...undisturbed("refresh"), settings: { ...usual, namesProject: true, endsAfter: 0 } }], {
      foreignProject: "missing",
    }),
  ],
];
