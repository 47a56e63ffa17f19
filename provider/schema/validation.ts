import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import { distance } from "fastest-levenshtein";
import { quoted } from "../text/text";
import { jsonSchemasOfPackage } from "./jsonSchema";
import { propertyPath } from "./propertyPath";
import { isUnknown } from "./unknown";

/** What is wrong with one property. */
export interface Problem {
  /** Path of the property, such as `keyProtection.encryption.type` or `serverIds[2]`. */
  property: string;
  /** Half a sentence that goes behind the property. */
  reason: string;
}

const definitions = jsonSchemasOfPackage();
// Whether the schemas are schemas is asked by a test, not at each start of a process: it takes longer than all else here.
const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, meta: false, validateSchema: false });
const validators = new Map<string, ValidateFunction>();

/**
 * Everything in which a value differs from a type of schema.json, all at once. Unknown values are left alone. Values that are
 * secret never stand in a reason.
 */
export function problemsOf(typeName: string, value: unknown): Problem[] {
  const validate = validatorOf(typeName);
  if (validate(value)) return [];
  return (validate.errors ?? []).filter(({ data }) => !isUnknown(data)).map((error) => problemOf(error, value));
}

function validatorOf(typeName: string): ValidateFunction {
  let validate = validators.get(typeName);
  if (validate === undefined) {
    validate = ajv.compile({ definitions, ...definitions[typeName] });
    validators.set(typeName, validate);
  }
  return validate;
}

function problemOf({ instancePath, keyword, params, data, parentSchema }: ErrorObject, value: unknown): Problem {
  const steps = stepsOf(instancePath, value);
  const path = propertyPath(steps);
  const within = (name: string) => propertyPath([...steps, name]);
  switch (keyword) {
    case "required":
      return { property: within(String(params.missingProperty)), reason: "is missing" };
    case "additionalProperties": {
      const name = String(params.additionalProperty);
      return { property: within(name), reason: `is not a property${suggestion(name, namesIn(parentSchema))}` };
    }
    case "enum": {
      const values = (params.allowedValues as string[]).map((value) => `"${value}"`).join(" or ");
      // Of another type, it has a problem of its own already.
      const given = typeof data === "string" ? `, not ${quoted(data)}` : "";
      return { property: path, reason: `must be ${values}${given}` };
    }
    case "minimum":
      return { property: path, reason: `must be at least ${String(params.limit)}, not ${String(data)}` };
    case "maximum":
      return { property: path, reason: `must be at most ${String(params.limit)}, not ${String(data)}` };
    default:
      return { property: path, reason: `must be ${withArticle(String(params.type))}` };
  }
}

/** `/serverIds/2` as the name `serverIds` and, in a list, the index 2. */
function stepsOf(pointer: string, value: unknown): (string | number)[] {
  let inner = value;
  const texts = pointer.split("/").slice(1);
  return texts.map((text) => {
    const name = text.replaceAll("~1", "/").replaceAll("~0", "~");
    const isInList = Array.isArray(inner);
    inner = (inner as Record<string, unknown>)[name];
    return isInList ? Number(name) : name;
  });
}

function namesIn(schema: unknown): string[] {
  return Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});
}

/** Behind "is not …": the name that was probably meant, or else all. */
export function suggestion(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((candidate) => ({ candidate, away: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, away }) => away <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.away - b.away);
  return nearest === undefined ? `; known are ${known.join(", ")}` : `; did you mean "${nearest.candidate}"?`;
}

function withArticle(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}
