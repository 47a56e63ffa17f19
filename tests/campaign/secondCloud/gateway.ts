/** From a request to the answer of its service: credentials, JSON, and the envelopes of errors. */
import type { Service } from "../../../simulator";
import { Account } from "./account";
import { Refusal, type Answer, type Call, type ErrorFields } from "./call";
import type { Contents } from "./contents";
import type { Habits } from "./habits";
import { authenticate, verifyPassword } from "./iam";
import type { Found } from "./routes";
import type { ReceivedRequest } from "./signature";

/** A request that has arrived. */
export interface Arrival {
  readonly requestId: string;
  readonly request: ReceivedRequest;
  /** Undefined where there is no such API. */
  readonly found: Found | undefined;
  readonly strikeServer: Call["strikeServer"];
}

/** Carries out an operation, or tells why not. */
export async function answerTo(contents: Contents, arrival: Arrival): Promise<Answer> {
  const { habits } = contents.conditions;
  const answer = await carryOut(contents, arrival).catch((error: unknown) => {
    if (error instanceof Refusal) return errorAnswer(habits, arrival, error);
    throw error;
  });
  return habits.unknownFields ? { ...answer, body: withUnknownFields(answer.body) } : answer;
}

async function carryOut(contents: Contents, { request, found, requestId, strikeServer }: Arrival): Promise<Answer> {
  if (found === undefined) throw new Refusal(404, "APIG.0101", "The API does not exist or has not been published");
  const { route, target } = found;
  const isSignIn = route.operation === "KeystoneCreateUserTokenByPassword";
  const { access } = contents;
  const user = isSignIn ? verifyPassword(access, parseBody(request)) : authenticate(access, request);
  const account = accountFor(contents, user.account, found);
  const query = new URLSearchParams(request.url.split("?")[1]);
  const body = parseBody(request);
  account.settle();
  return route.handle(account, { requestId, target, query, body, user, strikeServer });
}

/** The caller's account. In a project of another one there is nothing that a call may name. */
function accountFor({ conditions }: Contents, own: Account, { route, project, target }: Found): Account {
  if (project === undefined || project === own.projectId) return own;
  if (target === "" || conditions.habits.foreignProject === "refused") throw foreignProject(route.service);
  return new Account(own.domain, project, 0, conditions);
}

/** An error in the envelope of whoever its code belongs to. */
export function errorAnswer(
  habits: Habits,
  { found, requestId }: Pick<Arrival, "found" | "requestId">,
  { status, code, message }: ErrorFields,
): Answer {
  const error = { error_code: code.replace(/^APIG\w*/, habits.gateway), error_msg: message };
  if (code.startsWith("APIG"))
    return { status, body: { ...error, ...(habits.gatewayTellsRequestId && { request_id: requestId }) } };

  switch (found?.route.service) {
    case "iam":
      return { status, body: { error: { code, message, title: "Error" } } };
    case "cph":
      return { status, body: { request_id: requestId, ...error } };
    default:
      return { status, body: error };
  }
}

function foreignProject(service: Service): Refusal {
  return service === "cph"
    ? new Refusal(400, "CPS.0046", "The project ID is invalid.")
    : new Refusal(403, "KPS.9003", "没有操作权限");
}

function parseBody({ headers, body }: ReceivedRequest): unknown {
  if (body === "") return undefined;
  const isJson = /^application\/json\s*(;|$)/.test(headers["content-type"] ?? "");
  const value = isJson ? jsonOf(body) : undefined;
  if (value === undefined) throw new Refusal(400, "APIG.0106", "The body is no JSON, or does not say that it is");
  return value;
}

/** Undefined where a text is no JSON. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Fields that a client has never heard of, in every object. */
function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (typeof value !== "object" || value === null) return value;
  const known = Object.entries(value).map(([name, each]) => [name, withUnknownFields(each)] as const);
  return { reserved: { since: [2027] }, ...Object.fromEntries(known), extension: null };
}
