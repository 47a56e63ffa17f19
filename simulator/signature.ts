import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** What of a request goes into its signature. */
export interface SignedRequest {
  readonly method: string;
  /** The path's segments, decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** All headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The parts of an `Authorization: SDK-HMAC-SHA256 …` header. */
export interface Authorization {
  readonly accessKey: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The name of the signing algorithm, with which such a header begins. */
export const algorithm = "SDK-HMAC-SHA256";

/** Takes an Authorization header apart; undefined where it is malformed. */
export function parseAuthorization(header: string): Authorization | undefined {
  const match = /^SDK-HMAC-SHA256\s+Access=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
    header,
  );
  const [, accessKey, names, signature] = match ?? [];
  if (accessKey === undefined || names === undefined || signature === undefined) return undefined;

  return { accessKey, signedHeaders: names.split(";"), signature };
}

/** Computes the signature of a request over the headers that its sender chose to sign. */
export function sign(request: SignedRequest, signedHeaders: readonly string[], secretKey: string): string {
  const date = request.headers["x-sdk-date"] ?? "";
  const text = [algorithm, date, sha256(canonicalRequest(request, signedHeaders))].join("\n");
  return createHmac("sha256", secretKey).update(text).digest("hex");
}

/** Tells whether a request carries the signature that its sender's secret key gives. */
export function isSignedWith(request: SignedRequest, authorization: Authorization, secretKey: string): boolean {
  const expected = sign(request, authorization.signedHeaders, secretKey);
  return timingSafeEqual(Buffer.from(expected), Buffer.from(authorization.signature));
}

/** Percent-encodes all but the unreserved characters of RFC 3986. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const names = signedHeaders.map((name) => name.toLowerCase()).sort();
  return [
    request.method,
    // The canonical path ends in a slash even where the request's does not.
    `/${request.segments.map((segment) => `${percentEncode(segment)}/`).join("")}`,
    canonicalQuery(request.query),
    names.map((name) => `${name}:${(request.headers[name] ?? "").trim()}\n`).join(""),
    names.join(";"),
    sha256(request.body),
  ].join("\n");
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&");
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
