import { asSentence, presentable, withoutFullStop } from "../../text/text";
import { isTimeOver } from "../../operation/deadline";
import type { Operation } from "../../operation/operation";
import { permissionFor, type OperationName, type ServiceName } from "./calls";
import { hintOf, meaningOf, normaliseCode, serviceOfCode, type Meaning } from "./codes";
import { hintAtPermission } from "./permissions";

/** What a failed call or a failed operation on Huawei Cloud says. Messages are the vendor's; credentials and keys never appear. */
export class HuaweiCloudError extends Error {
  override readonly name = "HuaweiCloudError";
  /** What failed, such as `KPS CreateKeypair`. */
  readonly operation: OperationName;
  /** Its service. */
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
  /** True where the operation stopped before the last attempt was answered, whatever was answered before. */
  readonly stopped: boolean;
  /** True where nothing was sent, because there was nothing to prove with who calls. */
  readonly lacksProof: boolean;
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
    this.stopped = details.stopped ?? false;
    this.lacksProof = details.lacksProof ?? false;
    this.foreignAnswer = details.foreignAnswer ?? false;
  }

  /**
   * Whether the service says one of these things by its code. What it says of the thing that a call names, such as that there is none,
   * is believed only where it refuses the call for that: whether with 400 or with 404 is not documented. A 404 alone says nothing: a
   * gateway, a proxy or another service answers it for a path that it does not know.
   */
  means(...meanings: Meaning[]): boolean {
    const meaning = meaningOf(this.code);
    if (meaning === undefined || !meanings.includes(meaning)) return false;
    return !onTheNamed.includes(meaning) || this.isOwnRefusal;
  }

  private get isOwnRefusal(): boolean {
    const isOwnCode = serviceOfCode(this.code) === this.service;
    return isOwnCode && !this.foreignAnswer && (this.status === 400 || this.status === 404);
  }

  /** The same error, not to be taken for word of what was asked for. */
  asForeignAnswer(hint: string): HuaweiCloudError {
    return new HuaweiCloudError({ ...this.#details, foreignAnswer: true, hint });
  }

  /** The same error, with what the user can do. */
  withHint(hint: string): HuaweiCloudError {
    return new HuaweiCloudError({ ...this.#details, hint });
  }

  /** The same error, with more of what the user can do. */
  withAdvice(advice: string): HuaweiCloudError {
    return new HuaweiCloudError({ ...this.#details, hint: [this.hint, advice].filter(Boolean).join(" ") });
  }

  /** The same error, of another call that was to follow and is not sent. */
  ofUnsent(operation: OperationName): HuaweiCloudError {
    return new HuaweiCloudError({ ...this.#details, operation, outcomeUnknown: false });
  }

  /** The same error of a call that may have taken effect all the same, or that cannot have. */
  withOutcomeUnknown(outcomeUnknown: boolean): HuaweiCloudError {
    return outcomeUnknown === this.outcomeUnknown ? this : new HuaweiCloudError({ ...this.#details, outcomeUnknown });
  }

  /** The same error of a call that was sent again, with what came of that. */
  followedBy(later: HuaweiCloudError): HuaweiCloudError {
    const message = `${withoutFullStop(this.#details.message)}; asked again: ${later.#details.message}`;
    return new HuaweiCloudError({ ...this.#details, message, outcomeUnknown: later.outcomeUnknown });
  }
}

/** Sends a call another way after it failed: where it may have taken effect then, that holds whatever comes of this. */
export async function sendAnew<T>(failed: HuaweiCloudError, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!failed.outcomeUnknown || !(error instanceof HuaweiCloudError)) throw error;
    throw error.withOutcomeUnknown(true);
  }
}

/** The error of a call that its operation's end left without an answer; `outcomeUnknown` where it may have been sent. */
export function stoppedError(operation: OperationName, stopped: Operation, outcomeUnknown: boolean): HuaweiCloudError {
  return new HuaweiCloudError({ operation, ...reasonToStop(stopped), stopped: true, outcomeUnknown });
}

/** The error of an operation that ended while credentials, or what is got with them, were waited for. */
export function stoppedWhileSigningIn(stopped: Operation): HuaweiCloudError {
  return stoppedError("IAM sign-in", stopped, false);
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

/** What a {@link HuaweiCloudError} is made of. */
export interface ErrorDetails {
  operation: OperationName;
  message: string;
  status?: number;
  code?: string;
  requestId?: string;
  hint?: string;
  outcomeUnknown?: boolean;
  stopped?: boolean;
  lacksProof?: boolean;
  foreignAnswer?: boolean;
}

function serviceOf(operation: OperationName): ServiceName {
  return operation.slice(0, operation.indexOf(" ")) as ServiceName;
}

function sentencesOf({ operation, message, status, code, requestId, hint }: ErrorDetails): string {
  const facts = [
    status === undefined ? undefined : `HTTP ${status}`,
    code,
    requestId === undefined ? undefined : `request ${requestId}`,
  ].filter((fact) => fact !== undefined);
  const sentence = asSentence(presentable(message.trim(), longestMessage));
  return [
    `${operation} failed: ${sentence}`,
    ...(facts.length > 0 ? [`(${facts.join(", ")})`] : []),
    ...(hint === undefined ? [] : [presentable(hint, longestMessage)]),
  ].join(" ");
}

/** The most characters of the vendor's words, and of a code or an id, that are shown: more would flood a terminal. */
const longestMessage = 1000;
const longestName = 200;

/** The message of what was thrown, also where that is no error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the credentials were not accepted: wrong, expired, of another region, or not there. Never "no permission", which is 403. */
export function isAuthenticationFailure(error: unknown): error is HuaweiCloudError {
  return error instanceof HuaweiCloudError && (error.status === 401 || error.lacksProof);
}

/** Whether the service itself refused a call as not allowed, whatever the reason: also where the account is frozen. */
export function isForbidden(error: unknown): error is HuaweiCloudError {
  return error instanceof HuaweiCloudError && error.status === 403 && !error.foreignAnswer;
}

/** Whether Huawei Cloud says one of these things by its code: see {@link HuaweiCloudError.means}. */
export function means(error: unknown, ...meanings: Meaning[]): error is HuaweiCloudError {
  return error instanceof HuaweiCloudError && error.means(...meanings);
}

/** What there is none of. */
const absences: readonly Meaning[] = ["missingKeypair", "missingPrivateKey", "missingServer", "missingJob"];

/** Whether the service itself says that what a call names does not exist. */
export function isAbsence(error: unknown): error is HuaweiCloudError {
  return means(error, ...absences);
}

/** What is said of the thing that a call names. */
const onTheNamed: readonly Meaning[] = [...absences, "invalidParameter", "invalidServerId"];

function hintFor({ operation, status, foreignAnswer }: ErrorDetails, code: string | undefined): string | undefined {
  const hint = hintOf(code);
  if (hint !== undefined) return hint;
  const meaning = meaningOf(code);
  // A proxy's 403 says nothing about permissions.
  const lacksPermission = meaning === "noPermission" || (status === 403 && foreignAnswer !== true);
  const permission = lacksPermission ? permissionFor(operation) : undefined;
  if (lacksPermission) return permission && hintAtPermission(permission);
  // Why a 404 is an error.
  if (status !== 404 || (meaning !== undefined && absences.includes(meaning))) return undefined;
  return serviceOfCode(code) === undefined
    ? "The answer is not the service's own, so nothing counts as deleted. Check `region`, `endpoints` and what stands between, such as a " +
        "proxy."
    : "The code is not known to say that something does not exist, so nothing counts as deleted.";
}
