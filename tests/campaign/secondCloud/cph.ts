/** CPH, the Cloud Phone service. */
import { newId, type Account, type Job, type PhoneServer } from "./account";
import type { PlayedServerFault } from "../playedCloud";
import { field, Refusal, textOr, type Answer, type Call } from "./call";

const most = { serverId: 32, keypairName: 64, page: 100, requestIds: 20 };

/** As the vendor numbers them. */
const jobStatus = { running: 1, succeeded: 2, failed: -1 };

/** Begins a job for each server; an entry that cannot be served fails alone, or fails the call, which then does nothing. */
export function openAccess(account: Account, call: Call): Answer {
  const entries = field(call.body, "servers");
  if (!Array.isArray(entries) || entries.length === 0) throw new Refusal(400, "CPS.0097", "The server ID is invalid.");
  if (entries.length > account.amounts.serversPerCall)
    throw new Refusal(400, "CPS.0096", "The number of servers exceeds the limit.");

  const { refusesWholeCall, reversesJobs, blank } = account.habits;
  const checked = entries.map((entry: unknown) => {
    const id = field(entry, "server_id");
    const name = field(entry, "keypair_name");
    if (name === undefined || name === "") throw new Refusal(400, "CPS.0068", "The key pair name is empty.");
    const faults = call.strikeServer();
    const struck = faults.find((fault) => fault.type === "entryError");
    if (struck) return { id, failure: { message: "The server cannot be changed.", ...struck } };
    try {
      return { id, job: plan(account, id, name, call.requestId, faults) };
    } catch (error) {
      if (!(error instanceof Refusal) || refusesWholeCall) throw error;
      return { id, failure: error };
    }
  });
  const jobs = checked.map(({ id, job, failure }) => {
    if (job) account.jobs.push(job);
    return {
      server_id: id,
      job_id: job?.id ?? blank,
      error_code: failure?.code ?? blank,
      error_msg: failure?.message ?? blank,
    };
  });
  return { status: 200, body: { request_id: call.requestId, jobs: reversesJobs ? jobs.reverse() : jobs } };
}

export function listJobs(account: Account, { query, requestId }: Call): Answer {
  const { offset, limit } = pageOf(query);
  const ids = query.get("request_ids")?.split(",") ?? [query.get("request_id") ?? ""];
  if (ids.every((id) => id === "")) throw new Refusal(400, "CPS.0049", "The request ID is empty.");
  if (ids.length > most.requestIds) throw new Refusal(400, "CPS.0161", "The number of request IDs exceeds the limit.");
  const { missingJobs, oneRequestWithoutJobsFailsAll, reversesJobs } = account.habits;
  const found = visibleJobs(account).filter((job) => ids.includes(job.requestId));
  const hasJobs = (id: string) => found.some(({ requestId: jobs }) => jobs === id);
  const isFound = oneRequestWithoutJobsFailsAll ? ids.every(hasJobs) : ids.some(hasJobs);
  if (!isFound && missingJobs !== 200)
    throw new Refusal(missingJobs, "CPS.0050", "Jobs related to this request ID are not found.");

  if (reversesJobs) found.reverse();
  const jobs = found.slice(offset, offset + limit).map((job) => shownJob(account, job));
  return { status: 200, body: { request_id: requestId, jobs } };
}

export function showJob(account: Account, { target, requestId }: Call): Answer {
  const job = visibleJobs(account).find(({ id }) => id === target);
  if (job === undefined) throw new Refusal(404, "CPS.0011", "The job is not found.");
  return { status: 200, body: { request_id: requestId, ...shownJob(account, job) } };
}

/** Newest first. */
export function listServers(account: Account, { query, requestId }: Call): Answer {
  const { offset, limit } = pageOf(query);
  const { strangersComeAndGo, serverCount, largestServerPage } = account.habits;
  if (strangersComeAndGo) account.letStrangerComeOrGo();
  const found = [...account.servers.values()]
    .filter(({ name }) => name.includes(query.get("server_name") ?? ""))
    .filter(({ id }) => id === (query.get("server_id") ?? id))
    .filter(
      (server) => String(statusOf(account, server)) === (query.get("status") ?? String(statusOf(account, server))),
    )
    .map((server) => shownServer(account, server))
    .reverse();
  const size = serverCount === "all" ? Math.min(limit, largestServerPage) : limit;
  const servers = found.slice(offset, offset + size);
  const count = shownNumber(account, serverCount === "page" ? servers.length : found.length);
  return { status: 200, body: { request_id: requestId, count, servers } };
}

export function showServer(account: Account, { target, requestId }: Call): Answer {
  const server = account.servers.get(target);
  if (server === undefined) throw missingServer(account);
  return {
    status: 200,
    body: { request_id: requestId, ...shownServer(account, server), volumes: [], band_widths: [] },
  };
}

