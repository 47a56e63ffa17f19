import fc from "fast-check";

/** Texts that steer a terminal, turn its direction, break a line, a URL or an encoding, or flood it. */
export const hostileTexts = [
  "\u001b[31mred\u001b[0m",
  "\u001b]0;title\u0007",
  "\u009b2J",
  "\u202egnp.exe\u202c",
  "\u2066inside\u2069",
  "line\r\nline\u2028line\u0000",
  "../../..",
  "..",
  ".",
  "a/b?c=d&e#f%2e%2e%00",
  "密钥 🔑",
  "\ud800",
  "a\udc00b",
  "x".repeat(100_000),
  "__proto__",
  "constructor",
];

const oddNumbers = [0, -0, -1, 1.5, 1e21, 1e308, 2 ** 53, -(2 ** 53), 8.64e15];

/** What JSON.parse makes of `__proto__` is a property like any other. */
const prototypes: unknown[] = [
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  { toString: 1, valueOf: null, toJSON: "x" },
];

/** Any JSON, and what is known to be awkward. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, true, "", [], {}, [[]], [null], [{}], ...oddNumbers, ...prototypes),
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.nat(3000).map(nested),
);

/** A valid value of which a few parts are missing or something else. */
export function mutationsOf(valid: object, other = hostileValue): fc.Arbitrary<unknown> {
  const change = fc.tuple(fc.constantFrom(...pathsOf(valid)), fc.oneof(fc.constant(undefined), other));
  return fc
    .array(change, { maxLength: 3 })
    .map((changes) => changes.reduce<unknown>((value, [path, part]) => changed(value, path, part), valid));
}

type Path = readonly string[];

function pathsOf(value: unknown): Path[] {
  if (typeof value !== "object" || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner).map((path) => [key, ...path]))];
}

/** A copy in which another value stands at a path; JSON leaves undefined ones out. */
function changed(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [
    name,
    name === key ? changed(inner, rest, other) : inner,
  ]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

function nested(depth: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { keypair: value };
  return value;
}
