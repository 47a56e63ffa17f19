/**
 * Huawei Cloud's KPS, CPH and IAM once more, for campaigns: written from the vendor's pages, without a look at the services of the
 * simulator or at the client. What passes against the simulator because that and the client share a misreading fails here. It offers what
 * campaigns use, is as strict as a service, and differs from the simulator's usual behaviour wherever the pages leave that open. Of the
 * simulator's switches it has those for times and sizes; for all else it has habits of its own.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AccessKey, User, Variants } from "../../../simulator";
import type { PlayedCall, PlayedCallFault, PlayedCloud, PlayedRule } from "../playedCloud";
import { newId } from "./account";
import { Conditions } from "./conditions";
import { Contents, required } from "./contents";
import { disturbed, Faults } from "./faults";
import { answerTo, errorAnswer, jsonOf } from "./gateway";
import type { Habits } from "./habits";
import { receive, send } from "./http";
import { credentials } from "./iam";
import { fingerprint, parsePublicKey } from "./keys";
import { findRoute, type Found } from "./routes";
import { parseAuthorization, type ReceivedRequest } from "./signature";

export interface SecondCloudOptions {
  readonly servers: number;
  readonly jobSeconds: number;
}

type LoggedCall = { -readonly [F in keyof PlayedCall]: PlayedCall[F] };

export class SecondCloud implements PlayedCloud {
  readonly credentials = credentials;
  private readonly server: Server;
  private readonly faults = new Faults();
  private contents: Contents;
  private logged: LoggedCall[] = [];
  private lastNumber = 0;

  private constructor(private readonly options: SecondCloudOptions) {
    this.contents = newContents(options);
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
    this.contents = newContents(this.options);
    this.faults.clear();
    this.logged = [];
  }

  setVariants(variants: Partial<Variants>, habits: Habits): void {
    const { conditions } = this.contents;
    const { jobSeconds, jobsVisibleAfter, keypairNameLag, serversPerCall } = { ...conditions.amounts, ...variants };
    conditions.amounts = { jobSeconds, jobsVisibleAfter, keypairNameLag, serversPerCall };
    conditions.habits = habits;
  }

  state() {
    const projects = this.contents.accounts.map((account) => {
      account.settle();
      const keypairs = [...account.keypairs.values()].map(({ privateKey, encryption, ...keypair }) => ({
        ...keypair,
        fingerprints: { md5: fingerprint(keypair.publicKey, "md5"), sha256: fingerprint(keypair.publicKey, "sha256") },
        encryption: encryption ?? null,
        hosted: privateKey !== undefined,
      }));
      const servers = [...account.servers.values()].map((server) => ({ ...server }));
      return { id: account.projectId, keypairs, servers };
    });
    return { projects };
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
    this.contents.conditions.advanceClock(seconds);
  }

  /** Adds an account that has this project, and no users yet. */
  addProject(_region: string, id: string, domain: string): void {
    this.contents.addAccount(domain, id);
  }

  addUser({ name, domain, password }: User): void {
    const account = required(this.contents.accounts.find((each) => each.domain === domain));
    this.contents.access.addUser({ id: newId(), name, password, account });
  }

  addAccessKey({ accessKey, secretKey, securityToken, user: name }: AccessKey): void {
    const user = required(this.contents.access.users.find((each) => each.name === name));
    this.contents.access.addAccessKey(accessKey, { secretKey, securityToken, user });
  }

  revokeAccessKey(accessKey: string): boolean {
    return this.contents.access.accessKeys.delete(accessKey);
  }

  changeKeypair(project: string, name: string, change: { description?: string; privateKey?: null }): void {
    const { description, privateKey } = change;
    const keypair = required(this.contents.accountOf(project).keypairs.get(name));
    if (description !== undefined) keypair.description = description;
    if (privateKey === null) Object.assign(keypair, { privateKey: undefined, encryption: undefined });
  }

  replaceKeypair(project: string, name: string, replacement: { publicKey: string }): Promise<void> {
    const account = this.contents.accountOf(project);
    account.settle();
    const { text, comment } = required(parsePublicKey(replacement.publicKey));
    const owner = { scope: "user", userId: credentials.userId };
    account.addKeypair({ name, ...owner, publicKey: text, comment, generated: false, description: "" });
    return Promise.resolve();
  }

  deleteKeypair(project: string, name: string): void {
    const account = this.contents.accountOf(project);
    account.settle();
    account.keypairs.delete(name);
  }

  changeServer(project: string, id: string, { keypairName }: { keypairName: string }): void {
    const account = this.contents.accountOf(project);
    account.settle();
    const trustedKey = required(account.keypairs.get(keypairName)).publicKey;
    Object.assign(required(account.servers.get(id)), { keypairName, trustedKey, shown: undefined });
  }

  removeServer(project: string, id: string): void {
    this.contents.accountOf(project).servers.delete(id);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A call stays with what there was when it began.
    const { contents } = this;
    const { habits } = contents.conditions;
    const arrived = Date.now();
    const received = await receive(request);
    const found = findRoute(received.method, received.url.split("?")[0] ?? "");
    const subject = { operation: found?.route.operation, method: received.method };
    const faults = this.faults.strikeCall(subject);
    const logged = this.log(received, found, faults);
    const token = received.headers["x-auth-token"];
    if (faults.some(({ type }) => type === "expireToken") && token !== undefined) contents.access.expire(token);
    const strikeServer = () => this.faults.strikeServer(subject);
    const arrival = { requestId: newId(), request: received, found, strikeServer };
    const answer = await disturbed(
      faults,
      async () => {
        await this.travel(logged.number);
        const answered = await answerTo(contents, arrival);
        await this.travel(logged.number + 1);
        return answered;
      },
      (error) => errorAnswer(habits, arrival, error),
    );
    if (answer === "hang") return;
    logged.milliseconds = Date.now() - arrived;
    if (answer === "reset") {
      request.socket.destroy();
      return;
    }
    logged.status = answer.status;
    send(response, answer, arrival.requestId, habits);
  }

  /** Waits for as long as a message is on its way. */
  private async travel(number: number): Promise<void> {
    const { latency } = this.contents.conditions.habits;
    if (latency === 0) return;
    const milliseconds = (number * 13) % latency;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  /** Notes a call that has just arrived. */
  private log(
    { method, url, headers, body }: ReceivedRequest,
    found: Found | undefined,
    faults: readonly PlayedCallFault[],
  ): LoggedCall {
    const call = {
      number: ++this.lastNumber,
      method,
      path: url,
      service: found?.route.service ?? null,
      operation: found?.route.operation ?? null,
      accessKey: parseAuthorization(headers.authorization ?? "")?.accessKey ?? null,
      body: jsonOf(body),
      faults: faults.map(({ type }) => type),
      status: null,
      milliseconds: null,
    };
    this.logged.push(call);
    return call;
  }
}

function newContents({ servers, jobSeconds }: SecondCloudOptions): Contents {
  const amounts = { jobSeconds, jobsVisibleAfter: 0, keypairNameLag: 0, serversPerCall: 10 };
  return new Contents(new Conditions(amounts), servers);
}
