import { agencyPrincipal, type Agency } from "./agencies";
import type { ApiCall, Reply } from "./call";
import type { Cloud } from "./cloud";
import { iamError } from "./errors";
import { formatTime, invalidRequest, objectAt, textAt } from "./iamCall";
import { domainId, type Principal, type TemporaryKey } from "./identity";
import { isText, type JsonObject } from "./json";

const shortestLife = 900;
const longestLife = 86_400;

/** Has the caller assume an agency that trusts the caller's account: a temporary access key of the agency's account. */
export function createKeyByAgency(cloud: Cloud, call: ApiCall): Reply {
  const { principal } = cloud.identity.authenticate(call.request, cloud.variants);
  checkDomainHeader(call, principal);
  const identity = objectAt(objectAt(call.body, "auth"), "identity");
  if (!Array.isArray(identity.methods) || !identity.methods.includes("assume_role"))
    throw invalidRequest("methods must contain assume_role or token");

  const wanted = objectAt(identity, "assume_role");
  const seconds = secondsOf(wanted);
  const agency = findAgency(cloud, wanted);
  if (agency.trustedDomain !== principal.domain)
    throw iamError(403, "You are not authorized to perform the requested action.");

  return keyReply(cloud, agencyPrincipal(agency), seconds);
}

/** Gives the bearer of a token a temporary access key. */
export function createKeyByToken(cloud: Cloud, call: ApiCall): Reply {
  const { principal } = cloud.identity.authenticateByToken(call.request, cloud.variants);
  const wanted = objectAt(objectAt(objectAt(call.body, "auth"), "identity"), "token");
  const seconds = secondsOf(wanted);
  const { id } = wanted;
  if (id !== undefined && id !== call.request.headers["x-auth-token"])
    throw invalidRequest("id of token is another token than the one in X-Auth-Token");

  return keyReply(cloud, principal, seconds);
}

/** What is answered where a temporary access key is given out. */
export function credentialBody({ accessKey, secretKey, securityToken, expiresAt }: TemporaryKey): JsonObject {
  return {
    credential: {
      access: accessKey,
      secret: secretKey,
      securitytoken: securityToken,
      expires_at: formatTime(expiresAt),
    },
  };
}

function keyReply(cloud: Cloud, principal: Principal, seconds: number): Reply {
  const key = cloud.identity.issueTemporaryKey(principal, cloud.temporaryKeySeconds ?? seconds);
  return { status: 201, body: credentialBody(key) };
}

/** A caller may say which account it is of, but not name another. */
function checkDomainHeader({ request }: ApiCall, { domain }: Principal): void {
  const id = request.headers["x-domain-id"];
  if (id !== undefined && id !== domainId(domain)) throw iamError(403, "X-Domain-Id is not the caller's account.");
}

function secondsOf({ duration_seconds: seconds = shortestLife }: JsonObject): number {
  if (!Number.isInteger(seconds) || Number(seconds) < shortestLife || Number(seconds) > longestLife)
    throw invalidRequest(`duration_seconds must be a whole number from ${shortestLife} to ${longestLife}`);

  return Number(seconds);
}

function findAgency(cloud: Cloud, wanted: JsonObject): Agency {
  const name = textAt(wanted, "agency_name");
  const { domain_name: domainName, domain_id: id } = wanted;
  if (!isText(domainName) && !isText(id)) throw invalidRequest("domain_name and domain_id are missing");

  const found = cloud.agencies
    .ofName(name)
    .find(({ domain }) => (!isText(domainName) || domainName === domain) && (!isText(id) || id === domainId(domain)));
  if (found === undefined) throw iamError(404, `Could not find agency: ${name}.`);

  return found;
}
