import type { KnownBinding, KnownServer } from "../../fleet/knownBinding";
import type { PendingJob } from "../../fleet/serverChanges";
import { grouped } from "../../text/grouped";
import type { CloudPhoneKeypairBindingState as DeclaredState } from "../../schema/types";
import { asSet, type CloudPhoneKeypairBindingInputs } from "./inputs";

/** The state: lists of the same servers. Inside they are one record a server, from {@link knownFrom} to {@link stateOf}. */
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

/** What a state says, server by server: of those in the set, and of those that it shows beside them. */
export function knownFrom(state: CloudPhoneKeypairBindingState): KnownBinding {
  const { keypairName, keypairFingerprint, deletionPolicy, region, __key: key } = state;
  const tellsGiven = state.__given !== undefined;
  const inSet = new Set(state.serverIds);
  const entries = new Map(state.bindings.map((entry) => [entry.serverId, entry]));
  const given = new Map((state.__given ?? []).map(({ serverId, keypairNames }) => [serverId, keypairNames]));
  const pending = grouped(state.__pending ?? [], ({ serverId }) => serverId);
  const serverOf = (serverId: string): KnownServer => {
    const entry = entries.get(serverId);
    const isInSet = inSet.has(serverId);
    return {
      serverId,
      keypairName: isInSet ? keypairName : undefined,
      lastSeen: entry,
      // In states of version 0.1.0, servers that did not get their earlier key pair back in a rotation show ours.
      given: given.get(serverId) ?? [(!tellsGiven && isInSet ? entry?.keypairName : undefined) ?? keypairName],
      // They show the same for a server that kept our key pair when its rotation failed, and for one that drifted.
      ...(!tellsGiven && entry !== undefined && mayBeOurs(entry) && { perhapsGiven: entry.keypairName }),
      pending: (pending.get(serverId) ?? []).map(({ requestId, jobId, keypairName }) => ({
        requestId,
        jobId,
        keypairName,
      })),
    };
  };
  const servers = new Map(asSet([...inSet, ...entries.keys()]).map((serverId) => [serverId, serverOf(serverId)]));
  return {
    region,
    form: { type: "list", keypairName },
    fingerprints: new Map(keypairFingerprint === undefined ? [] : [[keypairName, keypairFingerprint]]),
    deletionPolicy,
    keys: new Map(key === undefined ? [] : [[keypairName, key]]),
    tellsGiven,
    servers,
  };
}

function mayBeOurs({
  keypairName,
  previousKeypairName,
}: {
  keypairName: string;
  previousKeypairName?: string;
}): boolean {
  return keypairName !== "" && previousKeypairName !== keypairName;
}

/** The state that says what is known. */
export function stateOf(known: KnownBinding): CloudPhoneKeypairBindingState {
  const { deletionPolicy, region, keys, form, fingerprints, tellsGiven } = known;
  const keypairName = form.type === "list" ? form.keypairName : "";
  const servers = [...known.servers.values()];
  const given = servers
    .filter(({ lastSeen, given: names }) => lastSeen !== undefined && names.some((name) => name !== keypairName))
    .map(({ serverId, given: names }) => ({ serverId, keypairNames: [...names] }));
  const pending = servers.flatMap(({ serverId, pending: jobs }) => jobs.map((job) => ({ serverId, ...job })));
  return {
    keypairName,
    serverIds: servers.filter((server) => server.keypairName !== undefined).map(({ serverId }) => serverId),
    keypairFingerprint: fingerprints.get(keypairName),
    deletionPolicy,
    region,
    bindings: servers.flatMap(({ lastSeen }) => lastSeen ?? []),
    __given: tellsGiven ? given : undefined,
    __key: keys.get(keypairName),
    __pending: tellsGiven || pending.length > 0 ? pending : undefined,
  };
}

/** Inputs that would make what is known. */
export function inputsOf(known: KnownBinding): CloudPhoneKeypairBindingInputs {
  const { keypairName, serverIds, keypairFingerprint, deletionPolicy, region } = stateOf(known);
  return { keypairName, serverIds, keypairFingerprint, deletionPolicy, region };
}
