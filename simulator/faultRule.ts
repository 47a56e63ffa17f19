import type { Service } from "./errors";
import type { FaultAction, FaultMatch, FaultRule } from "./faults";
import { any, checkFields, count, flag, number, oneOf, optional, text, type Fields } from "./fields";
import { isObject, type JsonObject } from "./json";
import { operations } from "./operations";

const status = {
  check: (value: unknown) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
  expected: "an HTTP status from 200 to 599",
};
const when = optional(oneOf("before", "after"));
const failure = { code: text, message: optional(text) };

/** The fields of each action, beside its type. */
const actionFields: Readonly<Record<FaultAction["type"], Fields>> = {
  status: {
    status,
    code: optional(text),
    message: optional(text),
    body: any,
    headers: optional({
      check: (value) => isObject(value) && Object.values(value).every((field) => typeof field === "string"),
      expected: "an object of texts",
    }),
    when,
  },
  html: { status: optional(status), when },
  reset: { when },
  hang: { when },
  truncate: {},
  body: { body: any, status: optional(status) },
  delay: { milliseconds: number },
  throttle: { retryAfter: optional(text) },
  rateLimit: { calls: number, seconds: number },
  expireToken: {},
  entryError: failure,
  jobFailed: failure,
  jobNeverEnds: {},
  jobTakes: { seconds: number },
  jobStatus: {
    status: { check: (value) => ["number", "string"].includes(typeof value), expected: "a number or text" },
    ends: optional(flag),
  },
  jobWithoutEffect: {},
  jobNotFound: {},
};

const services: readonly Service[] = ["kps", "cph", "iam", "metadata"];

const matchFields: Fields<keyof FaultMatch> = {
  service: optional(oneOf(...services)),
  operation: optional(oneOf(...Object.keys(operations))),
  method: optional(text),
  path: optional({ check: isRegularExpression, expected: "a regular expression" }),
  serverId: optional(text),
};

const ruleFields: Fields<keyof FaultRule> = {
  match: optional({ check: isObject, expected: "an object" }),
  skip: optional(number),
  every: optional(count),
  times: optional(count),
  action: { check: isObject, expected: "an object" },
};

/** Reads a fault rule as an admin call gives it; says what is wrong with one it cannot take. */
export function parseFaultRule(given: JsonObject): FaultRule {
  checkFields("the rule", given, ruleFields);
  const { match, action } = given as { match?: JsonObject; action: JsonObject };
  checkFields("match", match ?? {}, matchFields);
  const { type, ...fields } = action;
  const known = Object.entries(actionFields).find(([name]) => name === type)?.[1];
  if (known === undefined) throw new Error(`action.type must be one of ${Object.keys(actionFields).join(", ")}.`);

  checkFields(`action "${String(type)}"`, fields, known);
  return given as unknown as FaultRule;
}

function isRegularExpression(value: unknown): boolean {
  try {
    return typeof value === "string" && new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}
