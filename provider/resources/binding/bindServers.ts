import { withDeadline } from "../../operation/deadline";
import type { Logger, Operation } from "../../operation/operation";
import type { Fleet } from "../../fleet/fleet";
import type { InputAdvice } from "../inputAdvice";
import { changeServer, type Changing } from "./changeServer";
import { confirmServers } from "./confirmServers";
import { MissingKeypairs } from "./missingKeypairs";
import { Progress } from "./progress";
import { Rounds } from "./rounds";
import type { ServerChange, ServerOutcome } from "./serverChange";

/** The part of the time that is kept for confirming, in milliseconds at most. */
const timeToConfirm = 15_000;

/** What the changes of an operation's servers work with. */
export interface BindingWork extends Operation {
  readonly fleet: Fleet;
  /** Where it is told how far they are. */
  readonly ownLog: Logger;
  /** Whether another binding of the program wants the server by now, so that it gets nothing back. */
  readonly isClaimed: (serverId: string) => boolean;
  /** What to do with the inputs where the service refuses a server. */
  readonly advice: InputAdvice;
}

/**
 * Gives each server its key pair: waits for servers that are not ready and for the jobs, then checks that every server carries what
 * was asked for. Servers fail one by one; nothing is thrown.
 */
export async function bindServers(
  work: BindingWork,
  changes: readonly ServerChange[],
): Promise<ReadonlyMap<string, ServerOutcome>> {
  const { fleet, ownLog } = work;
  const progress = new Progress(ownLog, changes);
  const outcomes = new Map<string, ServerOutcome>();
  await withDeadline(timeToWait(work), work.signal, async (signal, deadline) => {
    const waiting = { signal, deadline, log: work.log };
    const changing: Changing = {
      ...work,
      ...waiting,
      rounds: new Rounds(waiting, changes.length, ownLog),
      missingKeypairs: new MissingKeypairs(fleet, waiting),
    };
    await Promise.all(
      changes.map(async (change) => {
        const outcome = await fleet.servers.whileChanging(change.serverId, () => changeServer(changing, change));
        outcomes.set(change.serverId, outcome);
        if (outcome.error === undefined) progress.add(change);
      }),
    );
  });
  const confirmed = await confirmServers(fleet, work, changes, outcomes);
  progress.end(new Set(changes.filter(({ serverId }) => confirmed.get(serverId)?.error === undefined)));
  return confirmed;
}

/** Waiting ends a little before the deadline: what settled by then can still be confirmed and recorded. */
function timeToWait({ deadline }: Operation): number {
  const left = deadline - Date.now();
  return Math.max(0, left - Math.min(timeToConfirm, left / 5));
}
