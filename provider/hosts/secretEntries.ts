import packageSchema from "../../schema.json";

/** Secrets within maps, such as `keypairs`: they are told by paths, so that the other entries stay readable. */

interface Property {
  description: string;
  additionalProperties?: { type?: string; $ref?: string };
}

interface ObjectType {
  properties?: Record<string, { description: string; secret?: boolean }>;
  description: string;
}

/** The steps of a path: names of entries that are valid hold no slash. */
const separator = "/";

/** A path to a part of an argument, as names of secrets may be. */
export function secretPath(steps: readonly string[]): string {
  return steps.join(separator);
}

/** The steps of a name or path. */
export function stepsOf(path: string): string[] {
  return path.split(separator);
}

/** Arguments that are maps of objects. */
export function mapsOf(token: string): string[] {
  return Object.keys(secretsOfEntries[token] ?? {});
}

/** Paths of what is always secret within the maps among these values. */
export function secretEntries(token: string, values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(secretsOfEntries[token] ?? {}).flatMap(([map, secrets]) =>
    Object.entries(Object(values[map]) as object).flatMap(([entry, value]) =>
      secrets
        .filter((name) => Object.hasOwn(Object(value) as object, name))
        .map((name) => secretPath([map, entry, name])),
    ),
  );
}

/** By token and map, the properties of an entry that are always secret. */
const secretsOfEntries: Readonly<Record<string, Record<string, string[]>>> = Object.fromEntries(
  Object.entries(packageSchema.resources).map(([token, { inputProperties }]) => {
    const maps = Object.entries<Property>(inputProperties).flatMap(([name, { additionalProperties }]) =>
      additionalProperties?.$ref === undefined ? [] : [[name, secretsOf(additionalProperties.$ref)]],
    );
    return [token, Object.fromEntries(maps) as Record<string, string[]>];
  }),
);

function secretsOf(reference: string): string[] {
  const types: Record<string, ObjectType> = packageSchema.types;
  const { properties = {} } = types[reference.slice("#/types/".length)] ?? {};
  return Object.entries(properties).flatMap(([name, { secret }]) => (secret ? [name] : []));
}
