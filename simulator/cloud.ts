import { randomUUID } from "node:crypto";
import { Agencies } from "./agencies";
import { Clock } from "./clock";
import { FaultBook } from "./faults";
import { Identity, stableId } from "./identity";
import { IdentityProviders } from "./identityProviders";
import { parsePublicKey, withoutComment } from "./keyMaterial";
import { Machine } from "./machine";
import type { Variants } from "./variants";

/** A key pair as KPS keeps it. */
export interface Keypair {
  readonly id: number;
  readonly name: string;
  type: "ssh" | "x509";
  scope: "user" | "domain";
  /** The text as it was imported or generated. */
  publicKey: string;
  generated: boolean;
  /** The private key hosted by the service; null where it hosts none. */
  privateKey: string | null;
  /** How the hosted private key is encrypted. */
  encryption: Encryption | null;
  description: string;
  userId: string;
  frozenState: number;
  /** Milliseconds since 1970. */
  createTime: number;
  updateTime: number | null;
}

/** How KMS encrypts a hosted private key. */
export interface Encryption {
  readonly type: "default" | "kms";
  readonly kms_key_name?: string;
  readonly kms_key_id?: string;
}

/** A Cloud Phone server. */
export interface Server {
  readonly id: string;
  /** Counts the project's servers, from 1; its addresses come of it. */
  readonly number: number;
  name: string;
  /** 5 is normal; the vendor's page lists the others. */
  status: number;
  keypairName: string;
  /** Type and blob of the public key that really opens this server, or null where none was ever bound. */
  trustedKey: string | null;
  /** What the server still shows while the variant keypairNameLag lasts. */
  earlierKeypairName: string;
  /** When a job last changed the key pair; milliseconds since 1970. */
  keypairChangedAt: number;
  /** A server that is being scaled up refuses a new key pair. */
  scalingUp: boolean;
  availabilityZone: string;
  serverModelName: string;
  phoneModelName: string;
  networkVersion: "v1" | "v2";
  readonly createTime: number;
  updateTime: number;
}

/** The task of giving one server another key pair. */
export interface Job {
  readonly id: string;
  /** The request id of the call that started it. */
  readonly requestId: string;
  readonly serverId: string;
  readonly keypairName: string;
  /** Type and blob of the key at the time of the call. */
  readonly trustedKey: string;
  readonly beginTime: number;
  /** When it ends, unless its outcome says that it never does. */
  readonly dueTime: number;
  outcome: JobOutcome;
  /** Never shown, though it runs. */
  readonly hidden: boolean;
  state: "running" | "succeeded" | "failed";
}

/** What becomes of a job. */
export interface JobOutcome {
  /** Present where it fails. */
  readonly failure?: { readonly code: string; readonly message: string };
  /** It runs for ever. */
  readonly neverEnds?: boolean;
  /** It succeeds, and the server's key pair is what it was. */
  readonly withoutEffect?: boolean;
  /** What it shows as its status while it runs, instead of 1. */
  readonly runningStatus?: number | string;
}

/** A project: one region's part of an account. */
export interface Project {
  readonly id: string;
  /** The region's name, such as cn-north-4. */
  readonly name: string;
  /** The account it belongs to. */
  readonly domain: string;
  /** The id that the latest key pair got; ids are never used again. */
  lastKeypairId: number;
  /** The number of the latest server; numbers are never used again. */
  lastServerNumber: number;
  readonly keypairs: Map<string, Keypair>;
  readonly servers: Map<string, Server>;
  readonly jobs: Map<string, Job>;
}

/** The statuses of a server that make a difference here. */
export const serverStatus = { normal: 5, frozen: 8, starting: 13 };

/** What a key pair that comes into being is made of; the rest is filled in. */
export type NewKeypair = Omit<Keypair, "id" | "frozenState" | "createTime" | "updateTime">;

/** What an added server may say about itself; the rest is filled in. */
export type NewServer = Partial<
  Omit<Server, "number" | "createTime" | "updateTime" | "earlierKeypairName" | "keypairChangedAt">
>;

/** Everything the simulated cloud knows. */
export class Cloud {
  readonly clock = new Clock();
  readonly identity = new Identity(this.clock);
  readonly agencies = new Agencies();
  readonly identityProviders = new IdentityProviders(this.clock);
  readonly machine = new Machine(this.clock, this.identity);
  readonly faults = new FaultBook(this.clock);
  readonly projects = new Map<string, Project>();

  constructor(
    public variants: Variants,
    /** How long temporary access keys live, whatever was asked for. */
    readonly temporaryKeySeconds?: number,
  ) {}

