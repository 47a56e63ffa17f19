import type { ApiCall, Reply } from "./call";
import type { Cloud, Project } from "./cloud";
import { iamError } from "./errors";
import { domainId, userId, type User } from "./identity";
import { isObject, isText, type JsonObject } from "./json";

/** Signs a user in with a password: a token, for one project or for the account. */
export function createToken(cloud: Cloud, call: ApiCall): Reply {
  const auth = objectAt(call.body, "auth");
  const identity = objectAt(auth, "identity");
  if (!Array.isArray(identity.methods) || !identity.methods.includes("password")) {
    throw iamError(400, "The request body is invalid: methods must contain password.");
  }
  const credentials = objectAt(objectAt(identity, "password"), "user");
  if (!isText(credentials.password)) {
    throw iamError(400, "The request body is invalid: password is missing.");
  }
  const user = cloud.identity.checkPassword((candidate) => isUser(candidate, credentials), credentials.password);
  const project = projectOf(cloud, user, isObject(auth.scope) ? auth.scope : {});
  const token = cloud.identity.issueToken(user, project?.id);
  const domain = { id: domainId(user.domain), name: user.domain };
  return {
    status: 201,
    headers: { "X-Subject-Token": token.value },
    body: {
      token: {
        methods: ["password"],
        issued_at: formatTime(token.issuedAt),
        expires_at: formatTime(token.expiresAt),
        ...(project === undefined ? { domain } : { project: { id: project.id, name: project.name, domain } }),
        user: { id: userId(user), name: user.name, domain, password_expires_at: "" },
        roles: [],
        catalog: [],
      },
    },
  };
}

/** Lists the accounts that the caller can act in: its own. The vendor's SDKs ask it where they are not told the account's id. */
export function listDomains(cloud: Cloud, call: ApiCall): Reply {
  const { domain: name } = cloud.identity.authenticate(call.request, cloud.variants).user;
  const id = domainId(name);
  const domain = { id, name, description: "", enabled: true, links: { self: `/v3/domains/${id}` } };
  return { status: 200, body: { domains: [domain], links: { self: "/v3/auth/domains", next: null, previous: null } } };
}

/** Lists the projects of the caller's account. */
export function listProjects(cloud: Cloud, call: ApiCall): Reply {
  const { user } = cloud.identity.authenticate(call.request, cloud.variants);
  const name = call.request.query.get("name");
  const domain = domainId(user.domain);
  const projects = [...cloud.projects.values()]
    .filter((project) => project.domain === user.domain && (name === null || project.name === name))
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

function isUser(user: User, credentials: JsonObject): boolean {
  if (isText(credentials.id)) {
    return userId(user) === credentials.id;
  }
  return credentials.name === user.name && isDomain(user.domain, credentials.domain);
}

function isDomain(domain: string, wanted: unknown): boolean {
  return isObject(wanted) && (wanted.name === domain || wanted.id === domainId(domain));
}

/** The project that a token is asked for; undefined where it is asked for the whole account. */
function projectOf(cloud: Cloud, user: User, scope: JsonObject): Project | undefined {
  const { project } = scope;
  if (!isObject(project)) {
    return undefined;
  }
  const found = [...cloud.projects.values()].find(
    (candidate) =>
      candidate.domain === user.domain &&
      (isText(project.id) ? candidate.id === project.id : candidate.name === project.name),
  );
  if (found === undefined) {
    throw iamError(401, "The project does not exist or the user has no access to it.");
  }
  return found;
}

function objectAt(parent: unknown, name: string): JsonObject {
  const value = isObject(parent) ? parent[name] : undefined;
  if (!isObject(value)) {
    throw iamError(400, `The request body is invalid: ${name} is missing.`);
  }
  return value;
}

/** IAM writes times with microseconds: 2006-01-02T15:04:05.000000Z. */
function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
