/**
 * Huawei Cloud's KPS, CPH and IAM once more, for campaigns: written from the vendor's pages, without a look at the services of the
 * simulator or at the client. What passes against the simulator because that and the client share a misreading fails here. It offers what
 * campaigns use, is as strict as a service, and differs from the simulator's usual behaviour wherever the pages leave that open. Of the
 * simulator's switches it has those for times and sizes; for all else it has habits of its own.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Variants } from "../../../simulator";
import type { PlayedCall, PlayedCallFault, PlayedCloud, PlayedRule } from "../playedCloud";
import { Account, newId } from "./account";
import { disturbed, Faults } from "./faults";
import { answerTo, errorAnswer, jsonOf } from "./gateway";
import type { Habits } from "./habits";
import { receive, send } from "./http";
import { credentials } from "./iam";
import { parsePublicKey } from "./keys";
import { findRoute, type Found } from "./routes";
import type { ReceivedRequest } from "./signature";

export interface SecondCloudOptions {
  readonly servers: number;
  readonly jobSeconds: number;
}

type LoggedCall = { -readonly [F in keyof PlayedCall]: PlayedCall[F] };

export class SecondCloud implements PlayedCloud {
  readonly credentials = credentials;
  private readonly server: Server;
  private readonly faults = new Faults();
  private account: Account;
  private logged: LoggedCall[] = [];
  private lastNumber = 0;

  private constructor(private readonly options: SecondCloudOptions) {
    this.account = newAccount(options);
    // Longer than any client keeps a connection: one that ends just when it is used again is not what is tried here.
    this.server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: SecondCloudOptions): Promise<SecondCloud> {
    const cloud = new SecondCloud(options);
    await new Promise<void>((resolve) => cloud.server.listen(0, "127.0.0.1", resolve));
    return cloud;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  reset(): void {
    this.account = newAccount(this.options);
    this.faults.clear();
    this.logged = [];
  }

  setVariants(variants: Partial<Variants>, habits: Habits): void {
    const { jobSeconds, jobsVisibleAfter, keypairNameLag, serversPerCall } = { ...this.account.amounts, ...variants };
    this.account.amounts = { jobSeconds, jobsVisibleAfter, keypairNameLag, serversPerCall };
    this.account.habits = habits;
  }

  state() {
    this.account.settle();
    const keypairs = [...this.account.keypairs.values()].map(({ privateKey, encryption, ...keypair }) => ({
      ...keypair,
      encryption: encryption ?? null,
      hosted: privateKey !== undefined,
    }));
    return { projects: [{ keypairs, servers: [...this.account.servers.values()].map((server) => ({ ...server })) }] };
  }

  calls(): readonly PlayedCall[] {
    return this.logged.map((call) => ({ ...call }));
  }

  clearCalls(): void {
    this.logged = [];
  }

  addFault(rule: PlayedRule): void {
    this.faults.add(rule);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  advanceClock(seconds: number): void {
    this.account.advanceClock(seconds);
  }

  changeKeypair(_region: string, name: string, change: { description?: string; privateKey?: null }): void {
    const { description, privateKey } = change;
    const keypair = required(this.account.keypairs.get(name));
    if (description !== undefined) keypair.description = description;
    if (privateKey === null) Object.assign(keypair, { privateKey: undefined, encryption: undefined });
  }

  replaceKeypair(_region: string, name: string, replacement: { publicKey: string }): Promise<void> {
    this.account.settle();
    const { text, comment } = required(parsePublicKey(replacement.publicKey));
    const owner = { scope: "user", userId: credentials.userId };
    this.account.addKeypair({ name, ...owner, publicKey: text, comment, generated: false, description: "" });
    return Promise.resolve();
  }

  deleteKeypair(_region: string, name: string): void {
    this.account.settle();
    this.account.keypairs.delete(name);
  }

  changeServer(_region: string, id: string, { keypairName }: { keypairName: string }): void {
    this.account.settle();
    const trustedKey = required(this.account.keypairs.get(keypairName)).publicKey;
    Object.assign(required(this.account.servers.get(id)), { keypairName, trustedKey, shown: undefined });
  }

  removeServer(_region: string, id: string): void {
    this.account.servers.delete(id);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A call stays with the account that it began with.
    const { account } = this;
    const arrived = Date.now();
    const received = await receive(request);
    const found = findRoute(received.method, received.url.split("?")[0] ?? "");
    const subject = { operation: found?.route.operation, method: received.method };
    const faults = this.faults.strikeCall(subject);
    const logged = this.log(received, found, faults);
    if (faults.some(({ type }) => type === "expireToken")) account.access.expire(received.headers["x-auth-token"]);
    const strikeServer = () => this.faults.strikeServer(subject);
    const arrival = { requestId: newId(), request: received, found, strikeServer };
    const answer = await disturbed(
      faults,
      async () => {
        await this.travel(logged.number);
        const answered = await answerTo(account, arrival);
        await this.travel(logged.number + 1);
        return answered;
      },
      (error) => errorAnswer(account, arrival, error),
    );
    if (answer === "hang") return;
    logged.milliseconds = Date.now() - arrived;
    if (answer === "reset") {
      request.socket.destroy();
      return;
    }
    logged.status = answer.status;
    send(response, answer, arrival.requestId, account.habits);
  }

  /** Waits for as long as a message is on its way. */
  private async travel(number: number): Promise<void> {
    const { latency } = this.account.habits;
    if (latency === 0) return;
    const milliseconds = (number * 13) % latency;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  /** Notes a call that has just arrived. */
  private log(
    { method, url, body }: ReceivedRequest,
    found: Found | undefined,
    faults: readonly PlayedCallFault[],
  ): LoggedCall {
    const call = {
      number: ++this.lastNumber,
      method,
      path: url,
      service: found?.route.service ?? null,
      operation: found?.route.operation ?? null,
      body: jsonOf(body),
      faults: faults.map(({ type }) => type),
      status: null,
      milliseconds: null,
    };
    this.logged.push(call);
    return call;
  }
}

function newAccount({ servers, jobSeconds }: SecondCloudOptions): Account {
  return new Account(servers, { jobSeconds, jobsVisibleAfter: 0, keypairNameLag: 0, serversPerCall: 10 });
}

function required<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("There is no such thing in the cloud.");
  return found;
}
