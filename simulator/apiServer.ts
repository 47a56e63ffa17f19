import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiCall, Handler, OperationOf, ProjectCall, ProjectHandler, Reply } from "./call";
import type { Call, CallLog } from "./callLog";
import { newId, type Cloud } from "./cloud";
import { cphHandlers } from "./cph";
import {
  ApiError,
  cphError,
  errorBody,
  gatewayError,
  iamError,
  kpsError,
  spelledCode,
  statusOf,
  type Service,
} from "./errors";
import type { CallAction, FaultTime, Throttled } from "./faults";
import { parseJson, readBody, readHeaders, readTarget, send } from "./http";
import { iamHandlers } from "./iam";
import { kpsHandlers } from "./kps";
import { metadataHandlers } from "./metadata";
import { matchOperation, operations, type Match, type Operation } from "./operations";
import { parseAuthorization } from "./signature";

/** A request as it came in. */
interface Received {
  readonly requestId: string;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  /** Undefined where the path is malformed. */
  readonly segments: readonly string[] | undefined;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where it is too long. */
  readonly body: Buffer | undefined;
  readonly json: { readonly valid: boolean; readonly value?: unknown };
  /** Undefined where there is no such API. */
  readonly match: Match | undefined;
}

interface Answer {
  readonly type: "answer";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly errorCode?: string;
}

/** What the sender of a call gets: an answer, a reset connection, or nothing at all. */
type Delivery = Answer | { readonly type: "reset" } | { readonly type: "hang" };

const handlers: Record<OperationOf<"iam" | "metadata">, Handler> = { ...iamHandlers, ...metadataHandlers };
const projectHandlers: Record<OperationOf<"kps" | "cph">, ProjectHandler> = { ...kpsHandlers, ...cphHandlers };

/** Answers one call to an API of the cloud, and notes it. */
export async function answerApiCall(
  cloud: Cloud,
  calls: CallLog,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const received = await receive(request);
  const call = noteCall(cloud, calls, received);
  const delivery = await deliveryFor(cloud, call, received);
  if (delivery.type === "answer") {
    call.status = delivery.status;
    call.errorCode = delivery.errorCode ?? null;
    call.milliseconds = Math.round(performance.now() - started);
    send(response, delivery.status, { ...delivery.headers, "X-Request-Id": received.requestId }, delivery.body);
  } else if (delivery.type === "reset") {
    call.milliseconds = Math.round(performance.now() - started);
    request.socket.resetAndDestroy();
  }
}

async function receive(request: IncomingMessage): Promise<Received> {
  const { method = "GET", url = "/" } = request;
  const target = readTarget(request);
  const body = await readBody(request);
  const json = body === undefined ? { valid: false } : parseJson(body);
  return {
    requestId: newId(),
    method,
    url,
    ...target,
    headers: readHeaders(request),
    body,
    json,
    match: target.segments && matchOperation(method, target.segments, json.value),
  };
}

function noteCall(cloud: Cloud, calls: CallLog, received: Received): Call {
  const authorization = parseAuthorization(received.headers.authorization ?? "");
  const hasToken = received.headers["x-auth-token"] !== undefined;
  const operation = received.match?.operation ?? null;
  return calls.add({
    time: new Date(cloud.clock.now()).toISOString(),
    method: received.method,
    path: received.url,
    service: operation === null ? null : operations[operation].service,
    operation,
    requestId: received.requestId,
    credential: authorization !== undefined ? "signature" : hasToken ? "token" : "none",
    accessKey: authorization?.accessKey ?? null,
    body: received.json.value,
  });
}

async function deliveryFor(cloud: Cloud, note: Call, received: Received): Promise<Delivery> {
  const { requestId, method, segments, query, headers, body, match } = received;
  if (match === undefined || segments === undefined) return errorAnswer(cloud, requestId, noSuchApi());

  if (body === undefined) return errorAnswer(cloud, requestId, gatewayError(413, "0201", "Request entity too large."));

  const { service } = operations[match.operation];
  const call: ApiCall = {
    requestId,
    subject: { service, operation: match.operation, method, path: received.url },
    parameters: match.parameters,
    request: { method, segments, query, headers, body },
    body: received.json.value,
  };
  const actions = cloud.faults.forCall(call.subject);
  note.faults = actions.map((action) => action.type);
  await delay(actions);
  if (actions.some((action) => action.type === "expireToken")) {
    cloud.identity.expireToken(headers["x-auth-token"] ?? "");
    cloud.identity.expireTemporaryKey(note.accessKey ?? "");
  }
  const prevented = interruption(cloud, call, actions, "before");
  if (prevented !== undefined) return prevented;

  const answer = await perform(cloud, call, received.json.valid);
  return interruption(cloud, call, actions, "after") ?? spoil(answer, actions);
}

