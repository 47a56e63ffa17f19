import type { Service } from "./errors";
import { isObject } from "./json";
import { findRoute, type PathParameters, type Route } from "./routes";

/** The operations played, named as in the vendor's SDKs where those have them: service, method and path of each. */
export const operations = {
  CreateKeypair: { service: "kps", method: "POST", path: "/v3/{project_id}/keypairs" },
  ListKeypairs: { service: "kps", method: "GET", path: "/v3/{project_id}/keypairs" },
  BatchImportKeypair: { service: "kps", method: "POST", path: "/v3/{project_id}/keypairs/batch-import" },
  ImportPrivateKey: { service: "kps", method: "POST", path: "/v3/{project_id}/keypairs/private-key/import" },
  ExportPrivateKey: { service: "kps", method: "POST", path: "/v3/{project_id}/keypairs/private-key/export" },
  ClearPrivateKey: { service: "kps", method: "DELETE", path: "/v3/{project_id}/keypairs/{keypair_name}/private-key" },
  ListKeypairDetail: { service: "kps", method: "GET", path: "/v3/{project_id}/keypairs/{keypair_name}" },
  UpdateKeypairDescription: { service: "kps", method: "PUT", path: "/v3/{project_id}/keypairs/{keypair_name}" },
  DeleteKeypair: { service: "kps", method: "DELETE", path: "/v3/{project_id}/keypairs/{keypair_name}" },
  UpdateKeypair: { service: "cph", method: "PUT", path: "/v1/{project_id}/cloud-phone/servers/open-access" },
  ListCloudPhoneServers: { service: "cph", method: "GET", path: "/v1/{project_id}/cloud-phone/servers" },
  ShowCloudPhoneServerDetail: {
    service: "cph",
    method: "GET",
    path: "/v1/{project_id}/cloud-phone/servers/{server_id}",
  },
  ListJobs: { service: "cph", method: "GET", path: "/v1/{project_id}/cloud-phone/jobs" },
  ShowJob: { service: "cph", method: "GET", path: "/v1/{project_id}/cloud-phone/jobs/{job_id}" },
  KeystoneCreateUserTokenByPassword: { service: "iam", method: "POST", path: "/v3/auth/tokens" },
  KeystoneListAuthDomains: { service: "iam", method: "GET", path: "/v3/auth/domains" },
  KeystoneListProjects: { service: "iam", method: "GET", path: "/v3/projects" },
  CreateUnscopedTokenWithIdToken: {
    service: "iam",
    method: "POST",
    path: "/v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/auth",
  },
  CreateTokenWithIdToken: { service: "iam", method: "POST", path: "/v3.0/OS-AUTH/id-token/tokens" },
  CreateTemporaryAccessKeyByAgency: { service: "iam", method: "POST", path: "/v3.0/OS-CREDENTIAL/securitytokens" },
  CreateTemporaryAccessKeyByToken: { service: "iam", method: "POST", path: "/v3.0/OS-CREDENTIAL/securitytokens" },
  ShowSecurityKey: { service: "metadata", method: "GET", path: "/openstack/latest/securitykey" },
  CreateMetadataToken: { service: "metadata", method: "PUT", path: "/meta-data/latest/api/token" },
} as const satisfies Record<string, Route & { service: Service }>;

/** The name of an operation. */
export type Operation = keyof typeof operations;

/** An operation found for a request, and the parts of its path that vary. */
export interface Match {
  readonly operation: Operation;
  readonly parameters: PathParameters;
}

const routes = Object.entries(operations).map(([name, route]) => ({ ...route, operation: name as Operation }));

/** Finds the operation that a method and a path stand for; of the two that share both, the body tells which. */
export function matchOperation(method: string, segments: readonly string[], body: unknown): Match | undefined {
  const found = findRoute(routes, method, segments);
  if (found === undefined) return undefined;

  const { operation } = found.route;
  const isByToken = operation === "CreateTemporaryAccessKeyByAgency" && authenticationMethods(body).includes("token");
  return { operation: isByToken ? "CreateTemporaryAccessKeyByToken" : operation, parameters: found.parameters };
}

/** The ways of authentication that the body of a call to IAM names; none where it is not such a body. */
function authenticationMethods(body: unknown): readonly unknown[] {
  const auth = isObject(body) ? body.auth : undefined;
  const identity = isObject(auth) ? auth.identity : undefined;
  const methods = isObject(identity) ? identity.methods : undefined;
  return Array.isArray(methods) ? methods : [];
}
