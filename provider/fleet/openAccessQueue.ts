import pLimit from "p-limit";
import type { Cph, ServerKeypair } from "../huawei/cph";
import { HuaweiCloudError, means, stoppedError } from "../huawei/errors";
import type { Operation } from "../operation/operation";
import { raceWithAbort } from "../operation/abort";
import { Gathering } from "./gathering";
import { grouped } from "../text/grouped";
import { onBehalfOf } from "../operation/sharedCall";

/** The service accepted a server's change of key pair. */
export interface AcceptedServer {
  /** The request whose jobs do the change. */
  requestId: string;
  /** Absent where the answer names none. */
  jobId?: string;
}

interface Waiting extends ServerKeypair {
  operation: Operation;
  since: number;
  /** Whether the service may have taken it. */
  sent: boolean;
  accept: (accepted: AcceptedServer) => void;
  reject: (error: unknown) => void;
}

/** How many open-access calls run side by side. */
const parallelCalls = 8;

/** Gathers the servers that want a key pair at the same moment, whatever key pair, into calls of as many as the service takes. */
export class OpenAccessQueue {
  private readonly gathering = new Gathering<Waiting>(
    { quiet: 50, longest: 250 },
    () => this.serversPerCall,
    (servers) => {
      this.handOver(servers);
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
    let waiting: Waiting | undefined;
    const accepted = new Promise<AcceptedServer>((accept, reject) => {
      waiting = { ...server, operation, since: performance.now(), sent: false, accept, reject };
      this.gathering.add(waiting);
    });
    const stopped = () => stoppedError("CPH UpdateKeypair", operation, waiting?.sent ?? false);
    return raceWithAbort(accepted, operation, stopped);
  }

  /** A call names a server once: its next key pair goes with a later call. */
  private handOver(servers: Waiting[]): void {
    const firsts = new Map<string, Waiting>();
    for (const server of servers) {
      if (firsts.has(server.serverId)) this.gathering.add(server);
      else firsts.set(server.serverId, server);
    }
    void this.limit(() => this.send([...firsts.values()]));
  }

  private async send(servers: Waiting[]): Promise<void> {
    const sendable = servers.filter((server) => this.isSendable(server));
    if (sendable.length === 0) return;
    // The service may have said meanwhile that it takes fewer.
    if (sendable.length > this.serversPerCall) return this.sendInParts(sendable, this.serversPerCall);
    for (const server of sendable) server.sent = true;
    try {
      const { requestId, servers: submitted } = await onBehalfOf(
        sendable.map(({ operation }) => operation),
        (operation) => this.cph(operation).changeKeypairs(sendable),
      );
      const entries = new Map(submitted.map((entry) => [entry.serverId, entry]));
      const tooMany: Waiting[] = [];
      for (const server of sendable) {
        const entry = entries.get(server.serverId);
        if (entry?.error === undefined) server.accept({ requestId, jobId: entry?.jobId });
        else if (entry.error.means("tooManyServers") && sendable.length > 1) tooMany.push(server);
        else this.refuse(server, entry.error);
      }
      if (tooMany.length > 0) await this.sendHalved(tooMany, sendable.length);
    } catch (error) {
      await this.resendOrReject(error, sendable);
    }
  }

  private isSendable({ keypairName, operation, since, reject }: Waiting): boolean {
    const missing = this.missingKeypairs.get(keypairName);
    if (missing === undefined || missing.at < since) return !operation.signal.aborted;
    reject(missing.error);
    return false;
  }

  /** What a call as a whole was refused for may be the fault of one of its servers: then the others are to go through. */
  private async resendOrReject(error: unknown, servers: Waiting[]): Promise<void> {
    if (means(error, "tooManyServers") && servers.length > 1) return this.sendHalved(servers, servers.length);
    const [one, ...others] = grouped(servers, ({ keypairName }) => keypairName).values();
    if (means(error, "unknownKeypair") && one !== undefined && others.length > 0) {
      for (const group of [one, ...others]) await this.send(group);
    } else if (isPerhapsAboutOneServer(error) && servers.length > 1) {
      await this.sendInParts(servers, Math.ceil(servers.length / 2));
    } else {
      for (const server of servers) this.refuse(server, error);
    }
  }

  private refuse({ keypairName, reject }: Waiting, error: unknown): void {
    if (means(error, "unknownKeypair")) this.missingKeypairs.set(keypairName, { error, at: performance.now() });
    reject(error);
  }

  private sendHalved(servers: Waiting[], tooMany: number): Promise<void> {
    this.serversPerCall = Math.min(this.serversPerCall, Math.ceil(tooMany / 2));
    return this.sendInParts(servers, this.serversPerCall);
  }

  private async sendInParts(servers: Waiting[], size: number): Promise<void> {
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
