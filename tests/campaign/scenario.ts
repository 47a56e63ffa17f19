/** A random story of a stack: its program, the cloud it meets, and what its author, other hands and the network do to it. */
import fc from "fast-check";
import type { Variants } from "../../simulator";
import { isAnothersAlone, isDisturbing, runSettings, type RunSettings } from "./accounts";
import { drift, fault, variants, type Drift } from "./disturbance";
import type { PlayedRule } from "./playedCloud";
import {
  importedKey,
  bindingFields,
  edit,
  keypairPlaces,
  most,
  program,
  serverPlaces,
  type DeclaredKeypair,
  type Edit,
  type Program,
} from "./program";
import { habits, type Habits } from "./secondCloud/habits";

/** What the author runs. */
export type Command = "up" | "up --refresh" | "refresh" | "preview --refresh" | "destroy";

/**
 * How long the jobs of a run take. Long ones outlive the operations that began them, and end before the next run, or in the midst of it,
 * once it has sent so many calls.
 */
export type Jobs = "short" | "long" | { endInNextRunAfter: number };

/** The author edits, others change things by hand, and then a command runs while the faults are in force. */
export interface Step {
  edits: Edit[];
  drifts: Drift[];
  faults: PlayedRule[];
  command: Command;
  jobs: Jobs;
  /** Where the run has others than those of the scenario, and the cloud has more than one account. */
  settings?: RunSettings;
}

/** A step without trouble. */
export function undisturbed(command: Command): Step {
  return { edits: [], drifts: [], faults: [], command, jobs: "short" };
}

/** Whether a run may fail for what happens to it. */
export function isDisturbed({ faults, jobs, settings }: Step): boolean {
  return faults.length > 0 || jobs !== "short" || (settings !== undefined && isDisturbing(settings));
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
  fc.constant("destroy" as const),
);

const jobs: fc.Arbitrary<Jobs> = fc.oneof(
  { weight: 4, arbitrary: fc.constant("short" as const) },
  fc.constant("long" as const),
  fc.record({ endInNextRunAfter: fc.nat({ max: 6 }) }),
);

export const step: fc.Arbitrary<Step> = fc
  .record({
    edits: fc.array(edit, { maxLength: 3 }),
    drifts: fc.oneof(fc.constant<Drift[]>([]), fc.array(drift, { maxLength: 3 })),
    faults: fc.oneof(fc.constant<PlayedRule[]>([]), fc.array(fault, { maxLength: 3 })),
    command,
    jobs,
    settings: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, runSettings),
  })
  .map(({ settings, command: chosen, ...rest }) => {
    // An update may make something new before it meets what the state knows.
    const makes = chosen.startsWith("up") && settings !== undefined && isAnothersAlone(settings);
    return { ...rest, command: makes ? "refresh" : chosen, ...(settings !== undefined && { settings }) };
  });

/** Servers get a key pair by jobs that outlive the run, and are taken from it again in the next one. */
const outlived: fc.Arbitrary<Step[]> = fc
  .record({
    binding: fc.nat({ max: most.bindings - 1 }),
    anew: fc.record(bindingFields),
    endInNextRunAfter: fc.nat({ max: 12 }),
    then: fc.oneof(
      fc.constant("destroy" as const),
      fc.constant("gone" as const),
      fc.record({ servers: bindingFields.servers }),
    ),
  })
  .map(({ binding, anew, endInNextRunAfter, then }) => [
    { ...undisturbed("up"), edits: [{ binding, becomes: "new", anew }], jobs: { endInNextRunAfter } },
    then === "destroy" ? undisturbed("destroy") : { ...undisturbed("up"), edits: [{ binding, becomes: then, anew }] },
  ]);

/** In one run, key pairs and servers go every way that there is between resources and forms of them, whatever happens to the run. */
function moving<S extends Step>(single: fc.Arbitrary<S>): fc.Arbitrary<(S | Step)[]> {
  return fc
    .record({
      places: fc.shuffledSubarray(keypairPlaces, { minLength: 4, maxLength: 4 }),
      key: importedKey,
      given: fc.record(bindingFields),
      stride: fc.integer({ min: 1, max: 2 }),
      moved: single,
    })
    .map(({ places: [single = 0, member = 0, other = 0, renewed = 0], key, given, stride, moved }) => {
      const anew = { named: "x" as const, key };
      const make = (keypair: number, more: Partial<DeclaredKeypair>): Edit => ({
        keypair,
        becomes: "new",
        anew: { ...anew, ...more },
      });
      const change = (keypair: number, becomes: Partial<DeclaredKeypair>): Edit => ({ keypair, becomes, anew });
      const servers = [0, 1].map((half) => serverPlaces.filter((server) => server % 2 === half));
      const bindings = [single, member].map((keypair, binding) => ({
        ...given,
        keypair,
        servers: servers[binding] ?? [],
        stride: binding === 0 ? undefined : stride,
      }));
      const first = bindings.map((binding, place): Edit => ({ binding: place, becomes: "new", anew: binding }));
      const then = [stride, undefined].map((becoming, place): Edit => ({
        binding: place,
        becomes: { stride: becoming },
        anew: given,
      }));
      const before = [make(single, {}), make(member, { set: 0 }), make(other, { set: 0 }), make(renewed, { round: 1 })];
      const after = [
        change(single, { set: 0, adoptExisting: true }),
        change(member, { set: undefined, adoptExisting: true }),
        change(other, { set: 1, adoptExisting: true }),
        change(renewed, { round: 2 }),
      ];
      return [
        { ...undisturbed("up"), edits: [...before, ...first] },
        { ...moved, command: "up", edits: [...after, ...then] },
      ];
    });
}

/** The steps of a story. */
export function steps<S extends Step>(
  single: fc.Arbitrary<S>,
  limits: { minLength: number; maxLength: number },
): fc.Arbitrary<(S | Step)[]> {
  const one = single.map((each): (S | Step)[] => [each]);
  const part = fc.oneof({ weight: 8, arbitrary: one }, outlived, moving(single));
  return fc.array(part, limits).map((parts) => parts.flat());
}

export function scenario<S extends Step>(steps: fc.Arbitrary<S[]>): fc.Arbitrary<Scenario & { steps: S[] }> {
  return fc.record({
    variants: fc.oneof(fc.constant({}), variants),
    credentials: fc.constantFrom("access key" as const, "password" as const),
    program,
    steps,
    habits,
  });
}
