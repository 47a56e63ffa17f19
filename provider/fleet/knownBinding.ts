import type { DeletionPolicy, ServerBinding } from "../schema/types";
import type { PendingJob } from "./serverChanges";

/** How a binding is written: a list of servers that get one key pair, or a map from each server to its key pair. */
export type BindingForm = { readonly type: "list"; readonly keypairName: string } | { readonly type: "map" };

/** What holds for all servers of a binding. */
export interface BindingTerms {
  readonly region: string;
  readonly form: BindingForm;
  /** By key pair name, those that the program passes. */
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly deletionPolicy: DeletionPolicy;
}

/** What is known of a binding: its terms, and a record for each server. */
export interface KnownBinding extends BindingTerms {
  /** By key pair name: digest of the key that it held when its servers were bound, where it is known. */
  readonly keys: ReadonlyMap<string, string>;
  /** Whether it is told which key pairs servers were given: states of version 0.1.0 do not. */
  readonly tellsGiven: boolean;
  /** By server id, in its order. */
  readonly servers: ReadonlyMap<string, KnownServer>;
}

/** What a binding knows of one server. */
export interface KnownServer {
  readonly serverId: string;
  /**
   * The key pair that the binding names for it. Absent where it is not in the set: it could not be bound, was found with another key
   * pair, or left and is not let go yet. A map names another key pair that it was found with.
   */
  readonly keypairName?: string;
  /** What it carried when it was last looked at. */
  readonly lastSeen?: ServerBinding;
  /** The key pairs that the binding gave it, or tried to. */
  readonly given: readonly string[];
  /** A key pair of which the state does not tell whether the binding gave it. */
  readonly perhapsGiven?: string;
  /** Digest of the key that another binding, which it comes from, bound it with. */
  readonly boundKey?: string;
  /** Changes of it that were begun, and whose end nobody saw. */
  readonly pending: readonly PendingJob[];
}

/** The key pairs that a binding names, also where it has no servers. */
export function keypairNamesOf({ form }: BindingTerms, ofServers: Iterable<string>): string[] {
  return [...new Set([...(form.type === "list" ? [form.keypairName] : []), ...ofServers])];
}

/**
 * Whether the server carries the key pair, as far as is known. One in the set that does not, in a state of version 0.1.0, was to get its
 * earlier one back.
 */
export function isBound(server: KnownServer): server is KnownServer & { keypairName: string } {
  const { keypairName, lastSeen } = server;
  if (keypairName === undefined || isDrifted(server)) return false;
  return lastSeen === undefined || lastSeen.keypairName === keypairName;
}

/** Whether the server carries this key pair, and the binding names it for the server. */
export function isBoundTo(server: KnownServer | undefined, keypairName: string): server is KnownServer {
  return server !== undefined && isBound(server) && server.keypairName === keypairName;
}

/** Whether a map names the key pair that another hand gave the server. */
export function isDrifted({ keypairName, lastSeen, given }: KnownServer): boolean {
  return keypairName !== undefined && lastSeen?.keypairName === keypairName && !given.includes(keypairName);
}

/**
 * Digest of the key that a server was bound with. Of one that is not bound it is the key of the pair that it is to get, or else any that
 * the binding knows: what the server shows is no sign then.
 */
export function keyBoundWith({ keys }: KnownBinding, server: KnownServer | undefined, name = ""): string | undefined {
  if (server !== undefined && isBound(server)) return keys.get(server.keypairName);
  const [any] = keys.values();
  return keys.get(name) ?? any;
}