  /** Adds an empty project. */
  addProject(name: string, id: string, domain: string): Project {
    const project: Project = {
      id,
      name,
      domain,
      lastKeypairId: 0,
      lastServerNumber: 0,
      keypairs: new Map(),
      servers: new Map(),
      jobs: new Map(),
    };
    this.projects.set(id, project);
    return project;
  }

  /** Puts a new key pair in the place of its name. */
  putKeypair(project: Project, given: NewKeypair): Keypair {
    const keypair: Keypair = {
      id: ++project.lastKeypairId,
      ...given,
      frozenState: 0,
      createTime: this.clock.now(),
      updateTime: null,
    };
    project.keypairs.set(keypair.name, keypair);
    return keypair;
  }

  /** Adds a server that is normal and bound to nothing, unless told otherwise. */
  addServer(project: Project, given: NewServer = {}): Server {
    const number = ++project.lastServerNumber;
    const now = this.clock.now();
    const keypairName = given.keypairName ?? "";
    const server: Server = {
      id: stableId(project.id, `server ${number}`),
      number,
      name: `cph-server-${number}`,
      status: serverStatus.normal,
      keypairName,
      trustedKey: trustedKeyOf(project, keypairName),
      earlierKeypairName: keypairName,
      keypairChangedAt: 0,
      scalingUp: false,
      availabilityZone: `${project.name}a`,
      serverModelName: "physical.rx1.xlarge",
      phoneModelName: "rx1.cp.c60.d10.e1v1",
      networkVersion: "v2",
      createTime: now,
      updateTime: now,
      ...given,
    };
    project.servers.set(server.id, server);
    return server;
  }

  /** Starts the job that gives a server another key pair. */
  startJob(project: Project, job: Omit<Job, "id" | "beginTime" | "dueTime" | "state"> & { seconds?: number }): Job {
    const { seconds = this.variants.jobSeconds, ...rest } = job;
    const beginTime = this.clock.now();
    const started: Job = { ...rest, id: newId(), beginTime, dueTime: beginTime + seconds * 1000, state: "running" };
    project.jobs.set(started.id, started);
    return started;
  }

  /** Ends the jobs whose time has come. Nothing runs in the background: this is called before anyone looks. */
  settleJobs(project: Project): void {
    const now = this.clock.now();
    const due = [...project.jobs.values()].filter(
      (job) => job.state === "running" && job.outcome.neverEnds !== true && job.dueTime <= now,
    );
    for (const job of due.sort((a, b) => a.dueTime - b.dueTime)) this.endJob(project, job);
  }

  private endJob(project: Project, job: Job): void {
    if (this.variants.keypairDeletedDuringJob === "fails" && !project.keypairs.has(job.keypairName))
      job.outcome = { failure: { code: "CPS.0067", message: "Keypair could not found." }, ...job.outcome };

    if (job.outcome.failure !== undefined) {
      job.state = "failed";
      return;
    }
    job.state = "succeeded";
    const server = project.servers.get(job.serverId);
    if (server !== undefined && job.outcome.withoutEffect !== true) {
      server.earlierKeypairName = server.keypairName;
      server.keypairName = job.keypairName;
      server.trustedKey = job.trustedKey;
      server.keypairChangedAt = job.dueTime;
      server.updateTime = job.dueTime;
    }
  }

  /** Tells whether a job of a server has not ended yet. */
  isBusy(project: Project, server: Server): boolean {
    return [...project.jobs.values()].some((job) => job.serverId === server.id && job.state === "running");
  }

  /** The status that a server shows: perhaps another while a job runs. */
  shownStatus(project: Project, server: Server): number {
    const starting = this.variants.statusDuringJob === "starting" && server.status === serverStatus.normal;
    return starting && this.isBusy(project, server) ? serverStatus.starting : server.status;
  }

  /** The key pair's name that a server shows: for a moment after a change, perhaps still the earlier one. */
  shownKeypairName(server: Server): string {
    const lag = this.variants.keypairNameLag * 1000;
    return this.clock.now() < server.keypairChangedAt + lag ? server.earlierKeypairName : server.keypairName;
  }
}

/** Type and blob of a key pair's public key, if the project has that key pair. */
export function trustedKeyOf(project: Project, keypairName: string): string | null {
  const keypair = project.keypairs.get(keypairName);
  return keypair === undefined ? null : withoutComment(keypair.publicKey);
}

/** The public key of a key pair; its text was checked when it came in. */
export function publicKeyOf(keypair: Keypair): ReturnType<typeof parsePublicKey> {
  return parsePublicKey(keypair.type, keypair.publicKey);
}

/** A new id of 32 hexadecimal digits. */
export function newId(): string {
  return randomUUID().replaceAll("-", "");
}
