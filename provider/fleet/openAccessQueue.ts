import pLimit from "p-limit";
import type { Cph, ServerKeypair } from "../huawei/cph";
import { HuaweiCloudError, means } from "../huawei/errors/errors";
import type { Operation } from "../operation/operation";
import { grouped } from "../text/grouped";
import { BatchQueue, callFor, type QueuedRequest } from "./batchQueue";

/** The service accepted a server's change of key pair. */
export interface AcceptedServer {
  /** The request whose jobs do the change. */
  requestId: string;
  /** Absent where the answer names none. */
  jobId?: string;
}

type QueuedServer = QueuedRequest<ServerKeypair, AcceptedServer>;

/** How many open-access calls run side by side. */
const parallelCalls = 8;

/** Batches the servers that want a key pair at the same moment, whatever key pair, into calls of as many as the service takes. */
export class OpenAccessQueue {
  private readonly queue = new BatchQueue<ServerKeypair, AcceptedServer>(
    {
      call: "CPH UpdateKeypair",
      most: () => this.serversPerCall,
      quiet: 50,
      longest: 250,
      keyOf: ({ serverId }) => serverId,
    },
    (batch) => {
      void this.limit(() => this.send(batch));
    },
  );
  private readonly limit = pLimit(parallelCalls);
  /** Key pairs that the service said do not exist, and when: servers that waited at that time are not sent. */
  private readonly missingKeypairs = new Map<string, { error: HuaweiCloudError; at: number }>();

  constructor(
    private readonly cph: (operation: Operation) => Cph,
    private serversPerCall: number,
  ) {}

  /** Asks for one server's change. Throws the service's error for this server. */
  submit(server: ServerKeypair, operation: Operation): Promise<AcceptedServer> {
    return this.queue.submit(server, operation);
  }

  private async send(batch: QueuedServer[]): Promise<void> {
    const sendable = batch.filter((server) => this.isSendable(server));
    if (sendable.length === 0) return;
    // The service may have said meanwhile that it takes fewer.
    if (sendable.length > this.serversPerCall) return this.sendInParts(sendable, this.serversPerCall);
    try {
      const requests = sendable.map(({ request }) => request);
      const answer = await callFor(sendable, (operation) => this.cph(operation).changeKeypairs(requests));
      const { requestId, servers: submitted } = answer;
      const entries = new Map(submitted.map((entry) => [entry.serverId, entry]));
      const tooMany: QueuedServer[] = [];
      for (const server of sendable) {
        const entry = entries.get(server.request.serverId);
        if (entry?.error === undefined) server.accept({ requestId, jobId: entry?.jobId });
        else if (entry.error.means("tooManyServers") && sendable.length > 1) tooMany.push(server);
        else this.refuse(server, entry.error);
      }
      if (tooMany.length > 0) await this.sendHalved(tooMany, sendable.length);
    } catch (error) {
      await this.resendOrReject(error, sendable);
    }
  }

  private isSendable({ request, operation, since, reject }: QueuedServer): boolean {
    const missing = this.missingKeypairs.get(request.keypairName);
    if (missing === undefined || missing.at < since) return !operation.signal.aborted;
    reject(missing.error);
    return false;
  }

  /** What a call as a whole was refused for may be the fault of one of its servers: then the others are to go through. */
  private async resendOrReject(error: unknown, servers: QueuedServer[]): Promise<void> {
    if (means(error, "tooManyServers") && servers.length > 1) return this.sendHalved(servers, servers.length);
    const [one, ...others] = grouped(servers, ({ request }) => request.keypairName).values();
    if (means(error, "unknownKeypair") && one !== undefined && others.length > 0)
      for (const group of [one, ...others]) await this.send(group);
    else if (isPerhapsAboutOneServer(error) && servers.length > 1)
      await this.sendInParts(servers, Math.ceil(servers.length / 2));
    else for (const server of servers) this.refuse(server, error);
  }

  private refuse({ request, reject }: QueuedServer, error: unknown): void {
    if (means(error, "unknownKeypair")) this.missingKeypairs.set(request.keypairName, { error, at: performance.now() });
    reject(error);
  }

  private sendHalved(servers: QueuedServer[], tooMany: number): Promise<void> {
    this.serversPerCall = Math.min(this.serversPerCall, Math.ceil(tooMany / 2));
    return this.sendInParts(servers, this.serversPerCall);
  }

  private async sendInParts(servers: QueuedServer[], size: number): Promise<void> {
    for (let first = 0; first < servers.length; first += size) await this.send(servers.slice(first, first + size));
  }
}

/** Whether a call may have been refused because of one of its servers: not where its key pair, the account or the system is at fault. */
function isPerhapsAboutOneServer(error: unknown): boolean {
  if (!(error instanceof HuaweiCloudError) || error.means(...faultsOfTheWholeCall)) return false;
  return error.status === 400 || error.status === 404;
}

const faultsOfTheWholeCall = [
  "unknownKeypair",
  "noPermission",
  "unusableAccount",
  "unknownProject",
  "invalidPaging",
  "busy",
  "internalError",
] as const;
