import { isDeepStrictEqual } from "node:util";
import { PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { Difference } from "../../contract";
import { parsePropertyPath, propertyPath, valueAt } from "../../schema/propertyPath";
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
      const parts = isReplacing ? [] : partsOf(name, olds, news, paths);
      return parts.length > 0 ? parts : [[name, propertyDiff(kindOf(olds[name], news[name], isReplacing))]];
    });
  return new Map(entries);
}

/** What differs within a property, at its place: where the resource says so, or else where the values differ. None where the whole is shown. */
function partsOf(name: string, olds: Values, news: Values, paths: readonly string[]): [string, PropertyDiff][] {
  const within = paths.flatMap((path) => [{ path, steps: parsePropertyPath(path) ?? [] }]);
  const told = within.filter(({ steps }) => steps[0] === name);
  return told.length > 0
    ? told.map(({ path, steps }) => [path, propertyDiff(kindOf(valueAt(steps, olds), valueAt(steps, news), false))])
    : partsAt([name], olds[name], news[name]);
}

function partsAt(path: readonly string[], old: unknown, wanted: unknown): [string, PropertyDiff][] {
  if (isListOfTexts(old) && isListOfTexts(wanted)) return entriesOf(propertyPath(path), old, wanted);
  return isObject(old) && isObject(wanted) ? membersOf(path, old, wanted) : [];
}

function membersOf(path: readonly string[], old: Values, wanted: Values): [string, PropertyDiff][] {
  const names = new Set([...Object.keys(old), ...Object.keys(wanted)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(old[name], wanted[name]))
    .flatMap((name): [string, PropertyDiff][] => {
      const inner = [...path, name];
      const parts = partsAt(inner, old[name], wanted[name]);
      return parts.length > 0 ? parts : [[propertyPath(inner), propertyDiff(kindOf(old[name], wanted[name], false))]];
    });
}

/** The entries that one list has and the other has not, at their places. */
function entriesOf(path: string, old: readonly string[], wanted: readonly string[]): [string, PropertyDiff][] {
  const gone = placesOf(old, wanted);
  const come = placesOf(wanted, old);
  return [...new Set([...gone, ...come])].map((place) => {
    const changes = come.has(place) ? Kind.UPDATE : Kind.DELETE;
    return [`${path}[${place}]`, propertyDiff(gone.has(place) ? changes : Kind.ADD)];
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

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
