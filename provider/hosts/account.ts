import type { Context } from "../contract";
import { Fleets } from "../fleet/fleet";
import { HuaweiCloud } from "../huawei/huaweiCloud";
import { resolveSettings } from "../huawei/settings/settings";
import { ConfigurationError } from "../huawei/settings/settingValues";

/** What operations with the same settings share. */
export type Account = Pick<Context, "cloud" | "fleets">;

/** The package's configuration, as a host is given it. */
export interface Configuration {
  /** By name; numbers, booleans and nested values may be texts. */
  values: Readonly<Record<string, unknown>>;
  /** Whether the program gave a provider credentials of its own, which may be another account's than those of the environment. */
  hasOwnCredentials: boolean;
}

/** The accounts of one run, one for each set of settings. Who lives longer than a run has each begin with none. */
export class Accounts {
  private readonly known = new Map<string, Account>();

  /** The account, or why the configuration gives none. */
  of({ values, hasOwnCredentials }: Configuration): Account | ConfigurationError {
    try {
      const settings = resolveSettings(values, process.env, hasOwnCredentials);
      const key = JSON.stringify(settings);
      const account = this.known.get(key) ?? accountOf(new HuaweiCloud(settings));
      this.known.set(key, account);
      return account;
    } catch (error) {
      if (error instanceof ConfigurationError) return error;
      throw error;
    }
  }
}

function accountOf(cloud: HuaweiCloud): Account {
  return { cloud, fleets: new Fleets(cloud) };
}

/** Throws where there is no account: what is wrong with the configuration, or that none ever came. */
export function requireAccount(account: Account | ConfigurationError | undefined): Account {
  if (account === undefined || account instanceof ConfigurationError)
    throw account ?? new Error("The provider is not configured.");

  return account;
}

/** What is wrong with the configuration of a program, also where what is stored can do without it. */
export function problemsOf(account: Account | ConfigurationError | undefined): string[] {
  const problem = account instanceof ConfigurationError ? account.message : account?.cloud.settings.unusable;
  return problem === undefined ? [] : [problem];
}
