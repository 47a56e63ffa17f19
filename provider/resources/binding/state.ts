import type { ServerOutcome } from "./serverChange";
import type { PendingJob } from "../../fleet/serverChanges";
import { HuaweiCloudError } from "../../huawei/errors";
import { defaultsOf } from "../../schema/defaults";
import type { CloudPhoneKeypairBindingState as DeclaredState, Server, ServerBinding } from "../../schema/types";
import { printable } from "../../text/text";
import { asSet, serverIdProblem, type CloudPhoneKeypairBindingInputs } from "./inputs";

export interface CloudPhoneKeypairBindingState extends DeclaredState {
  /**
   * The key pairs that this binding gave a server or tried to, where these are not `keypairName` alone: of a server whose rotation
   * failed the earlier ones too. Absent in states of version 0.1.0.
   */
  __given?: { serverId: string; keypairNames: string[] }[];
  /**
   * Digest of the key that the key pair held when the servers were bound: a name is not a key. Absent in states of version 0.1.0, and
   * where the account may not see key pairs.
   */
  __key?: string;
  /** Changes of key pairs whose end nobody saw: the servers may get them yet. */
  __pending?: ({ serverId: string } & PendingJob)[];
}

/** What an import id `<keypairName>/<serverId>,<serverId>,…` says, before anything is looked at. */
export function stateOfImportId(id: string, region: string | undefined): CloudPhoneKeypairBindingState {
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
    ...defaultsOf("CloudPhoneKeypairBinding"),
    region,
    bindings: asSet(serverIds).map((serverId) => ({ serverId, keypairName })),
    __given: [],
  };
}

/** Inputs that would make what the state says. */
export function inputsOf(state: CloudPhoneKeypairBindingState): CloudPhoneKeypairBindingInputs {
  const { keypairName, serverIds, keypairFingerprint, deletionPolicy, region } = state;
  return { keypairName, serverIds, keypairFingerprint, deletionPolicy, region };
}

/** What was seen before servers were given key pairs, and what became of them. */
export interface Applied {
  /** Digest of the key that the key pair holds, where it is known. */
  key: string | undefined;
  servers: Map<string, Server>;
  outcomes: ReadonlyMap<string, ServerOutcome>;
  failures: Map<string, Error>;
  /** Changes of a server whose end nobody saw. */
  pendingOf: (serverId: string) => readonly PendingJob[];
}

/**
 * The state to record. `toRestore` are the servers that were to get their earlier key pair back, `awaited` those that left while a job
 * of theirs was not seen to end.
 */
export function stateAfter(
  olds: CloudPhoneKeypairBindingState,
  news: CloudPhoneKeypairBindingInputs,
  toRestore: readonly string[],
  awaited: readonly string[],
  { key, servers, outcomes, failures, pendingOf }: Applied,
): CloudPhoneKeypairBindingState {
  const notRestored = new Set(toRestore.filter((serverId) => failures.has(serverId)));
  const known = asSet([...news.serverIds, ...notRestored, ...awaited]);
  const isLeaving = new Set([...notRestored, ...awaited]);
  const bindings = known.flatMap((serverId): ServerBinding[] => {
    const before = entryOf(olds, serverId);
    const outcome = outcomes.get(serverId);
    const server = outcome?.seen ?? servers.get(serverId);
    // An id that was refused says nothing of the server.
    const isGone = failures.has(serverId) && !(failures.get(serverId) instanceof HuaweiCloudError);
    if (server === undefined) return before === undefined || isGone ? [] : [before];
    const entry = bindingOf(server, before);
    if (outcome === undefined) return [entry];
    const jobId = outcome.jobId ?? entry.jobId;
    const isBound = outcome.error === undefined && !isLeaving.has(serverId);
    return [{ ...entry, jobId, ...(isBound && { keypairName: news.keypairName }) }];
  });
  const given = bindings.map(({ serverId }) => {
    const isTried = outcomes.has(serverId) && !isLeaving.has(serverId);
    const isBound = isTried && !failures.has(serverId);
    const before = isBound || entryOf(olds, serverId) === undefined ? [] : givenBy(olds, serverId);
    return { serverId, keypairNames: asSet(isTried ? [...before, news.keypairName] : before) };
  });
  return {
    ...news,
    serverIds: asSet([...news.serverIds.filter((serverId) => !failures.has(serverId)), ...notRestored]),
    bindings,
    __given: given.filter(({ keypairNames }) => keypairNames.some((name) => name !== news.keypairName)),
    __key: key,
    __pending: known.flatMap((serverId) => pendingOf(serverId).map((job) => ({ serverId, ...job }))),
  };
}

