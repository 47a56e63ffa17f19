import type { KnownBinding, KnownServer } from "../../fleet/knownBinding";
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

/** The servers in the set. */
export function serversInSet({ servers }: KnownBinding): KnownServer[] {
  return [...servers.values()].filter(({ isInSet }) => isInSet);
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
