import type { OperationOf, ProjectCall, ProjectHandler, Reply } from "./call";
import { serverStatus, trustedKeyOf, type Cloud, type Job, type JobOutcome, type Project, type Server } from "./cloud";
import { ApiError, cphError, spelledCode, spelledCphCode } from "./errors";
import type { ServerAction } from "./faults";
import { stableId } from "./identity";
import { isObject, isText, type JsonObject } from "./json";

/** The Cloud Phone service, v1. */
export const cphHandlers: Record<OperationOf<"cph">, ProjectHandler> = {
  UpdateKeypair: changeKeypairs,
  ListCloudPhoneServers: listServers,
  ShowCloudPhoneServerDetail: showServer,
  ListJobs: listJobs,
  ShowJob: showJob,
};

const longestServerId = 32;
const longestKeypairName = 64;
const largestPage = 100;
const mostRequestIds = 20;

interface Entry {
  readonly serverId: string;
  readonly keypairName: string;
}

/** Gives each server named in the call another key pair: one job a server. */
function changeKeypairs(cloud: Cloud, call: ProjectCall): Reply {
  const entries = readEntries(cloud, call.body);
  const checked = entries.map((entry) => {
    const actions = cloud.faults.forServer(call.subject, entry.serverId);
    return { entry, actions, refusal: refusalOf(cloud, call.project, entry, actions) };
  });
  const refused = checked.find(({ refusal }) => refusal !== undefined);
  if (refused?.refusal !== undefined && cloud.variants.rejectedEntry === "the-whole-call") throw refused.refusal;

  const jobs = checked.map(({ entry, actions, refusal }) =>
    refusal === undefined
      ? { server_id: entry.serverId, job_id: startJob(cloud, call, entry, actions).id }
      : { server_id: entry.serverId, error_code: spelledCode(refusal, cloud.variants), error_msg: refusal.message },
  );
  return { status: 200, body: { request_id: call.requestId, jobs } };
}

function readEntries(cloud: Cloud, body: unknown): Entry[] {
  const servers: unknown = isObject(body) ? body.servers : undefined;
  if (!Array.isArray(servers) || servers.length === 0) throw cphError("CPS.0097", "server_id is invalid.");

  if (servers.length > cloud.variants.serversPerCall)
    throw cphError("CPS.0096", "The number of servers exceeds the limit.");

  return servers.map((server: unknown) => {
    const { server_id: serverId, keypair_name: keypairName } = isObject(server) ? server : {};
    if (!isText(serverId) || !isServerId(serverId)) throw cphError("CPS.0097", "server_id is invalid.");

    if (!isText(keypairName)) throw cphError("CPS.0068", "keypair_name is empty.");

    return { serverId, keypairName };
  });
}

/** Why a server cannot be given the key pair; undefined where it can. */
function refusalOf(
  cloud: Cloud,
  project: Project,
  { serverId, keypairName }: Entry,
  actions: readonly ServerAction[],
): ApiError | undefined {
  const fault = actions.find((action) => action.type === "entryError");
  if (fault !== undefined) return cphError(fault.code, fault.message ?? "The operation failed.");

  const server = project.servers.get(serverId);
  if (server === undefined) return missingServer(cloud, "CPS.0159");

  if (server.status === serverStatus.frozen)
    return cphError("CPS.1028", "No permission to request resources. Server is frozen.");

  if (server.scalingUp) return cphError("CPS.1027", "Server is being scaled up.");

  if (cloud.shownStatus(project, server) !== serverStatus.normal)
    return cphError("CPS.0099", "The server is not ready.");

  if (Buffer.byteLength(keypairName) > longestKeypairName)
    return cphError("CPS.0098", "There is no available keypair_name or the server is not ready.");

  if (!project.keypairs.has(keypairName)) return cphError("CPS.0067", "Keypair could not found.");

  if (cloud.variants.busyServer === "refused" && cloud.isBusy(project, server))
    return cphError("CPS.0042", "System busy.");

  return undefined;
}

function startJob(cloud: Cloud, call: ProjectCall, entry: Entry, actions: readonly ServerAction[]): Job {
  const duration = actions.find((action) => action.type === "jobTakes");
  return cloud.startJob(call.project, {
    requestId: call.requestId,
    serverId: entry.serverId,
    keypairName: entry.keypairName,
    trustedKey: trustedKeyOf(call.project, entry.keypairName) ?? "",
    outcome: Object.assign({}, ...actions.map(outcomeOf)) as JobOutcome,
    hidden: actions.some((action) => action.type === "jobNotFound"),
    ...(duration !== undefined && { seconds: duration.seconds }),
  });
}

