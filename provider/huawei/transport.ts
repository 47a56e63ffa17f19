import { Agent as HttpAgent, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import axios, { AxiosError, type AxiosInstance, type AxiosResponse } from "axios";
import axiosRetry, { retryAfter } from "axios-retry";
import { Departure } from "./departure";
import type { CallName } from "./calls";
import { HuaweiCloudError, reasonToStop } from "./errors";
import type { Operation } from "../operation/operation";
import { Outages } from "./outages";
import { Pace, type Turn } from "./pace";
import { redactKeysOf } from "../text/redaction";

/** One HTTP call. */
export interface HttpRequest {
  service: "kms" | "cph" | "iam";
  /** What the call is named in errors, such as `KPS CreateKeypair`. */
  operation: CallName;
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers: Record<string, string>;
  /** The exact text that is sent; empty for none. */
  body: string;
  /** Whether sending the call twice has the effect of sending it once. Others are only sent again where they never arrived. */
  idempotent: boolean;
  /** When it was asked for, by `performance.now`, where it may have waited since. */
  askedAt?: number;
}

export interface HttpResponse {
  /** The parsed JSON; an empty text where the answer has no body. */
  body: unknown;
  headers: Record<string, unknown>;
}

/** Adds credentials to a call: asked anew for each attempt, so that signatures are fresh. Returns all headers. */
export type Authorize = (request: HttpRequest) => Promise<Record<string, string>>;

declare module "axios" {
  interface AxiosRequestConfig {
    authorize?: () => Promise<Record<string, string>>;
  }
}

// Connections are kept for all: in a process that lives for long, accounts come and go, and idle connections would pile up.
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: true });
const insecureHttpsAgent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: false });

/** How long one attempt may stay without a connection, and then without an answer, in milliseconds. */
const attemptTimeout = 30_000;
/** Full-jitter backoff: a random time up to `first` doubled with each attempt, at most `longest`, in milliseconds. */
const backoff = { first: 500, longest: 30_000 };
/** What the services are named in messages. */
const serviceNames = { kms: "KPS", cph: "CPH", iam: "IAM" };
/** No documented answer comes near this size, in bytes. */
const longestAnswer = 50_000_000;

/**
 * Sends calls over kept-alive connections, as fast as each service takes them, and repeats what failed in passing, within the
 * operation's deadline.
 */
export class Transport {
  private readonly http: AxiosInstance;
  /** By service and origin. */
  private readonly paces = new Map<string, Pace>();
  private readonly outages = new Outages();

  constructor(
    private readonly options: {
      maxRetries: number;
      insecure: boolean;
    },
  ) {
    this.http = axios.create({
      httpAgent,
      httpsAgent: options.insecure ? insecureHttpsAgent : httpsAgent,
      timeout: attemptTimeout,
      transitional: { clarifyTimeoutError: true, silentJSONParsing: false, forcedJSONParsing: true },
      responseType: "json",
      maxContentLength: longestAnswer,
      // The services never redirect, and a redirect would carry the credentials elsewhere.
      maxRedirects: 0,
      transformRequest: (body: unknown) => body,
    });
    this.http.interceptors.request.use(async (config) => {
      if (config.authorize) config.headers.set(await config.authorize());
      return config;
    });
    axiosRetry(this.http, { shouldResetTimeout: true });
  }

  /** Sends a call and returns its answer. Throws {@link HuaweiCloudError}. */
  async send(request: HttpRequest, operation: Operation, authorize: Authorize): Promise<HttpResponse> {
    const place = placeOf(request);
    const silence = this.outages.silenceSince(place, request.askedAt ?? Infinity);
    if (silence !== undefined) throw silence.ofUnsent(request.operation);
    const pace = this.paceAt(place, request);
    const retries = this.outages.isOut(place) ? 0 : this.options.maxRetries;
    const attempt: { turn?: Turn; departure: Departure } = { departure: new Departure() };
    let sent = 0;
    let failures = 0;
    let delay = 0;
    let outcomeUnknown = false;
    try {
      const response = await this.http.request<unknown>({
        method: request.method,
        url: request.url,
        data: request.body === "" ? undefined : request.body,
        signal: operation.signal,
        transport: {
          request: (options: RequestOptions, onAnswer: (answer: IncomingMessage) => void) =>
            attempt.departure.send(options, attemptTimeout, onAnswer),
        },
        authorize: async () => {
          attempt.departure = new Departure();
          attempt.turn = await pace.turn(operation, sent > 0);
          if (attempt.turn === undefined) throw throttledOut(request, outcomeUnknown);
          const headers = await authorize(request);
          // Where the operation stopped meanwhile, axios sends nothing.
          if (!operation.signal.aborted) sent++;
          return headers;
        },
        "axios-retry": {
          retries: Infinity,
          retryCondition: (error) => {
            const { departure } = attempt;
            const throttled = isThrottled(error);
            if (throttled) attempt.turn?.refused(retryAfter(error));
            else if (!axios.isCancel(error) && departure.hasLeft) attempt.turn?.accepted();
            if (operation.signal.aborted || !isRepeatable(error, departure, request.idempotent)) return false;
            // Throttling is waited out by the pace, for as long as the deadline allows; anything else is tried a limited number of times.
            delay = 0;
            if (throttled) return pace.comesInTime(operation);
            outcomeUnknown ||= departure.hasLeft;
            if (++failures > retries) return false;
            delay = delayBefore(error, sent);
            return Date.now() + delay < operation.deadline;
          },
          retryDelay: () => delay,
        },
      });
      attempt.turn?.accepted();
      this.outages.end(place);
      return { body: response.data, headers: response.headers };
    } catch (error) {
      const described = this.describe(error, request, operation, sent, attempt.departure, outcomeUnknown);
      if (described instanceof HuaweiCloudError) this.noteFailure(place, described, failures);
      throw described;
    }
  }

