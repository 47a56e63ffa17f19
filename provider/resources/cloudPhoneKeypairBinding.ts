import { randomUUID } from "node:crypto";
import { bindServers, type BindingOutcome, type WantedServer } from "../fleet/bindServers";
import { grouped } from "../fleet/grouped";
import { lookAtServers } from "../fleet/servers";
import { isUnknownKeypair } from "../huawei/cph";
import { HuaweiCloudError, presentable, printable } from "../huawei/errors";
import {
  ownLog,
  PartialFailure,
  type Checked,
  type Context,
  type Difference,
  type Found,
  type Resource,
} from "../resource";
import type {
  CloudPhoneKeypairBindingInputs as DeclaredInputs,
  CloudPhoneKeypairBindingState as DeclaredState,
  Server,
  ServerBinding,
} from "../schema/types";
import { holdsUnknown } from "../schema/unknown";
import { problemsOf, type Problem } from "../schema/validation";
import { isKnownText, keypairNameProblems, quoted, regionProblems } from "./inputs";

/** Inputs after check: defaults are filled in, `serverIds` is sorted and without duplicates. */
export interface CloudPhoneKeypairBindingInputs extends DeclaredInputs {
  deletionPolicy: NonNullable<DeclaredInputs["deletionPolicy"]>;
  region: string;
}

export interface CloudPhoneKeypairBindingState extends DeclaredState {
  /**
   * The key pairs that this binding gave a server or tried to, where these are not `keypairName` alone: of a server whose rotation
   * failed the earlier ones too. Absent in states of version 0.1.0.
   */
  __given?: { serverId: string; keypairNames: string[] }[];
}

/** Phones take shorter names than KPS does, in bytes. */
const longestKeypairName = 64;
const longestServerId = 32;

/** The most characters of a server's name, and of why it failed, that are told. */
const longestServerName = 100;
const longestReason = 3000;

/** The most servers that one line names: of those that drifted, people may want to look at each. */
const mostNamed = { drifted: 20, kept: 10 };

/**
 * One key pair on a set of servers. A change of `region` replaces it; everything else changes in place: a key pair or fingerprint
 * binds every server anew, added servers are bound, and servers that left are given back their earlier key pair where
 * `deletionPolicy` is `restore`.
 */
export const cloudPhoneKeypairBinding: Resource<CloudPhoneKeypairBindingInputs, CloudPhoneKeypairBindingState> = {
  defaultTimeout: 30 * 60_000,

  check(_olds, news, context): Checked<CloudPhoneKeypairBindingInputs> {
    const inputs = {
      deletionPolicy: "retain",
      region: context.region,
      ...news,
      ...(isListOfKnownTexts(news.serverIds) && { serverIds: asSet(news.serverIds) }),
    };
    return {
      inputs: inputs as unknown as CloudPhoneKeypairBindingInputs,
      problems: [
        ...problemsOf("CloudPhoneKeypairBindingInputs", news),
        ...keypairNameProblems("keypairName", news.keypairName, longestKeypairName),
        ...serverIdProblems(news.serverIds),
        ...regionProblems(inputs.region),
      ],
    };
  },

  diff(olds, news): Difference {
    const replaces = news.region === olds.region ? [] : ["region"];
    return {
      replaces,
      changed:
        replaces.length > 0 ||
        isOtherKeyWanted(olds, news) ||
        news.deletionPolicy !== olds.deletionPolicy ||
        holdsUnknown(news.serverIds) ||
        asSet(news.serverIds).join() !== boundOf(olds).join() ||
        isAnyToRestore(olds, news),
      deleteBeforeReplace: false,
    };
  },

  announce(fleets, id, { region, serverIds }) {
    if (isKnownText(region) && isListOfKnownTexts(serverIds)) fleets.in(region).claims.claim(id, serverIds);
  },

  async create(context, inputs) {
    const id = randomUUID();
    const nothingBound: CloudPhoneKeypairBindingState = { ...inputs, serverIds: [], bindings: [] };
    return { id, state: await bindAndRelease(context, id, nothingBound, inputs) };
  },

  async read(
    context,
    id,
    state,
  ): Promise<Found<CloudPhoneKeypairBindingInputs, CloudPhoneKeypairBindingState> | undefined> {
    const known = state ?? stateOfImportId(id, context.cloud.settings.region);
    const { region } = known;
    const serverIds = asSet([...known.serverIds, ...known.bindings.map((binding) => binding.serverId)]);
    const servers = await lookAtServers(context.fleets.in(region).servers, serverIds, context);
    tellDrift(context, known, servers);
    const carriesOurs = (serverId: string) => isGivenBy(known, serverId, servers.get(serverId)?.keypairName);
    const bindings = serverIds.flatMap((serverId) => {
      const server = servers.get(serverId);
      return server === undefined ? [] : [bindingOf(server, entryOf(known, serverId))];
    });
    // What failed before stands in the bindings alone, and may have been given our key pair all the same, or be given it yet.
    const isIncomplete = known.serverIds.length === 0 && bindings.length > 0;
    if (!isIncomplete && !serverIds.some(carriesOurs)) return undefined;
    const found = { ...known, serverIds: asSet(known.serverIds.filter(carriesOurs)), bindings };
    return { id, state: found, inputs: inputsOf(found) };
  },

  async update(context, id, olds, news) {
    return bindAndRelease(context, id, olds, news);
  },

  async delete(context, id, state) {
    if (state.deletionPolicy === "retain") {
      tellKept(context, id, state, idsOf(state.bindings));
      return;
    }
    await bindAndRelease(context, id, state, { ...inputsOf(state), serverIds: [] });
  },
};

