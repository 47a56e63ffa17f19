import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../huawei/errors";
import type { Kps } from "../../huawei/kps";
import { sendSettled } from "../../huawei/settle";
import { ownLog, PartialFailure, type Context } from "../../contract";
import type { GetKeypairResult } from "../../schema/types";
import { createOrAdopt } from "./creation";
import { deleteKnown } from "./deletion";
import { isDescriptionChanged, isProtectionChanged } from "./difference";
import { whileChanging } from "../publicKeyLook";
import { importOwnKey } from "./replacement";
import type { KeypairInputs, KeypairState } from "./state";
import { isSameKey } from "../sshKeys";

/** Brings the pair that the state knows to what is wanted. */
export function bringTo(context: Context, olds: KeypairState, news: KeypairInputs): Promise<KeypairState> {
  const state = {
    ...olds,
    ...news,
    publicKey: news.publicKey ?? olds.publicKey,
    // What the service holds; converge brings it to what is wanted.
    description: olds.description,
    keyProtection: olds.keyProtection,
    __defaults: news.__defaults,
  };
  return whileChanging(context, news, () => converge(context, state, news));
}

/** Brings description and hosting of an existing pair to what is wanted. What fails after the first look is a partial failure. */
export async function converge(context: Context, known: KeypairState, inputs: KeypairInputs): Promise<KeypairState> {
  const kps = context.cloud.kps(inputs.region, context);
  let state = known;
  try {
    if (isPrivateKeyLeftOut(state, inputs)) {
      state = { ...state, privateKey: await kps.exportPrivateKey(inputs.name) };
    }
    let live = await getPatiently(context, kps, inputs.name);
    if (live === undefined || isReplacementSeen(state, live)) {
      state = await heal(context, state, inputs, live);
      live = await kps.getKeypair(inputs.name);
    }
    if (live !== undefined) {
      requireKey(inputs.publicKey ?? state.publicKey, live);
      state = observe(state, live);
    }
    if (isDescriptionChanged(state, inputs)) {
      await kps.updateDescription(inputs.name, inputs.description ?? "");
      state = { ...state, description: inputs.description };
    }
    const { keyProtection } = inputs;
    if (state.keyProtected && isProtectionChanged(state, inputs)) {
      await kps.clearPrivateKey(inputs.name);
      state = { ...state, keyProtected: false, keyProtection: undefined };
    }
    if (keyProtection !== undefined && !state.keyProtected) {
      await hostPrivateKey(context, kps, inputs, keyProtection.privateKey ?? state.privateKey);
      state = { ...state, keyProtected: true, keyProtection };
    }
    return state;
  } catch (error) {
    if (error instanceof PartialFailure) throw error;
    throw new PartialFailure(inputs.name, state, [messageOf(error)]);
  }
}

/** Whether a refresh has shown the user that this pair stands in the place of the one that the service generated. */
function isReplacementSeen({ __lost, publicKey }: KeypairState, live: GetKeypairResult): boolean {
  return (
    __lost?.publicKey !== undefined &&
    isSameKey(__lost.publicKey, live.publicKey) &&
    !isSameKey(publicKey, live.publicKey)
  );
}

/** Makes a pair that is gone again, with the same key: servers trust it, and the state may have its only private key. */
async function heal(
  context: Context,
  state: KeypairState,
  inputs: KeypairInputs,
  replacement: GetKeypairResult | undefined,
): Promise<KeypairState> {
  if (inputs.publicKey !== undefined) return createOrAdopt(context, inputs);
  if (state.privateKey === undefined) {
    throw new Error(
      `Key pair "${inputs.name}" is not visible yet or no longer exists; \`pulumi up --refresh\` makes it anew where it is gone.`,
    );
  }
  if (replacement !== undefined) await deleteKnown(context, { ...state, publicKey: replacement.publicKey });
  const healed = await importOwnKey(context, state);
  ownLog(context).info(
    `Key pair "${inputs.name}" was gone: its own public key is imported again, so its private key still fits.`,
  );
  return healed;
}

/** Gets a pair; where there is none, once more a moment later: a create, even one that was cut off, may take effect late. */
export async function getPatiently({ signal }: Context, kps: Kps, name: string): Promise<GetKeypairResult | undefined> {
  const live = await kps.getKeypair(name);
  if (live !== undefined) return live;
  // Where the operation stops meanwhile, the second look says so.
  await sleep(1_000, undefined, { signal }).catch(() => undefined);
  return kps.getKeypair(name);
}

/** A create with hosting should be answered with the private key as well; where it is not, the service can still hand it out. */
function isPrivateKeyLeftOut({ privateKey }: KeypairState, { publicKey, keyProtection }: KeypairInputs): boolean {
  return publicKey === undefined && keyProtection !== undefined && privateKey === undefined;
}

/** Whatever else is wanted is not done to a pair that is another one by now. */
function requireKey(publicKey: string, live: GetKeypairResult): void {
  if (isSameKey(publicKey, live.publicKey)) return;
  throw new Error(
    `Key pair "${live.name}" holds another key than it should. Choose another name, or have it replaced by \`pulumi up --refresh\`.`,
  );
}

async function hostPrivateKey(
  context: Context,
  kps: Kps,
  { name, userId, keyProtection }: KeypairInputs,
  privateKey: string | undefined,
): Promise<void> {
  if (keyProtection === undefined || privateKey === undefined) {
    throw new Error(`Key pair "${name}": keyProtection.privateKey is needed to host the private key.`);
  }
  await sendSettled(
    context,
    async () => {
      await kps.importPrivateKey(name, userId, { ...keyProtection, privateKey });
      return true;
    },
    async () => ((await kps.getKeypair(name))?.isKeyProtection ? true : undefined),
  );
}

/** The state as the service shows it. While the key is the same, the texts that stand for it stay as they are. */
export function observe(state: KeypairState, live: GetKeypairResult): KeypairState {
  const sameKey = isSameKey(state.publicKey, live.publicKey);
  const keyProtected = live.isKeyProtection ?? state.keyProtected;
  return {
    ...state,
    __lost: undefined,
    ...(!sameKey && { publicKey: live.publicKey, fingerprint: live.fingerprint, privateKey: undefined }),
    ...(state.fingerprint === "" && { fingerprint: live.fingerprint }),
    type: (live.type ?? state.type) as KeypairState["type"],
    scope: (live.scope ?? state.scope) as KeypairState["scope"],
    userId: live.userId ?? state.userId,
    description: live.description ?? state.description,
    keyProtected,
    keyProtection: keyProtected ? state.keyProtection : undefined,
    frozenState: live.frozenState ?? state.frozenState,
    algorithm: live.algorithm ?? state.algorithm,
    createdAt: live.createTime ?? state.createdAt,
  };
}
