/** SDK-HMAC-SHA256, as a server checks it. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A request as it arrived. Names of headers are in lower case. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Authorization {
  readonly accessKey: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Undefined where the header is of another form. */
export function parseAuthorization(header: string): Authorization | undefined {
  const [, accessKey, names, signature] =
    /^SDK-HMAC-SHA256 +Access=([^ ,]+), *SignedHeaders=([^ ,]+), *Signature=([0-9a-f]+)$/.exec(header) ?? [];
  if (accessKey === undefined || names === undefined || signature === undefined) return undefined;
  return { accessKey, signedHeaders: names.split(";"), signature };
}

/** The signature that a request has to have; headers that are not in the list are not part of it. */
export function signatureOf(
  { method, url, headers, body }: ReceivedRequest,
  signedHeaders: readonly string[],
  secretKey: string,
): string {
  const [path = "", query = ""] = url.split("?");
  const names = signedHeaders.map((name) => name.toLowerCase()).sort();
  const canonicalRequest = [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    names.map((name) => `${name}:${headers[name]?.trim() ?? ""}\n`).join(""),
    names.join(";"),
    sha256(body),
  ].join("\n");
  const stringToSign = ["SDK-HMAC-SHA256", headers["x-sdk-date"], sha256(canonicalRequest)].join("\n");
  return createHmac("sha256", secretKey).update(stringToSign).digest("hex");
}

/** Compares in a time that does not depend on where two signatures differ. */
export function isSameSignature(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function canonicalPath(path: string): string {
  const encoded = path
    .split("/")
    .map((segment) => percentEncode(decodeURIComponent(segment)))
    .join("/");
  return encoded.endsWith("/") ? encoded : `${encoded}/`;
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]): [string, string] => [percentEncode(name), percentEncode(value)])
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map((pair) => pair.join("="))
    .join("&");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** All but unreserved characters. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
