import type { BindingTerms } from "../../fleet/knownBinding";
import { holdsUnknown } from "../../schema/unknown";
import { isMap } from "../inputs";
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
  const { keypairName = "", serverIds = [], keypairFingerprint, keypairNames, keypairFingerprints } = inputs;
  const { deletionPolicy, region } = inputs;
  if (keypairNames !== undefined) {
    const entries = isMap(keypairNames) ? Object.entries(keypairNames) : [];
    const names = new Set(entries.map(([, name]) => name));
    const passed = isMap(keypairFingerprints) ? Object.entries(keypairFingerprints) : [];
    return {
      region,
      deletionPolicy,
      form: { type: "map" },
      // A program may pass those of a whole set.
      fingerprints: new Map(passed.filter(([name]) => names.has(name))),
      keypairOf: new Map(entries.sort(([one], [other]) => (one < other ? -1 : 1))),
      isOpen: holdsUnknown(keypairNames),
    };
  }
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
