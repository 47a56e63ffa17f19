import { isUnknown } from "../../schema/unknown";
import type { ImportedKeypair } from "../../schema/types";
import { isDescriptionChanged, isOtherKeyWanted, isProtectionChanged } from "../keypair/difference";
import { pairInputs, pairState, type KeypairSetInputs, type KeypairSetState } from "./state";

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
  const misplaced = new Set(olds.__misplaced);
  const changes: PairChange[] = [];
  for (const [name, wanted] of Object.entries(news.keypairs)) {
    const known = ownOf(olds.keypairs, name);
    if (known === undefined) {
      changes.push({ name, change: "add", properties: [] });
      continue;
    }
    const properties = isUnknown(wanted) ? [] : changedProperties(olds, news, name, known, wanted);
    const isReplaced = isUnknown(wanted) || misplaced.has(name) || properties.includes("publicKey");
    if (isReplaced || properties.length > 0)
      changes.push({ name, change: isReplaced ? "replace" : "update", properties });
  }
  for (const name of Object.keys(olds.keypairs))
    if (!Object.hasOwn(news.keypairs, name)) changes.push({ name, change: "delete", properties: [] });

  return changes;
}

/** An entry of a map whose names others choose. */
export function ownOf<T>(map: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
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
    ...(isDescriptionChanged(state, inputs) ? ["description" as const] : []),
  ];
}
