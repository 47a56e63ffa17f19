import { HuaweiCloudError, messageOf } from "../huawei/errors";
import { ownLog, type Context } from "../resource";
import { lookAtPublicKey } from "./keypairLook";
import type { KeypairState } from "./keypairState";
import { isSameKey } from "./sshKeys";

/** The most servers that a warning names. */
const mostNamed = 10;

/** What became of a pair that was to be deleted: another one may stand under its name by now, which is left alone. */
export type DeletionOutcome = "deleted" | "gone" | "other";

/** Deletes the pair that the state knows. A name is not an identity: what holds another key is somebody else's. */
export async function deleteKnown(context: Context, state: KeypairState): Promise<DeletionOutcome> {
  const { name, region, publicKey } = state;
  // Of a creation whose outcome nobody knows the state holds no key.
  if (publicKey !== "") {
    const live = await lookAtPublicKey(context, state);
    if (live === undefined) return "gone";
    if (live !== "" && !isSameKey(publicKey, live)) return "other";
  }
  const kps = context.cloud.kps(region, context);
  await context.fleets.in(region).keypairs.whileChanging(name, () => kps.deleteKeypair(name));
  return "deleted";
}

/** The service hands out a generated private key once: after the resource nobody has it, while servers may still trust it. */
export async function warnOfServersLeft(context: Context, { name, region, privateKey }: KeypairState): Promise<void> {
  if (privateKey === undefined) return;
  const log = ownLog(context);
  try {
    const servers = await context.fleets.in(region).servers.all(context);
    const left = servers.filter(({ keypairName }) => keypairName === name).map(({ serverId }) => serverId);
    if (left.length === 0) return;
    const more = left.length > mostNamed ? ` and ${left.length - mostNamed} more` : "";
    const trust = left.length === 1 ? "1 server still trusts" : `${left.length} servers still trust`;
    log.warn(
      `${trust} key pair "${name}" (${left.slice(0, mostNamed).join(", ")}${more}). Its private key goes with this resource: unless it ` +
        "was exported, nobody can sign in to them until they are bound to another key pair.",
    );
  } catch (error) {
    if (context.signal.aborted) throw error;
    // An account that may not see servers has none that it bound.
    if (error instanceof HuaweiCloudError && !error.foreignAnswer && error.status === 403) return;
    log.warn(`Whether servers still trust key pair "${name}" is not known: ${messageOf(error)}`);
  }
}
