import { clock } from "../../operation/clock";
import { withDeadline } from "../../operation/deadline";
import { HuaweiCloudError, messageOf } from "../../huawei/errors/errors";
import type { Replaced } from "../../fleet/keypairRecord";
import { PartialFailure, type Context } from "../../contract";
import { createOrAdopt } from "./creation";
import { deleteKnown } from "./deletion";
import { importOwnKey, withoutDetails } from "./healing";
import { warnOfServersLeft } from "./warnings";
import { whileChanging } from "../cachedKeypair";
import type { KeypairInputs, KeypairState } from "./state";
import { isSameKey } from "../sshKeys";

/** For how many looks a name that is taken may take to be left by another resource of the program: about a second. */
const looksForMoves = 20;

/** In milliseconds. */
const pauseBetweenLooks = 50;

/** In milliseconds; less than a process whose engine is gone has left. */
const timeToPutBack = 5_000;

/**
 * Creates a pair in the place of others. They are deleted only now, although the engine asked for that before: where the creation fails
 * they are put back, and a run that ends in between leaves them as they are.
 */
export async function createInPlaceOf(
  context: Context,
  { own, isOwnTaken, others }: Replaced,
  inputs: KeypairInputs,
): Promise<KeypairState> {
  const removed: KeypairState[] = [];
  try {
    if (own !== undefined) await warnOfServersLeft(context, own);
    const inTheWay = others.filter((state) => !isAdoptable(state, inputs));
    for (const state of [...(own === undefined || isOwnTaken ? [] : [own]), ...inTheWay])
      await remove(context, state, removed);

    return await createOrAdopt(context, inputs, async () => {
      const late = await othersThatMoveLate(context, inputs);
      for (const state of late) await remove(context, state, removed);
      return late.length > 0;
    });
  } catch (error) {
    // Of a resource that is new here the state is to know what it may have made.
    if (own === undefined && (removed.length === 0 || error instanceof PartialFailure)) throw error;
    const reasons = [messageOf(error)];
    const left = await withTimeToSpare(context, async (spare) => {
      if (error instanceof PartialFailure) await takeBack(spare, inputs, reasons);
      return putAllBack(spare, removed, own, reasons);
    });
    // Whatever the engine believes to be deleted, it is recorded anew: with its private key, so that the next update can heal it.
    const { keypairs } = context.fleets.record;
    if (left !== undefined && !keypairs.isHeldByOther(context.declared, left)) {
      keypairs.putBack(left);
      throw new PartialFailure(left.name, left, reasons, true, error);
    }
    throw new Error(reasons.join("\n"), { cause: error });
  }
}

/** Whether a pair that another resource gives up is the one that is wanted: then it stays where it is. */
function isAdoptable(state: KeypairState, { adoptExisting, publicKey, type, scope, userId }: KeypairInputs): boolean {
  const isOfUser = userId === undefined || userId === state.userId;
  const isAlike = isOfUser && type === state.type && scope === state.scope;
  return adoptExisting && isAlike && publicKey !== undefined && isSameKey(publicKey, state.publicKey);
}

/**
 * Pairs of the name whose resources get another name in this run, of which the engine has told nothing yet: it may compare them only when
 * others are created already.
 */
async function othersThatMoveLate(context: Context, inputs: KeypairInputs): Promise<readonly KeypairState[]> {
  const { keypairs } = context.fleets.record;
  for (let looks = 0; ; looks++) {
    const { others } = keypairs.replacedBy(context.declared, inputs);
    if (others.length > 0 || context.declared === undefined || looks === looksForMoves) return others;
    if (!(await clock.sleep(pauseBetweenLooks, context.signal))) return [];
  }
}

/** A deletion whose answer was lost may have taken effect. */
async function remove(context: Context, state: KeypairState, removed: KeypairState[]): Promise<void> {
  try {
    // A pair in the place of a generated one, which a refresh has shown, goes as that would.
    const outcome = await deleteKnown(context, { ...state, publicKey: state.__lost?.publicKey ?? state.publicKey });
    // Without a key there is nothing to put back.
    if (outcome === "deleted" && state.publicKey !== "") removed.push(state);
  } catch (error) {
    if (error instanceof HuaweiCloudError && error.outcomeUnknown && state.publicKey !== "") removed.push(state);
    throw error;
  }
}

/** Where the operation's own time is up, there is still some to put back what it took away. */
function withTimeToSpare<T>(context: Context, operate: (spare: Context) => Promise<T>): Promise<T> {
  if (!context.signal.aborted) return operate(context);
  return withDeadline(timeToPutBack, undefined, (signal, deadline) => operate({ ...context, signal, deadline }));
}

/**
 * What a creation whose outcome nobody knows may have made: it is in the way of what is put back, or the state will not know it. There
 * was nothing of that name before.
 */
async function takeBack(
  context: Context,
  { name, region, publicKey }: KeypairInputs,
  reasons: string[],
): Promise<void> {
  const kps = context.cloud.kps(region, context);
  try {
    const live = await kps.getKeypair(name);
    if (live === undefined || (publicKey !== undefined && !isSameKey(publicKey, live.publicKey))) return;
    await whileChanging(context, { name, region }, () => kps.deleteKeypair(name));
  } catch (error) {
    reasons.push(`Key pair "${name}" may have been made all the same; delete it if it is there (${messageOf(error)}).`);
  }
}

/** Gives back what is known of the resource's own pair then. */
async function putAllBack(
  context: Context,
  removed: readonly KeypairState[],
  own: KeypairState | undefined,
  reasons: string[],
): Promise<KeypairState | undefined> {
  let left = own;
  for (const state of removed) {
    const outcome = await putBack(context, state);
    reasons.push(outcome.report);
    if (state === own) left = outcome.state;
  }
  return left;
}

/** Where it cannot be described, the state tells that, and the next update does. */
async function describeAgain(
  context: Context,
  { description, name, region }: KeypairState,
  restored: KeypairState,
): Promise<KeypairState> {
  if (!description) return restored;
  try {
    await context.cloud.kps(region, context).updateDescription(name, description);
    return { ...restored, description };
  } catch {
    return restored;
  }
}

async function putBack(context: Context, state: KeypairState): Promise<{ state: KeypairState; report: string }> {
  try {
    const live = await context.cloud.kps(state.region, context).getKeypair(state.name);
    if (live !== undefined && isSameKey(state.publicKey, live.publicKey))
      return { state, report: `Key pair "${state.name}" was to be deleted for it, and is still there.` };

    const restored = await describeAgain(context, state, await importOwnKey(context, state));
    return { state: restored, report: `Key pair "${state.name}" was deleted for it, and has been put back.` };
  } catch (error) {
    const report =
      `Key pair "${state.name}" was deleted for it, and could not be put back (${messageOf(error)}); ` +
      "the next `pulumi up` makes what the program wants then.";
    return { state: withoutDetails(state), report };
  }
}
