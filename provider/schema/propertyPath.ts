import { isDeepStrictEqual } from "node:util";
import { isUnknown } from "./unknown";

/** The names and indices of a path, from the outermost one; `*` stands for any. */
type PropertyPath = readonly string[];

/** A path as Pulumi's resource options have it, such as `keyProtection.encryption` or `serverIds[0]`. Undefined where it is none. */
export function parsePropertyPath(text: string): PropertyPath | undefined {
  const step = /^([^.[\]"]+)|\.([^.[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]/y;
  const path: string[] = [];
  while (step.lastIndex < text.length) {
    const [, first, named, index, inQuotes] = step.exec(text) ?? [];
    const name = first ?? named ?? index ?? inQuotes?.replace(/\\(.)/g, "$1");
    if (name === undefined) return undefined;
    path.push(name);
  }
  return path;
}

/** The path of what names and indices lead to: `keypairs.alice.publicKey`, `serverIds[0]`, `keypairs["a.b"]`. */
export function propertyPath(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === "number") return `${path}[${step}]`;
    if (!/^[^.[\]"\\]+$/.test(step)) return `${path}["${step.replace(/["\\]/g, "\\$&")}"]`;
    return path === "" ? step : `${path}.${step}`;
  }, "");
}

/** Whether what stands at a path is not the same in both values; what only the update will know is taken for another. */
export function differsAt([name, ...rest]: PropertyPath, one: unknown, other: unknown): boolean {
  if (isUnknown(one) || isUnknown(other)) return true;
  if (name === undefined) return !isDeepStrictEqual(one, other);
  const names = name === "*" ? new Set([...namesIn(one), ...namesIn(other)]) : [name];
  return [...names].some((inner) => differsAt(rest, memberOf(one, inner), memberOf(other, inner)));
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(path: PropertyPath, value: unknown): unknown {
  return path.reduce(memberOf, value);
}

function namesIn(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