/** What is known of the servers from a binding whose place a new one takes: which key pairs they were given, and had before. */
export function stateInPlaceOf(
  inputs: CloudPhoneKeypairBindingInputs,
  earlierOf: (serverId: string) => CloudPhoneKeypairBindingState | undefined,
): CloudPhoneKeypairBindingState {
  const known = inputs.serverIds.flatMap((serverId) => {
    const earlier = earlierOf(serverId);
    const entry = earlier && entryOf(earlier, serverId);
    if (earlier === undefined || entry === undefined) return [];
    const pending = earlier.__pending?.filter((job) => job.serverId === serverId) ?? [];
    return [{ entry, keypairNames: givenBy(earlier, serverId), pending }];
  });
  return {
    ...inputs,
    serverIds: [],
    bindings: known.map(({ entry }) => entry),
    __given: known.map(({ entry: { serverId }, keypairNames }) => ({ serverId, keypairNames })),
    __pending: known.flatMap(({ pending }) => pending),
  };
}

/** What a server carries. The earlier key pair is the one from before this binding, whatever it carried in between. */
export function bindingOf(server: Server, before: ServerBinding | undefined): ServerBinding {
  return {
    serverId: server.serverId,
    serverName: printable(server.serverName),
    keypairName: printable(server.keypairName),
    previousKeypairName: before === undefined ? server.keypairName : before.previousKeypairName,
    jobId: before?.jobId,
  };
}

/** Lists of states by server: a list is searched for each of its servers. */
const indexes = new WeakMap<readonly object[], ReadonlyMap<string, { serverId: string }>>();

function find<T extends { serverId: string }>(list: readonly T[], serverId: string): T | undefined {
  const index = indexes.get(list) ?? new Map(list.map((entry) => [entry.serverId, entry]));
  indexes.set(list, index);
  return index.get(serverId) as T | undefined;
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

function isInSet({ serverIds }: CloudPhoneKeypairBindingState, serverId: string): boolean {
  const set = sets.get(serverIds) ?? new Set(serverIds);
  sets.set(serverIds, set);
  return set.has(serverId);
}

/** What a state says of a server. */
export function entryOf({ bindings }: CloudPhoneKeypairBindingState, serverId: string): ServerBinding | undefined {
  return find(bindings, serverId);
}

/** The key pairs that this binding gave a server, or tried to. */
export function givenBy(state: CloudPhoneKeypairBindingState, serverId: string): string[] {
  const given = find(state.__given ?? [], serverId);
  if (given !== undefined) return given.keypairNames;
  // In states of version 0.1.0, servers that did not get their earlier key pair back in a rotation show ours.
  const entry = isInSet(state, serverId) ? entryOf(state, serverId) : undefined;
  return [entry?.keypairName ?? state.keypairName];
}

/** Whether this binding gave a server the key pair, or tried to. */
export function isGivenBy(
  state: CloudPhoneKeypairBindingState,
  serverId: string,
  keypairName: string | undefined,
): boolean {
  return keypairName !== undefined && givenBy(state, serverId).includes(keypairName);
}

/** States of version 0.1.0 show the same for a server that kept our key pair when its rotation failed, and for one that drifted. */
export function isPerhapsGivenBy(state: CloudPhoneKeypairBindingState, serverId: string, keypairName: string): boolean {
  const entry = state.__given === undefined ? entryOf(state, serverId) : undefined;
  return keypairName !== "" && entry?.keypairName === keypairName && entry.previousKeypairName !== keypairName;
}

/** The servers that carry the key pair. Those in the set that do not were to get their earlier one back. */
export function boundServerIds(state: CloudPhoneKeypairBindingState): string[] {
  const others = state.bindings.filter(({ keypairName }) => keypairName !== state.keypairName);
  const otherIds = new Set(others.map(({ serverId }) => serverId));
  return asSet(state.serverIds.filter((serverId) => !otherIds.has(serverId)));
}

/** Also the servers that are not in the set: what failed before may have been given our key pair all the same, or be given it yet. */
export function allServerIds({ serverIds, bindings }: CloudPhoneKeypairBindingState): string[] {
  return asSet([...serverIds, ...bindings.map(({ serverId }) => serverId)]);
}
