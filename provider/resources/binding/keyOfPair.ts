import type { Context } from "../../contract";
import type { KeypairPlace } from "../../fleet/keypairRecord";
import type { KnownBinding } from "../../fleet/knownBinding";
import type { RunRecord } from "../../fleet/runRecord";
import { isForbidden } from "../../huawei/errors/errors";
import { clock } from "../../operation/clock";
import { keypairNameProblems } from "../inputs";
import { readPublicKey } from "../cachedKeypair";
import { keyDigest } from "../sshKeys";
import { longestKeypairName } from "./inputs";

/** How long a key pair of the program is waited for that is not begun: with few operations at a time it may never be. */
const longestWaitForBeginning = 30_000;

/**
 * Digest of the key that a key pair holds, as all bindings share it. Undefined where there is no such key pair, and where
 * the account may not see key pairs.
 */
export async function keyDigestOf(context: Context, place: KeypairPlace): Promise<string | undefined> {
  // Old states and import ids may name what no key pair can be named.
  if (keypairNameProblems("keypairName", place.name, longestKeypairName).length > 0) return undefined;
  try {
    const publicKey = await readPublicKey(context, place, { shareLook: true });
    return publicKey ? keyDigest(publicKey) : undefined;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/** Whether the key pair is known to hold another key than its servers were bound with. */
export function isOtherKey(bound: string | undefined, now: string | undefined): boolean {
  return bound !== undefined && now !== undefined && now !== bound;
}

/**
 * Whether servers of a key pair may have to be bound anew under its name: the run makes it anew, or an earlier run did and ended before
 * they were.
 */
export function isRenewed({ keypairs }: RunRecord, { keys }: KnownBinding, place: KeypairPlace): boolean {
  if (keypairs.isRemade(place)) return true;
  const bound = keys.get(place.name);
  const kept = bound && keypairs.publicKeyKept(place);
  return isOtherKey(bound, kept && keyDigest(kept));
}

/** Waits for a key pair that this run still makes. The engine knows of no order where a program writes the name twice. */
export async function keypairMade(context: Context, place: KeypairPlace): Promise<void> {
  const { keypairs } = context.fleets.record;
  const latest = Date.now() + longestWaitForBeginning;
  for (let coming = keypairs.comingAt(place); coming !== undefined; coming = keypairs.comingAt(place)) {
    const isStopped = context.signal.aborted;
    if (isStopped || (!coming.hasBegun && Date.now() > latest)) {
      throw new Error(
        `Key pair "${place.name}" is made by "${coming.resource.logicalName}" of this program, which ` +
          `${isStopped ? "has not ended" : "has not begun"}. Pass key.name to this binding in place of the name, so that Pulumi knows the order.`,
      );
    }
    await clock.sleep(100);
  }
}

/** The keys of key pairs by their names, without those that are not known. */
export async function keysByName(
  names: readonly string[],
  keyOf: (name: string) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const keys = await Promise.all(names.map(async (name) => [name, await keyOf(name)] as const));
  return new Map(keys.flatMap(([name, key]) => (key === undefined ? [] : [[name, key]])));
}
