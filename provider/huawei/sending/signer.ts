import { createHash, createHmac } from "node:crypto";
import { percentEncode } from "./urlEncoding";

/** An access key pair, permanent or temporary. */
export interface AccessKey {
  accessKey: string;
  secretKey: string;
  /** Only with temporary keys. */
  securityToken?: string;
}

/** What of a request is signed. */
export interface SignableRequest {
  method: string;
  url: string;
  /** Headers to sign, beside the date. */
  headers: Record<string, string>;
  body: string;
}

const algorithm = "SDK-HMAC-SHA256";

/**
 * Signs a request with SDK-HMAC-SHA256 and returns all its headers: those given, `X-Sdk-Date`, `X-Security-Token` where the
 * key is temporary, and `Authorization`.
 */
export function signRequest(request: SignableRequest, key: AccessKey, date = new Date()): Record<string, string> {
  const timestamp = date.toISOString().replace(/[-:]|\.\d+/g, "");
  const headers = {
    ...request.headers,
    "X-Sdk-Date": timestamp,
    ...(key.securityToken !== undefined && { "X-Security-Token": key.securityToken }),
  };
  const canonicalHeaders = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(([a], [b]) => compare(a, b));
  const signedHeaders = canonicalHeaders.map(([name]) => name).join(";");
  const url = new URL(request.url);
  const canonicalRequest = [
    request.method.toUpperCase(),
    canonicalPath(url),
    canonicalQuery(url),
    canonicalHeaders.map(([name, value]) => `${name}:${value}\n`).join(""),
    signedHeaders,
    sha256(request.body),
  ].join("\n");
  const signature = createHmac("sha256", key.secretKey)
    .update([algorithm, timestamp, sha256(canonicalRequest)].join("\n"))
    .digest("hex");
  return {
    ...headers,
    Authorization: `${algorithm} Access=${key.accessKey}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

/** Signs a call to a service, and the host that it is for. */
export function signCall({ method, url, headers, body }: SignableRequest, key: AccessKey): Record<string, string> {
  return signRequest({ method, url, headers: { ...headers, Host: new URL(url).host }, body }, key);
}

/** The signed path ends in a slash although the requested one does not. */
function canonicalPath(url: URL): string {
  const path = url.pathname
    .split("/")
    .map((segment) => percentEncode(decodeURIComponent(segment)))
    .join("/");
  return path.endsWith("/") ? path : `${path}/`;
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&");
}

/** Order by code unit: the services sort bytes, not by locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
