import type { Server } from "../schema/types";
import { nonEmpty, type Answer } from "./answers";
import type { CallName } from "./errors/calls";
import { normaliseCode } from "./errors/codes";
import { HuaweiCloudError, means } from "./errors/errors";
import { readByOffset } from "./paging";
import { ServiceClient } from "./serviceClient";
import { pathSegment, percentEncode } from "./sending/urlEncoding";

/** A server and the key pair that it is to get. */
export interface ServerKeypair {
  serverId: string;
  keypairName: string;
}

/** What CPH says of one server in a call that changes key pairs: a job that does it, or why it is refused. */
export interface SubmittedServer {
  serverId: string;
  jobId?: string;
  error?: HuaweiCloudError;
}

export interface Submission {
  /** By this id the jobs are asked for. */
  requestId: string;
  servers: SubmittedServer[];
}

export interface Job {
  jobId: string;
  serverId: string;
  /** 1 running, 2 success, -1 failed; any other value is undocumented and says neither. Undefined where the answer has none. */
  status?: number | string;
  errorCode?: string;
  errorMessage?: string;
}

export const jobStatus = { running: 1, success: 2, failed: -1 } as const;

/** Most requests that one poll of jobs may name. */
export const requestsPerPoll = 20;

/** Servers that CPH reports as this status no longer exist. */
const deletedStatus = 6;

/** Most servers or jobs on a page. */
export const itemsPerPage = 100;

/** Filters of the server list; those that CPH itself applies. */
export interface ServerFilter {
  serverName?: string;
  status?: number;
}

/** Whether a text has the form of a server's id; names are often given in its place. */
export function isServerId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** Cloud Phone Host in one region, on behalf of one operation. Every method throws {@link HuaweiCloudError}. */
export class Cph extends ServiceClient {
  protected override readonly service = "cph";

  /**
   * Changes the key pairs of servers: `PUT /servers/open-access`. Servers fail one by one inside the answer. Sent again after a
   * lost answer: giving a server the key pair that it is getting already changes nothing.
   * Vendor's page: Updating a Key Pair.
   */
  async changeKeypairs(servers: readonly ServerKeypair[]): Promise<Submission> {
    const answer = await this.call("CPH UpdateKeypair", "PUT", "/servers/open-access", {
      servers: servers.map(({ serverId, keypairName }) => ({ server_id: serverId, keypair_name: keypairName })),
    });
    const requestId = answer.optionalText("request_id") ?? "";
    return { requestId, servers: answer.optionalObjects("jobs").map((entry) => submittedServer(entry, requestId)) };
  }

  /**
   * The jobs of up to {@link requestsPerPoll} requests: `GET /jobs?request_ids=`. All pages, or as many as show those that are
   * awaited.
   */
  async listJobs(
    requestIds: readonly string[],
    awaited: readonly { jobId?: string; serverId: string }[] = [],
  ): Promise<Job[]> {
    const ids = requestIds.map(percentEncode).join(",");
    const keyOf = ({ jobId, serverId }: Job) => jobId || serverId;
    return this.pages("CPH ListJobs", `/jobs?request_ids=${ids}`, "jobs", job, keyOf, (jobs, isFull) => {
      if (awaited.length === 0) return !isFull;
      const seen = new Set(jobs.flatMap(({ jobId, serverId }) => [jobId, serverId]));
      return awaited.every(({ jobId, serverId }) => seen.has(jobId ?? serverId));
    });
  }

  /** Servers, all pages: `GET /servers`. Deleted ones are left out. */
  async listServers(filter: ServerFilter = {}): Promise<Server[]> {
    const query = [
      // Every name contains the empty text; what a service makes of it is not documented.
      ...(filter.serverName ? [`server_name=${percentEncode(filter.serverName)}`] : []),
      ...(filter.status === undefined ? [] : [`status=${filter.status}`]),
    ].join("&");
    const servers = await this.pages(
      "CPH ListCloudPhoneServers",
      `/servers?${query}`,
      "servers",
      server,
      ({ serverId }) => serverId,
    );
    return servers.filter(({ status }) => status !== deletedStatus || filter.status === deletedStatus);
  }

