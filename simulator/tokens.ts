import type { ApiCall, Reply } from "./call";
import type { Cloud, Project } from "./cloud";
import { iamError } from "./errors";
import { formatTime, invalidRequest, isDomain, objectAt, textAt } from "./iamCall";
import { domainId, userId, type User } from "./identity";
import { isObject, isText, type JsonObject } from "./json";

/** Signs a user in with a password: a token, for one project or for the account. */
export function createTokenByPassword(cloud: Cloud, call: ApiCall): Reply {
  const auth = objectAt(call.body, "auth");
  const identity = objectAt(auth, "identity");
  if (!Array.isArray(identity.methods) || !identity.methods.includes("password"))
    throw invalidRequest("methods must contain password");

  const credentials = objectAt(objectAt(identity, "password"), "user");
  const password = textAt(credentials, "password");
  const user = cloud.identity.checkPassword((candidate) => isUser(candidate, credentials), password);
  return issue(cloud, user, auth.scope, "password");
}

/** Signs in with the id token of an identity provider: a token, for one project or for the account. */
export function createTokenByIdToken(cloud: Cloud, call: ApiCall): Reply {
  const provider = call.request.headers["x-idp-id"] ?? "";
  if (provider === "") throw iamError(400, "The request header X-Idp-Id is missing.");

  const auth = objectAt(call.body, "auth");
  const user = userOfIdToken(cloud, provider, textAt(objectAt(auth, "id_token"), "id"));
  return issue(cloud, user, auth.scope, "mapped");
}

/** Signs in with the id token of an identity provider as some of the vendor's SDKs do: a token for the account. */
export function createUnscopedTokenByIdToken(cloud: Cloud, { parameters, request }: ApiCall): Reply {
  const [, idToken = ""] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
  return issue(cloud, userOfIdToken(cloud, parameters.idp_id ?? "", idToken), undefined, "mapped");
}

function userOfIdToken(cloud: Cloud, provider: string, idToken: string): User {
  const proof = cloud.identityProviders.verify(provider, idToken);
  switch (proof) {
    case "unknown provider":
      throw iamError(404, `Could not find identity provider: ${provider}.`);
    case "unknown token":
      throw iamError(401, "The id token is not one of the identity provider.");
    case "expired":
      throw iamError(401, "The id token has expired.");
  }
  const user = cloud.identity.userOfName(proof.user);
  if (user === undefined) throw iamError(401, "The id token stands for nobody.");

  return user;
}

function issue(cloud: Cloud, user: User, scope: unknown, method: "password" | "mapped"): Reply {
  const project = projectOf(cloud, user, isObject(scope) ? scope : {});
  const token = cloud.identity.issueToken(user, project?.id);
  const domain = { id: domainId(user.domain), name: user.domain };
  return {
    status: 201,
    headers: { "X-Subject-Token": token.value },
    body: {
      token: {
        methods: [method],
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

function isUser(user: User, credentials: JsonObject): boolean {
  if (isText(credentials.id)) return userId(user) === credentials.id;

  return credentials.name === user.name && isDomain(user.domain, credentials.domain);
}

/** The project that a token is asked for; undefined where it is asked for the whole account. */
function projectOf(cloud: Cloud, user: User, scope: JsonObject): Project | undefined {
  const { project } = scope;
  if (!isObject(project)) return undefined;

  const found = [...cloud.projects.values()].find(
    (candidate) =>
      candidate.domain === user.domain &&
      (isText(project.id) ? candidate.id === project.id : candidate.name === project.name),
  );
  if (found === undefined) throw iamError(401, "The project does not exist or the user has no access to it.");

  return found;
}
