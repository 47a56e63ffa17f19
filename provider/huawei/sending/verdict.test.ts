import { AxiosError, AxiosHeaders, CanceledError, type AxiosResponse, type InternalAxiosRequestConfig } from "axios";
import type { FailedAttempt } from "./httpClient";
import { verdictOf, type Verdict } from "./verdict";

/** An attempt that was sent and had this answer, or none. */
function failed(answer?: Partial<AxiosResponse<unknown>>, fields: Partial<FailedAttempt> = {}): FailedAttempt {
  const config: InternalAxiosRequestConfig = { headers: new AxiosHeaders() };
  const response = answer && { status: 200, statusText: "", data: {}, headers: {}, config, ...answer };
  const error = new AxiosError("failed", undefined, config, undefined, response);
  return { error, mayHaveArrived: true, isCertificateRefused: false, ...fields };
}

const unsent = { mayHaveArrived: false };
const json = { "content-type": "application/json" };
const passing = { isRepeatable: true, isThrottled: false, mayHaveTakenEffect: true };
const final = { isRepeatable: false, isThrottled: false, mayHaveTakenEffect: false };

describe("an attempt that was sent", () => {
  test.each<[string, FailedAttempt]>([
    ["no answer", failed()],
    ["500", failed({ status: 500 })],
    ["503 with a page", failed({ status: 503, data: "<html>" })],
    ["200 with what is no JSON", failed({ status: 200, data: '{"a' })],
  ])("%s: may have taken effect, and is repeated where that does no harm", (_, attempt) => {
    expect(verdictOf(attempt, true)).toMatchObject(passing);
    expect(verdictOf(attempt, false)).toMatchObject({ ...passing, isRepeatable: false });
  });

  test.each([301, 400, 401, 403, 404, 407, 409])("%d: has taken no effect, and is not repeated", (status) => {
    for (const isIdempotent of [true, false]) {
      expect(verdictOf(failed({ status, headers: json }), isIdempotent)).toMatchObject(final);
      // Neither a page nor an empty answer was cut off.
      expect(verdictOf(failed({ status, data: "<html>" }), isIdempotent)).toMatchObject(final);
      expect(verdictOf(failed({ status, data: "", headers: json }), isIdempotent)).toMatchObject(final);
    }
  });

  test("a refusal that is cut off says nothing to a call without effect, and that nothing happened to others", () => {
    const cutOff = failed({ status: 404, data: '{"error_code', headers: json });
    expect(verdictOf(cutOff, true)).toMatchObject(passing);
    expect(verdictOf(cutOff, false)).toMatchObject(final);
  });

  test("429: has taken no effect, and is repeated, even where it was cut off", () => {
    for (const isIdempotent of [true, false]) {
      const throttled = { isRepeatable: true, isThrottled: true, mayHaveTakenEffect: false };
      expect(verdictOf(failed({ status: 429 }), isIdempotent)).toMatchObject(throttled);
      expect(verdictOf(failed({ status: 429, data: '{"e', headers: json }), isIdempotent)).toMatchObject(throttled);
    }
  });

  test("its operation's end: may have taken effect, is not repeated, and tells nothing of throttling", () => {
    const stopped = failed(undefined, { error: new CanceledError() });
    for (const isIdempotent of [true, false]) {
      const verdict: Verdict = {
        isRepeatable: false,
        isThrottled: undefined,
        retryAfter: 0,
        mayHaveTakenEffect: true,
      };
      expect(verdictOf(stopped, isIdempotent)).toEqual(verdict);
    }
  });
});

describe("an attempt that was not sent", () => {
  test.each<[string, FailedAttempt, boolean]>([
    ["no connection", failed(undefined, unsent), true],
    ["a proxy's failure", failed({ status: 502 }, unsent), true],
    ["a proxy's refusal", failed({ status: 403 }, unsent), false],
    ["a proxy's page", failed({ status: 200, data: "<html>" }, unsent), false],
    ["a certificate that is not accepted", failed(undefined, { ...unsent, isCertificateRefused: true }), false],
    ["its operation's end", failed(undefined, { ...unsent, error: new CanceledError() }), false],
  ])("%s: has taken no effect, whatever it is, and tells nothing of throttling", (_, attempt, isRepeatable) => {
    for (const isIdempotent of [true, false]) {
      const verdict: Verdict = { isRepeatable, isThrottled: undefined, retryAfter: 0, mayHaveTakenEffect: false };
      expect(verdictOf(attempt, isIdempotent)).toEqual(verdict);
    }
  });

  test("for a proxy throttles: is not repeated, and others wait", () => {
    const verdict = verdictOf(failed({ status: 429, headers: { "retry-after": "3" } }, unsent), true);
    expect(verdict).toEqual({ isRepeatable: false, isThrottled: true, retryAfter: 3_000, mayHaveTakenEffect: false });
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");

  beforeEach(() => {
    jest.spyOn(Date, "now").mockReturnValue(now);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each<[string | undefined, number]>([
    ["7", 7_000],
    ["0", 0],
    ["1.5", 1_500],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60_000],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
    ["-5", 0],
    ["later", 0],
    ["", 0],
    [undefined, 0],
  ])("%j is %d milliseconds", (value, expected) => {
    for (const status of [429, 503])
      expect(verdictOf(failed({ status, headers: { "retry-after": value } }), true).retryAfter).toBe(expected);
  });
});
