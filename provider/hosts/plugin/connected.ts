import type { Context } from "../../contract";
import { requireAccount, type Account } from "../account";
import type { Session } from "./session";

/** The account that all calls work in. Throws where there is none. */
export function connected(session: Session): Account & Pick<Context, "log"> {
  return { ...requireAccount(session.account), log: session.logOf() };
}
