import type { AxiosResponse } from "axios";
import { isStopped, type FailedAttempt } from "./httpClient";

/** What a failed attempt to send a call means. */
export interface Verdict {
  /** Whether the call may be sent again. */
  isRepeatable: boolean;
  /** Whether the service refused it as one too many; undefined where it ended before that could be told. */
  isThrottled?: boolean;
  /** For how long the service asks to be left alone, in milliseconds; 0 where it does not. */
  retryAfter: number;
  /** Whether it may have taken effect. */
  mayHaveTakenEffect: boolean;
}

/**
 * Failures that pass are throttling, 5xx, and answers that are no JSON or never came. A call with an effect is sent again only where it
 * never arrived, or was throttled.
 */
export function verdictOf(attempt: FailedAttempt, isIdempotent: boolean): Verdict {
  const { error, mayHaveArrived, isCertificateRefused } = attempt;
  const { response } = error;
  const stopped = isStopped(attempt);
  const isThrottled = response?.status === 429;
  const mayHaveTakenEffect = mayHaveArrived && !isThrottled && isInconclusive(response, isIdempotent);
  // Neither a certificate nor what a proxy refuses becomes right by asking again.
  const isRepeatable = mayHaveArrived
    ? isThrottled || (isIdempotent && mayHaveTakenEffect)
    : !isCertificateRefused && (response === undefined || response.status >= 500);
  return {
    isRepeatable: isRepeatable && !stopped,
    isThrottled: isThrottled || (mayHaveArrived && !stopped ? false : undefined),
    retryAfter: retryAfterOf(response),
    mayHaveTakenEffect,
  };
}

/** Whether what came, if anything, does not tell if the call took effect. */
function isInconclusive(response: AxiosResponse<unknown> | undefined, isIdempotent: boolean): boolean {
  if (response === undefined || response.status >= 500 || response.status < 300) return true;
  return isIdempotent && isCutOff(response);
}

/** Whether JSON was announced, and what came is none: that says nothing, whatever its status. */
function isCutOff({ data, headers }: AxiosResponse<unknown>): boolean {
  return typeof data === "string" && data !== "" && String(headers["content-type"]).includes("json");
}

/** Reads `Retry-After`, which is a number of seconds or a date. */
function retryAfterOf(response: AxiosResponse<unknown> | undefined): number {
  const value = String(response?.headers["retry-after"] ?? "");
  const seconds = Number(value);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Math.max(0, milliseconds) || 0;
}