/** The job that an entry asks for. */
function plan(
  account: Account,
  serverId: unknown,
  keypairName: unknown,
  requestId: string,
  faults: readonly PlayedServerFault[],
): Job {
  if (typeof serverId !== "string" || Buffer.byteLength(serverId) > most.serverId)
    throw new Refusal(400, "CPS.0097", "The server ID is invalid.");

  if (!account.servers.has(serverId)) throw missingServer(account);
  const keypair = typeof keypairName === "string" ? account.keypairs.get(keypairName) : undefined;
  if (keypair === undefined || Buffer.byteLength(keypair.name) > most.keypairName)
    throw new Refusal(400, "CPS.0067", "The key pair could not be found.");

  if (account.habits.refusesBusyServer && isBusy(account, serverId))
    throw new Refusal(400, "CPS.0099", "The server is not ready.");

  const find = <T extends PlayedServerFault["type"]>(type: T) =>
    faults.find((fault): fault is Extract<PlayedServerFault, { type: T }> => fault.type === type);
  const failed = find("jobFailed");
  const status = find("jobStatus");
  const seconds = find("jobTakes")?.seconds ?? account.amounts.jobSeconds;
  return {
    id: newId(),
    requestId,
    serverId,
    keypairName: keypair.name,
    key: keypair.publicKey,
    begun: account.now(),
    ends: status && status.ends !== true ? Infinity : account.now() + seconds * 1000,
    hasEffect: find("jobWithoutEffect") === undefined,
    runningStatus: status?.status ?? jobStatus.running,
    state: "running",
    ...(failed && { failure: { code: failed.code, message: failed.message ?? "The job failed." } }),
  };
}

function isBusy({ jobs }: Account, serverId: string): boolean {
  return jobs.some((job) => job.serverId === serverId && job.state === "running");
}

function visibleJobs(account: Account): Job[] {
  const latest = account.now() - account.amounts.jobsVisibleAfter * 1000;
  return account.jobs.filter(({ begun }) => begun <= latest);
}

function pageOf(query: URLSearchParams): { offset: number; limit: number } {
  const offset = query.get("offset") ?? "0";
  const limit = query.get("limit") ?? String(most.page);
  if (!/^\d+$/.test(offset) || !/^[1-9]\d*$/.test(limit) || Number(limit) > most.page)
    throw new Refusal(400, "CPS.0002", "The offset or limit is invalid.");

  return { offset: Number(offset), limit: Number(limit) };
}

function missingServer({ habits }: Account): Refusal {
  const { status, code } = habits.missingServer;
  return new Refusal(status, code, "The server does not exist.");
}

/** A number, or a text in its place. */
function shownNumber({ habits }: Account, value: number | string): number | string {
  return habits.cphNumbers === "text" ? String(value) : value;
}

function shownJob(account: Account, job: Job) {
  const { blank, jobTime, jobCode } = account.habits;
  const isOver = job.state !== "running";
  const code = isOver ? job.failure?.code : undefined;
  const status = isOver ? jobStatus[job.state] : job.runningStatus;
  const time = (milliseconds: number) => (jobTime === "iso" ? new Date(milliseconds).toISOString() : milliseconds);
  return {
    job_id: job.id,
    phone_id: blank,
    server_id: job.serverId,
    begin_time: time(job.begun),
    end_time: isOver ? time(job.ends) : blank,
    status: shownNumber(account, status),
    error_code: textOr(jobCode === "with dot" ? code : code?.replace(".", ""), blank),
    error_msg: textOr(code && job.failure?.message, blank),
    execute_msg: blank,
  };
}

function statusOf(account: Account, { id }: PhoneServer): number {
  return isBusy(account, id) ? account.habits.statusDuringJob : 5;
}

function shownServer(account: Account, server: PhoneServer) {
  const { id, name, created, keypairName, shown } = server;
  const { blank } = account.habits;
  return {
    server_id: id,
    server_name: name,
    server_model_name: "physical.rx1.xlarge",
    phone_model_name: "rx1.cp.c60.d10.e1v1",
    availability_zone: "cn-north-4a",
    keypair_name: textOr(shown !== undefined && account.now() < shown.until ? shown.keypairName : keypairName, blank),
    status: shownNumber(account, statusOf(account, server)),
    network_version: "v2",
    addresses: [{ intranet_ip: "10.0.0.1", access_ip: "10.0.0.1" }],
    metadata: { order_id: "", product_id: "", charging_mode: 0 },
    create_time: new Date(created).toISOString(),
    update_time: new Date(created).toISOString(),
  };
}
