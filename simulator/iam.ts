import type { ApiCall, Handler, OperationOf, Reply } from "./call";
import type { Cloud } from "./cloud";
import { domainId } from "./identity";
import { createKeyByAgency, createKeyByToken } from "./temporaryKeys";
import { createTokenByIdToken, createTokenByPassword, createUnscopedTokenByIdToken } from "./tokens";

/** Identity and Access Management, v3. */
export const iamHandlers: Record<OperationOf<"iam">, Handler> = {
  KeystoneCreateUserTokenByPassword: createTokenByPassword,
  KeystoneListAuthDomains: listDomains,
  KeystoneListProjects: listProjects,
  CreateUnscopedTokenWithIdToken: createUnscopedTokenByIdToken,
  CreateTokenWithIdToken: createTokenByIdToken,
  CreateTemporaryAccessKeyByAgency: createKeyByAgency,
  CreateTemporaryAccessKeyByToken: createKeyByToken,
};

/** Lists the accounts that the caller can act in: its own. The vendor's SDKs ask it where they are not told the account's id. */
function listDomains(cloud: Cloud, call: ApiCall): Reply {
  const { domain: name } = cloud.identity.authenticate(call.request, cloud.variants).principal;
  const id = domainId(name);
  const domain = { id, name, description: "", enabled: true, links: { self: `/v3/domains/${id}` } };
  return { status: 200, body: { domains: [domain], links: { self: "/v3/auth/domains", next: null, previous: null } } };
}

/** Lists the projects of the caller's account. */
function listProjects(cloud: Cloud, call: ApiCall): Reply {
  const { principal } = cloud.identity.authenticate(call.request, cloud.variants);
  const name = call.request.query.get("name");
  const domain = domainId(principal.domain);
  const projects = [...cloud.projects.values()]
    .filter((project) => project.domain === principal.domain && (name === null || project.name === name))
    .map((project) => ({
      id: project.id,
      name: project.name,
      domain_id: domain,
      parent_id: domain,
      is_domain: false,
      description: "",
      enabled: true,
      links: { self: `/v3/projects/${project.id}` },
    }));
  return { status: 200, body: { projects, links: { self: "/v3/projects", next: null, previous: null } } };
}
