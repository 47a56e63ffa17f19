import { HuaweiCloudError } from "../huawei/errors/errors";
import { grouped, mostTold } from "../text/grouped";
import { enumerated } from "../text/text";

/** How messages about many failures put them together: by their reason, with its codes and requests. */

/** The most reasons that are told, and requests or jobs of one reason. */
const most = { reasons: 20, ids: 3 };

/** What failed, and why. */
export interface Failure {
  error: Error;
}

/**
 * Failures by what they have in common, in their order; of very many reasons the most frequent, and of each code one. The others come
 * with how many reasons they have.
 */
export function byReason<T extends Failure>(failures: readonly T[], reasonOf: (failure: T) => string) {
  const groups = grouped(failures, reasonOf);
  const { told, others } = mostTold(groups, most.reasons, (group) => codesOf(group).join());
  return { told: told.map(([, group]) => group), others, otherReasons: groups.size - told.length };
}

/** The requests that the service refused, and so led to the error. */
export function requestIdsOf({ error }: Failure): string[] {
  return refusalsIn(error).flatMap(({ requestId }) => requestId ?? []);
}

/** What is the same for failures with the same reason: codes, and the message but for ids. */
export function sharedReason(failure: Failure, message: string, ownIds: readonly string[]): string {
  const words = /[\w-]+/g;
  const ids = new Set(ownIds.flatMap((id) => id.match(words) ?? []));
  const codes = refusalsIn(failure.error).map(({ code }) => code);
  return JSON.stringify([codes, message.replace(words, (word) => (ids.has(word) ? "…" : word))]);
}

/** That others failed as well, for so many reasons, with their codes. */
export function failedForOthers(failures: readonly Failure[], reasonCount: number): string {
  const codes = codesOf(failures);
  const reasons = reasonCount === 1 ? "another reason" : `${reasonCount} other reasons`;
  return `failed for ${reasons}${codes.length > 0 ? ` (${codes.join(", ")})` : ""}`;
}

/** A sentence with the ids, by what they are of, that support can look up for the others; undefined where there are none. */
export function idsOfOthers(ids: Readonly<Record<string, readonly string[]>>): string | undefined {
  const told = Object.entries(ids).flatMap(([what, all]) => {
    const distinct = [...new Set(all)];
    if (distinct.length === 0) return [];
    return [`${what}${distinct.length === 1 ? "" : "s"} ${enumerated(distinct, most.ids, String)}`];
  });
  return told.length === 0 ? undefined : `The others: ${told.join("; ")}.`;
}

/** What the service refused, and led to the error. */
function refusalsIn(error: unknown): HuaweiCloudError[] {
  if (!(error instanceof Error)) return [];
  return [...(error instanceof HuaweiCloudError ? [error] : []), ...refusalsIn(error.cause)];
}

function codesOf(failures: readonly Failure[]): string[] {
  return [...new Set(failures.flatMap(({ error }) => refusalsIn(error).flatMap(({ code }) => code ?? [])))].sort();
}
