import type { Context } from "../../contract";
import type { KnownBinding } from "../../fleet/knownBinding";
import { asSet, type CloudPhoneKeypairBindingInputs } from "./inputs";

/** What is known of a binding that is to be created: nothing but what others know of the servers that they leave to it. */
export function knownBefore(context: Context, inputs: CloudPhoneKeypairBindingInputs): KnownBinding {
  const { keypairName, keypairFingerprint, deletionPolicy, region } = inputs;
  const none = { keypairName, keypairFingerprint, deletionPolicy, region, tellsGiven: true, servers: new Map() };
  return withTakenOver(context, none, inputs.serverIds);
}

/** What is known with what other bindings know of servers that come from them: which key pairs these were given, and had before. */
export function withTakenOver(context: Context, known: KnownBinding, serverIds: readonly string[]): KnownBinding {
  const { bindings } = context.fleets.record;
  const servers = new Map(known.servers);
  for (const serverId of asSet(serverIds)) {
    const earlier = servers.has(serverId) ? undefined : bindings.earlierOf(context.declared, known.region, serverId);
    if (earlier?.lastSeen !== undefined) servers.set(serverId, { ...earlier, isInSet: false });
  }
  return { ...known, servers };
}
