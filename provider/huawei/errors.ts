import { presentable } from "../text/text";
import { isTimeOver } from "../operation/deadline";
import type { Operation } from "../operation/operation";
import type { CallName, ServiceName } from "./calls";
import { permissionHint } from "./permissions";

/** What a failed call or a failed operation on Huawei Cloud says. Messages are the vendor's; credentials and keys never appear. */
export class HuaweiCloudError extends Error {
  override readonly name = "HuaweiCloudError";
  /** The call that failed, such as `KPS CreateKeypair`. */
  readonly operation: CallName;
  /** The service of that call. */
  readonly service: ServiceName;
  /** HTTP status; absent where no answer came. */
  readonly status?: number;
  /** The vendor's error code, such as `KPS.4016`. */
  readonly code?: string;
  /** The vendor's id of the request, for support tickets. */
  readonly requestId?: string;
  /** What the user can do, where that is known. */
  readonly hint?: string;
  /** True where the call may have taken effect although no usable answer came. */
  readonly outcomeUnknown: boolean;
  /** True where the answer need not be about what was asked for: a proxy's page, a wrong endpoint, perhaps another account. */
  readonly foreignAnswer: boolean;

  readonly #details: ErrorDetails;

  constructor(details: ErrorDetails) {
    const code = details.code === undefined ? undefined : normaliseCode(presentable(details.code, longestName));
    const requestId = details.requestId === undefined ? undefined : presentable(details.requestId, longestName);
    const hint = details.hint ?? hintFor(details, code);
    super(sentencesOf({ ...details, code, requestId, hint }));
    this.#details = details;
    this.operation = details.operation;
    this.service = serviceOf(details.operation);
    this.status = details.status;
    this.code = code;
    this.requestId = requestId;
    this.hint = hint;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
    this.foreignAnswer = details.foreignAnswer ?? false;
  }

