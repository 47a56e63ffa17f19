import { addAgency, addIdentityProvider, addProject, fillCloud, setMachineAgency } from "./beginning";
import { CallLog, type Call } from "./callLog";
import * as changes from "./changes";
import type { KeypairChange, KeypairReplacement, ServerChange } from "./changes";
import { Cloud, type NewServer, type Server } from "./cloud";
import { readDataFile } from "./dataFile";
import type { ActiveFault, FaultRule } from "./faults";
import { userId, type AccessKey, type User } from "./identity";
import {
  resolveOptions,
  type NewAgency,
  type NewIdentityProvider,
  type NewMachineAgency,
  type ResolvedOptions,
  type SimulatorOptions,
} from "./options";
import { projectState, type CloudState } from "./state";
import { defaultVariants, type Variants } from "./variants";

/**
 * All that whoever runs a simulator can see of its cloud and do to it: a test through the simulator itself, everybody else through the
 * admin API. Projects are named by id or by region.
 */
export abstract class Controls {
  protected readonly cloud: Cloud;
  protected readonly callLog = new CallLog();
  protected readonly options: ResolvedOptions;

  constructor(options: SimulatorOptions) {
    this.options = resolveOptions(options);
    const { variants, data, temporaryKeySeconds } = this.options;
    this.cloud = new Cloud({ ...defaultVariants(), ...variants }, temporaryKeySeconds);
    fillCloud(this.cloud, this.options, data === undefined ? [] : readDataFile(data));
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
    return { accessKey, secretKey, domain, user, userId: userId({ name: user, domain }), password };
  }

  /** Project ids by region, as they were at the start. */
  get projects(): Readonly<Record<string, string>> {
    return this.options.projects;
  }

  /** Puts everything back to where it was at the start, without what a data file holds. */
  reset(): void {
    this.cloud.projects.clear();
    this.cloud.identity.clear();
    this.cloud.agencies.clear();
    this.cloud.identityProviders.clear();
    this.cloud.machine.clear();
    this.cloud.faults.clear();
    this.cloud.clock.reset();
    this.cloud.variants = { ...defaultVariants(), ...this.options.variants };
    this.callLog.clear();
    fillCloud(this.cloud, this.options, []);
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
    for (const project of projects) this.cloud.settleJobs(project);

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
    addProject(this.cloud, this.options, name, id, domain);
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

  /** Ends every temporary access key: those given out so far, and those added with a security token. */
  expireTemporaryKeys(): void {
    this.cloud.identity.expireTemporaryKeys();
  }

  /** Adds an agency, or has the one of that name and account trust another. */
  addAgency(agency: NewAgency): void {
    addAgency(this.cloud, this.options, agency);
  }

  /** Takes an agency away; tells whether it was there. Temporary access keys of it go on until they end. */
  removeAgency(name: string, domain: string): boolean {
    return this.cloud.agencies.remove(name, domain);
  }

  /** Adds an identity provider, in place of the one of that id if there is one. */
  addIdentityProvider(provider: NewIdentityProvider): void {
    addIdentityProvider(this.cloud, this.options, provider);
  }

  /** Gives the machine on which clients run another agency, or takes it away. */
  setMachineAgency(agency?: NewMachineAgency): void {
    setMachineAgency(this.cloud, this.options, agency);
  }

  /** Puts the cloud's clock forward: jobs end, locks open and tokens expire without anybody waiting. */
  advanceClock(seconds: number): void {
    this.cloud.clock.advance(seconds);
  }

  /** Called whenever something may have changed that a data file keeps. */
  protected abstract saveSoon(): void;
}
