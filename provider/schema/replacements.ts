import { isDeepStrictEqual } from "node:util";
import packageSchema from "../../schema.json";
import { differsAt, parsePropertyPath } from "./propertyPath";

/** A resource of the package, by the name of its type. */
type ResourceName = keyof typeof packageSchema.resources extends `huaweicloud-cph:index:${infer Name}` ? Name : never;

/**
 * The inputs of a resource that differ from what the state knows, of those whose change replaces it by schema.json. What the program
 * leaves open replaces nothing.
 */
export function replacements(resource: ResourceName, olds: object, news: object): string[] {
  const properties = inputsOf(resource);
  const [before, wanted] = [olds, news] as Record<string, unknown>[];
  return Object.keys(properties).filter((name) => {
    if (properties[name]?.replaceOnChanges !== true) return false;
    return wanted?.[name] !== undefined && !isDeepStrictEqual(wanted[name], before?.[name]);
  });
}

function inputsOf(resource: ResourceName): Record<string, { description: string; replaceOnChanges?: boolean }> {
  return packageSchema.resources[`huaweicloud-cph:index:${resource}`].inputProperties;
}

/**
 * The inputs of which a change is to replace the resource by the program's option `replaceOnChanges`: those that its paths name, or in
 * which a path names a part that differs. The engine knows of a dynamic resource only that something changes.
 */
export function wantedReplacements(
  resource: ResourceName,
  paths: readonly string[] | undefined,
  changed: readonly string[],
  olds: object,
  news: object,
): string[] {
  const inputs = inputsOf(resource);
  const parsed = (paths ?? []).flatMap((text) => [parsePropertyPath(text) ?? []]);
  const [before, wanted] = [olds, news] as Record<string, unknown>[];
  // What an update brings into order by itself, such as a lost pair, is no change of the program's.
  const ofProgram = changed.filter((property) => Object.hasOwn(inputs, property));
  return ofProgram.filter((property) =>
    parsed.some(([name, ...inner]) => {
      if (name !== property && name !== "*") return false;
      return inner.length === 0 || differsAt(inner, before?.[property], wanted?.[property]);
    }),
  );
}
