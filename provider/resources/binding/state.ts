import type { BindingTerms, KnownBinding, KnownServer } from "../../fleet/knownBinding";
import type { PendingJob } from "../../fleet/serverChanges";
import { grouped } from "../../text/grouped";
import type { CloudPhoneKeypairBindingState as DeclaredState } from "../../schema/types";
import { asSet, type CloudPhoneKeypairBindingInputs } from "./inputs";
import { wantedBy } from "./wanted";

/**
 * The state: the inputs of the form in use, and lists of the same servers. Inside they are one record a server, from {@link knownFrom} to
 * {@link stateOf}.
 */
export interface CloudPhoneKeypairBindingState extends DeclaredState {
  /**
   * The key pairs that this binding gave a server or tried to, where these are not what it names for the server alone: of a server whose
   * rotation failed the earlier ones too. Absent in states of version 0.1.0.
   */
  __given?: { serverId: string; keypairNames: string[] }[];
  /**
   * Digest of the key that `keypairName` held when the servers were bound: a name is not a key. Absent in states of version 0.1.0, and
   * where the account may not see key pairs.
   */
  __key?: string;
  /** The same by name, for key pairs of `keypairNames`. */
  __keys?: Record<string, string>;
  /** Changes of key pairs whose end nobody saw: the servers may get them yet. */
  __pending?: ({ serverId: string } & PendingJob)[];
}

/** What a state says, server by server: of those in the set, and of those that it shows beside them. */
export function knownFrom(state: CloudPhoneKeypairBindingState): KnownBinding {
  const { region, form, fingerprints, deletionPolicy, keypairOf } = wantedBy(state);
  const tellsGiven = state.__given !== undefined;
  const entries = new Map(state.bindings.map((entry) => [entry.serverId, entry]));
  const given = new Map((state.__given ?? []).map(({ serverId, keypairNames }) => [serverId, keypairNames]));
  const pending = grouped(state.__pending ?? [], ({ serverId }) => serverId);
  const serverOf = (serverId: string): KnownServer => {
    const entry = entries.get(serverId);
    const keypairName = keypairOf.get(serverId);
    // In states of version 0.1.0, servers that did not get their earlier key pair back in a rotation show ours.
    const shown = !tellsGiven && keypairName !== undefined ? entry?.keypairName : undefined;
    return {
      serverId,
      keypairName,
      lastSeen: entry,
      given: given.get(serverId) ?? [shown ?? nameBesideGiven(form, keypairName) ?? []].flat(),
      // They show the same for a server that kept our key pair when its rotation failed, and for one that drifted.
      ...(!tellsGiven && entry !== undefined && mayBeOurs(entry) && { perhapsGiven: entry.keypairName }),
      pending: (pending.get(serverId) ?? []).map(({ requestId, jobId, keypairName, isOfEarlierKey }) => ({
        requestId,
        jobId,
        keypairName,
        ...(isOfEarlierKey && { isOfEarlierKey }),
      })),
    };
  };
  const serverIds = asSet([...keypairOf.keys(), ...entries.keys()]);
  const keys = form.type === "list" && state.__key !== undefined ? { [form.keypairName]: state.__key } : state.__keys;
  return {
    region,
    form,
    fingerprints,
    deletionPolicy,
    keys: new Map(Object.entries(keys ?? {})),
    tellsGiven,
    servers: new Map(serverIds.map((serverId) => [serverId, serverOf(serverId)])),
  };
}

/** The name of which it goes without saying that the binding gave it. */
function nameBesideGiven(form: BindingTerms["form"], keypairName: string | undefined): string | undefined {
  return form.type === "list" ? form.keypairName : keypairName;
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
  const { form, keys, tellsGiven } = known;
  const servers = [...known.servers.values()];
  const given = servers
    .filter(({ lastSeen, keypairName, given: names }) => {
      const beside = nameBesideGiven(form, keypairName);
      return lastSeen !== undefined && names.some((name) => name !== beside);
    })
    .map(({ serverId, given: names }) => ({ serverId, keypairNames: [...names] }));
  const pending = servers.flatMap(({ serverId, pending: jobs }) => jobs.map((job) => ({ serverId, ...job })));
  return {
    ...inputsOf(known),
    bindings: servers.flatMap(({ lastSeen }) => lastSeen ?? []),
    __given: tellsGiven ? given : undefined,
    ...(form.type === "list" ? { __key: keys.get(form.keypairName) } : { __keys: Object.fromEntries(keys) }),
    __pending: tellsGiven || pending.length > 0 ? pending : undefined,
  };
}

/** Inputs that would make what is known, in its form. */
export function inputsOf({
  form,
  fingerprints,
  deletionPolicy,
  region,
  servers,
}: KnownBinding): CloudPhoneKeypairBindingInputs {
  const named = [...servers.values()].flatMap(({ serverId, keypairName }) =>
    keypairName === undefined ? [] : [[serverId, keypairName] as const],
  );
  if (form.type === "list") {
    const { keypairName } = form;
    const serverIds = named.map(([serverId]) => serverId);
    return { keypairName, serverIds, keypairFingerprint: fingerprints.get(keypairName), deletionPolicy, region };
  }
  return {
    keypairNames: Object.fromEntries(named),
    keypairFingerprints: fingerprints.size === 0 ? undefined : Object.fromEntries(fingerprints),
    deletionPolicy,
    region,
  };
}