function outcomeOf(action: ServerAction): JobOutcome {
  switch (action.type) {
    case "jobFailed":
      return { failure: { code: action.code, message: action.message ?? "The job failed." } };
    case "jobNeverEnds":
      return { neverEnds: true };
    case "jobStatus":
      return { runningStatus: action.status, neverEnds: action.ends !== true };
    case "jobWithoutEffect":
      return { withoutEffect: true };
    default:
      return {};
  }
}

function listServers(cloud: Cloud, call: ProjectCall): Reply {
  const { query } = call.request;
  const page = readPage(query);
  const unit = cloud.variants.createTimeUnit === "seconds" ? 1000 : 1;
  const since = (readInteger(query, "create_since") ?? -Infinity) * unit;
  const until = (readInteger(query, "create_until") ?? Infinity) * unit;
  const status = readInteger(query, "status");
  const found = [...call.project.servers.values()]
    .filter(
      (server) =>
        server.name.includes(query.get("server_name") ?? "") &&
        matches(query, "server_id", server.id) &&
        matches(query, "network_version", server.networkVersion) &&
        matches(query, "phone_model_name", server.phoneModelName) &&
        (status === undefined || status === cloud.shownStatus(call.project, server)) &&
        server.createTime >= since &&
        server.createTime <= until,
    )
    .reverse() // Kept in the order of creation, and shown newest first.
    .sort((a, b) => b.createTime - a.createTime);
  const servers = found.slice(page.offset, page.offset + page.limit);
  const count = cloud.variants.serverCount === "page" ? servers.length : found.length;
  return {
    status: 200,
    body: {
      request_id: call.requestId,
      count,
      servers: servers.map((server) => serverFields(cloud, call.project, server)),
    },
  };
}

function showServer(cloud: Cloud, call: ProjectCall): Reply {
  const id = call.parameters.server_id ?? "";
  if (!isServerId(id)) throw cphError("CPS.0016", "server_id is invalid.");

  const server = call.project.servers.get(id);
  if (server === undefined) throw missingServer(cloud, "CPS.0015");

  const created = formatTime(server.createTime);
  return {
    status: 200,
    body: {
      request_id: call.requestId,
      ...serverFields(cloud, call.project, server),
      band_widths: [
        {
          band_width_name: `${server.name}-bandwidth`,
          band_width_id: stableId(server.id, "bandwidth"),
          band_width_size: 300,
          band_width_charge_mode: 1,
          band_width_share_type: 0,
          create_time: created,
          update_time: created,
        },
      ],
      volumes: [
        {
          volume_name: `${server.name}-os`,
          volume_id: stableId(server.id, "volume"),
          volume_size: 100,
          volume_type: "GPSSD",
          create_time: created,
          update_time: created,
        },
      ],
      share_volume_info: { volume_type: "GPSSD", size: 0, version: 1 },
      // The vendor's network has none that a user could see.
      security_groups: server.networkVersion === "v1" ? [] : [stableId(call.project.id, "security group")],
    },
  };
}

function missingServer({ variants }: Cloud, usualCode: "CPS.0015" | "CPS.0159"): ApiError {
  const code = variants.missingServer === "by-call" ? usualCode : variants.missingServer;
  return cphError(code, code === "CPS.0159" ? "Server not found." : "The server_id is not found.");
}

function serverFields(cloud: Cloud, project: Project, server: Server): JsonObject {
  return {
    server_name: server.name,
    availability_zone: server.availabilityZone,
    server_id: server.id,
    server_model_name: server.serverModelName,
    phone_model_name: server.phoneModelName,
    keypair_name: cloud.shownKeypairName(server),
    status: cloud.shownStatus(project, server),
    vpc_id: stableId(project.id, "vpc"),
    cidr: "192.168.0.0/16",
    vpc_cidr: "192.168.0.0/16",
    subnet_id: stableId(project.id, "subnet"),
    subnet_cidr: "192.168.0.0/16",
    addresses: [addressesOf(server)],
    resource_project_id: stableId(project.id, "resources"),
    metadata: {
      order_id: stableId(server.id, "order"),
      product_id: stableId(server.id, "product"),
      charging_mode: 0,
    },
    network_version: server.networkVersion,
    enterprise_project_id: "0",
    create_time: formatTime(server.createTime),
    update_time: formatTime(server.updateTime),
  };
}

