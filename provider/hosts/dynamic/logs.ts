import type { Logger } from "../../operation/operation";
import { redactSecrets } from "../../text/redaction";

function print(message: string): void {
  console.log(redactSecrets(message));
}

/** The engine shows what this process prints at the stack. */
export const accountLog: Logger = {
  status: print,
  info: print,
  warn: (message) => {
    console.error(`warning: ${redactSecrets(message)}`);
  },
};

/** Nothing but its name tells which resource a message is about. */
export function logOf(logicalName: string | undefined): Logger {
  const prefix = logicalName === undefined ? "" : `${logicalName}: `;
  return {
    status: (message) => {
      accountLog.status(`${prefix}${message}`);
    },
    info: (message) => {
      accountLog.info(`${prefix}${message}`);
    },
    warn: (message) => {
      accountLog.warn(`${prefix}${message}`);
    },
  };
}
