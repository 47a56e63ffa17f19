import { presentable } from "../text";
import { isTimeOver } from "./deadline";
import type { Operation } from "./operation";
import { permissionHint } from "./permissions";

/** A service, as messages name it. */
export type ServiceName = "KPS" | "CPH" | "IAM";

/** A call, as errors name it: its service, then what it does. */
export type CallName = `${ServiceName} ${string}`;

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

/**
 * Whether a service says that there is no such resource: by 404, or by 400 and one of these codes. The gateway's 404 for an unknown
 * path, or a proxy's, says nothing about the resource, and neither does IAM's, which a call may meet on its way to the service.
 */
export function isNotFound(error: unknown, service: ServiceName, codes: readonly string[]): boolean {
  if (!(error instanceof HuaweiCloudError) || error.foreignAnswer || error.service !== service) return false;
  const code = error.code ?? "";
  return (error.status === 404 && !code.startsWith("APIG")) || (error.status === 400 && codes.includes(code));
}

function hintFor({ operation, status, foreignAnswer }: ErrorDetails, code: string | undefined): string | undefined {
  const hint = code !== undefined && Object.hasOwn(hints, code) ? hints[code] : undefined;
  // A proxy's 403 says nothing about permissions.
  const lacksPermission = isLackOfPermission(code) || (status === 403 && foreignAnswer !== true);
  return hint ?? (lacksPermission ? permissionHint(operation) : undefined);
}

function isLackOfPermission(code: string | undefined): boolean {
  return code === "KPS.9003" || code === "CPS.0001";
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
