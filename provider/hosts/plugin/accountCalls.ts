import { configurationCalls } from "./configurationCalls";
import { functionCalls } from "./functionCalls";
import { resourceCalls } from "./resourceCalls";
import type { Session } from "./session";

/** What the engine asks of an account: its settings, resources and functions. */
export function accountCalls(session: Session) {
  return { ...configurationCalls(session), ...resourceCalls(session), ...functionCalls(session) };
}
