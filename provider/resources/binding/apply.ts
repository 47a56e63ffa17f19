import type { ServerBinding } from "../../schema/types";
import { means } from "../../huawei/errors";
import { bindServers } from "./bindServers";
import { showsGiven } from "./knownServers";
import type { Observed } from "./observe";
import { waitForJobs } from "./overtaking";
import type { Plan } from "./plan";
import { logKept, warnNotRestored } from "./reports";
import type { ServerOutcome } from "./serverChange";
import { bindingWork, type Transition } from "./transition";

/** What became of the plan. */
export interface Applied {
  /** Of every change. */
  readonly outcomes: ReadonlyMap<string, ServerOutcome>;
  /** Why servers are not as they are to be. */
  readonly failures: ReadonlyMap<string, Error>;
  /** Why servers that another binding took could not get its key pair again. */
  readonly notRebound: ReadonlyMap<string, Error>;
}

/** The third phase: changes servers, and waits a while for jobs of those that leave as they are. */
export async function apply(transition: Transition, observed: Observed, plan: Plan): Promise<Applied> {
  const unchanged = plan.farewells.flatMap(({ server, change }) => (change === undefined ? [server.serverId] : []));
  const [outcomes, notRebound] = await Promise.all([
    bindServers(bindingWork(transition), plan.changes),
    transition.isDeletion ? new Map<string, Error>() : waitForJobs(transition, unchanged),
  ]);
  const failures = new Map(plan.failures);
  const unrestorable: string[] = [];
  for (const { serverId, purpose } of plan.changes) {
    const error = outcomes.get(serverId)?.error;
    const isRestored = purpose.type === "restore";
    // Again, here and below: other bindings may have begun meanwhile.
    if (error === undefined || (isRestored && transition.isClaimed(serverId))) continue;
    if (isRestored && means(error, "unknownKeypair")) unrestorable.push(serverId);
    else failures.set(serverId, error);
  }
  warnNotRestored(transition.context.ownLog, unrestorable, observed.servers, "the earlier one no longer exists");
  if (!transition.restores) tellWhatIsKept(transition);
  return { outcomes, failures, notRebound };
}

/** Tells which key pairs servers that leave keep. What becomes of those that another binding claims is that one's to tell. */
function tellWhatIsKept({ context, leaving, isClaimed }: Transition): void {
  const keeping = leaving.filter((server) => showsGiven(server) && !isClaimed(server.serverId));
  logKept(
    context.ownLog,
    keeping.flatMap(({ lastSeen }): ServerBinding[] => (lastSeen === undefined ? [] : [lastSeen])),
  );
}
