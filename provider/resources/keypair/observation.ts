import type { Context } from "../../contract";
import type { Kps } from "../../huawei/kps";
import { clock } from "../../operation/clock";
import { defaultsOf } from "../../schema/defaults";
import type { GetKeypairResult, KeypairSummary } from "../../schema/types";
import { isSameKey } from "../sshKeys";
import type { KeypairInputs, KeypairState } from "./state";

/** Between looks for what a create that was cut off makes, in milliseconds. */
const pauseBeforeLook = 500;

/** Reads a pair together with all others that are read now, as far as what lists carry will do. */
export async function readKeypair(
  context: Context,
  region: string,
  name: string,
  state: KeypairState | undefined,
): Promise<GetKeypairResult | undefined> {
  if (state !== undefined && !isDetailManaged(state)) {
    const listed = await context.fleets.in(region).keypairs.get(name, context);
    if (listed === undefined || (isComplete(listed) && isSameKey(state.publicKey, listed.publicKey))) return listed;
  }
  return context.cloud.kps(region, context).getKeypair(name);
}

/** Whether something of the state is to be compared, or still to be learned, that lists do not carry. */
function isDetailManaged({ createdAt, description, userId, __defaults = [] }: KeypairState): boolean {
  const isGiven = (value: string | undefined, property: "description" | "userId") =>
    value !== undefined && !__defaults.includes(property);
  return createdAt === undefined || isGiven(description, "description") || isGiven(userId, "userId");
}

/** Lists need not carry more than name, type and public key. */
function isComplete({ scope, fingerprint, isKeyProtection, frozenState }: KeypairSummary): boolean {
  return scope !== undefined && fingerprint !== "" && isKeyProtection !== undefined && frozenState !== undefined;
}

/** Gets a pair; where there is none, once more a moment later: a create, even one that was cut off, may take effect late. */
export async function getPatiently({ signal }: Context, kps: Kps, name: string): Promise<GetKeypairResult | undefined> {
  const live = await kps.getKeypair(name);
  if (live !== undefined) return live;
  // Where the operation stops meanwhile, the second look says so.
  await clock.sleep(1_000, signal);
  return kps.getKeypair(name);
}

/** Gets a pair whose create was cut off, once the service has made it. Undefined where the time is over before. */
export async function getOnceMade({ signal }: Context, kps: Kps, name: string): Promise<GetKeypairResult | undefined> {
  while (!signal.aborted) {
    const live = await kps.getKeypair(name);
    if (live !== undefined) return live;
    await clock.sleep(pauseBeforeLook, signal);
  }
  return undefined;
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

/** What is known of a pair that is imported, before it is observed. */
export function importedState({ name, publicKey, fingerprint }: GetKeypairResult, region: string): KeypairState {
  return {
    name,
    publicKey,
    ...defaultsOf("Keypair"),
    region,
    fingerprint,
    keyProtected: false,
    frozenState: 0,
  };
}

/** Inputs that stand for what is there: without what the program leaves to the service, such as the key of a generated pair. */
export function inputsOf(state: KeypairState): KeypairInputs {
  const { name, publicKey, privateKey, type, scope, userId, description, keyProtection, adoptExisting } = state;
  const { triggers, region, __defaults = [] } = state;
  return {
    name,
    publicKey: privateKey === undefined ? publicKey : undefined,
    type,
    scope,
    userId: __defaults.includes("userId") ? undefined : userId,
    description: __defaults.includes("description") ? undefined : description,
    keyProtection,
    adoptExisting,
    triggers,
    region,
    __defaults: state.__defaults,
  };
}
