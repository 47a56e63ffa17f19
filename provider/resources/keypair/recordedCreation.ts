import { PartialFailure, type Context } from "../../contract";
import { whileChanging } from "../cachedKeypair";
import { isSameKey } from "../sshKeys";
import { bringTo } from "./convergence";
import { getOnceMade } from "./observation";
import { createInPlaceOf } from "./replacement";
import { isAutonamed, type KeypairInputs, type KeypairState } from "./state";

/**
 * Makes a pair that the program declares, and has the run's record know what becomes of it. `finish` brings what was made, or taken
 * over, to what is wanted. `own` is the pair that an update replaces.
 */
export async function createRecorded(
  context: Context,
  inputs: KeypairInputs,
  finish: (state: KeypairState) => Promise<KeypairState>,
  own?: KeypairState,
): Promise<KeypairState> {
  const { declared } = context;
  const record = context.fleets.record.keypairs;
  return record.whileCreating(
    declared,
    inputs,
    () => {
      const kept = record.keptBy(declared);
      if (kept !== undefined) return bringTo(context, kept, inputs);
      const replaced = record.replacedBy(declared, inputs);
      return whileChanging(context, inputs, async () =>
        finish(await createInPlaceOf(context, { ...replaced, own: replaced.own ?? own }, inputs)),
      );
    },
    isRecorded,
  );
}

/** Whether what failed is recorded as made all the same. */
export function isRecorded(error: unknown): boolean {
  return error instanceof PartialFailure && !error.wasThere;
}

/** Deletes what a create made that nobody will record. */
export async function takeBackCreated(context: Context, name: string, state: KeypairState): Promise<void> {
  // An imported pair of a given name may have been there before; the next create takes it over.
  const isGenerated = state.publicKey === "" || state.privateKey !== undefined;
  if (state.adoptExisting && !isGenerated && !isAutonamed(state)) return;
  const kps = context.cloud.kps(state.region, context);
  const live = await getOnceMade(context, kps, name);
  const isOurs = live !== undefined && (state.publicKey === "" || isSameKey(state.publicKey, live.publicKey));
  if (isOurs) await kps.deleteKeypair(name);
}
