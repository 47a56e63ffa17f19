import type { ServerOutcome } from "./serverChange";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import type { Server } from "../../schema/types";
import { enumerated, presentable } from "../../text/text";
import { byReason, failedForOthers, idsOfOthers, requestIdsOf, sharedReason } from "../failureGroups";
import { adviceOn, mistakenNames, nameOf, type MistakenName } from "./serverNames";

/** The most characters of a sentence that are told. */
const longestSentence = 3000;

/** Up to so many failures are told one by one, whether they say the same or not. */
const fewFailures = 3;

/** The most servers of one reason that are told. */
const mostServers = 10;

/** A server that is to be bound does not exist. */
export class UnknownServer extends Error {
  override readonly name = "UnknownServer";

  /** `property` names the servers. */
  constructor(
    readonly region: string,
    readonly property: string,
  ) {
    super(`it does not exist in region ${region}; take it out of ${property}`);
  }
}

/** What to do about failures of a deletion that waits for jobs; empty where it waits for none. */
export function wayOutOfJobs(failures: ReadonlyMap<string, Error>): string[] {
  if (![...failures.values()].some((error) => error instanceof UnfinishedJob)) return [];
  return [
    "Where a job never ends, `pulumi state delete` forgets the binding: its servers keep what they carry, or get what the job gives them.",
  ];
}

/** What is known besides the failures, by server id. */
export interface Background {
  /** The servers that were looked at. */
  servers: ReadonlyMap<string, Server>;
  /** All servers that the last list showed. */
  shown: ReadonlyMap<string, Server>;
  outcomes: ReadonlyMap<string, ServerOutcome>;
}

interface Failure {
  serverId: string;
  error: Error;
  /** The job and the requests that the message names, the one that support asks for first. */
  jobId?: string;
  requestIds: string[];
  /** Where the id is the name of a server. */
  mistaken?: MistakenName;
}

/**
 * Why servers failed: one sentence each where they are few, and otherwise one for all servers with the same reason. Reasons are the
 * same where only the ids of servers, jobs and requests differ.
 */
export function failureReasons(failures: ReadonlyMap<string, Error>, background: Background): string[] {
  const all = failuresOf(failures, background);
  const { told, others, otherReasons } = byReason(
    all,
    all.length <= fewFailures ? ({ serverId }) => serverId : reasonOf,
  );
  const sentences = told.flatMap(([first, ...more]) =>
    first === undefined ? [] : [sentenceOf(first, more, background.servers)],
  );
  if (others.length > 0)
    sentences.push(`${subjectOf(others, background.servers)} ${failedForOthers(others, otherReasons)}`);
  return sentences.map((sentence) => presentable(sentence, longestSentence));
}

/** Sorted by server, for the order in which they failed is chance. */
function failuresOf(failures: ReadonlyMap<string, Error>, { servers, shown, outcomes }: Background): Failure[] {
  const unknownIds = [...failures.keys()].filter((serverId) => !servers.has(serverId));
  const mistaken = mistakenNames(unknownIds, shown);
  return [...failures].sort(byId).map(([serverId, error]): Failure => {
    const jobId = outcomes.get(serverId)?.jobId;
    return {
      serverId,
      error,
      jobId: jobId !== undefined && error.message.includes(jobId) ? jobId : undefined,
      requestIds: [...(error instanceof UnfinishedJob ? [error.requestId] : []), ...requestIdsOf({ error })],
      mistaken: mistaken.get(serverId),
    };
  });
}

function byId([one]: [string, Error], [other]: [string, Error]): number {
  return one < other ? -1 : 1;
}

/** What is the same for servers with the same reason. */
function reasonOf(failure: Failure): string {
  const { serverId, error, jobId = "", requestIds, mistaken } = failure;
  return `${mistaken !== undefined} ${sharedReason(failure, error.message, [serverId, jobId, ...requestIds])}`;
}

function sentenceOf(first: Failure, more: readonly Failure[], servers: ReadonlyMap<string, Server>): string {
  const all = [first, ...more];
  const { error } = first;
  const why = error instanceof UnknownServer ? whyUnknown(error, all) : whyFailed(error, all);
  const others = otherIds(first, more);
  return `${subjectOf(all, servers)}: ${others === undefined ? why : `${closed(why)} ${others}`}`;
}

/** A text that another sentence may follow. What stands in brackets after a full stop belongs to the sentence before. */
function closed(text: string): string {
  return /[.?!。？！](?: \([^()]*\))?$/u.test(text) ? text : `${text}.`;
}

function subjectOf(failures: readonly Failure[], servers: ReadonlyMap<string, Server>): string {
  const names = enumerated(failures, mostServers, ({ serverId }) => nameOf(serverId, servers));
  return `${failures.length === 1 ? "server" : "servers"} ${names}`;
}

function whyUnknown({ region, property, message }: UnknownServer, failures: readonly Failure[]): string {
  const advice = adviceOnNames(failures);
  if (failures.length === 1) return advice === undefined ? message : `it does not exist in region ${region}; ${advice}`;
  return `they do not exist in region ${region}; ${advice ?? `take them out of ${property}`}`;
}

function whyFailed({ message }: Error, failures: readonly Failure[]): string {
  const advice = adviceOnNames(failures);
  return advice === undefined ? message : `${message} ${advice}.`;
}

function adviceOnNames(failures: readonly Failure[]): string | undefined {
  const mistaken = failures.flatMap((failure) => failure.mistaken ?? []);
  return mistaken.length === 0 ? undefined : adviceOn(mistaken);
}

/** Requests and jobs that the message of the first does not name. */
function otherIds(first: Failure, more: readonly Failure[]): string | undefined {
  const requests = more.flatMap(({ requestIds }) => requestIds.slice(0, 1));
  const jobs = more.flatMap(({ jobId }) => jobId ?? []);
  return idsOfOthers({
    request: requests.filter((id) => !first.requestIds.includes(id)),
    job: jobs.filter((id) => id !== first.jobId),
  });
}
