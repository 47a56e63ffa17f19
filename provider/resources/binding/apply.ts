import { readServers } from "../../fleet/servers";
import type { Server, ServerBinding } from "../../schema/types";
import { means } from "../../huawei/errors/errors";
import { bindServers } from "./bindServers";
import { isGiven, showsGiven } from "./knownServers";
import type { Observed } from "./observe";
import { waitForJobs } from "./overtaking";
import { tellOfObstacles, type Farewell, type Plan } from "./plan";
import { logKept, tellKeysUnseen, warnNotRestored } from "./reports";
import { isDone, isOfSameName, type ServerOutcome } from "./serverChange";
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
  const { changes } = transition.fleet;
  const awaited = plan.farewells.filter(({ server }) => changes.pendingOf(server.serverId).length > 0);
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
  const unseen = plan.changes.filter((change) => isOfSameName(change) && isDone(outcomes.get(change.serverId)));
  tellKeysUnseen(transition.context.ownLog, unseen.length);
  warnNotRestored(transition.context.ownLog, unrestorable, observed.servers, "the earlier one no longer exists");
  if (!transition.restores) tellWhatIsKept(transition);
  await tellOfLateObstacles(transition, awaited);
  return { outcomes, failures, notRebound };
}

/** Tells of servers that nothing can be given back to, and whose jobs were seen to end meanwhile, which gave them our key pair. */
async function tellOfLateObstacles(transition: Transition, awaited: readonly Farewell[]): Promise<void> {
  const { context, fleet, isClaimed } = transition;
  const ended = awaited.filter(({ server: { serverId }, obstacle }) => {
    return obstacle !== undefined && fleet.changes.pendingOf(serverId).length === 0 && !isClaimed(serverId);
  });
  for (const { server } of ended) fleet.servers.forget(server.serverId);
  const serverIds = ended.map(({ server }) => server.serverId);
  // A warning is not worth a failure.
  const seen = await readServers(fleet.servers, serverIds, context).catch(() => new Map<string, Server>());
  const keeping = ended.filter(({ server }) => isGiven(server, seen.get(server.serverId)?.keypairName));
  tellOfObstacles(transition, seen, keeping);
}

/** Tells which key pairs servers that leave keep. What becomes of those that another binding claims is that one's to tell. */
function tellWhatIsKept({ context, leaving, isClaimed }: Transition): void {
  const keeping = leaving.filter((server) => showsGiven(server) && !isClaimed(server.serverId));
  logKept(
    context.ownLog,
    keeping.flatMap(({ lastSeen }): ServerBinding[] => (lastSeen === undefined ? [] : [lastSeen])),
  );
}
