import { HuaweiCloudError } from "./errors";

/** What is asked for is invalid, not for this account, or not there. Neither 401 nor 429: those are about who asks, and how often. */
const refusalsOfObjects = [400, 403, 404];
/** Or there is no such call, for this account at least. */
const refusalsOfCalls = [...refusalsOfObjects, 405];
/** Or what was sent conflicts with what there is, or is too large. */
const refusalsOfContents = [...refusalsOfCalls, 409, 413];

/** Whether the service itself says that what was asked for is not to be had. */
export function isRefusedObject(error: unknown): error is HuaweiCloudError {
  return isRefusal(error, refusalsOfObjects) && !error.foreignAnswer;
}

/** Whether the service itself does not offer the call: an account may be offered others. */
export function isRefusedCall(error: unknown): error is HuaweiCloudError {
  return isRefusal(error, refusalsOfCalls) && !error.foreignAnswer;
}

/** Whether nothing came of a call because of what was sent with it, or because there is no such call, whoever says so. */
export function isRefusedContent(error: unknown): error is HuaweiCloudError {
  return isRefusal(error, refusalsOfContents) && !error.outcomeUnknown;
}

function isRefusal(error: unknown, statuses: readonly number[]): error is HuaweiCloudError {
  return error instanceof HuaweiCloudError && statuses.includes(error.status ?? 0);
}
