import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { secretPath, stepsOf } from "../secretEntries";

/** Property values by name. */
export type Values = Record<string, unknown>;

/** The engine wraps secrets in objects that hold this under this name. */
const secretMark = { name: "4dabf18193072939515e22adb298388d", value: "1b47061264138c4ac30d75fd1eb44270" };

/** What the engine sends: plain values, and the names of those that are secret, or hold a secret anywhere; within maps their paths. */
export interface Received {
  values: Values;
  secrets: string[];
}

/** `maps` are the names of values that are maps. */
export function received(struct: Struct | undefined, maps: readonly string[] = []): Received {
  const entries = Object.entries<unknown>(struct?.toJavaScript() ?? {});
  return {
    values: Object.fromEntries(entries.map(([name, value]) => [name, plain(value)])),
    secrets: entries.flatMap(([name, value]) => secretsIn([name], value, maps.includes(name) ? 2 : 0)),
  };
}

/** Values as the engine takes them, those of the given names and paths as secrets. */
export function sent(values: object, secrets: Iterable<string> = []): Struct {
  // JSON has no undefined values, which Struct would refuse.
  const json = JSON.parse(JSON.stringify(values)) as Values;
  for (const path of new Set(secrets)) markSecret(json, stepsOf(path));
  return Struct.fromJavaScript(json as Record<string, JavaScriptValue>);
}

/** Paths of what is secret, or holds a secret anywhere; `depth` tells how many levels are looked into. */
function secretsIn(steps: readonly string[], value: unknown, depth: number): string[] {
  if (!holdsSecret(value)) return [];
  if (depth === 0 || isSecret(value as object)) return [secretPath(steps)];
  return Object.entries(value as object).flatMap(([name, inner]) => secretsIn([...steps, name], inner, depth - 1));
}

/** Wraps what stands at the path, unless it is within what is wrapped already. */
function markSecret(values: Values, [name = "", ...rest]: readonly string[]): void {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || (typeof value === "object" && value !== null && isSecret(value))) return;
  if (rest.length === 0) values[name] = { [secretMark.name]: secretMark.value, value };
  else if (typeof value === "object" && value !== null) markSecret(value as Values, rest);
}

function isSecret(value: object): value is { value: unknown } {
  return (value as Values)[secretMark.name] === secretMark.value;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => plain(entry));
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSecret(value) || Object.values(value).some(holdsSecret);
}