  private noteFailure(place: string, error: HuaweiCloudError, failures: number): void {
    if (error.status !== undefined && error.status < 500 && !error.foreignAnswer) this.outages.end(place);
    else if (failures > this.options.maxRetries) this.outages.begin(place, error);
  }

  private paceAt(place: string, { service }: HttpRequest): Pace {
    const pace = this.paces.get(place) ?? new Pace(serviceNames[service]);
    this.paces.set(place, pace);
    return pace;
  }

  /** `sent`: how often the call was. `outcomeUnknown`: whether an attempt before the last may have taken effect. */
  private describe(
    error: unknown,
    request: HttpRequest,
    operation: Operation,
    sent: number,
    departure: Departure,
    outcomeUnknown: boolean,
  ): Error {
    // What the authorisation threw is described already.
    if (!(error instanceof AxiosError)) return error instanceof Error ? error : new Error(String(error));
    const { response } = error;
    const effort = sent > 1 ? `, after ${sent} attempts` : "";
    if (response === undefined || !departure.hasLeft) {
      const { message, hint } = axios.isCancel(error)
        ? reasonToStop(operation)
        : response === undefined
          ? silence(error, departure)
          : proxyRefusal(response);
      return new HuaweiCloudError({
        operation: request.operation,
        message: `${message}${effort}`,
        hint,
        outcomeUnknown: outcomeUnknown || departure.hasLeft,
      });
    }
    const vendor = vendorError(response);
    return new HuaweiCloudError({
      operation: request.operation,
      status: response.status,
      ...vendor,
      message: `${redactKeysOf(request.body, vendor.message)}${effort}`,
      hint: response.status === 407 ? proxyRefusal(response).hint : undefined,
      outcomeUnknown: outcomeUnknown || response.status >= 500 || response.status < 300,
      // Text is another's page; what was cut off, or could not be unpacked, may have been one and is undefined.
      foreignAnswer: response.data === undefined || (typeof response.data === "string" && response.data !== ""),
    });
  }
}

function placeOf({ service, url }: HttpRequest): string {
  return `${service} ${new URL(url).origin}`;
}

function isThrottled(error: AxiosError): boolean {
  return error.response?.status === 429;
}

/** Passing failures: throttling, 5xx, an answer that is no JSON or never came; of calls with an effect only those that never arrived. */
function isRepeatable(error: AxiosError, departure: Departure, idempotent: boolean): boolean {
  if (axios.isCancel(error) || !(error instanceof AxiosError)) return false;
  const { response } = error;
  // Neither a certificate nor what a proxy refuses becomes right by asking again.
  if (!departure.hasLeft) return !departure.isCertificateRefused && (response === undefined || response.status >= 500);
  if (isThrottled(error)) return true;
  if (!idempotent) return false;
  return response === undefined || response.status >= 500 || response.status < 300 || isCutOff(response);
}

/** Whether JSON was announced, and what came is none: that says nothing, whatever its status. */
function isCutOff({ data, headers }: AxiosResponse<unknown>): boolean {
  return typeof data === "string" && data !== "" && String(headers["content-type"]).includes("json");
}

/** Why no answer came, and what to do where that is known. */
function silence({ message }: AxiosError, { isCertificateRefused }: Departure): { message: string; hint?: string } {
  if (!isCertificateRefused) return { message: `no answer: ${message}` };
  return {
    message: `nothing was sent, because the server's certificate is not accepted: ${message}`,
    hint:
      "If a proxy of your network opens TLS connections, or the endpoint is a private one, name the certificate of its authority in the " +
      "environment variable NODE_EXTRA_CA_CERTS; `huaweicloud-cph:insecure` does without verification.",
  };
}

function proxyRefusal({ status }: AxiosResponse<unknown>): { message: string; hint: string } {
  return {
    message: `nothing was sent, because the proxy refused to connect (HTTP ${status})`,
    hint:
      status === 407
        ? "Give the proxy's user name and password in the environment variable that names it, such as HTTPS_PROXY."
        : "Have the proxy let this host through, or name the host in the environment variable NO_PROXY.",
  };
}

/** The call was not sent (again), because its operation stopped while the service throttled, or would have had to. */
function throttledOut({ operation }: HttpRequest, outcomeUnknown: boolean): HuaweiCloudError {
  return new HuaweiCloudError({
    operation,
    message: "the service throttles this account, and the operation's time ended before the call could be sent",
    hint: "Run again later, or allow more time.",
    outcomeUnknown,
  });
}

function delayBefore(error: AxiosError, sent: number): number {
  return retryAfter(error) || Math.random() * Math.min(backoff.longest, backoff.first * 2 ** sent);
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
