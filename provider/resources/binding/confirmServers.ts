import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../huawei/errors";
import type { Operation } from "../../operation/operation";
import type { Server } from "../../schema/types";
import type { BindingOutcome, WantedServer } from "./outcome";
import type { Fleet } from "../../fleet/fleet";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import { lookAtServers } from "../../fleet/servers";
import type { SharedLooks } from "../../fleet/sharedLooks";

/** Pauses before servers that do not show the key pair yet are looked at again, in milliseconds. */
const pauses = [500, 1_000, 2_000, 4_000];

/**
 * What the servers show decides. A job that ended well is not believed until the server shows the key pair; lists may lag behind. What
 * cannot be confirmed gets an error in its outcome. A job whose end nobody saw is taken for done where the server shows the key pair.
 */
export async function confirmServers(
  fleet: Fleet,
  operation: Operation,
  wanted: readonly WantedServer[],
  outcomes: Map<string, BindingOutcome>,
): Promise<void> {
  await Promise.all([
    confirmSettled(fleet.servers, operation, wanted, outcomes),
    takeForDone(fleet, operation, wanted, outcomes),
  ]);
}

async function takeForDone(
  fleet: Fleet,
  operation: Operation,
  wanted: readonly WantedServer[],
  outcomes: Map<string, BindingOutcome>,
): Promise<void> {
  const unseen = wanted.filter(({ serverId, keypairName, carried }) => {
    const { error, unsent } = outcomes.get(serverId) ?? {};
    // Under the same name the server would show no difference, and the end of an earlier change tells nothing of this one.
    return error instanceof UnfinishedJob && !unsent && !error.isRunning && carried !== keypairName;
  });
  const serverIds = unseen.map(({ serverId }) => serverId);
  // Without an answer the error stands.
  const seen = await lookAtServers(fleet.servers, serverIds, operation).catch(() => new Map<string, Server>());
  for (const { serverId, keypairName } of unseen) {
    if (seen.get(serverId)?.keypairName !== keypairName) continue;
    const { jobId, error } = outcomes.get(serverId) ?? {};
    outcomes.set(serverId, { jobId });
    if (error instanceof UnfinishedJob) fleet.changes.end(serverId, { requestId: error.requestId, jobId, keypairName });
  }
}

async function confirmSettled(
  servers: SharedLooks<Server>,
  operation: Operation,
  wanted: readonly WantedServer[],
  outcomes: Map<string, BindingOutcome>,
): Promise<void> {
  const settled = wanted.filter(({ serverId }) => {
    const { error, unsent } = outcomes.get(serverId) ?? {};
    return error === undefined && !unsent;
  });
  let doubtful = settled.map((server) => ({ server, doubt: "" }));
  for (const pause of [...pauses, undefined]) {
    const doubts = await doubtsAbout(
      servers,
      operation,
      doubtful.map(({ server }) => server),
      outcomes,
    );
    // What the end of the operation cut off says less than the look before.
    if (!operation.signal.aborted || doubtful.every(({ doubt }) => doubt === "")) doubtful = doubts;
    if (doubtful.length === 0 || pause === undefined || operation.signal.aborted) break;
    await sleep(pause, undefined, { signal: operation.signal }).catch(() => undefined);
    for (const { server } of doubtful) servers.forget(server.serverId);
  }
  for (const { server, doubt } of doubtful) {
    const { jobId, jobUnknown } = outcomes.get(server.serverId) ?? {};
    const job = jobUnknown ? "the service does not know the job, and" : "the job succeeded, but";
    outcomes.set(server.serverId, { jobId, error: new Error(`${job} ${doubt} (job ${jobId ?? "unnamed"})`) });
  }
}

async function doubtsAbout(
  servers: SharedLooks<Server>,
  operation: Operation,
  wanted: readonly WantedServer[],
  outcomes: Map<string, BindingOutcome>,
): Promise<{ server: WantedServer; doubt: string }[]> {
  try {
    const serverIds = wanted.map(({ serverId }) => serverId);
    const seen = await lookAtServers(servers, serverIds, operation);
    return wanted.flatMap((server) => {
      const { serverId, keypairName, carried } = server;
      const live = seen.get(serverId);
      if (live === undefined) return [{ server, doubt: "the server no longer exists" }];
      if (live.keypairName !== keypairName) {
        return [{ server, doubt: `the server carries key pair "${live.keypairName}" instead of "${keypairName}"` }];
      }
      // Under the same name the server would show no difference.
      const shows = carried !== keypairName || !outcomes.get(serverId)?.jobUnknown;
      return shows ? [] : [{ server, doubt: "whether the server carries the new key cannot be seen" }];
    });
  } catch (error) {
    const doubt = `whether the server carries the key pair is not known: ${messageOf(error)}`;
    return wanted.map((server) => ({ server, doubt }));
  }
}
