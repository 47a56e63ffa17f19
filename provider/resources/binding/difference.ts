import { isBound, type KnownBinding } from "../../fleet/knownBinding";
import { holdsUnknown } from "../../schema/unknown";
import type { CloudPhoneKeypairBindingInputs } from "./inputs";
import { showsGiven } from "./knownServers";

/** What an update has to change. `isRemade`: whether the run makes the key pair anew. */
export function changesInPlace(
  known: KnownBinding,
  wanted: CloudPhoneKeypairBindingInputs,
  isRemade: boolean,
): string[] {
  const wantedIds = new Set(wanted.serverIds);
  const isOtherSet = holdsUnknown(wanted.serverIds) || areOthersBound(known, wantedIds);
  return [
    ...(wanted.keypairName !== known.keypairName || isRemade ? ["keypairName"] : []),
    ...(isOtherFingerprintWanted(known, wanted) ? ["keypairFingerprint"] : []),
    ...(wanted.deletionPolicy === known.deletionPolicy ? [] : ["deletionPolicy"]),
    ...(isOtherSet ? ["serverIds"] : []),
    ...(isLeavingUnfinished(known, wantedIds, wanted.deletionPolicy === "restore") ? ["bindings"] : []),
  ];
}

/** Whether all servers are to be bound anew. */
export function isKeypairChanged(known: KnownBinding, wanted: CloudPhoneKeypairBindingInputs): boolean {
  return wanted.keypairName !== known.keypairName || isOtherFingerprintWanted(known, wanted);
}

/** A fingerprint that the program no longer passes tells nothing about the key. */
function isOtherFingerprintWanted(
  known: KnownBinding,
  { keypairFingerprint }: CloudPhoneKeypairBindingInputs,
): boolean {
  return keypairFingerprint !== undefined && keypairFingerprint !== known.keypairFingerprint;
}

/** Whether other servers carry the key pair than are wanted. */
function areOthersBound(known: KnownBinding, wanted: ReadonlySet<string>): boolean {
  const bound = [...known.servers.values()].filter((server) => isBound(server, known.keypairName));
  return bound.length !== wanted.size || !bound.every(({ serverId }) => wanted.has(serverId));
}

/** Whether servers that the program does not name are still to get back what they had, or to be let go. */
function isLeavingUnfinished(known: KnownBinding, wanted: ReadonlySet<string>, restores: boolean): boolean {
  return [...known.servers.values()].some((server) => {
    // One that the program does not name, and that is known because a job of it was not seen to end.
    const isAwaited = server.pending.length > 0;
    return !wanted.has(server.serverId) && (isAwaited || (restores && showsGiven(server)));
  });
}
