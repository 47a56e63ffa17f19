import type { Context } from "../../contract";
import { sendSettled } from "../../huawei/settle";
import type { GetKeypairResult } from "../../schema/types";
import { whileChanging } from "../cachedKeypair";
import { isSameKey } from "../sshKeys";
import { createOrAdopt } from "./creation";
import { deleteKnown } from "./deletion";
import type { KeypairInputs, KeypairState } from "./state";

/** Whether a refresh has shown the user that this pair stands in the place of the one that the service generated. */
export function isReplacementSeen({ __lost, publicKey }: KeypairState, live: GetKeypairResult): boolean {
  return (
    __lost?.publicKey !== undefined &&
    isSameKey(__lost.publicKey, live.publicKey) &&
    !isSameKey(publicKey, live.publicKey)
  );
}

/** Makes a pair that is gone again, with the same key: servers trust it, and the state may have its only private key. */
export async function heal(
  context: Context,
  state: KeypairState,
  inputs: KeypairInputs,
  replacement: GetKeypairResult | undefined,
): Promise<KeypairState> {
  if (state.privateKey === undefined) {
    if (inputs.publicKey !== undefined) return createOrAdopt(context, inputs);
    throw new Error(
      `Key pair "${inputs.name}" is not visible yet or no longer exists; \`pulumi up --refresh\` makes it anew where it is gone.`,
    );
  }
  // Also where the program gives the public key by now: an update never wants another one.
  if (replacement !== undefined) await deleteKnown(context, { ...state, publicKey: replacement.publicKey });
  const healed = await importOwnKey(context, state);
  context.ownLog.info(
    `Key pair "${inputs.name}" was gone: its own public key is imported again, so its private key still fits.`,
  );
  return healed;
}

/** Imports the public key of a pair that is gone under its name: the same key, to which the private key in the state belongs. */
export async function importOwnKey(context: Context, state: KeypairState): Promise<KeypairState> {
  const { name, region, type, scope, publicKey, __defaults = [] } = state;
  const userId = __defaults.includes("userId") ? undefined : state.userId;
  const kps = context.cloud.kps(region, context);
  const { fingerprint } = await whileChanging(context, state, () =>
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
export function withoutDetails(state: KeypairState): KeypairState {
  return { ...state, description: "", keyProtected: false, keyProtection: undefined, createdAt: undefined };
}
