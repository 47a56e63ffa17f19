import type { Context } from "../../contract";
import type { Declared } from "../../fleet/claims";
import { ConfigurationError } from "../../huawei/settings/settingValues";
import type { Logger } from "../../operation/operation";
import { Accounts, problemsOf, requireAccount, type Account, type Configuration } from "../account";
import { Operations } from "../operations";
import type { EngineLog } from "./engineLog";
import { resourceNameOf } from "./urn";

const silent: Logger = { status: () => undefined, info: () => undefined, warn: () => undefined };

/** What a plugin knows between calls. The engine starts a process for each provider, and may configure it anew for each phase. */
export class Session {
  /** Absent until the engine says where it listens. */
  engine?: EngineLog;
  operations = new Operations();
  private account?: Account | ConfigurationError;
  private declarations = new Map<string, Declared>();

  /** Begins anew: what was stopped, or known of a program, is over. */
  configure(configuration: Configuration): void {
    this.operations = new Operations();
    this.declarations = new Map();
    this.account = new Accounts().of(configuration);
  }

  /** Why a program can do nothing in this configuration, if that is so. */
  get problems(): string[] {
    return problemsOf(this.account);
  }

  /** The account that all calls work in. Throws where there is none. */
  connected(): Account & Pick<Context, "log"> {
    return { ...requireAccount(this.account), log: this.logOf() };
  }

  /** Tells of a resource; without a URN, of what all share. */
  logOf(urn?: string): Logger {
    return this.engine?.logOf(urn) ?? silent;
  }

  /** Notes that the program declares a resource. The same object for the same one: the engine has a replacement checked twice. */
  declare(urn: string): Declared {
    const declared = this.declarations.get(urn) ?? { logicalName: resourceNameOf(urn).logicalName };
    this.declarations.set(urn, declared);
    return declared;
  }

  /** The resource, where the program declares it. */
  declared(urn: string): Declared | undefined {
    return this.declarations.get(urn);
  }

  /** The engine is gone: see {@link Operations.orphan}. */
  orphan(): Promise<void> {
    return this.operations.orphan();
  }
}