  /** One server: `GET /servers/{server_id}`. Undefined where it does not, or no longer, exist. */
  async getServer(serverId: string): Promise<Server | undefined> {
    const call = "CPH ShowCloudPhoneServerDetail";
    try {
      const answer = await this.call(call, "GET", `/servers/${pathSegment(call, serverId)}`);
      const found = server(answer.about("server_id", serverId));
      return found.status === deletedStatus ? undefined : found;
    } catch (error) {
      if (means(error, "missingServer")) return undefined;
      throw error;
    }
  }

  /** All items of a list that is paged by offset. */
  private pages<T>(
    operation: CallName,
    path: string,
    field: string,
    read: (item: Answer) => T,
    keyOf: (item: T) => string,
    isEnough?: (items: readonly T[], isFull: boolean) => boolean,
  ): Promise<T[]> {
    return readByOffset({
      operation,
      limit: itemsPerPage,
      read: async (offset) => {
        const paging = `offset=${offset}&limit=${itemsPerPage}`;
        const answer = await this.call(operation, "GET", `${path}${path.endsWith("?") ? "" : "&"}${paging}`);
        const count = Number(answer.descriptiveText("count") ?? NaN);
        return { items: answer.objects(field).map(read), count: Number.isInteger(count) ? count : undefined };
      },
      keyOf,
      isEnough,
    });
  }

  protected override root(projectId: string): string {
    return `/v1/${projectId}/cloud-phone`;
  }
}

function submittedServer(entry: Answer, requestId: string): SubmittedServer {
  const serverId = entry.text("server_id");
  const jobId = nonEmpty(entry.optionalText("job_id"));
  const code = nonEmpty(entry.optionalText("error_code"));
  if (jobId !== undefined || code === undefined) return { serverId, jobId };
  const message = entry.optionalText("error_msg") ?? "refused";
  return { serverId, error: new HuaweiCloudError({ operation: "CPH UpdateKeypair", code, message, requestId }) };
}

function job(entry: Answer): Job {
  const errorCode = nonEmpty(entry.optionalText("error_code"));
  return {
    jobId: entry.optionalText("job_id") ?? "",
    serverId: entry.optionalText("server_id") ?? "",
    status: jobStatusOf(entry),
    errorCode: errorCode && normaliseCode(errorCode),
    errorMessage: nonEmpty(entry.optionalText("error_msg")),
  };
}

/** What is no number is as undocumented as other numbers; it must not keep the other jobs from being read. */
function jobStatusOf(entry: Answer): number | string | undefined {
  const status = nonEmpty(entry.descriptiveText("status"));
  return status !== undefined && /^-?\d+$/.test(status) ? Number(status) : status;
}

function server(entry: Answer): Server {
  const metadata = entry.descriptiveObject("metadata");
  return {
    serverId: entry.text("server_id"),
    serverName: entry.descriptiveText("server_name") ?? "",
    keypairName: entry.optionalText("keypair_name") ?? "",
    status: entry.optionalInteger("status") ?? 0,
    availabilityZone: entry.descriptiveText("availability_zone"),
    serverModelName: entry.descriptiveText("server_model_name"),
    phoneModelName: entry.descriptiveText("phone_model_name"),
    vpcId: entry.descriptiveText("vpc_id"),
    cidr: entry.descriptiveText("cidr"),
    vpcCidr: entry.descriptiveText("vpc_cidr"),
    subnetId: entry.descriptiveText("subnet_id"),
    subnetCidr: entry.descriptiveText("subnet_cidr"),
    addresses: entry.descriptiveObjects("addresses").map((address) => ({
      intranetIp: address.descriptiveText("intranet_ip"),
      accessIp: address.descriptiveText("access_ip"),
      serverIp: address.descriptiveText("server_ip"),
      publicIp: address.descriptiveText("public_ip"),
    })),
    resourceProjectId: entry.descriptiveText("resource_project_id"),
    metadata: metadata && {
      orderId: metadata.descriptiveText("order_id"),
      productId: metadata.descriptiveText("product_id"),
      chargingMode: metadata.descriptiveText("charging_mode"),
    },
    networkVersion: entry.descriptiveText("network_version"),
    enterpriseProjectId: entry.descriptiveText("enterprise_project_id"),
    createTime: entry.descriptiveText("create_time"),
    updateTime: entry.descriptiveText("update_time"),
  };
}
