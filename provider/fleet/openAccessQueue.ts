import pLimit from "p-limit";
import {
  isPerhapsAboutOneServer,
  isTooManyServers,
  isUnknownKeypair,
  type Cph,
  type ServerKeypair,
} from "../huawei/cph";
import type { HuaweiCloudError } from "../huawei/errors";

/** The service accepted a server's change of key pair. */
export interface AcceptedServer {
  /** The request whose jobs do the change. */
  requestId: string;
  /** Absent where the answer names none. */
  jobId?: string;
}

interface Waiting extends ServerKeypair {
  accept(accepted: AcceptedServer): void;
  reject(error: unknown): void;
}

/** How many open-access calls run side by side. */
const parallelCalls = 4;

/** Gathers the servers that want a key pair at the same moment into calls of as many servers as the service takes. */
export class OpenAccessQueue {
  private waiting: Waiting[] = [];
  private readonly limit = pLimit(parallelCalls);
  /** Key pairs that the service said do not exist: further servers are not sent. */
  private readonly missingKeypairs = new Map<string, HuaweiCloudError>();

  constructor(
    private readonly cph: Cph,
    private serversPerCall: number,
  ) {}

  /** Asks for one server's change. Throws the service's error for this server. */
  submit(server: ServerKeypair): Promise<AcceptedServer> {
    return new Promise((accept, reject) => {
      if (this.waiting.length === 0)
        setImmediate(() => {
          this.flush();
        });
      this.waiting.push({ ...server, accept, reject });
    });
  }

  private flush(): void {
    const servers = this.waiting;
    this.waiting = [];
    for (const chunk of chunksOf(servers, this.serversPerCall)) void this.limit(() => this.send(chunk));
  }

  private async send(servers: Waiting[]): Promise<void> {
    const sendable = servers.filter((server) => {
      const error = this.missingKeypairs.get(server.keypairName);
      if (error !== undefined) server.reject(error);
      return error === undefined;
    });
    if (sendable.length === 0) return;
    // The service may have said meanwhile that it takes fewer.
    if (sendable.length > this.serversPerCall) return this.sendInParts(sendable, this.serversPerCall);
    try {
      const { requestId, servers: submitted } = await this.cph.changeKeypairs(sendable);
      const entries = new Map(submitted.map((entry) => [entry.serverId, entry]));
      const tooMany: Waiting[] = [];
      for (const server of sendable) {
        const entry = entries.get(server.serverId);
        if (entry?.error === undefined) server.accept({ requestId, jobId: entry?.jobId });
        else if (isTooManyServers(entry.error) && sendable.length > 1) tooMany.push(server);
        else server.reject(entry.error);
      }
      if (tooMany.length > 0) await this.sendHalved(tooMany, sendable.length);
    } catch (error) {
      await this.resendOrReject(error, sendable);
    }
  }

  /** What a call as a whole was refused for may be the fault of one of its servers: then the others are to go through. */
  private async resendOrReject(error: unknown, servers: Waiting[]): Promise<void> {
    const names = new Set(servers.map(({ keypairName }) => keypairName));
    if (isTooManyServers(error) && servers.length > 1) return this.sendHalved(servers, servers.length);
    if (isUnknownKeypair(error) && names.size === 1) {
      for (const name of names) this.missingKeypairs.set(name, error);
    } else if (isPerhapsAboutOneServer(error) && servers.length > 1) {
      return this.sendInParts(servers, Math.ceil(servers.length / 2));
    }
    for (const server of servers) server.reject(error);
  }

  private sendHalved(servers: Waiting[], tooMany: number): Promise<void> {
    this.serversPerCall = Math.min(this.serversPerCall, Math.ceil(tooMany / 2));
    return this.sendInParts(servers, this.serversPerCall);
  }

  private async sendInParts(servers: Waiting[], size: number): Promise<void> {
    for (const chunk of chunksOf(servers, size)) await this.send(chunk);
  }
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
