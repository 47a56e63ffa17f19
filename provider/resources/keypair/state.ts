import type { KeypairInputs as DeclaredInputs, KeypairState as DeclaredState } from "../../schema/types";

/** Inputs after check: defaults are filled in. */
export interface KeypairInputs extends DeclaredInputs, Defaulted {
  name: string;
  type: NonNullable<DeclaredInputs["type"]>;
  scope: NonNullable<DeclaredInputs["scope"]>;
  adoptExisting: boolean;
  region: string;
}

export interface KeypairState extends DeclaredState, Defaulted {
  /** What the last refresh found in place of a generated pair: nothing, or a pair with this key. It is healed by an update. */
  __lost?: { publicKey?: string };
}

interface Defaulted {
  /**
   * Which of these properties the program does not give: they hold a made-up name, or what the service chose. States of version 0.1.0
   * do not tell it of `publicKey`.
   */
  __defaults?: ("name" | "userId" | "description" | "publicKey")[];
}

/** Whether the name was made up, because the program gives none. */
export function isAutonamed({ __defaults }: Defaulted): boolean {
  return __defaults?.includes("name") ?? false;
}
