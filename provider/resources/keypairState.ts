import type { KeypairInputs as DeclaredInputs, KeypairState as DeclaredState } from "../schema/types";

/** Inputs after check: defaults are filled in. */
export interface KeypairInputs extends DeclaredInputs, Defaulted {
  name: string;
  type: NonNullable<DeclaredInputs["type"]>;
  scope: NonNullable<DeclaredInputs["scope"]>;
  adoptExisting: boolean;
  region: string;
}

export interface KeypairState extends DeclaredState, Defaulted {}

interface Defaulted {
  /** Which of these properties the program does not give: they hold a made-up name, or what the service chose. */
  __defaults?: ("name" | "userId" | "description")[];
}

/** Whether the name was made up, because the program gives none. */
export function isAutonamed({ __defaults }: Defaulted): boolean {
  return __defaults?.includes("name") ?? false;
}