/** A private address in the subnet, and a public one of the range that is kept for tests (RFC 2544); each by an old and a new name. */
function addressesOf({ number }: Server): JsonObject {
  // The subnet's first address is its gateway's.
  const host = number + 1;
  const [high, low] = [host >> 8, host & 0xff];
  const [inside, outside] = [`192.168.${high}.${low}`, `198.18.${high}.${low}`];
  return { intranet_ip: inside, access_ip: outside, server_ip: inside, public_ip: outside };
}

function listJobs(cloud: Cloud, call: ProjectCall): Reply {
  const { query } = call.request;
  const page = readPage(query);
  const ids = requestIds(query);
  if (ids.length === 0) throw cphError("CPS.0049", "The request_id is empty.");

  if (ids.length > mostRequestIds) throw cphError("CPS.0161", "The number of request IDs exceeds the limit.");

  const found = [...call.project.jobs.values()].filter((job) => ids.includes(job.requestId) && isVisible(cloud, job));
  if (found.length === 0 && cloud.variants.missingRequest !== "empty-list") {
    const status = Number(cloud.variants.missingRequest);
    throw cphError("CPS.0050", "Jobs related to this requestId is not found.", status);
  }
  const jobs = found.slice(page.offset, page.offset + page.limit).map((job) => jobFields(cloud, job));
  return { status: 200, body: { request_id: call.requestId, jobs } };
}

/** The requests whose jobs are asked for: those of the list `request_ids`, or else the one of `request_id`. */
function requestIds(query: URLSearchParams): string[] {
  const listed = (query.get("request_ids") ?? "").split(",").filter((id) => id !== "");
  const single = query.get("request_id") ?? "";
  return listed.length > 0 || single === "" ? listed : [single];
}

function showJob(cloud: Cloud, call: ProjectCall): Reply {
  const job = call.project.jobs.get(call.parameters.job_id ?? "");
  if (job === undefined || !isVisible(cloud, job))
    throw cphError("CPS.0011", "Job not found.", Number(cloud.variants.missingJob));

  return { status: 200, body: { request_id: call.requestId, ...jobFields(cloud, job) } };
}

function isVisible(cloud: Cloud, job: Job): boolean {
  return !job.hidden && cloud.clock.now() >= job.beginTime + cloud.variants.jobsVisibleAfter * 1000;
}

function jobFields(cloud: Cloud, job: Job): JsonObject {
  const status = jobStatusOf(job);
  return {
    server_id: job.serverId,
    job_id: job.id,
    begin_time: formatTime(job.beginTime),
    ...endTime(cloud, job),
    status: cloud.variants.jobStatus === "string" ? String(status) : status,
    ...jobError(cloud, job),
    execute_msg: "",
  };
}

function endTime(cloud: Cloud, job: Job): JsonObject {
  if (job.state !== "running") return { end_time: formatTime(job.dueTime) };

  return cloud.variants.runningEndTime === "absent" ? {} : { end_time: "" };
}

function jobStatusOf(job: Job): number | string {
  switch (job.state) {
    case "running":
      return job.outcome.runningStatus ?? 1;
    case "succeeded":
      return 2;
    case "failed":
      return -1;
  }
}

function jobError(cloud: Cloud, job: Job): JsonObject {
  const { failure } = job.outcome;
  if (job.state === "failed" && failure !== undefined)
    return { error_code: spelledCphCode(failure.code, cloud.variants), error_msg: failure.message };

  switch (cloud.variants.jobErrorCode) {
    case "empty":
      return { error_code: "", error_msg: "" };
    case "null":
      return { error_code: null, error_msg: null };
    case "absent":
      return {};
  }
}

function readPage(query: URLSearchParams): { offset: number; limit: number } {
  const offset = readInteger(query, "offset") ?? 0;
  const limit = readInteger(query, "limit") ?? largestPage;
  if (offset < 0 || limit < 1 || limit > largestPage) throw invalidNumber();

  return { offset, limit };
}

function readInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? "";
  if (text === "") return undefined;

  if (!/^-?\d{1,15}$/.test(text)) throw invalidNumber();

  return Number(text);
}

function invalidNumber(): ApiError {
  return cphError("CPS.0002", "The offset or limit is invalid.");
}

function matches(query: URLSearchParams, name: string, value: string): boolean {
  const wanted = query.get(name) ?? "";
  return wanted === "" || wanted === value;
}

function isServerId(id: string): boolean {
  return Buffer.byteLength(id) <= longestServerId && /^[A-Za-z0-9_-]+$/.test(id);
}

/** CPH writes times in whole seconds: 2006-01-02T15:04:05Z. */
function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}
