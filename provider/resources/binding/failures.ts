import type { ServerOutcome } from "./serverChange";
import { grouped, mostTold } from "../../text/grouped";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import { HuaweiCloudError } from "../../huawei/errors/errors";
import type { Server } from "../../schema/types";
import { enumerated, presentable } from "../../text/text";
import { adviceOn, mistakenNames, nameOf, type MistakenName } from "./serverNames";

/** The most characters of a sentence that are told. */
const longestSentence = 3000;

/** Up to so many failures are told one by one, whether they say the same or not. */
const fewFailures = 3;

/** The most that is told: reasons, and servers, jobs and requests of one reason. */
const most = { reasons: 20, servers: 10, jobs: 3, requests: 3 };

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
  const groups = grouped(all, all.length <= fewFailures ? ({ serverId }) => serverId : sharedReason);
  const { told, others } = mostTold(groups, most.reasons, (group) => codesOf(group).join());
  const sentences = told.flatMap(([, [first, ...more]]) =>
    first === undefined ? [] : [sentenceOf(first, more, background.servers)],
  );
  if (others.length > 0) sentences.push(sentenceOfOthers(others, groups.size - told.length, background.servers));
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
      requestIds: requestIdsOf(error),
      mistaken: mistaken.get(serverId),
    };
  });
}

function byId([one]: [string, Error], [other]: [string, Error]): number {
  return one < other ? -1 : 1;
}

function requestIdsOf(error: Error): string[] {
  const own = error instanceof UnfinishedJob ? [error.requestId] : [];
  return [...own, ...refusalsIn(error).flatMap(({ requestId }) => requestId ?? [])];
}

/** What the service refused, and led to the error. */
function refusalsIn(error: Error): HuaweiCloudError[] {
  return [error, error.cause].filter((one) => one instanceof HuaweiCloudError);
}

function codesOf(failures: readonly Failure[]): string[] {
  return distinct(failures.flatMap(({ error }) => refusalsIn(error).flatMap(({ code }) => code ?? []))).sort();
}

/** What is the same for servers with the same reason. */
function sharedReason({ serverId, error, jobId = "", requestIds, mistaken }: Failure): string {
  const words = /[\w-]+/g;
  const ids = new Set([serverId, jobId, ...requestIds].flatMap((id) => id.match(words) ?? []));
  const codes = refusalsIn(error).map(({ code }) => code);
  const message = error.message.replace(words, (word) => (ids.has(word) ? "…" : word));
  return JSON.stringify([codes, message, mistaken !== undefined]);
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

function sentenceOfOthers(
  failures: readonly Failure[],
  reasonCount: number,
  servers: ReadonlyMap<string, Server>,
): string {
  const codes = codesOf(failures);
  const reasons = reasonCount === 1 ? "another reason" : `${reasonCount} other reasons`;
  return `${subjectOf(failures, servers)} failed for ${reasons}${codes.length > 0 ? ` (${codes.join(", ")})` : ""}`;
}

function subjectOf(failures: readonly Failure[], servers: ReadonlyMap<string, Server>): string {
  const names = enumerated(failures, most.servers, ({ serverId }) => nameOf(serverId, servers));
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
  const requests = distinct(more.flatMap(({ requestIds }) => requestIds.slice(0, 1)));
  const jobs = distinct(more.flatMap(({ jobId }) => jobId ?? []));
  const otherRequests = requests.filter((id) => !first.requestIds.includes(id));
  const otherJobs = jobs.filter((id) => id !== first.jobId);
  const ids = [...counted("request", otherRequests, most.requests), ...counted("job", otherJobs, most.jobs)];
  return ids.length === 0 ? undefined : `The others: ${ids.join("; ")}.`;
}

function counted(what: string, ids: readonly string[], most: number): string[] {
  return ids.length === 0 ? [] : [`${what}${ids.length === 1 ? "" : "s"} ${enumerated(ids, most, String)}`];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
