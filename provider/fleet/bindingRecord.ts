import type { CloudPhoneKeypairBindingState } from "../schema/types";
import { Claims, type Declared } from "./claims";
import type { PendingJob } from "./serverChanges";

/** A binding as the state knows it, with the changes of key pairs whose end nobody saw. */
interface RecordedBinding extends CloudPhoneKeypairBindingState {
  readonly __pending?: readonly ({ serverId: string } & PendingJob)[];
}

/** What this run knows of the servers that bindings of the program want, and of bindings that it replaces. */
export class BindingRecord {
  private readonly claims = new Claims();
  private readonly known = new Map<Declared, RecordedBinding>();
  private readonly pending = new Map<string, PendingJob[]>();
  /** By server: bindings that began changes of it whose end nobody saw. */
  private readonly awaiting = new Map<string, CloudPhoneKeypairBindingState>();
  /** By server: bindings whose deletion the engine asked for, and that left the server to another one. */
  private readonly left = new Map<string, CloudPhoneKeypairBindingState>();

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

  /** A comparison: this is what the state knows of the resource. */
  compare(resource: Declared, state: RecordedBinding): void {
    this.known.set(resource, state);
    for (const { serverId, ...job } of state.__pending ?? []) {
      const key = keyOf(state.region, serverId);
      this.pending.set(key, [...(this.pending.get(key) ?? []), job]);
      this.awaiting.set(key, state);
    }
  }

  /** Changes of the server that earlier runs began for whichever binding, and whose end nobody saw. */
  pendingAt(region: string, serverId: string): readonly PendingJob[] {
    return this.pending.get(keyOf(region, serverId)) ?? [];
  }

  /** A deleted binding leaves servers to the one that takes its place, with what it knows of them. */
  leave(state: CloudPhoneKeypairBindingState, serverIds: readonly string[]): void {
    for (const serverId of serverIds) this.left.set(keyOf(state.region, serverId), state);
  }

  /** The key pair that a binding of the program, which knows of no unseen change of the server, has bound it to in an earlier run. */
  boundTo(region: string, serverId: string): string | undefined {
    for (const claimant of this.claims.claimantsOf(keyOf(region, serverId))) {
      const state = this.known.get(claimant);
      const isUnseen = state?.__pending?.some((job) => job.serverId === serverId);
      if (state?.serverIds.includes(serverId) && !isUnseen) return state.keypairName;
    }
    return undefined;
  }

  /**
   * What is known of a server from the binding whose place a new one takes, or else from one that began a change of it whose end nobody
   * saw: the server may show the key pair of that change, and had another one before.
   */
  earlierOf(
    resource: Declared | undefined,
    region: string,
    serverId: string,
  ): CloudPhoneKeypairBindingState | undefined {
    const known = resource && this.known.get(resource);
    const key = keyOf(region, serverId);
    return known?.region === region ? known : (this.left.get(key) ?? this.awaiting.get(key));
  }
}

function keyOf(region: string, serverId: string): string {
  return `${region}/${serverId}`;
}
