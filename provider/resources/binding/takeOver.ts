import type { Context } from "../../contract";
import type { KnownBinding } from "../../fleet/knownBinding";
import type { WantedBinding } from "./wanted";

/** What is known of a binding that is to be created: nothing but what others know of the servers that they leave to it. */
export function knownBefore(context: Context, wanted: WantedBinding): KnownBinding {
  const { region, form, fingerprints, deletionPolicy } = wanted;
  const none = { region, form, fingerprints, deletionPolicy, keys: new Map(), tellsGiven: true, servers: new Map() };
  return withTakenOver(context, none, wanted);
}

/** What is known with what other bindings know of servers that come from them: which key pairs these were given, and had before. */
export function withTakenOver(context: Context, known: KnownBinding, { keypairOf }: WantedBinding): KnownBinding {
  const { bindings } = context.fleets.record;
  const servers = new Map(known.servers);
  for (const serverId of keypairOf.keys()) {
    const earlier = servers.has(serverId) ? undefined : bindings.earlierOf(context.declared, known.region, serverId);
    if (earlier?.lastSeen !== undefined) servers.set(serverId, { ...earlier, keypairName: undefined });
  }
  return { ...known, servers };
}
