import type { Context } from "../../contract";
import type { Deletion } from "../../fleet/keypairRecord";
import { messageOf } from "../../huawei/errors/errors";
import { readPublicKey, whileChanging } from "../cachedKeypair";
import type { KeypairState } from "./state";
import { isSameKey } from "../sshKeys";
import { warnOfServersLeft } from "./warnings";

/** What became of a pair that was to be deleted: another one may stand under its name by now, which is left alone. */
export type DeletionOutcome = "deleted" | "gone" | "other";

/** What became of a pair that its resource gives up. */
export type Leave = Exclude<Deletion, { kind: "free" | "doubtful" }> | { kind: DeletionOutcome };

/** Deletes a pair that its resource gives up, unless another resource of the program has it, or is to deal with it. */
export async function deleteUnlessTaken(context: Context, state: KeypairState): Promise<Leave> {
  const { keypairs } = context.fleets.record;
  const deletion = keypairs.askToDelete(state, context.logicalName);
  if (deletion.kind === "doubtful") {
    throw new Error(
      `Key pair "${state.name}" is not deleted here: "${deletion.by.logicalName}" of this program wants its name, and failed. Mend that first. If it is ` +
        "the same resource under another name, tell Pulumi so with the option `aliases`.",
    );
  }
  // The pair stays; its private key goes all the same.
  if (deletion.kind === "held") await warnOfServersLeft(context, state);
  if (deletion.kind !== "free") return deletion;
  return keypairs.whileDeleting(state, async () => {
    await warnOfServersLeft(context, state);
    return { kind: await deleteKnown(context, state) };
  });
}

/** Where a resource failed that was to take the place of another's pair, nobody else deletes that. */
export async function deleteAbandoned(context: Context): Promise<void> {
  for (const state of context.fleets.record.keypairs.takeAbandoned()) {
    try {
      await deleteKnown(context, state);
    } catch (error) {
      context.log.warn(
        `Key pair "${state.name}" belongs to no resource any more, and could not be deleted: delete it by hand. ${messageOf(error)}`,
      );
    }
  }
}

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
