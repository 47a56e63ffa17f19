import type { Context } from "../../contract";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import type { PendingJob } from "../../fleet/serverChanges";
import { withDeadline } from "../../operation/deadline";
import { rebindOvertaken, takenFor } from "./overtakenServers";
import type { ServerOutcome } from "./serverChange";
import type { CloudPhoneKeypairBindingState } from "./state";

/** How long an update waits for jobs of servers that leave, in milliseconds: longer than a job may be unknown before it counts as over. */
const timeToSeeEnds = 30_000;

/** The part of a destroy's time that is kept for binding again what was overtaken, in milliseconds at most. */
const timeToRebind = 15_000;

/** Servers with an unseen job for which something could not be done: their jobs stay noted. */
export interface Unsettled {
  /** By server: why the end of its job was not seen. */
  unseen: Map<string, Error>;
  /** By server: why it could not get the key pair again that another binding gave it. */
  notRebound: Map<string, Error>;
}

/**
 * Waits a while for jobs of servers that leave and that nothing is sent to. Where such a job ended after a change that another binding
 * made, that change is made again.
 */
export function waitForJobsOf(context: Context, region: string, serverIds: readonly string[]): Promise<Unsettled> {
  return settle(context, region, serverIds, Math.min(timeToSeeEnds, leftOf(context) / 2));
}

/** The same for servers of a binding that is deleted, as long as it takes, where another binding has given them another key pair. */
export function waitForOvertaking(context: Context, region: string, serverIds: readonly string[]): Promise<Unsettled> {
  const { changes } = context.fleets.in(region);
  const overtakable = serverIds.filter((serverId) => {
    const taken = takenFor(context, region, serverId);
    return taken !== undefined && changes.pendingOf(serverId).some(({ keypairName }) => keypairName !== taken);
  });
  const left = leftOf(context);
  return settle(context, region, overtakable, left - Math.min(timeToRebind, left / 5));
}

function leftOf({ deadline }: Context): number {
  return Math.max(0, deadline - Date.now());
}

async function settle(
  context: Context,
  region: string,
  serverIds: readonly string[],
  milliseconds: number,
): Promise<Unsettled> {
  const { changes } = context.fleets.in(region);
  const pending = new Map(serverIds.map((serverId) => [serverId, changes.pendingOf(serverId)]));
  const unseen = new Map<string, Error>();
  await withDeadline(milliseconds, context.signal, async (signal, deadline) => {
    const waiting = { signal, deadline, log: context.log };
    await Promise.all(
      [...pending].map(([serverId, jobs]) =>
        changes
          .exclusively(serverId, waiting, () => changes.waitForEnd(serverId, jobs, waiting))
          .catch((error: unknown) => unseen.set(serverId, error as Error)),
      ),
    );
  });
  const ended = serverIds.filter(
    (serverId) => !unseen.has(serverId) && pending.get(serverId)?.some(({ requestId }) => requestId !== undefined),
  );
  const notRebound = await rebindOvertaken(context, region, ended);
  // Whoever comes next waits for them and looks again.
  for (const serverId of notRebound.keys()) {
    for (const job of pending.get(serverId) ?? []) changes.note(serverId, job);
  }
  return { unseen, notRebound };
}

/** A job whose end nobody saw, with its server. */
export type ServerJob = { serverId: string } & PendingJob;

/** The jobs of a server, of those noted, that are this binding's: others are the concern of the binding that began them. */
export function unseenJobsOf(
  noted: readonly PendingJob[],
  serverId: string,
  { __pending = [] }: CloudPhoneKeypairBindingState,
  outcome: ServerOutcome | undefined,
): ServerJob[] {
  const begun = outcome?.error instanceof UnfinishedJob ? outcome.error.requestId : undefined;
  const isOwn = ({ requestId }: PendingJob) =>
    (begun !== undefined && requestId === begun) ||
    __pending.some((job) => job.serverId === serverId && job.requestId === requestId);
  return noted.filter(isOwn).map((job) => ({ serverId, ...job }));
}
