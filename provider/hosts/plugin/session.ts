import type { Declared } from "../../fleet/claims";
import type { ConfigurationError } from "../../huawei/settings/settingValues";
import type { Logger } from "../../operation/operation";
import type { Account } from "../account";
import { Operations } from "../operations";
import type { EngineLog } from "./engineLog";
import { resourceNameOf } from "./urn";

const silent: Logger = { status: () => undefined, info: () => undefined, warn: () => undefined };

/** What a plugin knows between calls. The engine starts a process for each provider, and may configure it anew for each phase. */
export class Session {
  /** Absent until the engine says where it listens. */
  engine?: EngineLog;
  operations = new Operations();
  /** In which all calls work, or why there is none. */
  account?: Account | ConfigurationError;
  private declarations = new Map<string, Declared>();

  /** Begins anew: what was stopped, or known of a program, is over. */
  configure(account: Account | ConfigurationError): void {
    this.operations = new Operations();
    this.declarations = new Map();
    this.account = account;
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
