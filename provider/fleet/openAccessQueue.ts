import pLimit from "p-limit";
import { isMissingKeypair, isTooManyServers, type Cph, type ServerKeypair } from "../huawei/cph";
import { HuaweiCloudError } from "../huawei/errors";

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
      for (const server of sendable) {
        const entry = entries.get(server.serverId);
        if (entry?.error === undefined) server.accept({ requestId, jobId: entry?.jobId });
        else server.reject(entry.error);
      }
    } catch (error) {
      const half = Math.ceil(sendable.length / 2);
      if (isTooManyServers(error) && sendable.length > 1) {
        this.serversPerCall = Math.min(this.serversPerCall, half);
        return this.sendInParts(sendable, half);
      }
      if (this.isAboutOneServer(error, sendable)) return this.sendInParts(sendable, half);
      for (const server of sendable) server.reject(error);
    }
  }

  private async sendInParts(servers: Waiting[], size: number): Promise<void> {
    for (const chunk of chunksOf(servers, size)) await this.send(chunk);
  }

  /** Whether the service may have refused the whole call because of some of its servers: then the others are to go through. */
  private isAboutOneServer(error: unknown, servers: Waiting[]): boolean {
    if (!(error instanceof HuaweiCloudError) || (error.status !== 400 && error.status !== 404)) return false;
    const names = new Set(servers.map(({ keypairName }) => keypairName));
    if (isMissingKeypair(error) && names.size === 1) {
      for (const name of names) this.missingKeypairs.set(name, error);
      return false;
    }
    return servers.length > 1;
  }
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