/** Carries the operation out; an error of the API becomes its answer. */
async function perform(cloud: Cloud, call: ApiCall, bodyIsJson: boolean): Promise<Answer> {
  try {
    return answerOf(await carryOut(cloud, call, bodyIsJson));
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(cloud, call.requestId, asFoundBy(cloud, call, error));

    console.error(error);
    return errorAnswer(cloud, call.requestId, gatewayError(500, "0705", "Internal error."));
  }
}

/** IAM may find out by itself what is wrong with credentials, where the gateway does it for every other service. */
function asFoundBy({ variants }: Cloud, { subject }: ApiCall, error: ApiError): ApiError {
  const isIams = error.source === "gateway" && error.status === 401 && subject.service === "iam";
  return isIams && variants.iamUnauthorized === "iam"
    ? iamError(401, "The request you have made requires authentication.")
    : error;
}

function carryOut(cloud: Cloud, call: ApiCall, bodyIsJson: boolean): Reply | Promise<Reply> {
  const { operation } = call.subject;
  if (isProjectOperation(operation)) {
    const projectCall = authorize(cloud, call);
    if (!bodyIsJson) throw gatewayError(400, "0201", "Bad request: the body is not JSON.");

    cloud.settleJobs(projectCall.project);
    return projectHandlers[operation](cloud, projectCall);
  }
  if (!bodyIsJson && call.subject.service === "iam") throw iamError(400, "The request body is invalid.");

  return handlers[operation](cloud, call);
}

function isProjectOperation(operation: Operation): operation is keyof typeof projectHandlers {
  return Object.hasOwn(projectHandlers, operation);
}

/** Verifies the credentials, and that they are good for the project in the path. */
function authorize(cloud: Cloud, call: ApiCall): ProjectCall {
  const caller = cloud.identity.authenticate(call.request, cloud.variants);
  const id = call.parameters.project_id ?? "";
  const project = cloud.projects.get(id);
  const projectHeader = call.request.headers["x-project-id"] ?? id;
  if (project?.domain !== caller.principal.domain || projectHeader !== id) throw noAccess(cloud, call.subject.service);

  if (caller.tokenProject !== undefined && caller.tokenProject !== id)
    throw gatewayError(401, "0307", "The token must be updated.");

  return { ...call, caller, project };
}

/** A service may hide what belongs to others, or not know such a project, instead of refusing it. */
function noAccess({ variants }: Cloud, service: Service): ApiError {
  if (variants.foreignProject === "invalid" && service === "cph")
    return cphError("CPS.0046", "The project_id is invalid.");

  if (variants.foreignProject === "missing") {
    return service === "cph"
      ? cphError("CPS.0159", "Server not found.")
      : kpsError(404, "KPS.4016", "The key pair is not exist.");
  }
  return service === "cph"
    ? cphError("CPS.0001", "No permission to request resources.")
    : kpsError(403, "KPS.9003", "No operation permission.");
}

function noSuchApi(): ApiError {
  return gatewayError(404, "0101", "The API does not exist or has not been published in the environment.");
}

async function delay(actions: readonly (CallAction | Throttled)[]): Promise<void> {
  for (const action of actions) if (action.type === "delay") await sleep(action.milliseconds);
}

/** The first fault that keeps the operation from being done, or its answer from being sent. */
function interruption(
  cloud: Cloud,
  call: ApiCall,
  actions: readonly (CallAction | Throttled)[],
  time: FaultTime,
): Delivery | undefined {
  for (const action of actions) {
    const when = "when" in action ? action.when : undefined;
    const delivery = (when ?? "before") === time ? deliveryOfFault(cloud, call, action) : undefined;
    if (delivery !== undefined) return delivery;
  }
  return undefined;
}

