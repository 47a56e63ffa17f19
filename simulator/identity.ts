import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "./clock";
import { gatewayError, iamError } from "./errors";
import { algorithm, isSignedWith, parseAuthorization, type SignedRequest } from "./signature";
import type { Variants } from "./variants";

/** Who acts: a user, or an agency that somebody has assumed. */
export interface Principal {
  readonly name: string;
  /** The account's name. */
  readonly domain: string;
}

/** Somebody who can sign in with a password, and to whom access keys belong. */
export interface User extends Principal {
  readonly password: string;
}

/** A pair of an access key and a secret key. */
export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
  /** The name of the user to whom it belongs. */
  readonly user: string;
  /** Present for temporary credentials, which must send it in `X-Security-Token`. */
  readonly securityToken?: string;
}

/** An access key that a service gives out, and that ends. */
export interface TemporaryKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Who sent a call, as its credentials prove. */
export interface Caller {
  readonly principal: Principal;
  /** Where the call carried a token: the one project that it is for, or null where it is for the whole account. */
  readonly tokenProject?: string | null;
}

/** An access key of either kind, as it is kept. */
interface KnownKey extends Omit<AccessKey, "user"> {
  readonly owner: () => Principal | undefined;
  expiresAt: number;
}

interface Token {
  readonly value: string;
  readonly principal: Principal;
  readonly project: string | undefined;
  expiresAt: number;
}

/** Wrong attempts in a row, by access key or user. */
interface Failures {
  count: number;
  lockedUntil: number;
}

const minute = 60_000;
const clockSkew = 15 * minute;
const tokenLifetime = 24 * 60 * minute;
const failuresBeforeLock = 5;
const accessKeyLock = 5 * minute;
const userLock = 15 * minute;

