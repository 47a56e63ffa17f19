import type { Problem } from "../schema/validation";
import { redactSecrets } from "../text/redaction";

/** A failed check, as engines take it. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** Given the property by itself, an engine would print its value, secret or not. The reason shows only what may be shown. */
export function checkFailure(reason: string): CheckFailure {
  return { property: "", reason: redactSecrets(reason) };
}

/** Everything that is wrong with the inputs of a resource. */
export function checkFailuresOf(problems: readonly Problem[]): CheckFailure[] {
  return problems.map(({ property, reason }) => checkFailure(`${property} ${reason}`));
}
