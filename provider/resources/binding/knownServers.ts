import { isDrifted, type BindingForm, type KnownBinding, type KnownServer } from "../../fleet/knownBinding";
import type { Server, ServerBinding } from "../../schema/types";
import { printable } from "../../text/text";

/** Whether the binding gave a server the key pair that it carries, or tried to. */
export function isGiven(server: KnownServer, carried: string | undefined): boolean {
  return carried !== undefined && server.given.includes(carried);
}

/** Whether the server was last seen with a key pair that the binding gave it. */
export function showsGiven(server: KnownServer): boolean {
  return isGiven(server, server.lastSeen?.keypairName);
}

/** The servers in the set, which are not known to carry what another hand gave them. */
export function serversInSet({ servers }: KnownBinding): (KnownServer & { keypairName: string })[] {
  return [...servers.values()].filter(
    (server): server is KnownServer & { keypairName: string } => server.keypairName !== undefined && !isDrifted(server),
  );
}

/** What a form names of a server that is not in the set, so that a preview shows the difference: a list has no place for it. */
export function namedInstead(
  { type }: BindingForm,
  { lastSeen, given, pending }: Pick<KnownServer, "lastSeen" | "given" | "pending">,
): string | undefined {
  const carried = lastSeen?.keypairName ?? "";
  // What the binding gave it, or may have given it by a job, is no other hand's.
  const isAnother = carried !== "" && !given.includes(carried) && pending.length === 0;
  return type === "map" && isAnother ? carried : undefined;
}

/** What a server carries. The earlier key pair is the one from before this binding, whatever it carried in between. */
export function seenEntry(server: Server, before: ServerBinding | undefined): ServerBinding {
  return {
    serverId: server.serverId,
    serverName: printable(server.serverName),
    keypairName: printable(server.keypairName),
    previousKeypairName: before === undefined ? server.keypairName : before.previousKeypairName,
    jobId: before?.jobId,
  };
}
