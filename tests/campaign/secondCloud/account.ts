/** All that the second cloud holds: one account with one project in one region. */
import { randomBytes } from "node:crypto";
import type { Variants } from "../../../simulator";
import { usualHabits, type Habits } from "./habits";

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

/** The switches that this cloud has in common with the simulator. */
export type Amounts = Pick<Variants, "jobSeconds" | "jobsVisibleAfter" | "keypairNameLag" | "serversPerCall">;

const lock = { failures: 5, time: 5 * 60 * 1000 };

/** Tokens that were given out, and wrong credentials in a row. */
export class Access {
  /** When each token expires; milliseconds since 1970. */
  readonly tokens = new Map<string, number>();
  private failures = 0;
  private lockedUntil = 0;

  expire(token: string | undefined): void {
    if (token !== undefined && this.tokens.has(token)) this.tokens.set(token, 0);
  }

  isLocked(now: number): boolean {
    return now < this.lockedUntil;
  }

  note(isGood: boolean, now: number): void {
    this.failures = isGood ? 0 : this.failures + 1;
    if (this.failures >= lock.failures) this.lockedUntil = now + lock.time;
  }
}

export class Account {
  readonly projectId = newId();
  readonly keypairs = new Map<string, Keypair>();
  /** Oldest first. */
  readonly servers = new Map<string, PhoneServer>();
  readonly jobs: Job[] = [];
  readonly access = new Access();
  habits: Habits = usualHabits;
  private lastId = 4_000_000;
  private stranger?: string;
  private looks = 0;
  private ahead = 0;

  constructor(
    servers: number,
    public amounts: Amounts,
  ) {
    for (let number = 1; number <= servers; number++) this.addServer(`phones-${number}`, this.now() - 60_000 + number);
  }

  private addServer(name: string, created: number): string {
    const id = newId();
    this.servers.set(id, { id, name, created, keypairName: "", trustedKey: null });
    return id;
  }

  /** At every fifth look, a server comes that is nobody's, or goes again. */
  letStrangerComeOrGo(): void {
    if (this.looks++ % 5 !== 0) return;
    if (this.stranger === undefined) this.stranger = this.addServer("stranger", this.now());
    else {
      this.servers.delete(this.stranger);
      this.stranger = undefined;
    }
  }

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.ahead;
  }

  advanceClock(seconds: number): void {
    this.ahead += seconds * 1000;
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
