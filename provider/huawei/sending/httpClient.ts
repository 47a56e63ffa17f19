import { Agent as HttpAgent, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AxiosError, AxiosInstance } from "axios";
import { loadAxios } from "./axios";
import type { HttpRequest, HttpResponse } from "./http";
import { Dispatch } from "./dispatch";
import { HuaweiCloudError, messageOf } from "../errors/errors";
import { proxyFor } from "./proxies";

/** An attempt to send a call that had no usable answer. */
export interface FailedAttempt {
  error: AxiosError;
  /** Whether the call can have arrived. */
  mayHaveArrived: boolean;
  /** Whether it was kept back because the server's certificate is not accepted. */
  isCertificateRefused: boolean;
  /** The environment variable that names the proxy which it went through, if any. */
  proxyVariable?: string;
}

/** Whether an attempt ended because its operation had to stop. */
export function isStopped({ error }: FailedAttempt): boolean {
  return error.code === "ERR_CANCELED";
}

// Connections are kept for all: in a process that lives for long, accounts come and go, and idle connections would pile up.
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: true });
const insecureHttpsAgent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: false });

/** How calls are sent. */
export interface SendingOptions {
  insecure: boolean;
  /** How long one attempt may stay without a connection, and then without an answer, in milliseconds. */
  timeout?: number;
  /** Whether no proxy is asked, whatever the environment says. */
  isDirect?: boolean;
}

const usualTimeout = 30_000;
/** No documented answer comes near this size, in bytes. */
const longestAnswer = 50_000_000;

/** Sends calls over kept-alive connections, each once. */
export class HttpClient {
  /** Made with the first call. */
  private instance?: AxiosInstance;

  constructor(private readonly options: SendingOptions) {}

  private get http(): AxiosInstance {
    const { insecure, timeout = usualTimeout } = this.options;
    this.instance ??= loadAxios().create({
      httpAgent,
      httpsAgent: insecure ? insecureHttpsAgent : httpsAgent,
      timeout,
      transitional: { clarifyTimeoutError: true, silentJSONParsing: false, forcedJSONParsing: true },
      responseType: "json",
      maxContentLength: longestAnswer,
      // The services never redirect, and a redirect would carry the credentials elsewhere.
      maxRedirects: 0,
      transformRequest: (body: unknown) => body,
    });
    return this.instance;
  }

  /** Nothing is sent once the signal has aborted. */
  async attempt(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse | FailedAttempt> {
    const dispatch = new Dispatch();
    let proxyVariable: string | undefined;
    try {
      const proxy = this.options.isDirect === true ? undefined : proxyFor(request.url);
      proxyVariable = proxy?.variable;
      const { data, headers } = await this.http.request<unknown>({
        method: request.method,
        url: request.url,
        headers: request.headers,
        data: request.body === "" ? undefined : request.body,
        signal,
        proxy: proxy ?? false,
        ...(request.answersText === true && { responseType: "text" }),
        transport: {
          request: (options: RequestOptions, onAnswer: (answer: IncomingMessage) => void) =>
            dispatch.send(options, this.options.timeout ?? usualTimeout, onAnswer),
        },
      });
      return { body: data, headers };
    } catch (error) {
      if (!(error instanceof loadAxios().AxiosError)) throw unsendable(request, error, dispatch.mayHaveArrived);
      const { mayHaveArrived, isCertificateRefused } = dispatch;
      return { error, mayHaveArrived, isCertificateRefused, proxyVariable };
    }
  }
}

/** What Node throws may quote all in the properties of its error, a password as well; its message does not. */
function unsendable({ operation }: HttpRequest, error: unknown, outcomeUnknown: boolean): HuaweiCloudError {
  return new HuaweiCloudError({ operation, message: `the call cannot be sent: ${messageOf(error)}`, outcomeUnknown });
}
