/** An account, with all that it holds in its one project. */
import { randomBytes } from "node:crypto";
import type { Amounts, Conditions } from "./conditions";
import type { Habits } from "./habits";

export interface Encryption {
  readonly type: "default" | "kms";
  readonly kms_key_name?: string;
  readonly kms_key_id?: string;
}

export interface Keypair {
  readonly id: number;
  readonly name: string;
  readonly scope: string;
  readonly userId: string;
  /** Type and blob. */
  readonly publicKey: string;
  readonly comment: string;
  readonly generated: boolean;
  readonly created: number;
  updated?: number;
  description: string;
  /** What the service hosts. */
  privateKey?: string;
  encryption?: Encryption;
}

export interface PhoneServer {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  keypairName: string;
  /** Type and blob of the key that opens the server. */
  trustedKey: string | null;
  /** Until then the server shows the key pair that it had before. */
  shown?: { readonly keypairName: string; readonly until: number };
}

export interface Job {
  readonly id: string;
  readonly requestId: string;
  readonly serverId: string;
  readonly keypairName: string;
  /** Key of the key pair when the job was asked for. */
  readonly key: string;
  readonly begun: number;
  readonly ends: number;
  readonly hasEffect: boolean;
  /** Shown while it runs, in place of the vendor's number. */
  readonly runningStatus: number | string;
  state: "running" | "succeeded" | "failed";
  failure?: { readonly code: string; readonly message: string };
}

export class Account {
  readonly domainId = newId();
  readonly keypairs = new Map<string, Keypair>();
  /** Oldest first. */
  readonly servers = new Map<string, PhoneServer>();
  readonly jobs: Job[] = [];
  private lastId = 4_000_000;
  private stranger?: string;
  private looks = 0;

  constructor(
    readonly domain: string,
    readonly projectId: string,
    servers: number,
    private readonly conditions: Conditions,
  ) {
    for (let number = 1; number <= servers; number++) this.addServer(`phones-${number}`, this.now() - 60_000 + number);
  }

  get habits(): Habits {
    return this.conditions.habits;
  }

  get amounts(): Amounts {
    return this.conditions.amounts;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.conditions.now();
  }

  private addServer(name: string, created: number): string {
    const id = newId();
    this.servers.set(id, { id, name, created, keypairName: "", trustedKey: null });
    return id;
  }

  /** At every fifth look, a server comes that is nobody's, or goes again. */
  letStrangerComeOrGo(): void {
    if (this.looks++ % 5 !== 0) return;
    if (this.stranger === undefined) {
      this.stranger = this.addServer("stranger", this.now());
    } else {
      this.servers.delete(this.stranger);
      this.stranger = undefined;
    }
  }

  addKeypair(keypair: Omit<Keypair, "id" | "created">): Keypair {
    const added = { ...keypair, id: ++this.lastId, created: this.now() };
    this.keypairs.set(added.name, added);
    return added;
  }

  /** Ends the jobs whose time has come, in the order in which they end. To be called before anybody looks. */
  settle(): void {
    const due = this.jobs.filter(({ state, ends }) => state === "running" && ends <= this.now());
    for (const job of due.sort((one, other) => one.ends - other.ends)) this.end(job);
  }

  private end(job: Job): void {
    const server = this.servers.get(job.serverId);
    const key = this.habits.jobLooksUpKeyAtEnd ? this.keypairs.get(job.keypairName)?.publicKey : job.key;
    if (server === undefined) job.failure ??= { code: "CPS.0156", message: "The server does not exist." };
    else if (key === undefined) job.failure ??= { code: "CPS.0067", message: "The key pair could not be found." };
    job.state = job.failure === undefined ? "succeeded" : "failed";
    if (server === undefined || key === undefined || job.state === "failed" || !job.hasEffect) return;
    server.shown = { keypairName: server.keypairName, until: job.ends + this.amounts.keypairNameLag * 1000 };
    server.keypairName = job.keypairName;
    server.trustedKey = key;
  }
}

/** Thirty-two hexadecimal digits. */
export function newId(): string {
  return randomBytes(16).toString("hex");
}
