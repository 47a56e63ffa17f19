import { isUnknown } from "../../schema/unknown";
import type { ImportedKeypair } from "../../schema/types";
import { isOtherKeyWanted, isProtectionChanged } from "../keypair/difference";
import { ownOf, pairInputs, pairState, type KeypairSetInputs, type KeypairSetState } from "./state";

/** What is to become of a pair: it is imported, made anew for another key, changed in place, or deleted. */
export type Change = "add" | "replace" | "update" | "delete";

/** What is known and wanted of one pair. */
export interface PairChange {
  readonly name: string;
  readonly change: Change;
  /** The properties of the pair that differ, where it is changed in place or made anew. */
  readonly properties: readonly (keyof ImportedKeypair)[];
}

/** Whether a preview does not know yet which pairs the program wants. */
export function arePairsUnknown({ keypairs }: KeypairSetInputs): boolean {
  return isUnknown(keypairs);
}

/** What differs, pair by pair, in the order of the program and then of the state. */
export function pairChanges(olds: KeypairSetState, news: KeypairSetInputs): PairChange[] {
  const changes: PairChange[] = [];
  for (const [name, wanted] of Object.entries(news.keypairs)) {
    const known = ownOf(olds.keypairs, name);
    if (known === undefined) {
      changes.push({ name, change: "add", properties: [] });
      continue;
    }
    const properties = isUnknown(wanted) ? [] : changedProperties(olds, news, name, known, wanted);
    const isReplaced =
      isUnknown(wanted) || ownOf(olds.__misplaced ?? {}, name) !== undefined || properties.includes("publicKey");
    if (isReplaced || properties.length > 0)
      changes.push({ name, change: isReplaced ? "replace" : "update", properties });
  }
  for (const name of Object.keys(olds.keypairs))
    if (!Object.hasOwn(news.keypairs, name)) changes.push({ name, change: "delete", properties: [] });

  return changes;
}

function changedProperties(
  olds: KeypairSetState,
  news: KeypairSetInputs,
  name: string,
  known: ImportedKeypair,
  wanted: ImportedKeypair,
): (keyof ImportedKeypair)[] {
  const [state, inputs] = [pairState(olds, name, known), pairInputs(news, name, wanted)];
  return [
    ...(isOtherKeyWanted(state, inputs) ? ["publicKey" as const] : []),
    ...(isProtectionChanged(state, inputs) ? ["keyProtection" as const] : []),
    ...(isDescriptionChanged(known, wanted) ? ["description" as const] : []),
  ];
}

/** A description that nobody gave before may be any: lists do not show it. */
function isDescriptionChanged(known: ImportedKeypair, wanted: ImportedKeypair): boolean {
  return wanted.description !== undefined && wanted.description !== known.description;
}