function serverIdProblems(serverIds: unknown): Problem[] {
  if (!Array.isArray(serverIds)) return [];
  if (serverIds.length === 0) return [{ property: "serverIds", reason: "is empty; name at least one server" }];
  return serverIds.flatMap((serverId: unknown, index) => {
    const reason = isKnownText(serverId) ? serverIdProblem(serverId) : undefined;
    return reason === undefined ? [] : [{ property: `serverIds[${index}]`, reason }];
  });
}

function serverIdProblem(serverId: string): string | undefined {
  const bytes = Buffer.byteLength(serverId);
  if (bytes === 0) return "is empty";
  if (bytes > longestServerId)
    return `is ${bytes} bytes long; at most ${longestServerId} are allowed (${quoted(serverId)})`;
  if (/^[A-Za-z0-9_-]+$/.test(serverId)) return undefined;
  return `may hold letters, digits, "_" and "-" only, not ${quoted(serverId)}`;
}

function isListOfKnownTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isKnownText);
}

function asSet(serverIds: readonly string[]): string[] {
  return [...new Set(serverIds)].sort();
}

/** A fingerprint that the program no longer passes tells nothing about the key. */
function isOtherKeyWanted(olds: CloudPhoneKeypairBindingState, news: CloudPhoneKeypairBindingInputs): boolean {
  const { keypairName, keypairFingerprint } = news;
  return (
    keypairName !== olds.keypairName ||
    (keypairFingerprint !== undefined && keypairFingerprint !== olds.keypairFingerprint)
  );
}

/** Whether a server left that is not in the set, but was last seen with a key pair that this binding gave it. */
function isAnyToRestore(olds: CloudPhoneKeypairBindingState, news: CloudPhoneKeypairBindingInputs): boolean {
  return (
    news.deletionPolicy === "restore" &&
    olds.bindings.some(
      ({ serverId, keypairName }) => !news.serverIds.includes(serverId) && isGivenBy(olds, serverId, keypairName),
    )
  );
}

/**
 * Brings the servers from what the state says to what is wanted: binds those that lack the key pair, and gives those that left back
 * their earlier one where that is the policy. What could not be done is a partial failure, or a plain error where nothing was.
 */
