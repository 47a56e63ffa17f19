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

export interface KeypairSetState extends DeclaredState {
  /** Pairs that the last refresh found with another type or scope than the set's: an update makes them anew. */
  __misplaced?: string[];
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
    ...pairInputs(state, name, known),
    publicKey: known.publicKey,
    fingerprint: state.fingerprints[name] ?? "",
    keyProtected: known.keyProtection !== undefined,
    frozenState: 0,
  };
}

/** What a set records of a pair. A description that nobody gave is nobody's to compare. */
export function recordOf({ publicKey, keyProtection, description }: KeypairState, given: ImportedKeypair) {
  return {
    publicKey,
    keyProtection,
    description: given.description === undefined ? undefined : description,
  } satisfies ImportedKeypair;
}