  /** The same error, not to be taken for word of what was asked for. */
  asForeignAnswer(hint: string): HuaweiCloudError {
    return new HuaweiCloudError({ ...this.#details, foreignAnswer: true, hint });
  }

  /** The same error, with more of what the user can do. */
  withAdvice(advice: string): HuaweiCloudError {
    return new HuaweiCloudError({ ...this.#details, hint: [this.hint, advice].filter(Boolean).join(" ") });
  }

  /** The same error, of another call that was to follow and is not sent. */
  ofUnsent(operation: CallName): HuaweiCloudError {
    return new HuaweiCloudError({ ...this.#details, operation, outcomeUnknown: false });
  }

  /** The same error of a call that was sent again, with what came of that. */
  followedBy(later: HuaweiCloudError): HuaweiCloudError {
    const before = this.#details.message.trim().replace(/[.。]$/, "");
    const message = `${before}; asked again: ${later.#details.message}`;
    return new HuaweiCloudError({ ...this.#details, message, outcomeUnknown: later.outcomeUnknown });
  }
}

/** The error of a call that its operation's end left without an answer; `outcomeUnknown` where it may have been sent. */
export function stoppedError(operation: CallName, stopped: Operation, outcomeUnknown: boolean): HuaweiCloudError {
  return new HuaweiCloudError({ operation, ...reasonToStop(stopped), outcomeUnknown });
}

/** Why an operation ended before a call was answered, and what to do about it. */
export function reasonToStop({ signal }: Operation): { message: string; hint?: string } {
  return isTimeOver(signal)
    ? {
        message: "the operation's time ran out before an answer came",
        hint: "Raise the resource's customTimeouts if it needs more time.",
      }
    : { message: "the run was interrupted before an answer came" };
}

export interface ErrorDetails {
  operation: CallName;
  message: string;
  status?: number;
  code?: string;
  requestId?: string;
  hint?: string;
  outcomeUnknown?: boolean;
  foreignAnswer?: boolean;
}

function serviceOf(operation: CallName): ServiceName {
  return operation.slice(0, operation.indexOf(" ")) as ServiceName;
}

function sentencesOf({ operation, message, status, code, requestId, hint }: ErrorDetails): string {
  const facts = [
    status === undefined ? undefined : `HTTP ${status}`,
    code,
    requestId === undefined ? undefined : `request ${requestId}`,
  ].filter((fact) => fact !== undefined);
  const sentence = presentable(message.trim(), longestMessage).replace(/[.。]?$/, ".");
  return [
    `${operation} failed: ${sentence}`,
    ...(facts.length > 0 ? [`(${facts.join(", ")})`] : []),
    ...(hint === undefined ? [] : [presentable(hint, longestMessage)]),
  ].join(" ");
}

/** The most characters of the vendor's words, and of a code or an id, that are shown: more would flood a terminal. */
const longestMessage = 1000;
const longestName = 200;

/** The code with its dot: one of the vendor's samples leaves it out (`CPS0005`). */
export function normaliseCode(code: string): string {
  return code.replace(/^([A-Z]+)(\d{4})$/, "$1.$2");
}

/** The message of what was thrown, also where that is no error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the credentials were not accepted: wrong, expired, or of another region. Never "no permission", which is 403. */
export function isAuthenticationFailure(error: unknown): error is HuaweiCloudError {
  return error instanceof HuaweiCloudError && error.status === 401;
}

/** The codes that say what there is none of. */
export const missingCodes = {
  keypair: ["KPS.4016", "KPS.6004"],
  privateKey: ["KPS.6005"],
  server: ["CPS.0015", "CPS.0156", "CPS.0159"],
  job: ["CPS.0011", "CPS.0050"],
};

/**
 * Whether a service says with one of these codes of its own that there is no such resource; whether they come with 400 or with 404 is
 * not documented. A 404 alone says nothing: a gateway, a proxy or another service answers it for a path that it does not know.
 */
export function isNotFound(error: unknown, service: ServiceName, codes: readonly string[]): error is HuaweiCloudError {
  if (!(error instanceof HuaweiCloudError) || error.foreignAnswer || error.service !== service) return false;
  return (error.status === 404 || error.status === 400) && codes.includes(error.code ?? "");
}

function hintFor({ operation, status, foreignAnswer }: ErrorDetails, code: string | undefined): string | undefined {
  const hint = code !== undefined && Object.hasOwn(hints, code) ? hints[code] : undefined;
  if (hint !== undefined) return hint;
  // A proxy's 403 says nothing about permissions.
  const lacksPermission = isLackOfPermission(code) || (status === 403 && foreignAnswer !== true);
  return lacksPermission ? permissionHint(operation) : status === 404 ? notFoundHint(code) : undefined;
}

function isLackOfPermission(code: string | undefined): boolean {
  return code === "KPS.9003" || code === "CPS.0001";
}

/** Why a 404 is an error. */
function notFoundHint(code: string | undefined): string | undefined {
  if (code === undefined || !/^[CK]PS\./.test(code)) {
    return (
      "The answer is not the service's own, so nothing counts as deleted. Check `region`, `endpoints` and what stands between, such as a " +
      "proxy."
    );
  }
  if (Object.values(missingCodes).flat().includes(code)) return undefined;
  return "The code is not known to say that something does not exist, so nothing counts as deleted.";
}

const hints: Record<string, string | undefined> = {
  "APIGW.0301": "Check the credentials, and the clock of this machine, which may be 15 minutes off at most.",
  "APIG.0301": "Check the credentials, and the clock of this machine, which may be 15 minutes off at most.",
  "APIGW.0307": "The token expired or belongs to another region.",
  "APIG.0307": "The token expired or belongs to another region.",
  "APIGW.0308": "The service throttles this account; run again later.",
  "APIG.0308": "The service throttles this account; run again later.",
  "KPS.6009": "The user may not verify this key pair.",
  "KPS.6011": "Give the private key that belongs to `publicKey`.",
  "KPS.9004": "The account is frozen; the console says why. Unpaid bills are a common reason.",
  "KPS.9005": "The account is restricted; the console says why. Unpaid bills are a common reason.",
  "KPS.9006": "The credentials belong to a kind of user that the service does not know; use those of an IAM user.",
  "CPS.0006": "The account is restricted; if bills are unpaid, top it up.",
  "CPS.0007": "The account is frozen; contact the service's support.",
  "CPS.0008": "Complete the account's real-name authentication in the console.",
  "CPS.0015": "Take the server out of `serverIds` if it no longer exists.",
  "CPS.0156": "Take the server out of `serverIds` if it no longer exists.",
  "CPS.0159": "Take the server out of `serverIds` if it no longer exists.",
  "CPS.0067": "Create the key pair in the same region and project first, or correct `keypairName`.",
  "CPS.0096": "Set `huaweicloud-cph:serversPerCall` to a smaller number.",
  "CPS.0098": "The server never became ready, or the key pair cannot be used for it; look at both in the console.",
  "CPS.1028": "Unfreeze the server (frozen servers are usually unpaid) or take it out of `serverIds`.",
};
