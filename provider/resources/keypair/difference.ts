import { isDeepStrictEqual } from "node:util";
import { isUnknown } from "../../schema/unknown";
import type { KeypairInputs, KeypairState } from "./state";
import { isSameKey } from "../sshKeys";

/** Where no public key is given, a generated pair is wanted, whose private key the state must hold. */
export function isOtherKeyWanted(olds: KeypairState, { publicKey }: KeypairInputs): boolean {
  if (publicKey === undefined) return olds.privateKey === undefined;
  return isUnknown(publicKey) || !isSameKey(publicKey, olds.publicKey);
}

/** Triggers have no other meaning than that another one makes another pair. None and no more are the same. */
export function areTriggersChanged(olds: KeypairState, news: KeypairInputs): boolean {
  return !isDeepStrictEqual(olds.triggers ?? {}, news.triggers ?? {});
}

/** A description that the program does not give is left as it is. */
export function isDescriptionChanged(olds: KeypairState, { description }: KeypairInputs): boolean {
  return description !== undefined && description !== (olds.description ?? "");
}

/** Hosting that the program does not give is ended where an earlier update began it; hosting set up outside this program is left alone. */
export function isProtectionChanged(olds: KeypairState, { keyProtection }: KeypairInputs): boolean {
  if (keyProtection === undefined) return olds.keyProtection !== undefined;
  return !olds.keyProtected || !isDeepStrictEqual(keyProtection, olds.keyProtection);
}

/** What an update has to change. */
export function changesInPlace(olds: KeypairState, news: KeypairInputs): string[] {
  return [
    // Not publicKey, whose change would replace a pair that is to be healed.
    ...(olds.__lost === undefined ? [] : ["fingerprint"]),
    ...(isDescriptionChanged(olds, news) ? ["description"] : []),
    ...(isProtectionChanged(olds, news) ? ["keyProtection"] : []),
  ];
}

/** Outputs, beside what the program gives, that the service never changes of a pair that is there. */
export function stableOutputs(olds: KeypairState, { publicKey, userId }: KeypairInputs): string[] {
  // An imported pair has no private key, and gets none.
  const ofKey = ["privateKey", ...(publicKey === undefined ? ["publicKey"] : [])];
  // What is gone is made anew, with the same key.
  if (olds.__lost !== undefined) return ofKey;
  // Nor when it was created: a pair may be gone that no refresh has missed.
  const known = (["fingerprint", "algorithm"] as const).filter((property) => olds[property]);
  return [...ofKey, ...known, ...(userId === undefined && olds.userId !== undefined ? ["userId"] : [])];
}
