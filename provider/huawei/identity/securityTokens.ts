import type { Operation } from "../../operation/operation";
import type { CallName } from "../errors/calls";
import { keepSecrets } from "../../text/redaction";
import { Answer } from "../answers";
import type { Agency, IamUser } from "../settings/credentials";
import { HuaweiCloudError } from "../errors/errors";
import type { HttpRequest, HttpResponse } from "../sending/http";
import { signCall, type AccessKey } from "../sending/signer";
import { temporaryKeyOf, type TemporaryKey } from "./temporaryKey";
import { asItIs, type Authorize, type Transport } from "../sending/transport";

/** IAM, as an operation reaches it. */
export interface Iam {
  transport: Transport;
  endpoint: string;
  operation: Operation;
}

/** A token for one project. */
export interface ProjectToken {
  token: string;
  projectId: string;
  /** How long the token is valid from its issue, in milliseconds. */
  lifetime: number;
}

/**
 * Signs a user in: IAM `POST /v3/auth/tokens`. Throws {@link HuaweiCloudError}; one of status 401 must not be tried again,
 * because repeated wrong passwords lock the user.
 * Vendor's API: KeystoneCreateUserTokenByPassword.
 */
export async function createProjectToken(
  iam: Iam,
  user: IamUser,
  password: string,
  project: { id: string } | { name: string },
): Promise<ProjectToken> {
  const exchange: Exchange = {
    name: "IAM KeystoneCreateUserTokenByPassword",
    path: "/v3/auth/tokens?nocatalog=true",
    headers: {},
    auth: { identity: { methods: ["password"], password: { user: { ...user, password } } }, scope: { project } },
  };
  const response = await send(iam, exchange);
  const token = subjectTokenOf(exchange.name, response);
  const details = Answer.of(exchange.name, response.body).object("token");
  const issued = Date.parse(details.descriptiveTime("issued_at") ?? new Date().toISOString());
  const expires = details.descriptiveTime("expires_at");
  return {
    token,
    projectId: details.object("project").id("id"),
    lifetime: expires === undefined ? shortestLifetime : Date.parse(expires) - issued,
  };
}

/**
 * Takes an agency: an access key of the account that the agency belongs to.
 * Vendor's API: CreateTemporaryAccessKeyByAgency.
 */
export async function takeAgency(iam: Iam, agency: Agency, key: () => Promise<AccessKey>): Promise<TemporaryKey> {
  const { domain, duration, takersDomainId } = agency;
  const identity = {
    methods: ["assume_role"],
    assume_role: {
      agency_name: agency.name,
      ...("id" in domain ? { domain_id: domain.id } : { domain_name: domain.name }),
      ...(duration !== undefined && { duration_seconds: duration }),
    },
  };
  const exchange: Exchange = {
    name: "IAM CreateTemporaryAccessKeyByAgency",
    path: securityTokensPath,
    headers: takersDomainId === undefined ? {} : { "X-Domain-Id": takersDomainId },
    auth: { identity },
    authorize: async (call) => signCall(call, await key()),
    whereMissing: "Check assumeRole: the account has no agency of that name, or there is no such account.",
  };
  return temporaryKeyOf(exchange.name, await send(iam, exchange));
}

/**
 * Exchanges the id token of a pipeline for a token of IAM.
 * Vendor's API: CreateTokenWithIdToken.
 */
export async function createTokenWithIdToken(iam: Iam, idpId: string, idToken: string): Promise<string> {
  const exchange: Exchange = {
    name: "IAM CreateTokenWithIdToken",
    path: "/v3.0/OS-AUTH/id-token/tokens",
    headers: { "X-Idp-Id": idpId },
    auth: { id_token: { id: idToken } },
    whereMissing: "Check idpId: the account has no identity provider of that name.",
  };
  return subjectTokenOf(exchange.name, await send(iam, exchange));
}

/**
 * Exchanges a token of IAM for an access key.
 * Vendor's API: CreateTemporaryAccessKeyByToken.
 */
export async function createKeyByToken(iam: Iam, token: string): Promise<TemporaryKey> {
  const exchange: Exchange = {
    name: "IAM CreateTemporaryAccessKeyByToken",
    path: securityTokensPath,
    headers: { "X-Auth-Token": token },
    auth: { identity: { methods: ["token"], token: { id: token, duration_seconds: secondsOfKeys } } },
  };
  return temporaryKeyOf(exchange.name, await send(iam, exchange));
}

/** The token that an answer of IAM carries. */
function subjectTokenOf(operation: CallName, { headers }: HttpResponse): string {
  const token = headers["x-subject-token"];
  if (typeof token !== "string" || token === "")
    throw new HuaweiCloudError({ operation, message: "the answer carries no X-Subject-Token header" });

  keepSecrets([token]);
  return token;
}

/** Of a token that does not say when it expires, in milliseconds; the service's are valid for a day. */
const shortestLifetime = 3_600_000;

const securityTokensPath = "/v3.0/OS-CREDENTIAL/securitytokens";

/** For how long access keys by token are asked for. */
const secondsOfKeys = 21_600;

/** One proof of who calls is exchanged for another. */
interface Exchange {
  name: CallName;
  path: string;
  headers: Record<string, string>;
  /** What the body says. */
  auth: object;
  /** Adds the proof where the headers do not hold it. */
  authorize?: Authorize;
  /** What to do where IAM does not know what the call names. */
  whereMissing?: string;
}

async function send({ transport, endpoint, operation }: Iam, exchange: Exchange): Promise<HttpResponse> {
  const { name, path, headers, auth, authorize = asItIs, whereMissing } = exchange;
  const request: HttpRequest = {
    service: "iam",
    operation: name,
    method: "POST",
    url: `${endpoint}${path}`,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify({ auth }),
    // A key or token more is one that nobody uses.
    idempotent: true,
  };
  try {
    return await transport.send(request, operation, authorize);
  } catch (error) {
    // What it is authorised with may have to be got first, and fail as well.
    const isMissing = error instanceof HuaweiCloudError && error.operation === name && error.status === 404;
    throw isMissing && whereMissing !== undefined ? error.withHint(whereMissing) : error;
  }
}
