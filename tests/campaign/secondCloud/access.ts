/** Who may call: users, their access keys, and the tokens that they were given. */
import type { Account } from "./account";
import type { Conditions } from "./conditions";

const mostFailures = 5;
const lockTime = 5 * 60 * 1000;

/** Shuts after too many wrong credentials in a row, for a while. */
export class Lock {
  private failures = 0;
  private shutUntil = 0;

  isShut(now: number): boolean {
    return now < this.shutUntil;
  }

  note(isGood: boolean, now: number): void {
    this.failures = isGood ? 0 : this.failures + 1;
    if (this.failures >= mostFailures) this.shutUntil = now + lockTime;
  }
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly account: Account;
  /** When each of the user's tokens expires; milliseconds since 1970. */
  readonly tokens: Map<string, number>;
  /** For passwords. */
  readonly lock: Lock;
}

export interface AccessKey {
  readonly secretKey: string;
  /** Of a temporary key alone: comes with every call. */
  readonly securityToken?: string;
  readonly user: User;
  readonly lock: Lock;
}

export class Access {
  readonly users: User[] = [];
  /** By access key id. */
  readonly accessKeys = new Map<string, AccessKey>();

  constructor(readonly conditions: Conditions) {}

  addUser(user: Omit<User, "tokens" | "lock">): User {
    const added = { ...user, tokens: new Map<string, number>(), lock: new Lock() };
    this.users.push(added);
    return added;
  }

  addAccessKey(id: string, key: Omit<AccessKey, "lock">): void {
    this.accessKeys.set(id, { ...key, lock: new Lock() });
  }

  /** The user to whom a token was given, be it expired. */
  ownerOf(token: string): User | undefined {
    return this.users.find(({ tokens }) => tokens.has(token));
  }

  expire(token: string): void {
    this.ownerOf(token)?.tokens.set(token, 0);
  }
}
