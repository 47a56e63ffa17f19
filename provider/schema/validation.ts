import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import { distance } from "fastest-levenshtein";
import { quoted } from "../text/text";
import { jsonSchemasOfPackage } from "./jsonSchema";
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
  return (validate.errors ?? []).filter(({ data }) => !isUnknown(data)).map((error) => problemOf(error));
}

function validatorOf(typeName: string): ValidateFunction {
  let validate = validators.get(typeName);
  if (validate === undefined) {
    validate = ajv.compile({ definitions, ...definitions[typeName] });
    validators.set(typeName, validate);
  }
  return validate;
}

function problemOf({ instancePath, keyword, params, data, parentSchema }: ErrorObject): Problem {
  const path = pathOf(instancePath);
  const within = (name: string) => (path === "" ? name : `${path}.${name}`);
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

/** `/serverIds/2` as `serverIds[2]`. */
function pathOf(pointer: string): string {
  return pointer
    .replace(/\/(\d+)/g, "[$1]")
    .replace(/\//g, ".")
    .replace(/^\./, "");
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
