import type { CallName } from "../errors/calls";

/** A call, before it carries credentials. */
export interface ServiceRequest {
  service: "kms" | "cph" | "iam";
  operation: CallName;
  method: HttpRequest["method"];
  /** Path and query behind the endpoint; the project id is put in where it needs one. */
  path: (projectId: string) => string;
  body?: unknown;
  idempotent: boolean;
}

/** One HTTP call. */
export interface HttpRequest {
  service: ServiceRequest["service"] | "metadata";
  /** What the call is named in errors, such as `KPS CreateKeypair`. */
  operation: CallName;
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers: Record<string, string>;
  /** The exact text that is sent; empty for none. */
  body: string;
  /** Whether sending the call twice has the effect of sending it once. Others are only sent again where they never arrived. */
  idempotent: boolean;
  /** Whether the answer is a plain text, and not JSON. */
  answersText?: boolean;
  /** When it was asked for, by `performance.now`, where it may have waited since. */
  askedAt?: number;
}

/** The answer to a call. */
export interface HttpResponse {
  /** The parsed JSON, or the text that was asked for; an empty text where the answer has no body. */
  body: unknown;
  headers: Record<string, unknown>;
}
