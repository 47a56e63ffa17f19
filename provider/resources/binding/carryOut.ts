import { isServerId } from "../../huawei/cph";
import { PartialFailure } from "../../contract";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import type { KnownBinding } from "../../fleet/knownBinding";
import type { Server } from "../../schema/types";
import { apply, type Applied } from "./apply";
import { failureReasons, UnknownServer, wayOutOfJobs } from "./failures";
import { observe, type Observed } from "./observe";
import { plan } from "./plan";
import { record } from "./record";
import type { ServerOutcome } from "./serverChange";
import { stateOf } from "./state";
import type { Transition } from "./transition";

/**
 * Brings the servers from what is known of them to what is wanted: binds those that lack the key pair, and gives those that leave back
 * what they had where that is the policy. Returns what is known then; throws where a server is not as it is to be.
 */
export async function carryOut(id: string, transition: Transition): Promise<KnownBinding> {
  const observed = await observe(transition);
  const planned = plan(transition, observed);
  const applied = await apply(transition, observed, planned);
  const known = record(transition, observed, planned, applied);
  await throwFailures(id, transition, observed, applied, known);
  return known;
}

/** Throws a partial failure where servers failed, or a plain error where nothing was done. */
async function throwFailures(
  id: string,
  transition: Transition,
  { servers }: Observed,
  { outcomes, failures, notRebound }: Applied,
  known: KnownBinding,
): Promise<void> {
  const all = new Map([...failures, ...notRebound]);
  if (all.size === 0) return;
  const shown = await shownBeside(transition, all);
  const reasons = failureReasons(all, { servers, outcomes, shown });
  if (transition.isDeletion) reasons.push(...wayOutOfJobs(all));
  // A job that was started may still do its work, and the state from before would no longer be true.
  const isAnythingDone = [...outcomes.values()].some(mayHaveTakenEffect);
  throw isAnythingDone ? new PartialFailure(id, stateOf(known), reasons) : new Error(reasons.join("\n"));
}

/** The servers that a list shows, to tell names that were given as ids. It is read for that where an unknown id has not an id's form. */
async function shownBeside(
  { context, fleet }: Transition,
  failures: ReadonlyMap<string, Error>,
): Promise<ReadonlyMap<string, Server>> {
  const isMistaken = [...failures].some(([id, error]) => error instanceof UnknownServer && !isServerId(id));
  if (isMistaken && fleet.servers.lastShown.size === 0) await fleet.servers.all(context).catch(() => undefined);
  return fleet.servers.lastShown;
}

/** Also where the answer was lost that would have named the job, and where the end of an earlier one was awaited in vain. */
function mayHaveTakenEffect({ jobId, error, mayTakeEffect }: ServerOutcome): boolean {
  return error === undefined || jobId !== undefined || mayTakeEffect === true || error instanceof UnfinishedJob;
}
