import { PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { Difference } from "../../contract";
import { parsePropertyPath, valueAt } from "../../schema/propertyPath";
import { inputNames } from "./propertyNames";
import type { Values } from "./values";

const { Kind } = PropertyDiff;

/**
 * What an engine shows of a difference: by path, whether something comes, goes, or changes. Of outputs it would show that they go, as
 * the program does not give them.
 */
export function detailedDiff(
  token: string,
  { changed, replaces, paths = [] }: Difference,
  olds: Values,
  news: Values,
): Map<string, PropertyDiff> {
  const inputs = inputNames(token);
  const entries = changed
    .filter((name) => inputs.includes(name))
    .flatMap((name): [string, PropertyDiff][] => {
      const isReplacing = replaces.includes(name);
      const elements = isReplacing ? [] : elementsOf(name, olds, news, paths);
      return elements.length > 0 ? elements : [[name, propertyDiff(kindOf(olds[name], news[name], isReplacing))]];
    });
  return new Map(entries);
}

/** What differs within a list or a map, at its place; none where the whole is to be shown. */
function elementsOf(name: string, olds: Values, news: Values, paths: readonly string[]): [string, PropertyDiff][] {
  const within = paths.flatMap((path) => [{ path, steps: parsePropertyPath(path) ?? [] }]);
  const ofMap = within.filter(({ steps }) => steps[0] === name);
  return ofMap.length > 0
    ? ofMap.map(({ path, steps }) => [path, propertyDiff(kindOf(valueAt(steps, olds), valueAt(steps, news), false))])
    : entriesOf(name, olds[name], news[name]);
}

/** The entries that one list has and the other has not, at their places; none where the values are no such lists. */
function entriesOf(name: string, old: unknown, wanted: unknown): [string, PropertyDiff][] {
  if (!isListOfTexts(old) || !isListOfTexts(wanted)) return [];
  const gone = placesOf(old, wanted);
  const come = placesOf(wanted, old);
  return [...new Set([...gone, ...come])].map((place) => {
    const changes = come.has(place) ? Kind.UPDATE : Kind.DELETE;
    return [`${name}[${place}]`, propertyDiff(gone.has(place) ? changes : Kind.ADD)];
  });
}

/** Where in a list the entries stand that another one has not. */
function placesOf(list: readonly string[], other: readonly string[]): Set<number> {
  const inOther = new Set(other);
  return new Set([...list.keys()].filter((place) => !inOther.has(list[place] ?? "")));
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function kindOf(old: unknown, wanted: unknown, isReplacing: boolean): PropertyDiff.Kind {
  if (old === undefined) return isReplacing ? Kind.ADD_REPLACE : Kind.ADD;
  if (wanted === undefined) return isReplacing ? Kind.DELETE_REPLACE : Kind.DELETE;
  return isReplacing ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}

function propertyDiff(kind: PropertyDiff.Kind): PropertyDiff {
  const diff = new PropertyDiff();
  diff.setKind(kind);
  return diff;
}
