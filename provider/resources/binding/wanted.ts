import type { BindingTerms } from "../../fleet/knownBinding";
import { holdsUnknown } from "../../schema/unknown";
import { asSet, type CloudPhoneKeypairBindingInputs } from "./inputs";

/** What a program wants of a binding, in whichever form it says so. */
export interface WantedBinding extends BindingTerms {
  /** The key pair that each server is to get, by server id, in its order. */
  readonly keypairOf: ReadonlyMap<string, string>;
  /** Whether only the update will know all of them. */
  readonly isOpen: boolean;
}

/** What inputs that have passed the check want. They may hold unknown values. */
export function wantedBy(inputs: CloudPhoneKeypairBindingInputs): WantedBinding {
  const { keypairName, serverIds, keypairFingerprint, deletionPolicy, region } = inputs;
  const known = Array.isArray(serverIds) ? asSet(serverIds) : [];
  return {
    region,
    deletionPolicy,
    form: { type: "list", keypairName },
    fingerprints: new Map(keypairFingerprint === undefined ? [] : [[keypairName, keypairFingerprint]]),
    keypairOf: new Map(known.map((serverId) => [serverId, keypairName])),
    isOpen: holdsUnknown(serverIds),
  };
}
