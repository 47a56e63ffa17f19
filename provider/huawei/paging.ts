import { HuaweiCloudError, type CallName } from "./errors";

/** Far more than any account's lists have. */
const mostPages = 1000;

/** Throws where a list still goes on after so many pages: it would never end. */
export function requireEnd(operation: CallName, pagesRead: number): void {
  if (pagesRead >= mostPages) {
    throw new HuaweiCloudError({ operation, message: `the list goes on after ${mostPages} pages` });
  }
}
