import { keepSecretValues } from "../text/redaction";
import { jsonSchemasOfPackage } from "../schema/jsonSchema";
import { isUnknown } from "../schema/unknown";

/** Keeps what a program gave as secrets out of messages: `names` are those of inputs that are secret, or hold a secret. */
export function keepSecretInputs(inputs: Readonly<Record<string, unknown>>, names: readonly string[] = []): void {
  keepSecretValues(names.flatMap((name) => textsIn(name, inputs[name])));
}

function textsIn(name: string, value: unknown): string[] {
  if (typeof value === "string") return textsOf(name, value);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(Array.isArray(value) ? name : key, inner));
}

/** What stands for a value in messages. */
function textsOf(name: string, value: string): string[] {
  // Private keys are found by their form, and must not stay in memory.
  if (name === "privateKey" || isUnknown(value) || declaredWords.has(value)) return [];
  const nested = value.startsWith("{") ? textsIn(name, parsed(value)) : [];
  const { host, hostname } = URL.canParse(value) ? new URL(value) : { host: "", hostname: "" };
  return [value, host, hostname, ...nested];
}

/** The package's own words, such as `user` and `default`, are in too many messages, and no secrets. */
const declaredWords = new Set(Object.values(jsonSchemasOfPackage()).flatMap((schema) => schema.enum ?? []));

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