async function bindAndRelease(
  context: Context,
  id: string,
  olds: CloudPhoneKeypairBindingState,
  news: CloudPhoneKeypairBindingInputs,
): Promise<CloudPhoneKeypairBindingState> {
  const settled = new Set(isOtherKeyWanted(olds, news) ? [] : boundOf(olds));
  const missing = news.serverIds.filter((serverId) => !settled.has(serverId));
  const isLeaving = (serverId: string) => !news.serverIds.includes(serverId);
  // What failed before stands in the bindings alone, and may have been given our key pair all the same.
  const left = asSet([...olds.serverIds, ...idsOf(olds.bindings)]).filter(isLeaving);
  const leaving = news.deletionPolicy === "restore" ? left : [];
  const failures = new Map<string, Error>();
  const fleet = context.fleets.in(news.region);
  fleet.claims.claim(id, missing);
  const isClaimedElsewhere = (serverId: string) => fleet.claims.isClaimedByOther(id, serverId);
  const servers = await lookAtServers(fleet.servers, [...missing, ...leaving], context, (serverId, error) =>
    failures.set(serverId, error),
  );

  const leftToThemselves = leaving.filter((serverId) => !isClaimedElsewhere(serverId));
  const wanted: WantedServer[] = restorations(context, olds, leftToThemselves, servers);
  for (const serverId of missing) {
    const carried = servers.get(serverId)?.keypairName;
    if (carried !== undefined) wanted.push({ serverId, keypairName: news.keypairName, carried });
    else if (!failures.has(serverId)) {
      failures.set(serverId, new Error(`it does not exist in region ${news.region}; take it out of serverIds`));
    }
  }
  const outcomes = await bindServers(context, news.region, wanted);
  const unrestorable: string[] = [];
  for (const [serverId, { error }] of outcomes) {
    if (isLeaving(serverId) && isClaimedElsewhere(serverId)) continue;
    if (isLeaving(serverId) && isUnknownKeypair(error)) unrestorable.push(serverId);
    else if (error !== undefined) failures.set(serverId, error);
  }
  warnKept(context, unrestorable, servers, "the earlier one no longer exists");
  // Only now: other bindings may have begun meanwhile.
  if (news.deletionPolicy === "retain") tellKept(context, id, olds, left);

  const state = stateAfter(olds, news, leaving, servers, outcomes, failures);
  if (failures.size === 0) return state;
  const reasons = [...failures].map(([serverId, { message }]) =>
    presentable(`server ${nameOf(serverId, servers)}: ${message}`, longestReason),
  );
  // A job that was started may still do its work, and the state from before would no longer be true.
  if ([...outcomes.values()].some(mayHaveTakenEffect)) throw new PartialFailure(id, state, reasons);
  throw new Error(reasons.join("\n"));
}

/** Of those that were last seen with our key pair. What becomes of servers that another binding claims is that one's to tell. */
function tellKept(context: Context, id: string, state: CloudPhoneKeypairBindingState, serverIds: string[]): void {
  const { claims } = context.fleets.in(state.region);
  const entries = serverIds.flatMap((serverId) => entryOf(state, serverId) ?? []);
  const kept = entries.filter(
    ({ serverId, keypairName }) => isGivenBy(state, serverId, keypairName) && !claims.isClaimedByOther(id, serverId),
  );
  for (const [keypairName, { length }] of grouped(kept, (entry) => entry.keypairName)) {
    ownLog(context).info(
      `${length} ${length === 1 ? "server keeps" : "servers keep"} key pair "${keypairName}": the service cannot take a key pair ` +
        'away (deletionPolicy "restore" gives back the earlier one).',
    );
  }
}

/** Also where the answer was lost that would have named the job. */
function mayHaveTakenEffect({ jobId, error }: BindingOutcome): boolean {
  return error === undefined || jobId !== undefined || (error instanceof HuaweiCloudError && error.outcomeUnknown);
}

/** Servers that left and still carry a key pair that this binding gave them, with the one they carried before. */
function restorations(
  context: Context,
  olds: CloudPhoneKeypairBindingState,
  leaving: string[],
  servers: Map<string, Server>,
): WantedServer[] {
  const withoutEarlier: string[] = [];
  const doubtful: string[] = [];
  const wanted = leaving.flatMap((serverId): WantedServer[] => {
    const carried = servers.get(serverId)?.keypairName;
    if (carried === undefined) return [];
    if (!isGivenBy(olds, serverId, carried)) {
      if (isPerhapsGivenBy(olds, serverId, carried)) doubtful.push(serverId);
      return [];
    }
    const previous = entryOf(olds, serverId)?.previousKeypairName;
    if (previous !== undefined && previous !== "" && previous !== carried) {
      return [{ serverId, keypairName: previous, carried }];
    }
    withoutEarlier.push(serverId);
    return [];
  });
  warnKept(context, withoutEarlier, servers, "no earlier one is known, and the service cannot take a key pair away");
  warnKept(context, doubtful, servers, "the state does not tell whether this binding gave it");
  return wanted;
}

