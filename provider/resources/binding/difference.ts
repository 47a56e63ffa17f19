import {
  isBound,
  isBoundTo,
  isDrifted,
  keypairNamesOf,
  type BindingForm,
  type KnownBinding,
} from "../../fleet/knownBinding";
import { propertyPath } from "../../schema/propertyPath";
import { propertiesOf } from "./forms";
import { showsGiven } from "./knownServers";
import type { WantedBinding } from "./wanted";

/** What an update has to change. `renewed`: wanted key pairs that hold other keys than servers were bound with under their names. */
export function changesInPlace(known: KnownBinding, wanted: WantedBinding, renewed: ReadonlySet<string>): string[] {
  const { keypairOf, deletionPolicy } = wanted;
  const { keypairs, servers, fingerprints } = propertiesOf(wanted.form);
  return [
    ...otherForm(known.form, wanted.form),
    ...(areOtherKeypairsNamed(known, wanted) || renewed.size > 0 ? [keypairs] : []),
    ...(areOtherFingerprintsPassed(known, wanted) ? [fingerprints] : []),
    ...(deletionPolicy === known.deletionPolicy ? [] : ["deletionPolicy"]),
    ...(wanted.isOpen || areOtherServersNamed(known, keypairOf) ? [servers] : []),
    ...(isLeavingUnfinished(known, keypairOf, deletionPolicy === "restore") ? ["bindings"] : []),
  ];
}

/**
 * The entries of a map that are not as wanted, also where they say the same and the key pair is made anew. None where a preview knows
 * nothing of the map yet.
 */
export function entriesToChange(
  known: KnownBinding,
  { form, keypairOf }: WantedBinding,
  renewed: ReadonlySet<string>,
): string[] {
  if (known.form.type !== "map" || form.type !== "map" || keypairOf.size === 0) return [];
  const others = [...keypairOf].filter(([serverId, name]) => {
    return renewed.has(name) || !isBoundTo(known.servers.get(serverId), name);
  });
  const leaving = [...known.servers.values()].filter(({ serverId, keypairName }) => {
    return keypairName !== undefined && !keypairOf.has(serverId);
  });
  const serverIds = [...others.map(([serverId]) => serverId), ...leaving.map(({ serverId }) => serverId)];
  return serverIds.map((serverId) => propertyPath([propertiesOf(form).servers, serverId]));
}

/** The names of which another fingerprint is passed than for the key pair that the binding knows under them. */
export function renewedByFingerprint(known: KnownBinding, { fingerprints }: WantedBinding): ReadonlySet<string> {
  const named = [...known.servers.values()].flatMap(({ keypairName }) => keypairName ?? []);
  const names = new Set([...keypairNamesOf(known, named), ...known.fingerprints.keys()]);
  const renewed = [...fingerprints].filter(
    ([name, fingerprint]) => names.has(name) && fingerprint !== known.fingerprints.get(name),
  );
  return new Set(renewed.map(([name]) => name));
}

/** A fingerprint that the program no longer passes tells nothing about the key. A list has one, whatever the name. */
function areOtherFingerprintsPassed({ form, fingerprints }: KnownBinding, wanted: WantedBinding): boolean {
  const isListAsBefore = form.type === "list" && wanted.form.type === "list";
  return [...wanted.fingerprints].some(
    ([name, fingerprint]) => fingerprint !== fingerprints.get(isListAsBefore ? form.keypairName : name),
  );
}

/** The properties that go and come where a list becomes a map, or a map a list. */
function otherForm(known: BindingForm, wanted: BindingForm): string[] {
  if (known.type === wanted.type) return [];
  return [known, wanted].flatMap((form) => {
    const { keypairs, servers } = propertiesOf(form);
    return [keypairs, servers];
  });
}

/** Whether servers that the binding names are to get other key pairs. */
function areOtherKeypairsNamed({ form, servers }: KnownBinding, wanted: WantedBinding): boolean {
  const isOtherForAll =
    form.type === "list" && wanted.form.type === "list" && form.keypairName !== wanted.form.keypairName;
  return (
    isOtherForAll ||
    [...wanted.keypairOf].some(([serverId, wantedName]) => {
      const name = servers.get(serverId)?.keypairName;
      return name !== undefined && name !== wantedName;
    })
  );
}

/** Whether other servers carry their key pair than are wanted. One that another hand changed is to be bound, or to be let go. */
function areOtherServersNamed(known: KnownBinding, wanted: ReadonlyMap<string, string>): boolean {
  const servers = [...known.servers.values()];
  const bound = servers.filter((server) => isBound(server));
  const areAllWanted = bound.length === wanted.size && bound.every(({ serverId }) => wanted.has(serverId));
  return !areAllWanted || servers.some(isDrifted);
}

/** Whether servers that the program does not name are still to get back what they had, or to be let go. */
function isLeavingUnfinished(known: KnownBinding, wanted: ReadonlyMap<string, string>, restores: boolean): boolean {
  return [...known.servers.values()].some((server) => {
    // One that the program does not name, and that is known because a job of it was not seen to end.
    const isAwaited = server.pending.length > 0;
    return !wanted.has(server.serverId) && (isAwaited || (restores && showsGiven(server)));
  });
}
