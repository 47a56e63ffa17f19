/** What must hold whatever a program does with the names of its key pairs. */
import { isSameKey, privateKeyProblem } from "../../../provider/resources/sshKeys";
import { publicKeys } from "../../../provider/testing/keys";
import { foreignKeypairs, keypairsOf, region, serversOf } from "../disturbance";
import { complaintsAboutOutput, type Complaints } from "../expectations";
import type { Known } from "../known";
import type { PlayedCloud, PlayedKeypair } from "../playedCloud";
import type { Outcome } from "../story";
import { edited, type DeclaredKeypair, type Program } from "./program";
import { undisturbed, type Drift, type Step } from "./scenario";

/** What the state says of a resource. */
export interface KnownResource extends Known {
  /** It was replaced, and is still to be deleted. */
  readonly isOld: boolean;
  /** It is deleted as far as the engine knows, and its replacement still to be created. */
  readonly isPending: boolean;
  readonly isTainted: boolean;
}

/** A stack and whatever drives it. */
export interface IdentityDriver<S extends Step> {
  readonly cloud: PlayedCloud;
  /** Runs what the step says, with the faults in force; `replaced` is the resource that a command replaces by force. */
  run(program: Program, step: S | Step, replaced: string | undefined): Promise<Outcome>;
  /** `preview --refresh --expect-no-changes`. */
  preview(program: Program): Promise<Outcome>;
  destroy(): Promise<Outcome>;
  state(): Promise<readonly KnownResource[]>;
}

/** The key that hands give a key pair; no program imports it. */
const keyByHand = publicKeys.rsa;

/** What a message says that leaves nothing to guess. */
const guidance =
  /aliases|adoptExisting|another name|without this one first|name of its own|pulumi up --replace|pass key\.name|state untaint|Create the key pair in the same region/i;

/** How many runs without faults and edits may be needed. */
const mostRunsToHeal = 3;

/** Makes the cloud that a scenario begins with: all servers carry a key pair that is none of the program's. */
export async function prepareCloud(cloud: PlayedCloud): Promise<void> {
  cloud.reset();
  await cloud.replaceKeypair(region, foreignKeypairs.first, { publicKey: publicKeys.ed25519 });
  await cloud.replaceKeypair(region, foreignKeypairs.second, { publicKey: publicKeys.ed25519 });
  for (const { id } of serversOf(cloud)) cloud.changeServer(region, id, { keypairName: foreignKeypairs.first });
}

/** A scenario as it goes on. */
export class IdentityStory<S extends Step> {
  private readonly cloud: PlayedCloud;
  private readonly serverIds: readonly string[];
  private readonly history: string[] = [];
  private program: Program;
  private programBefore: Program;
  /** Only a refresh shows what changed by hand, and what a killed run did. */
  private needsRefresh = false;
  /** Key pairs that no state has to know: of killed runs, and of replacements that ended between deletion and creation. */
  private readonly lost = new Set<string>();
  /** Servers that more than one binding had, that one left as they were, or that a hand or a killed run changed. */
  private readonly notGivenBack = new Set<string>();
  private readonly bindingOf = new Map<string, string>();

  constructor(
    private readonly driver: IdentityDriver<S>,
    private readonly scenario: { program: Program; steps: S[] },
  ) {
    this.cloud = driver.cloud;
    this.program = scenario.program;
    this.programBefore = scenario.program;
    this.serverIds = serversOf(this.cloud).map(({ id }) => id);
  }

  /** Throws what is wrong, with all that happened. */
  async tell(): Promise<void> {
    for (const step of this.scenario.steps) await this.step(step);
    await this.converge();
    await this.end();
  }