function warnKept(context: Context, serverIds: string[], servers: Map<string, Server>, reason: string): void {
  for (const [carried, kept] of grouped(serverIds, (serverId) => servers.get(serverId)?.keypairName ?? "")) {
    const subject = sayOf(kept, servers, mostNamed.kept, ["keeps", "keep"]);
    ownLog(context).warn(`${subject} key pair ${quoted(carried)}: ${reason}.`);
  }
}

function stateAfter(
  olds: CloudPhoneKeypairBindingState,
  news: CloudPhoneKeypairBindingInputs,
  leaving: string[],
  servers: Map<string, Server>,
  outcomes: Map<string, BindingOutcome>,
  failures: Map<string, Error>,
): CloudPhoneKeypairBindingState {
  const notRestored = leaving.filter((serverId) => failures.has(serverId));
  const known = asSet([...news.serverIds, ...notRestored]);
  const bindings = known.flatMap((serverId): ServerBinding[] => {
    const before = entryOf(olds, serverId);
    const server = servers.get(serverId);
    // An id that was refused says nothing of the server.
    const isGone = failures.has(serverId) && !(failures.get(serverId) instanceof HuaweiCloudError);
    if (server === undefined) return before === undefined || isGone ? [] : [before];
    const entry = bindingOf(server, before);
    const outcome = outcomes.get(serverId);
    if (outcome === undefined) return [entry];
    const jobId = outcome.jobId ?? entry.jobId;
    return [{ ...entry, jobId, ...(outcome.error === undefined && { keypairName: news.keypairName }) }];
  });
  const given = bindings.map(({ serverId }) => {
    const isTried = outcomes.has(serverId) && !notRestored.includes(serverId);
    const isBound = isTried && !failures.has(serverId);
    const before = isBound || entryOf(olds, serverId) === undefined ? [] : givenBy(olds, serverId);
    return { serverId, keypairNames: asSet(isTried ? [...before, news.keypairName] : before) };
  });
  return {
    ...news,
    serverIds: known.filter((serverId) => !failures.has(serverId) || notRestored.includes(serverId)),
    bindings,
    __given: given.filter(({ keypairNames }) => keypairNames.some((name) => name !== news.keypairName)),
  };
}

/** What a server carries. The earlier key pair is the one from before this binding, whatever it carried in between. */
function bindingOf(server: Server, before: ServerBinding | undefined): ServerBinding {
  return {
    serverId: server.serverId,
    serverName: printable(server.serverName),
    keypairName: printable(server.keypairName),
    previousKeypairName: before === undefined ? server.keypairName : before.previousKeypairName,
    jobId: before?.jobId,
  };
}

function entryOf({ bindings }: CloudPhoneKeypairBindingState, serverId: string): ServerBinding | undefined {
  return bindings.find((binding) => binding.serverId === serverId);
}

/** The key pairs that this binding gave a server, or tried to. */
function givenBy(state: CloudPhoneKeypairBindingState, serverId: string): string[] {
  const given = state.__given?.find((entry) => entry.serverId === serverId);
  if (given !== undefined) return given.keypairNames;
  // In states of version 0.1.0, servers that did not get their earlier key pair back in a rotation show ours.
  const entry = state.serverIds.includes(serverId) ? entryOf(state, serverId) : undefined;
  return [entry?.keypairName ?? state.keypairName];
}

function isGivenBy(state: CloudPhoneKeypairBindingState, serverId: string, keypairName: string | undefined): boolean {
  return keypairName !== undefined && givenBy(state, serverId).includes(keypairName);
}

