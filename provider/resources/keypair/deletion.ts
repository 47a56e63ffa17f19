import { HuaweiCloudError, messageOf } from "../../huawei/errors";
import { ownLog, type Context } from "../../contract";
import { listed } from "../../text/text";
import { lookAtPublicKey, whileChanging } from "../publicKeyLook";
import type { KeypairState } from "./state";
import { isSameKey } from "../sshKeys";

/** The most servers that a warning names. */
const mostNamed = 10;

/** What became of a pair that was to be deleted: another one may stand under its name by now, which is left alone. */
export type DeletionOutcome = "deleted" | "gone" | "other";

/** Deletes the pair that the state knows. A name is not an identity: what holds another key is somebody else's. */
export async function deleteKnown(context: Context, state: KeypairState): Promise<DeletionOutcome> {
  const { name, region, publicKey } = state;
  // Of a creation whose outcome nobody knows the state holds no key.
  if (publicKey !== "") {
    // The only copy of a private key is not to go on the word of a list that was read a while ago.
    if (state.privateKey !== undefined) context.fleets.in(region).keypairs.forget(name);
    const live = await lookAtPublicKey(context, state);
    if (live === undefined) return "gone";
    if (live !== "" && !isSameKey(publicKey, live)) return "other";
  }
  const kps = context.cloud.kps(region, context);
  await whileChanging(context, state, () => kps.deleteKeypair(name));
  return "deleted";
}

/** The service hands out a generated private key once: after the resource nobody has it, while servers may still trust it. */
export async function warnOfServersLeft(context: Context, { name, region, privateKey }: KeypairState): Promise<void> {
  if (privateKey === undefined) return;
  const log = ownLog(context);
  try {
    const { servers, changes } = context.fleets.in(region);
    const trusting = (await servers.all(context)).filter(({ keypairName }) => keypairName === name);
    const left = trusting.map(({ serverId }) => serverId);
    // Those whose job was not seen to end may get it yet.
    const coming = changes.serversGetting(name).filter((serverId) => !left.includes(serverId));
    if (left.length > 0) log.warn(`${trust(left, "still trusts", "still trust")} ${farewell(name, left)}`);
    if (coming.length > 0) log.warn(`${trust(coming, "may trust", "may trust")} ${farewell(name, coming)}`);
  } catch (error) {
    if (context.signal.aborted) throw error;
    // An account that may not see servers has none that it bound.
    if (error instanceof HuaweiCloudError && !error.foreignAnswer && error.status === 403) return;
    log.warn(`Whether servers still trust key pair "${name}" is not known: ${messageOf(error)}`);
  }
}

function trust({ length }: readonly string[], one: string, several: string): string {
  return length === 1 ? `1 server ${one}` : `${length} servers ${several}`;
}

function farewell(name: string, serverIds: readonly string[]): string {
  return (
    `key pair "${name}" (${listed(serverIds, mostNamed, String)}). Its private key goes with this resource: unless it was exported, nobody can sign ` +
    "in to them until they are bound to another key pair."
  );
}
