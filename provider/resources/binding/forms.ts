import type { BindingForm } from "../../fleet/knownBinding";

/** The properties in which a form says which servers get which key pairs. */
export interface FormProperties {
  /** Says which key pairs. */
  readonly keypairs: "keypairName" | "keypairNames";
  /** Says which servers. */
  readonly servers: "serverIds" | "keypairNames";
  readonly fingerprints: "keypairFingerprint" | "keypairFingerprints";
}

const properties: Readonly<Record<BindingForm["type"], FormProperties>> = {
  list: { keypairs: "keypairName", servers: "serverIds", fingerprints: "keypairFingerprint" },
  map: { keypairs: "keypairNames", servers: "keypairNames", fingerprints: "keypairFingerprints" },
};

/** The properties of a form. */
export function propertiesOf({ type }: Pick<BindingForm, "type">): FormProperties {
  return properties[type];
}
