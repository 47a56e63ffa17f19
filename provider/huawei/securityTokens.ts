import type { Operation } from "../operation/operation";
import type { CallName } from "./calls";
import type { Agency } from "./credentials";
import { HuaweiCloudError } from "./errors";
import type { HttpResponse } from "./http";
import { subjectTokenOf } from "./iam";
import { signCall, type AccessKey } from "./signer";
import { temporaryKeyOf, type TemporaryKey } from "./temporaryKey";
import type { Authorize, Transport } from "./transport";

/** IAM, as an operation reaches it. */
export interface Iam {
  transport: Transport;
  endpoint: string;
  operation: Operation;
}

/**
 * Takes an agency: an access key of the account that the agency belongs to.
 * Vendor's API: CreateTemporaryAccessKeyByAgency.
 */
export async function takeAgency(iam: Iam, agency: Agency, key: () => Promise<AccessKey>): Promise<TemporaryKey> {
  const name = "IAM CreateTemporaryAccessKeyByAgency";
  const { domain, duration, takersDomainId } = agency;
  const identity = {
    methods: ["assume_role"],
    assume_role: {
      agency_name: agency.name,
      ...("id" in domain ? { domain_id: domain.id } : { domain_name: domain.name }),
      ...(duration !== undefined && { duration_seconds: duration }),
    },
  };
  const headers: Record<string, string> = takersDomainId === undefined ? {} : { "X-Domain-Id": takersDomainId };
  const authorize: Authorize = async (call) => signCall(call, await key());
  try {
    return temporaryKeyOf(name, await post(iam, name, securityTokensPath, { auth: { identity } }, headers, authorize));
  } catch (error) {
    if (!(error instanceof HuaweiCloudError) || error.status !== 404) throw error;
    throw error.withHint("Check assumeRole: the account has no agency of that name, or there is no such account.");
  }
}

/**
 * Exchanges the id token of a pipeline for a token of IAM.
 * Vendor's API: CreateTokenWithIdToken.
 */
export async function createTokenWithIdToken(iam: Iam, idpId: string, idToken: string): Promise<string> {
  const name = "IAM CreateTokenWithIdToken";
  const body = { auth: { id_token: { id: idToken } } };
  return subjectTokenOf(name, await post(iam, name, "/v3.0/OS-AUTH/id-token/tokens", body, { "X-Idp-Id": idpId }));
}

/**
 * Exchanges a token of IAM for an access key.
 * Vendor's API: CreateTemporaryAccessKeyByToken.
 */
export async function createKeyByToken(iam: Iam, token: string): Promise<TemporaryKey> {
  const name = "IAM CreateTemporaryAccessKeyByToken";
  const identity = { methods: ["token"], token: { id: token, duration_seconds: secondsOfKeys } };
  const headers = { "X-Auth-Token": token };
  return temporaryKeyOf(name, await post(iam, name, securityTokensPath, { auth: { identity } }, headers));
}

const securityTokensPath = "/v3.0/OS-CREDENTIAL/securitytokens";

/** For how long access keys by token are asked for. */
const secondsOfKeys = 21_600;

function post(
  { transport, endpoint, operation }: Iam,
  name: CallName,
  path: string,
  body: object,
  headers: Record<string, string>,
  authorize: Authorize = (call) => Promise.resolve(call.headers),
): Promise<HttpResponse> {
  return transport.send(
    {
      service: "iam",
      operation: name,
      method: "POST",
      url: `${endpoint}${path}`,
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
      // A key or token more is one that nobody uses.
      idempotent: true,
    },
    operation,
    authorize,
  );
}
