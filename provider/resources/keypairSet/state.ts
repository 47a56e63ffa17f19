import type {
  ImportedKeypair,
  KeypairSetInputs as DeclaredInputs,
  KeypairSetState as DeclaredState,
} from "../../schema/types";
import type { KeypairInputs, KeypairState } from "../keypair/state";

/** Inputs after check: defaults are filled in. */
export interface KeypairSetInputs extends DeclaredInputs {
  type: NonNullable<DeclaredInputs["type"]>;
  scope: NonNullable<DeclaredInputs["scope"]>;
  adoptExisting: boolean;
  region: string;
}

/** What a pair cannot change while it stands, and where it stands. */
export type Placing = Pick<KeypairSetInputs, "type" | "scope" | "userId" | "region">;

export interface KeypairSetState extends DeclaredState {
  /**
   * Pairs that are not placed as the set is: the last refresh found them so, or a replacement that failed left them so. An update makes
   * them anew.
   */
  __misplaced?: Record<string, Placing>;
}

/** What all pairs of a set share. */
type Shared = Omit<KeypairSetInputs, "keypairs">;

/** The most names that an id holds: Pulumi prints ids whole. */
const mostInId = 10;

/** The id of a set: its names, by commas, as an import takes them; of many the first ones and how many more there are. */
export function idOf({ keypairs }: DeclaredInputs): string {
  const names = Object.keys(keypairs);
  const others = names.length - mostInId;
  return [...names.slice(0, mostInId), ...(others > 0 ? [`+${others}`] : [])].join(",");
}

/** What is wanted of one pair, as of a single one. */
export function pairInputs(shared: Shared, name: string, wanted: ImportedKeypair): KeypairInputs {
  const { type, scope, userId, adoptExisting, region } = shared;
  return { ...wanted, name, type, scope, userId, adoptExisting, region };
}

/** What is known of one pair, as of a single one. */
export function pairState(state: KeypairSetState, name: string, known: ImportedKeypair): KeypairState {
  return {
    ...pairInputs({ adoptExisting: state.adoptExisting, ...placingOf(state, name) }, name, known),
    publicKey: known.publicKey,
    fingerprint: ownOf(state.fingerprints, name) ?? "",
    keyProtected: known.keyProtection !== undefined,
    frozenState: 0,
  };
}

/** As what, and where, the state knows a pair to stand. */
export function placingOf(state: KeypairSetState, name: string): Placing {
  const { type, scope, userId, region } = ownOf(state.__misplaced ?? {}, name) ?? state;
  return { type, scope, userId, region };
}

/** Whether a pair that is placed in one way stands as it should. */
export function isSamePlacing(one: Placing, other: Placing): boolean {
  return (["type", "scope", "userId", "region"] as const).every((property) => one[property] === other[property]);
}

/** Which pairs a state records as misplaced; none is as usual. */
export function recordedOf(misplaced: Record<string, Placing>): KeypairSetState["__misplaced"] {
  return Object.keys(misplaced).length === 0 ? undefined : misplaced;
}

/** An entry of a map whose names others choose. */
export function ownOf<T>(map: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** What a set records of a pair. A description that nobody gave is nobody's to compare. */
export function recordOf({ publicKey, keyProtection, description }: KeypairState, given: ImportedKeypair) {
  return {
    publicKey,
    keyProtection,
    description: given.description === undefined ? undefined : description,
  } satisfies ImportedKeypair;
}
