import { messageOf } from "../huawei/errors";
import { sendSettled } from "../huawei/settle";
import { PartialFailure, type Context } from "../resource";
import { createOrAdopt } from "./keypairCreation";
import { deleteKnown, warnOfServersLeft } from "./keypairDeletion";
import type { KeypairInputs, KeypairState } from "./keypairState";
import { isSameKey } from "./sshKeys";

/** Pairs that a new one takes the place of. */
export interface Replaced {
  /** The resource's own. */
  own?: KeypairState;
  /** Those of other resources, which give up the name in the same run. */
  others: readonly KeypairState[];
}

/**
 * Creates a pair in the place of others. They are deleted only now, although the engine asked for that before: where the creation fails
 * they are put back, and a run that ends in between leaves them as they are.
 */
export async function createInPlaceOf(
  context: Context,
  { own, others }: Replaced,
  inputs: KeypairInputs,
): Promise<KeypairState> {
  const removed: KeypairState[] = [];
  try {
    if (own !== undefined) await warnOfServersLeft(context, own);
    for (const state of [...(own === undefined ? [] : [own]), ...others]) {
      if ((await deleteKnown(context, state)) === "deleted") removed.push(state);
    }
    return await createOrAdopt(context, inputs);
  } catch (error) {
    if (error instanceof PartialFailure || (own === undefined && removed.length === 0)) throw error;
    const reasons = [messageOf(error)];
    let left = own;
    for (const state of removed) {
      const outcome = await putBack(context, state);
      reasons.push(outcome.report);
      if (state === own) left = outcome.state;
    }
    // Whatever the engine believes to be deleted, it is recorded anew: with its private key, so that the next update can heal it.
    if (left !== undefined && !context.fleets.record.keypairs.isHeldByOther(context.declared, left)) {
      throw new PartialFailure(left.name, left, reasons, true);
    }
    throw new Error(reasons.join("\n"), { cause: error });
  }
}

async function putBack(context: Context, state: KeypairState): Promise<{ state: KeypairState; report: string }> {
  try {
    const restored = await importOwnKey(context, state);
    return { state: restored, report: `Key pair "${state.name}" was deleted for it, and has been put back.` };
  } catch (error) {
    const report =
      `Key pair "${state.name}" was deleted for it, and could not be put back (${messageOf(error)}); ` +
      "the next `pulumi up` makes what the program wants then.";
    return { state: withoutDetails(state), report };
  }
}

/** Imports the public key of a pair that is gone under its name: the same key, to which the private key in the state belongs. */
export async function importOwnKey(context: Context, state: KeypairState): Promise<KeypairState> {
  const { name, region, type, scope, publicKey, __defaults = [] } = state;
  const userId = __defaults.includes("userId") ? undefined : state.userId;
  const kps = context.cloud.kps(region, context);
  const { fingerprint } = await context.fleets.in(region).keypairs.whileChanging(name, () =>
    sendSettled(
      context,
      () => kps.createKeypair({ name, type, scope, userId, publicKey: publicKey.trim() }),
      async () => {
        const live = await kps.getKeypair(name);
        return live !== undefined && isSameKey(publicKey, live.publicKey) ? live : undefined;
      },
    ),
  );
  return { ...withoutDetails(state), fingerprint: fingerprint || state.fingerprint };
}

/** What of a pair does not come back with its key. */
function withoutDetails(state: KeypairState): KeypairState {
  return { ...state, description: "", keyProtected: false, keyProtection: undefined, createdAt: undefined };
}
