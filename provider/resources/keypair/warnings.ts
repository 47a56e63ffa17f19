import type { Context } from "../../contract";
import { isForbidden, messageOf } from "../../huawei/errors/errors";
import type { KeypairPlace } from "../../fleet/keypairRecord";
import type { Logger } from "../../operation/operation";
import type { GetKeypairResult } from "../../schema/types";
import { grouped } from "../../text/grouped";
import { enumerated, quoted } from "../../text/text";
import type { KeypairState } from "./state";

/** The most servers or key pairs that a warning names. */
const mostNamed = 10;

/** A refresh found that a generated pair is gone, or that another one stands in its place. */
export function warnOfLoss(context: Context, { name }: KeypairState, live: GetKeypairResult | undefined): void {
  const what =
    live === undefined
      ? "no longer exists"
      : `was replaced with another one (fingerprint ${quoted(live.fingerprint)}), which the next update deletes`;
  context.ownLog.warn(
    `Key pair "${name}" ${what}. Its private key is kept in the state, and the next update imports its own public key again. To have a ` +
      "new pair instead, export the private key if servers still trust it, and run `pulumi up --replace` with this resource's URN.",
  );
}

/** Pairs were to be deleted that hold another key than what is recorded. */
export function warnOfOthers(log: Logger, names: readonly string[]): void {
  const pairs = enumerated(names, mostNamed, (name) => `"${name}"`);
  log.warn(
    names.length === 1
      ? `Key pair ${pairs} holds another key than this stack knows, so it is somebody else's, and stays.`
      : `Key pairs ${pairs} hold other keys than this stack knows, so they are somebody else's, and stay.`,
  );
}

/** Whoever was compared before these pairs were made knows nothing of them. `order` says how a program tells that they come first. */
export function warnUnchangedUsers(context: Context, places: readonly KeypairPlace[], order: string): void {
  const { keypairUsers } = context.fleets.record;
  const uses = places.flatMap((place) =>
    keypairUsers.unchangedUsersOf(place).map(({ logicalName }) => ({ logicalName, name: place.name })),
  );
  for (const [logicalName, used] of grouped(uses, (use) => use.logicalName)) {
    const names = [...new Set(used.map(({ name }) => name))];
    const pairs = enumerated(names, mostNamed, (name) => `"${name}"`);
    const made = names.length === 1 ? `key pair ${pairs} was made` : `${names.length} key pairs were made (${pairs})`;
    context.log.warn(
      `"${logicalName}" was found unchanged before ${made}: run \`pulumi up --refresh\`, and ${order}, so that Pulumi knows the order.`,
    );
  }
}

/** The service hands out a generated private key once: after the resource nobody has it, while servers may still trust it. */
export async function warnOfServersLeft(context: Context, { name, region, privateKey }: KeypairState): Promise<void> {
  if (privateKey === undefined) return;
  const log = context.ownLog;
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
    if (isForbidden(error)) return;
    log.warn(`Whether servers still trust key pair "${name}" is not known: ${messageOf(error)}`);
  }
}

function trust({ length }: readonly string[], one: string, several: string): string {
  return length === 1 ? `1 server ${one}` : `${length} servers ${several}`;
}

function farewell(name: string, serverIds: readonly string[]): string {
  return (
    `key pair "${name}" (${enumerated(serverIds, mostNamed, String)}). Its private key goes with this resource: unless it was exported, nobody can sign ` +
    "in to them until they are bound to another key pair."
  );
}