/** States of version 0.1.0 show the same for a server that kept our key pair when its rotation failed, and for one that drifted. */
function isPerhapsGivenBy(state: CloudPhoneKeypairBindingState, serverId: string, keypairName: string): boolean {
  const entry = state.__given === undefined ? entryOf(state, serverId) : undefined;
  return keypairName !== "" && entry?.keypairName === keypairName && entry.previousKeypairName !== keypairName;
}

/** The servers that carry the key pair. Those in the set that do not were to get their earlier one back. */
function boundOf(state: CloudPhoneKeypairBindingState): string[] {
  const others = new Set(idsOf(state.bindings.filter(({ keypairName }) => keypairName !== state.keypairName)));
  return asSet(state.serverIds.filter((serverId) => !others.has(serverId)));
}

function idsOf(bindings: readonly ServerBinding[]): string[] {
  return bindings.map(({ serverId }) => serverId);
}

function nameOf(serverId: string, servers: Map<string, Server>): string {
  const name = servers.get(serverId)?.serverName;
  return name === undefined || name === "" ? serverId : `${serverId} (${presentable(name, longestServerName)})`;
}

/** The beginning of a sentence: as many servers as it may name, how many more there are, and its verb. */
function sayOf(
  serverIds: readonly string[],
  servers: Map<string, Server>,
  mostNamed: number,
  [ofOne, ofSeveral]: [string, string],
): string {
  const names = serverIds.slice(0, mostNamed).map((serverId) => nameOf(serverId, servers));
  if (serverIds.length === 1) return `Server ${names.join()} ${ofOne}`;
  const more = serverIds.length - names.length;
  return `Servers ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""} ${ofSeveral}`;
}

function tellDrift(context: Context, known: CloudPhoneKeypairBindingState, servers: Map<string, Server>): void {
  const log = ownLog(context);
  const drifted = known.serverIds.filter((serverId) => {
    const carried = servers.get(serverId)?.keypairName;
    return carried !== undefined && !isGivenBy(known, serverId, carried);
  });
  const differences = grouped(drifted, (serverId) => {
    const carried = servers.get(serverId)?.keypairName ?? "";
    const shown = carried === "" ? "no key pair" : `key pair ${quoted(carried)}`;
    return `${shown} instead of "${entryOf(known, serverId)?.keypairName ?? known.keypairName}"`;
  });
  for (const [difference, ids] of differences) {
    log.warn(`${sayOf(ids, servers, mostNamed.drifted, ["carries", "carry"])} ${difference}.`);
  }
  const gone = known.serverIds.filter((serverId) => !servers.has(serverId));
  if (gone.length > 0) log.warn(`${sayOf(gone, servers, mostNamed.drifted, ["no longer exists", "no longer exist"])}.`);
}

/** `<keypairName>/<serverId>,<serverId>,…` */
function stateOfImportId(id: string, region: string | undefined): CloudPhoneKeypairBindingState {
  const [, keypairName, list] = /^([^/]+)\/([^/]+)$/.exec(id) ?? [];
  if (keypairName === undefined || list === undefined || region === undefined) {
    throw new Error(
      region === undefined
        ? `Binding "${id}": no region is set (huaweicloud-cph:region).`
        : `Binding "${id}" cannot be looked up: its id must be <keypairName>/<serverId>,<serverId>,…`,
    );
  }
  const serverIds = list.split(",").map((serverId) => serverId.trim());
  const problem = serverIds.map(serverIdProblem).find((reason) => reason !== undefined);
  if (problem !== undefined) throw new Error(`Binding "${id}" cannot be looked up: a server id ${problem}.`);
  return {
    keypairName,
    serverIds: asSet(serverIds),
    deletionPolicy: "retain",
    region,
    bindings: asSet(serverIds).map((serverId) => ({ serverId, keypairName })),
    __given: [],
  };
}

function inputsOf(state: CloudPhoneKeypairBindingState): CloudPhoneKeypairBindingInputs {
  const { keypairName, serverIds, keypairFingerprint, deletionPolicy, region } = state;
  return { keypairName, serverIds, keypairFingerprint, deletionPolicy, region };
}
