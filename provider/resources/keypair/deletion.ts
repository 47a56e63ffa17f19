import type { Context } from "../../contract";
import { readPublicKey, whileChanging } from "../cachedKeypair";
import type { KeypairState } from "./state";
import { isSameKey } from "../sshKeys";

/** What became of a pair that was to be deleted: another one may stand under its name by now, which is left alone. */
export type DeletionOutcome = "deleted" | "gone" | "other";

/** Deletes the pair that the state knows. A name is not an identity: what holds another key is somebody else's. */
export async function deleteKnown(context: Context, state: KeypairState): Promise<DeletionOutcome> {
  const { name, region, publicKey } = state;
  // Of a creation whose outcome nobody knows the state holds no key.
  if (publicKey !== "") {
    // The only copy of a private key is not to go on the word of a list that was read a while ago.
    if (state.privateKey !== undefined) context.fleets.in(region).keypairs.forget(name);
    const live = await readPublicKey(context, state);
    if (live === undefined) return "gone";
    if (live !== "" && !isSameKey(publicKey, live)) return "other";
  }
  const kps = context.cloud.kps(region, context);
  await whileChanging(context, state, () => kps.deleteKeypair(name));
  return "deleted";
}