  private async step(step: S | Step): Promise<Outcome> {
    const before = step.takesBack ? this.programBefore : this.program;
    this.programBefore = this.program;
    this.program = step.edits.reduce(edited, before);
    this.noteBindings();
    for (const drift of step.drifts) await this.drift(drift);
    const stateBefore = await this.driver.state();
    const keypairsBefore = keypairsOf(this.cloud);
    const replaced = this.replacedBy(step, stateBefore);
    for (const rule of step.faults) this.cloud.addFault(rule);
    this.cloud.clearCalls();
    const outcome = await this.driver.run(this.program, step, replaced);
    this.cloud.clearFaults();
    this.cloud.advanceClock(20);
    const state = await this.driver.state();
    this.note(step, replaced, outcome, state);
    this.notePending(stateBefore, state, replaced);
    if (outcome.refreshed) this.needsRefresh = false;
    // The warning tells of it, and what to do.
    if (outcome.output.includes("was found unchanged before")) this.needsRefresh = true;
    if (outcome.lost !== undefined) {
      this.needsRefresh = true;
      for (const name of outcome.lost) this.lost.add(name);
      for (const id of this.serverIds) this.notGivenBack.add(id);
    }
    // Of a run that stops nobody may be left to deal with a pair whose name is handed on; the next one says so.
    if (outcome.isCutShort || !step.continueOnError) this.noteHandedOn(outcome, state);
    const isUp = step.command !== "refresh";
    const isCutShort = outcome.isCutShort ?? false;
    const isDisturbed = step.faults.length > 0 || isCutShort;
    const isSuccess = isUp && outcome.errors.length === 0 && !isCutShort;
    const isKilled = outcome.lost !== undefined;
    this.expectNone([
      ...complaintsAboutOutput(outcome.output),
      ...(isKilled ? [] : this.complaintsAboutLosses(stateBefore, keypairsBefore, state, isUp)),
      ...this.complaintsAboutPrivateKeys(stateBefore, state, isUp, replaced),
      ...this.complaintsAboutOrphans(state),
      ...(isDisturbed ? [] : complaintsAboutGuidance(outcome.errors)),
    ]);
    if (isSuccess && !this.needsRefresh) await this.expectOrder(state);
    return outcome;
  }

  /** The resource that a command replaces by force. */
  private replacedBy({ command, which }: Step, state: readonly KnownResource[]): string | undefined {
    if (command !== "up --replace" && command !== "taint and up") return undefined;
    const declared = [...Object.keys(this.program.keypairs), ...Object.keys(this.program.bindings)];
    const present = declared.filter((name) => state.some((known) => known.logicalName === name && !known.isOld));
    return present[which % Math.max(1, present.length)];
  }

  private async drift(drift: Drift): Promise<void> {
    this.needsRefresh = true;
    if (drift.type === "bindServer") {
      const id = this.serverIds[drift.server] ?? "";
      this.notGivenBack.add(id);
      this.cloud.changeServer(region, id, { keypairName: foreignKeypairs.second });
      return;
    }
    if (!keypairsOf(this.cloud).some(({ name }) => name === drift.name)) return;
    if (drift.type === "deleteKeypair") this.cloud.deleteKeypair(region, drift.name);
    else await this.cloud.replaceKeypair(region, drift.name, { publicKey: keyByHand });
  }

  /** Undisturbed runs bring order, or say what the author has to do. */
  private async converge(): Promise<void> {
    for (let runs = 1; runs <= mostRunsToHeal; runs++) {
      const { errors } = await this.step(undisturbed);
      if (errors.length === 0) return;
    }
  }

  /** What the program made goes, and servers that one binding had, which gives back, carry what they did. */
  private async end(): Promise<void> {
    const before = await this.driver.state();
    const outcome = await this.driver.destroy();
    const state = await this.driver.state();
    this.note({ ...undisturbed, command: "destroy" }, undefined, outcome, state);
    this.notePending(before, state, undefined);
    const carried = serversOf(this.cloud).filter(
      ({ id, keypairName }) => !this.notGivenBack.has(id) && keypairName !== foreignKeypairs.first,
    );
    this.expectNone([
      ...complaintsAboutOutput(outcome.output),
      ...outcome.errors,
      ...state.map(({ logicalName }) => `${logicalName} is in the state`),
      ...this.complaintsAboutOrphans(state),
      ...carried.map(({ id, keypairName }) => `server ${id} carries ${keypairName}`),
    ]);
  }

  private async expectOrder(state: readonly KnownResource[]): Promise<void> {
    const find = (name: string) => state.find(({ logicalName, isOld }) => logicalName === name && !isOld);
    const { keypairs, bindings } = this.program;
    this.expectNone([
      ...Object.entries(keypairs).flatMap(([name, declared]) =>
        complaintsAboutKeypair(this.cloud, name, declared, find(name)),
      ),
      ...Object.entries(bindings).flatMap(([name, { keypair, servers }]) =>
        this.complaintsAboutBinding(name, servers, find(keypair)?.id ?? "(not in the state)"),
      ),
    ]);
    const { errors, changed, output } = await this.driver.preview(this.program);
    this.expectNone([...errors, ...(changed ? [`the next preview is not clean: ${output}`] : [])]);
  }