function deliveryOfFault(cloud: Cloud, call: ApiCall, action: CallAction | Throttled): Delivery | undefined {
  switch (action.type) {
    case "reset":
    case "hang":
      return { type: action.type };
    case "html":
      return htmlAnswer(action.status ?? 502);
    case "throttle":
      return throttledAnswer(cloud, call, action.retryAfter, 1);
    case "throttled":
      return throttledAnswer(cloud, call, undefined, action.secondsLeft);
    case "status":
      return statusAnswer(cloud, call, action);
    default:
      return undefined;
  }
}

function statusAnswer(cloud: Cloud, call: ApiCall, action: Extract<CallAction, { type: "status" }>): Answer {
  const { status, body, headers = {} } = action;
  const error = faultError(call.subject.service, action);
  const answer = body === undefined ? errorAnswer(cloud, call.requestId, error) : jsonAnswer({ status, body });
  return { ...answer, status, headers: { ...answer.headers, ...headers } };
}

/** The error for a code that a fault names: a gateway's code in the gateway's envelope, any other in the service's. */
function faultError(service: Service, action: Extract<CallAction, { type: "status" }>): ApiError {
  const { status, code = `APIGW.${gatewayCodes[status] ?? "0201"}`, message = "The operation failed." } = action;
  const gatewayCode = /^APIG\w?\.(.+)$/.exec(code)?.[1];
  return gatewayCode !== undefined
    ? gatewayError(status, gatewayCode, message)
    : new ApiError(service, status, code, message);
}

const gatewayCodes: Readonly<Record<number, string>> = { 401: "0301", 404: "0101", 429: "0308", 500: "0705" };

function throttledAnswer(cloud: Cloud, call: ApiCall, retryAfter: string | undefined, seconds: number): Answer {
  const { variants } = cloud;
  const wait = retryAfter ?? (variants.retryAfter === "present" ? String(seconds) : undefined);
  const error = gatewayError(429, "0308", "The throttling threshold has been reached: policy user over ratelimit.");
  const answer = {
    gateway: errorAnswer(cloud, call.requestId, error),
    empty: jsonAnswer({ status: 429 }),
    html: htmlAnswer(429),
  }[variants.throttleBody];
  return wait === undefined ? answer : { ...answer, headers: { ...answer.headers, "Retry-After": wait } };
}

/** Does to the answer of a finished operation what the faults say. */
function spoil(answer: Answer, actions: readonly (CallAction | Throttled)[]): Answer {
  let spoiled = answer;
  for (const action of actions) {
    if (action.type === "body")
      spoiled = { ...spoiled, ...jsonAnswer({ status: action.status ?? spoiled.status, body: action.body }) };
    else if (action.type === "truncate") spoiled = { ...spoiled, body: spoiled.body.slice(0, spoiled.body.length / 2) };
  }
  return spoiled;
}

function answerOf(reply: Reply): Answer {
  const { status, text, headers = {} } = reply;
  return text === undefined
    ? jsonAnswer(reply)
    : { type: "answer", status, headers: { "Content-Type": "text/plain", ...headers }, body: text };
}

/** An empty text is no JSON: it stands for an empty body. */
function jsonAnswer({ status, body, headers = {} }: Reply): Answer {
  return body === undefined || body === ""
    ? { type: "answer", status, headers, body: "" }
    : {
        type: "answer",
        status,
        headers: { "Content-Type": "application/json;charset=utf-8", ...headers },
        body: JSON.stringify(body),
      };
}

function errorAnswer(cloud: Cloud, requestId: string, error: ApiError): Answer {
  const body = errorBody(error, requestId, cloud.variants);
  const status = statusOf(error, cloud.variants);
  return { ...jsonAnswer({ status, body }), errorCode: spelledCode(error, cloud.variants) };
}

function htmlAnswer(status: number): Answer {
  const title = `${status} ${status === 502 ? "Bad Gateway" : "Error"}`;
  return {
    type: "answer",
    status,
    headers: { "Content-Type": "text/html" },
    body: `<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>`,
  };
}