/** Users, access keys and tokens: verifies the credentials of every call. */
export class Identity {
  private readonly users = new Map<string, User>();
  private readonly accessKeys = new Map<string, KnownKey>();
  private readonly tokens = new Map<string, Token>();
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly clock: Clock) {}

  /** Forgets everybody and everything. */
  clear(): void {
    for (const everything of [this.users, this.accessKeys, this.tokens, this.failures]) everything.clear();
  }

  /** Adds a user, or changes the one of that name. */
  addUser(user: User): void {
    this.users.set(user.name, user);
  }

  /** Adds an access key to a user that exists. */
  addAccessKey(key: AccessKey): void {
    if (!this.users.has(key.user)) throw new Error(`There is no user "${key.user}".`);

    this.accessKeys.set(key.accessKey, { ...key, owner: () => this.users.get(key.user), expiresAt: Infinity });
    this.failures.delete(key.accessKey);
  }

  /** Gives out a temporary access key. */
  issueTemporaryKey(principal: Principal, seconds: number): TemporaryKey {
    const key = {
      accessKey: randomBytes(10).toString("hex").toUpperCase(),
      secretKey: randomBytes(30).toString("base64url"),
      securityToken: randomBytes(192).toString("base64"),
      expiresAt: this.clock.now() + seconds * 1000,
    };
    this.accessKeys.set(key.accessKey, { ...key, owner: () => principal });
    return key;
  }

  /** Tells whether a temporary access key can be used for so many seconds from now. */
  isGoodFor(seconds: number, { accessKey }: TemporaryKey): boolean {
    return (this.accessKeys.get(accessKey)?.expiresAt ?? 0) > this.clock.now() + seconds * 1000;
  }

  /** Ends every temporary access key: all that have a security token. */
  expireTemporaryKeys(): void {
    for (const { accessKey } of this.accessKeys.values()) this.expireTemporaryKey(accessKey);
  }

  /** Ends one access key, if it is a temporary one. */
  expireTemporaryKey(accessKey: string): void {
    const key = this.accessKeys.get(accessKey);
    if (key?.securityToken !== undefined) key.expiresAt = this.clock.now();
  }

  /** Takes an access key away; tells whether it was there. */
  revokeAccessKey(accessKey: string): boolean {
    return this.accessKeys.delete(accessKey);
  }

  /** Makes every token given out so far an expired one. */
  expireTokens(): void {
    for (const token of this.tokens.values()) token.expiresAt = this.clock.now();
  }

  /** Makes one token an expired one. */
  expireToken(value: string): void {
    const token = this.tokens.get(value);
    if (token !== undefined) token.expiresAt = this.clock.now();
  }

  /** The user of a name, if there is one. */
  userOfName(name: string): User | undefined {
    return this.users.get(name);
  }

  /** The user of an id, if there is one. */
  userOfId(id: string): User | undefined {
    return [...this.users.values()].find((user) => userId(user) === id);
  }

  /** Checks a password; wrong ones in a row lock the user. */
  checkPassword(find: (user: User) => boolean, password: string): User {
    const user = [...this.users.values()].find(find);
    if (user === undefined) throw wrongPassword();

    const account = `user ${user.name}`;
    if (this.isLocked(account)) throw iamError(401, "The account is locked.");

    if (user.password !== password) {
      this.countFailure(account, userLock);
      throw wrongPassword();
    }
    this.failures.delete(account);
    return user;
  }

  /** Gives out a token, for one project or for none. */
  issueToken(
    principal: Principal,
    project: string | undefined,
  ): { value: string; issuedAt: number; expiresAt: number } {
    const issuedAt = this.clock.now();
    const value = randomBytes(96).toString("base64");
    const token = { value, principal, project, expiresAt: issuedAt + tokenLifetime };
    this.tokens.set(token.value, token);
    return { value: token.value, issuedAt, expiresAt: token.expiresAt };
  }

  /** Verifies a call's signature or token. Throws the gateway's error where neither proves anything. */
  authenticate(request: SignedRequest, variants: Variants): Caller {
    const authorization = request.headers.authorization ?? "";
    return authorization.startsWith(algorithm)
      ? this.verifySignature(request, authorization, variants)
      : this.authenticateByToken(request, variants);
  }

  /** Verifies a call's token, whatever else it carries. */
  authenticateByToken({ headers }: SignedRequest, variants: Variants): Caller {
    const token = headers["x-auth-token"];
    if (token !== undefined && token !== "") return this.verifyToken(token, variants);

    throw unauthenticated("x-auth-token not found");
  }

  private verifyToken(value: string, variants: Variants): Caller {
    const token = this.tokens.get(value);
    if (token === undefined) throw unauthenticated("decrypt token fail");

    if (token.expiresAt <= this.clock.now()) throw expired(variants);

    return { principal: token.principal, tokenProject: token.project ?? null };
  }

  private verifySignature(request: SignedRequest, header: string, variants: Variants): Caller {
    const authorization = parseAuthorization(header);
    if (authorization === undefined) throw unauthenticated("Authorization header is malformed");

    const key = this.accessKeys.get(authorization.accessKey);
    const principal = key?.owner();
    if (key === undefined || principal === undefined)
      throw unauthenticated(`Get secretKey failed,ak:${authorization.accessKey},err:ak not exist`);

    if (this.isLocked(key.accessKey)) throw unauthenticated("AK access failed to reach the limit,forbidden.");

    const date = parseSdkDate(request.headers["x-sdk-date"] ?? "");
    if (date === undefined || Math.abs(date - this.clock.now()) > clockSkew)
      throw unauthenticated("X-Sdk-Date is missing, malformed or too far from the current time");

    if (!isSignedWith(request, authorization, key.secretKey)) {
      this.countFailure(key.accessKey, accessKeyLock);
      throw unauthenticated("verify aksk signature fail");
    }
    if (key.securityToken !== request.headers["x-security-token"]) throw unauthenticated("verify security token fail");

    this.failures.delete(key.accessKey);
    if (key.expiresAt <= this.clock.now()) throw expired(variants);

    return { principal };
  }

  private isLocked(account: string): boolean {
    return (this.failures.get(account)?.lockedUntil ?? 0) > this.clock.now();
  }

  private countFailure(account: string, lock: number): void {
    const failures = this.failures.get(account) ?? { count: 0, lockedUntil: 0 };
    failures.count++;
    if (failures.count >= failuresBeforeLock) {
      failures.count = 0;
      failures.lockedUntil = this.clock.now() + lock;
    }
    this.failures.set(account, failures);
  }
}

/** The id of a user or an agency: the same at every start. */
export function userId({ domain, name }: Principal): string {
  return stableId("user", domain, name);
}

/** The id of an account, from its name. */
export function domainId(domain: string): string {
  return stableId("domain", domain);
}

/** Thirty-two hexadecimal digits that are always the same for the same parts. */
export function stableId(...parts: readonly string[]): string {
  return createHash("md5").update(parts.join("/")).digest("hex");
}

function unauthenticated(reason: string): Error {
  return gatewayError(401, "0301", `Incorrect IAM authentication information: ${reason}`);
}

/** Credentials that were good once. */
function expired(variants: Variants): Error {
  return gatewayError(401, variants.expiredToken, "The token must be updated.");
}

function wrongPassword(): Error {
  return iamError(401, "The username or password is wrong.");
}

/** `20060102T150405Z` as milliseconds since 1970. */
function parseSdkDate(text: string): number | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const time = iso === text ? NaN : Date.parse(iso);
  return Number.isNaN(time) ? undefined : time;
}
