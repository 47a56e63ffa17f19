import { iamError, type ApiError } from "./errors";
import { domainId } from "./identity";
import { isObject, isText, type JsonObject } from "./json";

/** The object that stands in a request under a name; a request that lacks it is refused. */
export function objectAt(parent: unknown, name: string): JsonObject {
  const value = isObject(parent) ? parent[name] : undefined;
  if (!isObject(value)) throw invalidRequest(`${name} is missing`);

  return value;
}

/** The text that stands in a request under a name; a request that lacks it is refused. */
export function textAt(parent: JsonObject, name: string): string {
  const value = parent[name];
  if (!isText(value)) throw invalidRequest(`${name} is missing`);

  return value;
}

/** A request that IAM cannot read. */
export function invalidRequest(reason: string): ApiError {
  return iamError(400, `The request body is invalid: ${reason}.`);
}

/** Tells whether an object names an account, by its name or its id. */
export function isDomain(domain: string, wanted: unknown): boolean {
  return isObject(wanted) && (wanted.name === domain || wanted.id === domainId(domain));
}

/** IAM writes times with microseconds: 2006-01-02T15:04:05.000000Z. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
