import type { DeletionPolicy, ServerBinding } from "../schema/types";
import type { PendingJob } from "./serverChanges";

/** What is known of a binding: the set that it stands for, and a record for each server. */
export interface KnownBinding {
  readonly region: string;
  readonly keypairName: string;
  readonly keypairFingerprint?: string;
  readonly deletionPolicy: DeletionPolicy;
  /** Digest of the key that the key pair held when the servers were bound, where it is known. */
  readonly key?: string;
  /** Whether it is told which key pairs servers were given: states of version 0.1.0 do not. */
  readonly tellsGiven: boolean;
  /** By server id, in its order. */
  readonly servers: ReadonlyMap<string, KnownServer>;
}

/** What a binding knows of one server. */
export interface KnownServer {
  readonly serverId: string;
  /** Whether it is in the set. Others could not be bound, were found with another key pair, or left and are not let go yet. */
  readonly isInSet: boolean;
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

/** Whether the server carries the key pair, as far as is known. One in the set that does not was to get its earlier one back. */
export function isBound({ isInSet, lastSeen }: KnownServer, keypairName: string): boolean {
  return isInSet && (lastSeen === undefined || lastSeen.keypairName === keypairName);
}
