import { enumerated } from "../../text/text";
import { byReason, failedForOthers, idsOfOthers, requestIdsOf, sharedReason, type Failure } from "../failureGroups";

/** The most key pairs of one reason that are told: of a large set each that failed is named. */
const mostNames = 1_000;

/** The most pairs with which nothing was begun that are told: the next update does the rest in any case. */
const mostNotBegun = 3;

/** A pair that could not be brought to what is wanted. */
interface FailedPair extends Failure {
  name: string;
}

/** A pair with which nothing was begun any more. */
export class NotBegun extends Error {
  constructor(why = "as the operation had to stop") {
    super(`nothing was done, ${why}.`);
  }
}

/** One line for each reason. Reasons are the same where only the names of pairs and the requests differ. */
export function failureLines(failures: readonly FailedPair[]): string[] {
  const { told, others, otherReasons } = byReason(failures, (failure) =>
    sharedReason(failure, withoutName(failure), requestIdsOf(failure)),
  );
  const lines = told.flatMap(([first, ...more]) => (first === undefined ? [] : [lineOf(first, more)]));
  if (others.length === 0) return lines;
  return [...lines, `${namesTold(others)}: ${failedForOthers(others, otherReasons)}.`];
}

/** The message of the first, as it holds for all, and the requests that support can look up for the others. */
function lineOf(first: FailedPair, more: readonly FailedPair[]): string {
  const own = requestIdsOf(first);
  const requests = more.flatMap((failure) => requestIdsOf(failure).slice(0, 1)).filter((id) => !own.includes(id));
  const message = more.length === 0 ? first.error.message : withoutName(first);
  const line = `${namesTold([first, ...more])}: ${message}`;
  const others = idsOfOthers({ request: requests });
  return others === undefined ? line : `${line} ${others}`;
}

function withoutName({ name, error }: FailedPair): string {
  return error.message.replaceAll(`"${name}"`, '"…"').replaceAll(`'${name}'`, "'…'");
}

function namesTold(failures: readonly FailedPair[]): string {
  const most = failures.every(({ error }) => error instanceof NotBegun) ? mostNotBegun : mostNames;
  return enumerated(failures, most, ({ name }) => `"${name}"`);
}
