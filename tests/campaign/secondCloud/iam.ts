/** IAM: its operations, and what proves who calls. */
import { randomBytes } from "node:crypto";
import type { Access, User } from "./access";
import { newId, type Account } from "./account";
import { field, Refusal, type Answer, type Call } from "./call";
import { isSameSignature, parseAuthorization, signatureOf, type ReceivedRequest } from "./signature";

/** Of the account that is there from the start: its one user and access key. */
export const credentials = {
  accessKey: "SECONDCLOUDACCESSKEY",
  secretKey: "secret-key-of-the-second-cloud-opens-nothing",
  domain: "second-cloud",
  user: "operator",
  userId: newId(),
  password: "password-of-the-second-cloud",
};

/** The one region, whose name its projects have. */
export const region = "cn-north-4";

const tokenLife = 24 * 3600 * 1000;
const clockSkew = 15 * 60 * 1000;

/** The user whose password a request to sign in has. */
export function verifyPassword({ users, conditions }: Access, body: unknown): User {
  const identity = field(field(body, "auth"), "identity");
  const given = field(field(identity, "password"), "user");
  const password = field(given, "password");
  if (String(field(identity, "methods")) !== "password" || typeof password !== "string")
    throw new Refusal(400, "IAM.0011", "The request body is invalid.");

  const user = users.find((each) => isUser(each, given));
  if (user?.lock.isShut(conditions.now())) throw new Refusal(401, "IAM.0001", "The user is locked.");
  user?.lock.note(user.password === password, conditions.now());
  if (user?.password !== password) throw new Refusal(401, "IAM.0001", "The username or password is wrong.");
  return user;
}

export function createToken(account: Account, { body, user }: Call): Answer {
  const project = field(field(field(body, "auth"), "scope"), "project");
  if (field(project, "name") !== region && field(project, "id") !== account.projectId)
    throw new Refusal(404, "IAM.0004", "Could not find the project.");

  const token = randomBytes(300).toString("base64");
  user.tokens.set(token, account.now() + tokenLife);
  return {
    status: 201,
    headers: { "X-Subject-Token": token },
    body: {
      token: {
        issued_at: inMicroseconds(account.now()),
        expires_at: inMicroseconds(account.now() + tokenLife),
        methods: ["password"],
        project: { id: account.projectId, name: region, domain: { id: account.domainId, name: account.domain } },
        user: { id: user.id, name: user.name },
      },
    },
  };
}

/** Those of the caller's account alone. */
export function listProjects(account: Account, { query }: Call): Answer {
  const projects = [{ id: account.projectId, name: region, domain_id: account.domainId, enabled: true }];
  return { status: 200, body: { projects: projects.filter(({ name }) => name === (query.get("name") ?? name)) } };
}

/** The user of whom a token or a signature proves that they call. Throws the gateway's error where neither does. */
export function authenticate(access: Access, request: ReceivedRequest): User {
  const token = request.headers["x-auth-token"];
  return token === undefined ? verifySignature(access, request) : verifyToken(access, token);
}

function verifyToken(access: Access, token: string): User {
  const owner = access.ownerOf(token);
  if (owner === undefined) throw denied("0301");
  const expires = owner.tokens.get(token) ?? 0;
  if (expires <= access.conditions.now())
    throw denied(access.conditions.habits.expiredToken, "The token must be updated");
  return owner;
}

function verifySignature({ accessKeys, conditions }: Access, request: ReceivedRequest): User {
  const { authorization: header = "", "x-sdk-date": date = "", "x-security-token": securityToken } = request.headers;
  const authorization = parseAuthorization(header);
  const key = authorization && accessKeys.get(authorization.accessKey);
  if (authorization === undefined || key === undefined) throw denied("0301");
  const now = conditions.now();
  if (key.lock.isShut(now)) throw denied("0301", "The access key is locked");
  const { signedHeaders, signature } = authorization;
  const isGood =
    Math.abs(timeOf(date) - now) < clockSkew &&
    signedHeaders.includes("x-sdk-date") &&
    isSameSignature(signature, signatureOf(request, signedHeaders, key.secretKey));
  key.lock.note(isGood, now);
  if (!isGood || securityToken !== key.securityToken) throw denied("0301");
  return key.user;
}

function denied(code: string, message = "Incorrect IAM authentication information"): Refusal {
  return new Refusal(401, `APIG.${code}`, message);
}

function isUser({ id, name, account }: User, given: unknown): boolean {
  const domain = field(given, "domain");
  const isInDomain = field(domain, "name") === account.domain || field(domain, "id") === account.domainId;
  return field(given, "id") === id || (field(given, "name") === name && isInDomain);
}

/** Of `20060102T150405Z`; NaN where it has another form. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5"));
}

function inMicroseconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
