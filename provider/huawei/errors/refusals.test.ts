import { HuaweiCloudError, type ErrorDetails } from "./errors";
import { isRefusedCall, isRefusedContent, isRefusedObject } from "./refusals";

function failed(details: Partial<ErrorDetails>): HuaweiCloudError {
  return new HuaweiCloudError({ operation: "KPS CreateKeypair", message: "No.", ...details });
}

const statuses = [undefined, 200, 302, 400, 401, 403, 404, 405, 407, 409, 413, 429, 500, 503];

test.each([
  ["an object", isRefusedObject, [400, 403, 404]],
  ["a call", isRefusedCall, [400, 403, 404, 405]],
  ["contents", isRefusedContent, [400, 403, 404, 405, 409, 413]],
])("%s is refused by some statuses only", (_, isRefused, expected) => {
  expect(statuses.filter((status) => isRefused(failed({ status })))).toEqual(expected);
  expect(isRefused(Object.assign(new Error("No."), { status: 400 }))).toBe(false);
});

test("another's page refuses neither an object nor a call, and contents all the same", () => {
  const error = failed({ status: 403, foreignAnswer: true });
  expect([isRefusedObject, isRefusedCall, isRefusedContent].map((isRefused) => isRefused(error))).toEqual([
    false,
    false,
    true,
  ]);
});

test("contents that may have been taken are not refused", () => {
  expect(isRefusedContent(failed({ status: 400, outcomeUnknown: true }))).toBe(false);
});
