import { Claims, type Declared } from "./claims";
import { isBound, keyBoundWith, type KnownBinding, type KnownServer } from "./knownBinding";
import type { PendingJob } from "./serverChanges";

/** What this run knows of the servers that bindings of the program want, and of bindings that it replaces. */
export class BindingRecord {
  private readonly claims = new Claims();
  private readonly known = new Map<Declared, KnownBinding>();
  /** The key pairs that the servers of a binding are to have after this run. */
  private readonly wanted = new Map<Declared, ReadonlyMap<string, string>>();
  /** By server: what bindings know of it that began changes whose end nobody saw. */
  private readonly awaited = new Map<string, KnownServer[]>();
  /** By server: what a binding knew of it whose deletion the engine asked for, and that left it to another one. */
  private readonly left = new Map<string, KnownServer>();

  /** A check: the resource wants these servers. */
  declare(resource: Declared, region: string, serverIds: readonly string[]): void {
    this.claims.claim(
      resource,
      serverIds.map((serverId) => keyOf(region, serverId)),
    );
  }

  /** Another binding of the program that wants the server. */
  rivalOf(resource: Declared, region: string, serverId: string): Declared | undefined {
    return this.claims.othersThan(resource, keyOf(region, serverId))[0];
  }

  /** Whether a binding of the program other than this one wants the server; without one, whether any does. */
  isClaimedByOther(resource: Declared | undefined, region: string, serverId: string): boolean {
    return this.claims.othersThan(resource, keyOf(region, serverId)).length > 0;
  }

  /** A comparison: this is what the state knows of the resource, and which key pairs the program wants, by server. */
  compare(resource: Declared, binding: KnownBinding, wanted: ReadonlyMap<string, string>): void {
    this.known.set(resource, binding);
    this.wanted.set(resource, wanted);
    for (const server of binding.servers.values()) {
      if (server.pending.length === 0) continue;
      const key = keyOf(binding.region, server.serverId);
      this.awaited.set(key, [...(this.awaited.get(key) ?? []), boundWith(server, binding)]);
    }
  }

  /** Changes of the server that earlier runs began for whichever binding, and whose end nobody saw. */
  pendingAt(region: string, serverId: string): readonly PendingJob[] {
    return this.awaited.get(keyOf(region, serverId))?.flatMap(({ pending }) => pending) ?? [];
  }

  /** A deleted binding leaves servers to the one that takes its place, with what it knows of them. */
  leave(binding: KnownBinding, servers: Iterable<KnownServer>): void {
    for (const server of servers) this.left.set(keyOf(binding.region, server.serverId), boundWith(server, binding));
  }

  /** The key pair that a binding of the program, which knows of no unseen change of the server, has bound it to in an earlier run. */
  boundTo(region: string, serverId: string): string | undefined {
    for (const claimant of this.claims.claimantsOf(keyOf(region, serverId))) {
      const binding = this.known.get(claimant);
      const server = binding?.region === region ? binding.servers.get(serverId) : undefined;
      if (binding === undefined || server === undefined || server.pending.length > 0) continue;
      // One that is to have another key pair is bound by its binding itself.
      if (this.wanted.get(claimant)?.get(serverId) !== server.keypairName) continue;
      if (isBound(server)) return server.keypairName;
    }
    return undefined;
  }

  /**
   * What is known of a server from the binding whose place a new one takes, or else from one that began a change of it whose end nobody
   * saw: the server may show the key pair of that change, and had another one before.
   */
  earlierOf(resource: Declared | undefined, region: string, serverId: string): KnownServer | undefined {
    const known = resource && this.known.get(resource);
    const own = known?.region === region ? known.servers.get(serverId) : undefined;
    const key = keyOf(region, serverId);
    return (known && own && boundWith(own, known)) ?? this.left.get(key) ?? this.awaited.get(key)?.at(-1);
  }
}

/** A server with the key that its name stands for in the binding's records: another binding may know another one under it. */
function boundWith(server: KnownServer, binding: KnownBinding): KnownServer {
  const name = server.given.find((given) => binding.keys.has(given));
  return { ...server, boundKey: keyBoundWith(binding, server, name) };
}

function keyOf(region: string, serverId: string): string {
  return `${region}/${serverId}`;
}
