import { messageOf } from "../../huawei/errors/errors";
import { Backoff } from "../../operation/backoff";
import type { Operation } from "../../operation/operation";
import type { Server } from "../../schema/types";
import type { Fleet } from "../../fleet/fleet";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import { readServers } from "../../fleet/servers";
import type { ListCache } from "../../fleet/listCache";
import { isDone, isOfSameName, type ServerChange, type ServerOutcome } from "./serverChange";

/** How often servers that do not show the key pair yet are looked at. */
const mostLooks = 5;

/** Pauses between these, in milliseconds. Nothing is left to chance: a view of servers is to be let lag behind for a certain time. */
const pauses = { first: 500, longest: 4_000, certainPart: 1 };

type Outcomes = ReadonlyMap<string, ServerOutcome>;

/** A server that does not show the key pair. */
interface Doubt {
  change: ServerChange;
  /** Empty before it was looked at. */
  reason: string;
}

/**
 * The outcomes as the servers bear them out. A job that ended well is not believed until the server shows the key pair; lists may lag
 * behind. What cannot be confirmed gets an error. A job whose end nobody saw is taken for done where the server shows the key pair.
 */
export async function confirmServers(
  fleet: Fleet,
  operation: Operation,
  changes: readonly ServerChange[],
  outcomes: Outcomes,
): Promise<Outcomes> {
  const [doubted, done] = await Promise.all([
    doubtsAboutSettled(fleet.servers, operation, changes, outcomes),
    doneUnseen(fleet, operation, changes, outcomes),
  ]);
  return new Map([...outcomes, ...doubted, ...done]);
}

/** Servers whose job was not seen to end, and that show its key pair: the job is over. */
async function doneUnseen(
  fleet: Fleet,
  operation: Operation,
  changes: readonly ServerChange[],
  outcomes: Outcomes,
): Promise<Outcomes> {
  const unseen = changes.flatMap((change) => {
    const { serverId, keypairName } = change;
    const { jobId, error, unsent } = outcomes.get(serverId) ?? {};
    // Where it would show no difference, the end of an earlier change tells nothing of this one.
    const isTold = error instanceof UnfinishedJob && !unsent && !error.isRunning && !isOfSameName(change);
    return isTold ? [{ serverId, jobId, keypairName, requestId: error.requestId }] : [];
  });
  const serverIds = unseen.map(({ serverId }) => serverId);
  // Without an answer the error stands.
  const seen = await readServers(fleet.servers, serverIds, operation).catch(() => new Map<string, Server>());
  const done = unseen.filter(({ serverId, keypairName }) => seen.get(serverId)?.keypairName === keypairName);
  for (const { serverId, ...job } of done) fleet.changes.end(serverId, job);
  return new Map(done.map(({ serverId, jobId }) => [serverId, { jobId }]));
}

/** Servers whose job ended well and that do not show the key pair, however often they are looked at. */
async function doubtsAboutSettled(
  servers: ListCache<Server>,
  operation: Operation,
  changes: readonly ServerChange[],
  outcomes: Outcomes,
): Promise<Outcomes> {
  const settled = changes.filter(({ serverId }) => isDone(outcomes.get(serverId)));
  let doubts = settled.map((change): Doubt => ({ change, reason: "" }));
  const backoff = new Backoff(pauses);
  for (let looks = 1; ; looks++) {
    const left = await doubtsAbout(servers, operation, doubts, outcomes);
    // What the end of the operation cut off says less than the look before.
    if (!operation.signal.aborted || doubts.every(({ reason }) => reason === "")) doubts = left;
    if (doubts.length === 0 || looks === mostLooks || !(await backoff.pause(operation))) break;
    for (const { change } of doubts) servers.forget(change.serverId);
  }
  return new Map(doubts.map((doubt) => [doubt.change.serverId, doubtful(doubt, outcomes)]));
}

function doubtful({ change, reason }: Doubt, outcomes: Outcomes): ServerOutcome {
  const { jobId, jobUnknown } = outcomes.get(change.serverId) ?? {};
  const job = jobUnknown ? "the service does not know the job, and" : "the job succeeded, but";
  return { jobId, error: new Error(`${job} ${reason} (job ${jobId ?? "unnamed"})`), mayTakeEffect: true };
}

/** Which of them still do not show the key pair. */
async function doubtsAbout(
  servers: ListCache<Server>,
  operation: Operation,
  doubts: readonly Doubt[],
  outcomes: Outcomes,
): Promise<Doubt[]> {
  const serverIds = doubts.map(({ change }) => change.serverId);
  try {
    const seen = await readServers(servers, serverIds, operation);
    return doubts.flatMap(({ change }) => {
      const reason = doubtAbout(change, seen.get(change.serverId), outcomes.get(change.serverId));
      return reason === undefined ? [] : [{ change, reason }];
    });
  } catch (error) {
    const reason = `whether the server carries the key pair is not known: ${messageOf(error)}`;
    return doubts.map(({ change }) => ({ change, reason }));
  }
}

function doubtAbout(
  change: ServerChange,
  seen: Server | undefined,
  outcome: ServerOutcome | undefined,
): string | undefined {
  const { keypairName } = change;
  if (seen === undefined) return "the server no longer exists";
  if (seen.keypairName !== keypairName)
    return `the server carries key pair "${seen.keypairName}" instead of "${keypairName}"`;

  return isOfSameName(change) && outcome?.jobUnknown
    ? "whether the server carries the new key cannot be seen"
    : undefined;
}
