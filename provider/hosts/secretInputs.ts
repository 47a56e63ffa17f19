import { keepSecretValues } from "../text/redaction";
import { jsonSchemasOfPackage } from "../schema/jsonSchema";
import { isUnknown } from "../schema/unknown";
import { stepsOf } from "./secretEntries";

/**
 * Keeps what a program gave as secrets out of messages: `names` are those of inputs that are secret, or hold a secret, and paths of
 * such within maps.
 */
export function keepSecretInputs(inputs: Readonly<Record<string, unknown>>, names: readonly string[] = []): void {
  keepSecretValues(
    names.flatMap((name) => {
      const steps = stepsOf(name);
      const value = steps.reduce<unknown>((outer, step) => (Object(outer) as Record<string, unknown>)[step], inputs);
      return textsIn(steps.at(-1) ?? "", value);
    }),
  );
}

function textsIn(name: string, value: unknown): string[] {
  if (typeof value === "string") return textsOf(name, value);
  if (typeof value !== "object" || value === null) return [];
  // Of a map of thousands of key pairs the public keys would take the place of credentials.
  const entries = Object.entries(value).filter(([key]) => key !== "publicKey");
  return entries.flatMap(([key, inner]) => textsIn(Array.isArray(value) ? name : key, inner));
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
