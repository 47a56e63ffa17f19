import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerAdminCall } from "./adminApi";
import { answerApiCall } from "./apiServer";
import { CallLog, type Call } from "./callLog";
import * as changes from "./changes";
import type { KeypairChange, KeypairReplacement, ServerChange } from "./changes";
import { Cloud, type NewServer, type Project, type Server } from "./cloud";
import { readDataFile, writeDataFile } from "./dataFile";
import type { ActiveFault, FaultRule } from "./faults";
import { send } from "./http";
import { userId, type AccessKey, type User } from "./identity";
import { resolveOptions, type ResolvedOptions, type SimulatorOptions } from "./options";
import { page } from "./page";
import { projectState, type CloudState } from "./state";
import { defaultVariants, type Variants } from "./variants";

const saveDelay = 100;

const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:",
};

/** A running simulator, and the handle to everything that its admin API can do. Projects are named by id or by region. */
export class Simulator {
  private readonly cloud: Cloud;
  private readonly callLog = new CallLog();
  private readonly server: HttpServer;
  private readonly options: ResolvedOptions;
  private port = 0;
  private saveTimer: NodeJS.Timeout | undefined;

  constructor(options: SimulatorOptions) {
    this.options = resolveOptions(options);
    const { variants, data } = this.options;
    this.cloud = new Cloud({ ...defaultVariants(), ...variants });
    this.fill(data === undefined ? [] : readDataFile(data));
    // Longer than any client keeps an idle connection, so that it is never the server who closes one in mid-call.
    this.server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
      void this.answer(request, response);
    });
  }

  /** Where it listens, such as `http://127.0.0.1:43251`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What a client needs for the first user, as the executable prints it. */
  get credentials(): {
    accessKey: string;
    secretKey: string;
    domain: string;
    user: string;
    userId: string;
    password: string;
  } {
    const { accessKey, secretKey, domain, user, password } = this.options;
    return { accessKey, secretKey, domain, user, userId: userId({ name: user, domain, password }), password };
  }

  /** Project ids by region, as they were at the start. */
  get projects(): Readonly<Record<string, string>> {
    return this.options.projects;
  }

  /** Begins to listen, as `startSimulator` has it do. */
  async start(): Promise<void> {
    this.saveNow();
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(this.options.port, "127.0.0.1", resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Stops, and keeps the state where that was asked for. Calls that still wait for their answer are cut off. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.saveNow();
  }

  /** Puts everything back to where it was at the start, without what a data file holds. */
  reset(): void {
    this.cloud.projects.clear();
    this.cloud.identity.clear();
    this.cloud.faults.clear();
    this.cloud.clock.reset();
    this.cloud.variants = { ...defaultVariants(), ...this.options.variants };
    this.callLog.clear();
    this.fill([]);
    this.saveSoon();
  }

  /** The latest calls received, oldest first: as many as are asked for, or all that are remembered. */
  calls(latest = Infinity): Call[] {
    return this.callLog.list(latest);
  }

  /** Forgets the calls received. */
  clearCalls(): void {
    this.callLog.clear();
  }

  /** The faults in force. */
  faults(): ActiveFault[] {
    return this.cloud.faults.list();
  }

  /** Puts a fault in force; returns the id with which it can be removed. */
  addFault(rule: FaultRule): number {
    return this.cloud.faults.add(rule);
  }

  /** Takes a fault out of force; tells whether it was there. */
  removeFault(id: number): boolean {
    return this.cloud.faults.remove(id);
  }

  /** Takes all faults out of force. */
  clearFaults(): void {
    this.cloud.faults.clear();
  }

  /** The value of every switch. */
  variants(): Variants {
    return { ...this.cloud.variants };
  }

  /** Turns some switches. */
  setVariants(changes: Partial<Variants>): void {
    this.cloud.variants = { ...this.cloud.variants, ...changes };
  }

  /** Everything the cloud holds, as it is at this moment. */
  state(): CloudState {
    const projects = [...this.cloud.projects.values()];
    for (const project of projects) {
      this.cloud.settleJobs(project);
    }
    return { now: this.cloud.clock.now(), projects: projects.map(projectState) };
  }

  /** Alters a key pair behind its owner's back. */
  changeKeypair(project: string, name: string, change: KeypairChange): void {
    changes.changeKeypair(this.cloud, project, name, change);
    this.saveSoon();
  }

  /** Puts another key pair in place of the one of that name, or where there is none. */
  async replaceKeypair(project: string, name: string, replacement: KeypairReplacement = {}): Promise<void> {
    await changes.replaceKeypair(this.cloud, project, name, replacement, this.credentials.userId);
    this.saveSoon();
  }

  /** Deletes a key pair behind its owner's back; tells whether it was there. */
  deleteKeypair(project: string, name: string): boolean {
    this.saveSoon();
    return changes.deleteKeypair(this.cloud, project, name);
  }

  /** Adds a server; what it does not say about itself is filled in. */
  addServer(project: string, server: NewServer = {}): Server {
    this.saveSoon();
    return changes.addServer(this.cloud, project, server);
  }

  /** Alters a server behind its owner's back. With another key pair's name comes that key pair's key, unless told otherwise. */
  changeServer(project: string, id: string, change: ServerChange): void {
    changes.changeServer(this.cloud, project, id, change);
    this.saveSoon();
  }

  /** Takes a server away as if it never was; tells whether it was there. */
  removeServer(project: string, id: string): boolean {
    this.saveSoon();
    return changes.removeServer(this.cloud, project, id);
  }

  /** Adds a project with the usual number of servers. The account is the first user's, unless told otherwise. */
  addProject(name: string, id: string, domain: string = this.options.domain): void {
    this.fillProject(this.cloud.addProject(name, id, domain));
    this.saveSoon();
  }

  /** Adds a user, or gives one another password. */
  addUser(user: User): void {
    this.cloud.identity.addUser(user);
  }

  /** Adds an access key, or gives one another secret key. */
  addAccessKey(key: AccessKey): void {
    this.cloud.identity.addAccessKey(key);
  }

  /** Revokes an access key; tells whether it was there. */
  revokeAccessKey(accessKey: string): boolean {
    return this.cloud.identity.revokeAccessKey(accessKey);
  }

  /** Makes every token given out so far an expired one. */
  expireTokens(): void {
    this.cloud.identity.expireTokens();
  }

  /** Puts the cloud's clock forward: jobs end, locks open and tokens expire without anybody waiting. */
  advanceClock(seconds: number): void {
    this.cloud.clock.advance(seconds);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    try {
      if (path === "/" && request.method === "GET") {
        send(response, 200, pageHeaders, page);
      } else if (path === "/_admin" || path.startsWith("/_admin/")) {
        await answerAdminCall(this, request, response);
      } else {
        await answerApiCall(this.cloud, this.callLog, request, response);
        if (request.method !== "GET") {
          this.saveSoon();
        }
      }
    } catch (error) {
      // Where the client went away in the middle of its request, nobody waits for an answer; anything else is a bug.
      if (!request.socket.destroyed) {
        console.error(error);
      }
      response.destroy();
    }
  }

  private fill(saved: readonly Project[]): void {
    const { domain, user, password, accessKey, secretKey, projects, users, accessKeys, faults } = this.options;
    for (const somebody of [{ name: user, password, domain }, ...users]) {
      this.cloud.identity.addUser(somebody);
    }
    for (const key of [{ accessKey, secretKey, user }, ...accessKeys]) {
      this.cloud.identity.addAccessKey(key);
    }
    for (const fault of faults) {
      this.cloud.faults.add(fault);
    }
    for (const project of saved) {
      this.cloud.projects.set(project.id, project);
    }
    for (const [name, id] of Object.entries(projects)) {
      const kept = this.cloud.projects.get(id);
      if (kept === undefined) {
        this.fillProject(this.cloud.addProject(name, id, domain));
      } else {
        // The account may have another name than in the run that kept the project.
        this.cloud.projects.set(id, { ...kept, name, domain });
      }
    }
  }

  private fillProject(project: Project): void {
    for (let number = 0; number < this.options.servers; number++) {
      this.cloud.addServer(project);
    }
  }

  /** Changes come in bursts: they are written together, a moment later. */
  private saveSoon(): void {
    if (this.options.data !== undefined && this.server.listening && this.saveTimer === undefined) {
      this.saveTimer = setTimeout(() => {
        try {
          this.saveNow();
        } catch (error) {
          console.error(error);
        }
      }, saveDelay);
    }
  }

  private saveNow(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = undefined;
    if (this.options.data !== undefined) {
      writeDataFile(this.options.data, this.cloud.projects.values());
    }
  }
}
