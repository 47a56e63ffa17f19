import type { ImportedKeypair } from "../../schema/types";
import type { KeypairState } from "../keypair/state";
import {
  isSamePlacing,
  recordedOf,
  recordOf,
  type KeypairSetInputs,
  type KeypairSetState,
  type Placing,
} from "./state";

/** What is known of a set while its pairs change: true of each pair, whatever fails. */
export class SetRecord {
  private readonly keypairs: Record<string, ImportedKeypair>;
  private readonly fingerprints: Record<string, string>;
  private readonly misplaced: Record<string, Placing>;

  constructor(
    olds: KeypairSetState,
    private readonly news: KeypairSetInputs,
  ) {
    this.keypairs = { ...olds.keypairs };
    this.fingerprints = { ...olds.fingerprints };
    this.misplaced = { ...olds.__misplaced };
  }

  /** The set as it is to be recorded. */
  get state(): KeypairSetState {
    const { type, scope, userId, adoptExisting, region } = this.news;
    return {
      keypairs: this.keypairs,
      type,
      scope,
      userId,
      adoptExisting,
      region,
      fingerprints: this.fingerprints,
      __misplaced: recordedOf(this.misplaced),
    };
  }

  get isEmpty(): boolean {
    return Object.keys(this.keypairs).length === 0;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.keypairs, name);
  }

  /** A pair is all that is wanted. The service may tell nothing of a description that is empty. */
  noteAsWanted(pair: KeypairState, wanted: ImportedKeypair): void {
    this.note({ ...pair, description: wanted.description }, wanted);
  }

  /** A pair is placed as the set is. */
  note(pair: KeypairState, given: ImportedKeypair): void {
    this.keypairs[pair.name] = recordOf(pair, given);
    this.fingerprints[pair.name] = pair.fingerprint;
    Reflect.deleteProperty(this.misplaced, pair.name);
  }

  /** A pair was to be replaced, and stands as it did. Whether with its description is not certain where it was put back. */
  noteLeft(pair: KeypairState, given: ImportedKeypair): void {
    this.note({ ...pair, description: undefined }, given);
    const { type, scope, userId, region } = pair;
    if (!isSamePlacing(pair, this.news)) this.misplaced[pair.name] = { type, scope, userId, region };
  }

  /** Nobody knows whether a pair is there. Without a fingerprint of it the next update looks. */
  doubt(name: string): void {
    Reflect.deleteProperty(this.fingerprints, name);
  }

  /** A pair is no more, or no more this set's. */
  forget(name: string): void {
    for (const known of [this.keypairs, this.fingerprints, this.misplaced]) Reflect.deleteProperty(known, name);
  }
}
