import { Backoff } from "../../operation/backoff";
import type { Operation } from "../../operation/operation";
import { type Course, errorOf, throttledOut, unauthorised } from "./callErrors";
import type { HttpRequest, HttpResponse } from "./http";
import type { HuaweiCloudError } from "../errors/errors";
import { HttpClient, type SendingOptions } from "./httpClient";
import { Outages } from "./outages";
import { RateLimiter } from "./rateLimiter";
import { verdictOf, type Verdict } from "./verdict";

/** Adds credentials to a call: asked anew for each attempt, so that signatures are fresh. Returns all headers. */
export type Authorize = (request: HttpRequest) => Promise<Record<string, string>>;

/** For calls that carry what they need already. */
export const asItIs: Authorize = ({ headers }) => Promise.resolve(headers);

/** Pauses before a call is sent again that failed in passing, in milliseconds. */
const backoffTimes = { first: 1_000, longest: 30_000 };
/** What the services are named in messages. */
const serviceNames = { kms: "KPS", cph: "CPH", iam: "IAM", metadata: "ECS metadata" };

/** Sends calls as fast as each service takes them, and repeats what failed in passing, within the operation's deadline. */
export class Transport {
  private readonly http: HttpClient;
  /** By service and origin. */
  private readonly limiters = new Map<string, RateLimiter>();
  /** When calls went, by origin. */
  private readonly sent = new Map<string, number[]>();
  private readonly outages = new Outages();

  constructor(private readonly options: SendingOptions & { maxRetries: number }) {
    this.http = new HttpClient(options);
  }

  /** Sends a call and returns its answer. Throws {@link HuaweiCloudError}. */
  async send(request: HttpRequest, operation: Operation, authorize: Authorize): Promise<HttpResponse> {
    const { origin } = new URL(request.url);
    const place = `${request.service} ${origin}`;
    const silence = this.outages.silenceSince(place, request.askedAt ?? Infinity);
    if (silence !== undefined) throw silence.ofUnsent(request.operation);
    const limiter = this.limiterAt(place, request, origin);
    const retries = this.outages.isOut(place) ? 0 : this.options.maxRetries;
    const backoff = new Backoff(backoffTimes);
    const course: Course & { failures: number } = { attempts: 0, failures: 0, outcomeUnknown: false };
    for (;;) {
      const turn = await limiter.turn(operation, course.attempts > 0);
      if (turn === undefined) throw throttledOut(request, course.outcomeUnknown);
      const headers = await authorize(request).catch((error: unknown) => {
        throw unauthorised(error, course);
      });
      if (!operation.signal.aborted) course.attempts++;
      const outcome = await this.http.attempt({ ...request, headers }, operation.signal);
      if (!("error" in outcome)) {
        turn.accepted();
        this.outages.end(place);
        return outcome;
      }
      const verdict = verdictOf(outcome, request.idempotent);
      if (verdict.isThrottled) turn.refused(verdict.retryAfter);
      else if (verdict.isThrottled === false) turn.accepted();
      course.outcomeUnknown ||= verdict.mayHaveTakenEffect;
      if (verdict.isRepeatable && !operation.signal.aborted) {
        if (!verdict.isThrottled) course.failures++;
        if (outcome.error.response !== undefined && outcome.mayHaveArrived) course.lastAnswer = outcome;
        // The rate limiter waits out throttling, for as long as the deadline allows; anything else is tried a limited number of times.
        const comesAgain = verdict.isThrottled
          ? limiter.comesInTime(operation)
          : course.failures <= retries && (await isTimeToRepeat(backoff, operation, verdict));
        if (comesAgain) continue;
      }
      const error = errorOf(outcome, request, operation, course);
      this.noteFailure(place, error, course.failures);
      throw error;
    }
  }

  private noteFailure(place: string, error: HuaweiCloudError, failures: number): void {
    if (error.status !== undefined && error.status < 500 && !error.foreignAnswer) this.outages.end(place);
    else if (failures > this.options.maxRetries) this.outages.begin(place, error);
  }

  private limiterAt(place: string, { service }: HttpRequest, origin: string): RateLimiter {
    const sent = this.sent.get(origin) ?? [];
    this.sent.set(origin, sent);
    const limiter = this.limiters.get(place) ?? new RateLimiter(serviceNames[service], sent);
    this.limiters.set(place, limiter);
    return limiter;
  }
}

/** Waits before the next attempt. Where the operation stops meanwhile, that attempt says so. */
async function isTimeToRepeat(backoff: Backoff, operation: Operation, { retryAfter }: Verdict): Promise<boolean> {
  return (await backoff.pause(operation, retryAfter)) || operation.signal.aborted;
}