  private complaintsAboutBinding(logicalName: string, servers: readonly number[], name: string): Complaints {
    const key = keypairsOf(this.cloud).find((keypair) => keypair.name === name)?.publicKey ?? "(no such key pair)";
    return servers.flatMap((place) => {
      const server = serversOf(this.cloud).find(({ id }) => id === this.serverIds[place]);
      if (server?.keypairName !== name)
        return [`${logicalName}: server ${place} carries ${String(server?.keypairName)}`];
      return isSameKey(server.trustedKey ?? "", key) ? [] : [`${logicalName}: server ${place} trusts another key`];
    });
  }

  /** A pair that was declared before and still is stands, as it was or as it is wanted. */
  private complaintsAboutLosses(
    before: readonly KnownResource[],
    keypairsBefore: readonly PlayedKeypair[],
    after: readonly KnownResource[],
    isUp: boolean,
  ): Complaints {
    const isRefused = this.createsRefused() > 1;
    return before.flatMap((known) => {
      const { logicalName, id, isOld } = known;
      if (isOld || !(logicalName in this.program.keypairs || (!isUp && logicalName.startsWith("key")))) return [];
      const earlier = keypairsBefore.find(({ name, publicKey }) => name === id && isKeyOf(known, publicKey));
      // Of an uncertain creation the state has no key, so that its pair is of no use.
      if (earlier === undefined || known.state.publicKey === "" || this.isThere(id, earlier.publicKey)) return [];
      const present = after.find((each) => each.logicalName === logicalName && !each.isOld);
      if (present === undefined) return [`${logicalName}: key pair ${id} is gone from cloud and state`];
      if (keypairsOf(this.cloud).some(({ name, publicKey }) => name === present.id && isKeyOf(present, publicKey)))
        return [];
      // Of a name that was handed on in this run nothing can be given back; the private key is still in the state.
      const isHandedOn = present.id === id && after.some((each) => each.id === id && each.logicalName !== logicalName);
      return isRefused || isHandedOn ? [] : [`${logicalName}: key pair ${id} is gone from the cloud`];
    });
  }

  private isThere(id: string, publicKey: string): boolean {
    return keypairsOf(this.cloud).some((keypair) => keypair.name === id && isSameKey(keypair.publicKey, publicKey));
  }

  private createsRefused(): number {
    return this.cloud.calls().filter(({ operation, status, faults }) => {
      const isCreate = operation === "CreateKeypair" || operation === "BatchImportKeypair";
      return isCreate && (faults.length > 0 || status === null || status >= 400);
    }).length;
  }

  /** A private key goes only with its resource, or where a replacement is asked for, which is then in the cloud. */
  private complaintsAboutPrivateKeys(
    before: readonly KnownResource[],
    after: readonly KnownResource[],
    isUp: boolean,
    replaced: string | undefined,
  ): Complaints {
    return before.flatMap((known) => {
      const { logicalName, id, isOld, isTainted } = known;
      const { privateKey } = known.state;
      const declared = this.program.keypairs[logicalName];
      if (privateKey === undefined || isOld || (isUp && declared === undefined)) return [];
      const present = after.find((each) => each.logicalName === logicalName && !each.isOld);
      if (present === undefined) return [`${logicalName}: the private key of ${id} went with its resource`];
      if (present.state.privateKey === privateKey) return [];
      const isAsked = isTainted || replaced === logicalName || (isUp && isReplacementOf(declared, known));
      if (!isAsked) return [`${logicalName}: the private key of ${id} is lost`];
      return keypairsOf(this.cloud).some(({ name, publicKey }) => name === present.id && isKeyOf(present, publicKey))
        ? []
        : [`${logicalName}: the private key of ${id} is lost, and nothing is in its place`];
    });
  }

  private complaintsAboutOrphans(state: readonly KnownResource[]): Complaints {
    const known = [...Object.values<string>(foreignKeypairs), ...state.map(({ id }) => id)];
    return keypairsOf(this.cloud)
      .filter(({ name, publicKey }) => !known.includes(name) && !this.lost.has(name) && publicKey !== keyByHand)
      .map(({ name }) => `key pair ${name} is in the cloud but not in the state`);
  }

