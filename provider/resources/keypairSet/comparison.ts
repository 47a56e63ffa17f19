import type { Declared } from "../../fleet/claims";
import type { RunRecord } from "../../fleet/runRecord";
import type { PairChange } from "./difference";
import { pairState, type KeypairSetState } from "./state";

/** Has the run's record know what a comparison says of each pair: who has it, and whether it is to be given up. */
export function registerComparison(
  { keypairs, members }: RunRecord,
  declared: Declared,
  olds: KeypairSetState,
  changes: readonly PairChange[],
  isSetReplaced: boolean,
): void {
  const changeOf = new Map(changes.map(({ name, change }) => [name, change]));
  for (const [name, known] of Object.entries(olds.keypairs)) {
    const state = pairState(olds, name, known);
    const change = changeOf.get(name);
    if (change === "delete") {
      keypairs.release(state);
      continue;
    }
    const isReplaced = isSetReplaced || change === "replace";
    const isChanged = isReplaced || change !== undefined;
    keypairs.compare(members.of(declared, name), state, { isChanged, isReplaced, isLost: false });
  }
}
