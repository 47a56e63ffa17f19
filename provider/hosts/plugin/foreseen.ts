import { unknownValue } from "../../schema/unknown";
import { outputNames } from "./propertyNames";
import type { Values } from "./values";

/** The state that a preview foresees: what the inputs do not tell, and nobody knows to stay, is unknown. */
export function foreseenState(token: string, inputs: Values, staying: Values = {}): Values {
  return { ...Object.fromEntries(outputNames(token).map((name) => [name, unknownValue])), ...staying, ...inputs };
}
