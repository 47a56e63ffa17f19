import { grouped, mostTold } from "../../text/grouped";
import { enumerated } from "../../text/text";

/** The most that is told: reasons, and of each the key pairs and the requests. Of a large set each pair that failed is named. */
const most = { reasons: 20, names: 1_000, requests: 3 };

/** A pair that could not be brought to what is wanted. */
interface Failure {
  name: string;
  message: string;
}

/** One line for each reason. Reasons are the same where only the names of pairs and the requests differ. */
export function failureLines(failures: readonly Failure[]): string[] {
  const groups = grouped(failures, sharedReason);
  const { told, others } = mostTold(groups, most.reasons, (group) => codesIn(group).join());
  const lines = told.flatMap(([, [first, ...more]]) => (first === undefined ? [] : [lineOf(first, more)]));
  if (others.length === 0) return lines;
  const count = groups.size - told.length;
  const reasons = count === 1 ? "another reason" : `${count} other reasons`;
  const codes = codesIn(others);
  return [...lines, `${namesOf(others)}: failed for ${reasons}${codes.length > 0 ? ` (${codes.join(", ")})` : ""}.`];
}

/** The codes of Huawei Cloud that messages name. */
function codesIn(failures: readonly Failure[]): string[] {
  return [...new Set(failures.flatMap(({ message }) => message.match(/\b[A-Z]+\.\d{4}\b/g) ?? []))].sort();
}

function sharedReason({ name, message }: Failure): string {
  return message.replaceAll(JSON.stringify(name), "…").replace(requests, "…");
}

/** The message of the first, and the requests that support can look up for the others. */
function lineOf(first: Failure, more: readonly Failure[]): string {
  const own = requestsIn(first);
  const ids = [...new Set(more.flatMap((failure) => requestsIn(failure).slice(0, 1)))].filter(
    (id) => !own.includes(id),
  );
  const line = `${namesOf([first, ...more])}: ${first.message}`;
  if (ids.length === 0) return line;
  return `${line} The others: request${ids.length === 1 ? "" : "s"} ${enumerated(ids, most.requests, String)}.`;
}

/** Where messages name a request. */
const requests = /(?<=\brequest )[\w-]+(?=[,)])/g;

function requestsIn({ message }: Failure): string[] {
  return message.match(requests) ?? [];
}

function namesOf(failures: readonly Failure[]): string {
  return enumerated(failures, most.names, ({ name }) => `"${name}"`);
}
