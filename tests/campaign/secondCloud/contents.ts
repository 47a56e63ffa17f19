/** All that the second cloud holds: accounts, which have nothing in common, and who may call. */
import { Access } from "./access";
import { Account, newId } from "./account";
import type { Conditions } from "./conditions";
import { credentials, region } from "./iam";

export class Contents {
  readonly access: Access;
  readonly accounts: Account[] = [];

  /** There is one account from the start, with one user and one access key. */
  constructor(
    readonly conditions: Conditions,
    private readonly servers: number,
  ) {
    this.access = new Access(conditions);
    const { domain, user: name, userId, password, accessKey, secretKey } = credentials;
    const account = this.addAccount(domain, newId());
    const user = this.access.addUser({ id: userId, name, password, account });
    this.access.addAccessKey(accessKey, { secretKey, user });
  }

  addAccount(domain: string, projectId: string): Account {
    const account = new Account(domain, projectId, this.servers, this.conditions);
    this.accounts.push(account);
    return account;
  }

  /** The account whose project it is; the region's name stands for the project of the first. */
  accountOf(project: string): Account {
    return required(this.accounts.find(({ projectId }) => project === region || projectId === project));
  }
}

/** Throws where what a test wants to change is not there. */
export function required<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("There is no such thing in the cloud.");
  return found;
}
