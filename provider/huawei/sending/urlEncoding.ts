import type { CallName } from "../errors/calls";
import { HuaweiCloudError } from "../errors/errors";

/**
 * Percent-encodes all but unreserved characters (RFC 3986), as paths and queries of the services and signatures need it. Half a
 * character, which cannot be encoded, becomes the replacement character.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A name as one segment of a call's path. Throws for those that no encoding keeps in their place: nothing, `.` and `..`. */
export function pathSegment(operation: CallName, name: string): string {
  if (/^\.{0,2}$/.test(name))
    throw new HuaweiCloudError({ operation, message: `there can be nothing named "${name}"` });

  return percentEncode(name);
}
