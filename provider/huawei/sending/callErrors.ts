import type { AxiosError, AxiosResponse } from "axios";
import type { HttpRequest } from "./http";
import { HuaweiCloudError, reasonToStop } from "../errors/errors";
import { isStopped, type FailedAttempt } from "./httpClient";
import type { Operation } from "../../operation/operation";
import { redactKeysOf } from "../../text/redaction";
import { withoutFullStop } from "../../text/text";

/** How a call fared until it was given up. */
export interface Course {
  /** How often it was sent. */
  attempts: number;
  /** Whether one of the attempts may have taken effect. */
  outcomeUnknown: boolean;
  /** The last attempt that was answered, where the call was to be sent again. */
  lastAnswer?: FailedAttempt;
}

/**
 * The error of a call that is not sent any more: what came of its last attempt, and what to do where that is known. Where the operation
 * stopped, what the service had answered before tells more.
 */
export function errorOf(
  last: FailedAttempt,
  request: HttpRequest,
  operation: Operation,
  { attempts, outcomeUnknown, lastAnswer }: Course,
): HuaweiCloudError {
  const before = isStopped(last) ? lastAnswer : undefined;
  const stop = before && reasonToStop(operation);
  const told = before ?? last;
  const { response } = told.error;
  const effort = attempts > 1 ? `, after ${attempts} attempts` : "";
  if (response === undefined || !told.mayHaveArrived) {
    const { message, hint } = reasonForNoAnswer(told, operation);
    return new HuaweiCloudError({
      operation: request.operation,
      message: `${message}${effort}`,
      hint,
      outcomeUnknown,
      stopped: isStopped(last),
    });
  }
  const vendor = vendorError(response);
  const message = redactKeysOf(request.body, vendor.message);
  const error = new HuaweiCloudError({
    operation: request.operation,
    status: response.status,
    ...vendor,
    message: `${stop === undefined ? message : `${withoutFullStop(message)}; then ${stop.message}`}${effort}`,
    hint: response.status === 407 ? proxyRefusal(response).hint : undefined,
    outcomeUnknown,
    stopped: isStopped(last),
    // Text is another's page; what was cut off, or could not be unpacked, may have been one and is undefined.
    foreignAnswer: response.data === undefined || (typeof response.data === "string" && response.data !== ""),
  });
  return stop?.hint === undefined ? error : error.withAdvice(stop.hint);
}

/** Why a call could not be authorised: it was not sent, but an earlier attempt may have taken effect. */
export function unauthorised(error: unknown, { outcomeUnknown }: Course): unknown {
  return error instanceof HuaweiCloudError ? error.withOutcomeUnknown(outcomeUnknown) : error;
}

/** The call was not sent (again), because its operation stopped while the service throttled, or would have had to. */
export function throttledOut({ operation }: HttpRequest, outcomeUnknown: boolean): HuaweiCloudError {
  return new HuaweiCloudError({
    operation,
    message: "the service throttles this account, and the operation's time ended before the call could be sent",
    hint: "Run again later, or allow more time.",
    outcomeUnknown,
    stopped: true,
  });
}

interface Reason {
  message: string;
  hint?: string;
}

function reasonForNoAnswer(attempt: FailedAttempt, operation: Operation): Reason {
  const { error, mayHaveArrived, isCertificateRefused, proxyVariable } = attempt;
  if (isStopped(attempt)) return reasonToStop(operation);
  if (error.response !== undefined) return proxyRefusal(error.response);
  if (isCertificateRefused) return certificateRefusal(error);
  const message = `no answer: ${error.message}`;
  if (mayHaveArrived || proxyVariable === undefined) return { message };
  return {
    message,
    hint: `The call was to go through the proxy that the environment variable ${proxyVariable} names: check its address, and whether it runs.`,
  };
}

function certificateRefusal({ message }: AxiosError): Reason {
  return {
    message: `nothing was sent, because the server's certificate is not accepted: ${message}`,
    hint:
      "If a proxy of your network opens TLS connections, or the endpoint is a private one, name the certificate of its authority in the " +
      "environment variable NODE_EXTRA_CA_CERTS; `huaweicloud-cph:insecure` does without verification.",
  };
}

function proxyRefusal({ status }: AxiosResponse<unknown>): Reason {
  return {
    message: `nothing was sent, because the proxy refused to connect (HTTP ${status})`,
    hint:
      status === 407
        ? "Give the proxy's user name and password in the environment variable that names it, such as HTTPS_PROXY."
        : "Have the proxy let this host through, or name the host in the environment variable NO_PROXY.",
  };
}

interface VendorError {
  message: string;
  code?: string;
  requestId?: string;
}

/** Reads the envelopes of the services (`error_code`, `error_msg`) and of IAM (`error: {code, message}`). */
function vendorError({ status, data, headers }: AxiosResponse<unknown>): VendorError {
  const body = isRecord(data) ? data : {};
  const envelope = isRecord(body.error) ? body.error : body;
  const code = textOf(envelope.error_code ?? (envelope === body ? undefined : envelope.code));
  return {
    message:
      textOf(envelope.error_msg ?? envelope.message) ??
      (status < 300
        ? "the answer is not valid JSON"
        : status < 400
          ? `the service answered HTTP ${status}, a redirect, which is not followed; is the endpoint right?`
          : `the service answered HTTP ${status} without a message`),
    // IAM repeats the status as its code.
    code: code === String(status) ? undefined : code,
    requestId: textOf(body.request_id) ?? textOf(headers["x-request-id"]),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
}
