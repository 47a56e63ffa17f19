/** IAM: its operations, and what the gateway checks of the credentials of every call. */
import { randomBytes } from "node:crypto";
import { newId, type Account } from "./account";
import { field, Refusal, type Answer, type Call } from "./call";
import { isSameSignature, parseAuthorization, signatureOf, type ReceivedRequest } from "./signature";

/** The account's one user and access key. */
export const credentials = {
  accessKey: "SECONDCLOUDACCESSKEY",
  secretKey: "secret-key-of-the-second-cloud-opens-nothing",
  domain: "second-cloud",
  user: "operator",
  userId: newId(),
  password: "password-of-the-second-cloud",
};

const region = "cn-north-4";
const domainId = newId();
const tokenLife = 24 * 3600 * 1000;
const clockSkew = 15 * 60 * 1000;

export function createToken(account: Account, { body }: Call): Answer {
  const auth = field(body, "auth");
  const identity = field(auth, "identity");
  const user = field(field(identity, "password"), "user");
  if (String(field(identity, "methods")) !== "password" || typeof field(user, "password") !== "string") {
    throw new Refusal(400, "IAM.0011", "The request body is invalid.");
  }
  if (account.access.isLocked(account.now())) throw new Refusal(401, "IAM.0001", "The user is locked.");
  const isGood = isUser(user) && field(user, "password") === credentials.password;
  account.access.note(isGood, account.now());
  if (!isGood) throw new Refusal(401, "IAM.0001", "The username or password is wrong.");
  const project = field(field(auth, "scope"), "project");
  if (field(project, "name") !== region && field(project, "id") !== account.projectId) {
    throw new Refusal(404, "IAM.0004", "Could not find the project.");
  }
  const token = randomBytes(300).toString("base64");
  account.access.tokens.set(token, account.now() + tokenLife);
  return {
    status: 201,
    headers: { "X-Subject-Token": token },
    body: {
      token: {
        issued_at: inMicroseconds(account.now()),
        expires_at: inMicroseconds(account.now() + tokenLife),
        methods: ["password"],
        project: { id: account.projectId, name: region, domain: { id: domainId, name: credentials.domain } },
        user: { id: credentials.userId, name: credentials.user },
      },
    },
  };
}

export function listProjects(account: Account, { query }: Call): Answer {
  const projects = [{ id: account.projectId, name: region, domain_id: domainId, enabled: true }];
  return { status: 200, body: { projects: projects.filter(({ name }) => name === (query.get("name") ?? name)) } };
}

/** Throws the gateway's error unless a token or a signature proves who calls. */
export function authenticate(account: Account, request: ReceivedRequest): void {
  const token = request.headers["x-auth-token"];
  if (token === undefined) verifySignature(account, request);
  else verifyToken(account, token);
}

function verifyToken(account: Account, token: string): void {
  const expires = account.access.tokens.get(token);
  if (expires === undefined) throw denied("0301");
  if (expires <= account.now()) throw denied(account.habits.expiredToken, "The token must be updated");
}

function verifySignature(account: Account, request: ReceivedRequest): void {
  const { authorization: header = "", "x-sdk-date": date = "" } = request.headers;
  if (account.access.isLocked(account.now())) throw denied("0301", "The access key is locked");
  const authorization = parseAuthorization(header);
  const isGood =
    authorization?.accessKey === credentials.accessKey &&
    Math.abs(timeOf(date) - account.now()) < clockSkew &&
    authorization.signedHeaders.includes("x-sdk-date") &&
    isSameSignature(authorization.signature, signatureOf(request, authorization.signedHeaders, credentials.secretKey));
  account.access.note(isGood, account.now());
  if (!isGood) throw denied("0301");
}

function denied(code: string, message = "Incorrect IAM authentication information"): Refusal {
  return new Refusal(401, `APIG.${code}`, message);
}

function isUser(user: unknown): boolean {
  const { domain, user: name, userId } = credentials;
  const ownDomain = field(user, "domain");
  const isInDomain = field(ownDomain, "name") === domain || field(ownDomain, "id") === domainId;
  return field(user, "id") === userId || (field(user, "name") === name && isInDomain);
}

/** Of `20060102T150405Z`; NaN where it has another form. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5"));
}

function inMicroseconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