  /** Of what the engine believes to be deleted it tells the provider nothing, unless it compares it with the program. */
  private notePending(
    before: readonly KnownResource[],
    after: readonly KnownResource[],
    replaced: string | undefined,
  ): void {
    for (const { logicalName, id, isPending, isTainted } of before) {
      if (!isPending) continue;
      const isCompared =
        logicalName !== replaced && !isTainted && after.some((each) => each.logicalName === logicalName);
      if (isCompared) continue;
      this.lost.add(id);
      for (const [server, binding] of this.bindingOf) if (binding === logicalName) this.notGivenBack.add(server);
    }
  }

  private noteHandedOn({ errors, isCutShort }: Outcome, state: readonly KnownResource[]): void {
    if (errors.length === 0 && !isCutShort) return;
    for (const { name } of Object.values(this.program.keypairs))
      if (name !== undefined && !state.some(({ id }) => id === name)) this.lost.add(name);
  }

  private noteBindings(): void {
    for (const [name, { servers, restores }] of Object.entries(this.program.bindings)) {
      for (const place of servers) {
        const id = this.serverIds[place] ?? "";
        const binding = this.bindingOf.get(id) ?? name;
        this.bindingOf.set(id, binding);
        if (binding !== name) this.notGivenBack.add(id);
      }
      if (restores) continue;
      for (const [id, binding] of this.bindingOf) if (binding === name) this.notGivenBack.add(id);
    }
  }

  private note(
    step: Omit<Step, "command"> & { command: string },
    replaced: string | undefined,
    { output, isCutShort }: Outcome,
    state: readonly KnownResource[],
  ): void {
    const { command, faults, drifts, continueOnError } = step;
    const marks = JSON.stringify({ replaced, isCutShort, continueOnError, drifts, faults });
    const calls = this.cloud
      .calls()
      .filter(({ method, service }) => method !== "GET" && service !== "iam")
      .map(({ operation, path, body, status }) =>
        [operation, path.split("/").at(-1), nameIn(body), status].map(String).join(" "),
      );
    const known = state.map(({ logicalName, id, isOld, isPending, isTainted }) =>
      [logicalName, id, isOld && "old", isPending && "pending", isTainted && "tainted"].filter(Boolean).join(" "),
    );
    const cloud = keypairsOf(this.cloud).map(({ name, publicKey }) => `${name} ${publicKey.slice(-12)}`);
    this.history.push(
      `\n== ${command} ${marks}\n${JSON.stringify(this.program)}\n${output || "(nothing told)"}`,
      `calls: ${calls.join("; ")}\nstate: ${known.join("; ")}\ncloud: ${cloud.join("; ")}`,
    );
  }

  private expectNone(complaints: readonly string[]): void {
    if (complaints.length > 0) throw new Error([...complaints, ...this.history].join("\n"));
  }
}

function complaintsAboutKeypair(
  cloud: PlayedCloud,
  logicalName: string,
  { name, key }: DeclaredKeypair,
  known: KnownResource | undefined,
): Complaints {
  if (known === undefined) return [`${logicalName} is not in the state`];
  const live = keypairsOf(cloud).find((keypair) => keypair.name === known.id);
  if (live === undefined) return [`${logicalName}: key pair ${known.id} is not in the cloud`];
  const isWanted =
    key === undefined ? isPrivateKeyOf(known, live.publicKey) : isSameKey(live.publicKey, publicKeys[key]);
  return [
    ...(known.id === (name ?? known.id) ? [] : [`${logicalName}: is named ${known.id}`]),
    ...(isWanted ? [] : [`${logicalName}: key pair ${known.id} holds another key`]),
  ];
}

function complaintsAboutGuidance(errors: readonly string[]): Complaints {
  return errors.filter((message) => !guidance.test(message)).map((message) => `does not say what to do: ${message}`);
}

/** Whether the program asks for another pair than the state knows. */
function isReplacementOf(declared: DeclaredKeypair | undefined, { state }: KnownResource): boolean {
  if (declared === undefined) return false;
  const { name = state.name, key, scope = "user" } = declared;
  return name !== state.name || scope !== state.scope || key !== undefined;
}

function isKeyOf({ state }: KnownResource, publicKey: string): boolean {
  return state.publicKey === "" || isSameKey(String(state.publicKey), publicKey);
}

function isPrivateKeyOf({ state }: KnownResource, publicKey: string): boolean {
  return privateKeyProblem(String(state.privateKey), publicKey) === undefined;
}

function nameIn(body: unknown): string {
  return /"name":"([^"]+)"/.exec(JSON.stringify([body]))?.[1] ?? "";
}
