import { jsonSchemasOfPackage } from "../../schema/jsonSchema";
import { unknownValue } from "../../schema/unknown";
import type { Values } from "./values";

const schemas = jsonSchemasOfPackage();

/** The state that a preview foresees: what the inputs do not tell, and nobody knows to stay, is unknown. */
export function foreseenState(token: string, inputs: Values, staying: Values = {}): Values {
  const name = token.slice(token.lastIndexOf(":") + 1);
  const outputs = Object.keys(schemas[`${name}State`]?.properties ?? {});
  return { ...Object.fromEntries(outputs.map((output) => [output, unknownValue])), ...staying, ...inputs };
}
