import { isObject, type JsonObject } from "./json";

/** What a field of a JSON object may hold. */
export interface Field {
  readonly check: (value: unknown) => boolean;
  /** For the message where it holds something else. */
  readonly expected: string;
  readonly optional?: boolean;
}

/** The fields that a JSON object may have. */
export type Fields<Name extends string = string> = Readonly<Record<Name, Field>>;

export const text: Field = { check: (value) => typeof value === "string", expected: "text" };
export const number: Field = { check: (value) => typeof value === "number" && value >= 0, expected: "a number" };
export const count: Field = {
  check: (value) => Number.isInteger(value) && Number(value) >= 1,
  expected: "a whole number from 1",
};
export const flag: Field = { check: (value) => typeof value === "boolean", expected: "true or false" };
export const any: Field = { check: () => true, expected: "any JSON", optional: true };

/** A field that may be left out. */
export function optional(field: Field): Field {
  return { ...field, optional: true };
}

/** A field that may be null. */
export function nullable(field: Field): Field {
  return { ...field, check: (value) => value === null || field.check(value), expected: `${field.expected} or null` };
}

/** A field that holds one of a few texts. */
export function oneOf(...values: readonly string[]): Field {
  return { check: (value) => values.some((known) => known === value), expected: values.join(" or ") };
}

/** A field that holds objects with these fields. */
export function listOf(fields: Fields): Field {
  return {
    check: (value) =>
      Array.isArray(value) &&
      value.every((item: unknown) => isObject(item) && problemOf("it", item, fields) === undefined),
    expected: `a list of objects with ${Object.keys(fields).join(", ")}`,
  };
}

/** Throws, with a message for whoever wrote it, where an object has a wrong field or lacks one. */
export function checkFields(where: string, given: JsonObject, fields: Fields): void {
  const problem = problemOf(where, given, fields);
  if (problem !== undefined) throw new Error(problem);
}

function problemOf(where: string, given: JsonObject, fields: Fields): string | undefined {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined)
    return `${where} has no field "${unknown}"; it can have ${Object.keys(fields).join(", ") || "none"}.`;

  const [name, wrong] = Object.entries(fields).find(([name, field]) => !fits(given[name], field)) ?? [];
  return wrong && `"${name}" of ${where} must be ${wrong.expected}.`;
}

function fits(value: unknown, { check, optional: canBeAbsent }: Field): boolean {
  return value === undefined ? canBeAbsent === true : check(value);
}
