import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** Property values by name. */
export type Values = Record<string, unknown>;

/** The engine wraps secrets in objects that hold this under this name. */
const secretMark = { name: "4dabf18193072939515e22adb298388d", value: "1b47061264138c4ac30d75fd1eb44270" };

/** What the engine sends: plain values, and the names of those that are secret, or hold a secret anywhere. */
export interface Received {
  values: Values;
  secrets: string[];
}

export function received(struct: Struct | undefined): Received {
  const entries = Object.entries<unknown>(struct?.toJavaScript() ?? {});
  return {
    values: Object.fromEntries(entries.map(([name, value]) => [name, plain(value)])),
    secrets: entries.filter(([, value]) => holdsSecret(value)).map(([name]) => name),
  };
}

/** Values as the engine takes them, those of the given names as secrets. */
export function sent(values: object, secrets: Iterable<string> = []): Struct {
  const marked = new Set(secrets);
  const entries = Object.entries<unknown>({ ...values });
  const wrapped = entries.map(([name, value]) => [name, marked.has(name) ? secret(value) : value]);
  // JSON has no undefined values, which Struct would refuse.
  const json = JSON.stringify(Object.fromEntries(wrapped));
  return Struct.fromJavaScript(JSON.parse(json) as Record<string, JavaScriptValue>);
}

function secret(value: unknown): unknown {
  return value === undefined ? undefined : { [secretMark.name]: secretMark.value, value };
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
