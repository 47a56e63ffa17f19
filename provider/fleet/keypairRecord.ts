import type { KeypairState } from "../schema/types";
import { Claims, type Declared } from "./claims";

/** Where a key pair stands: its name, which means nothing without the region. */
export interface KeypairPlace {
  readonly region: string;
  readonly name: string;
}

/** What the program wants under a name. */
export interface WantedKeypair extends KeypairPlace {
  /** Present where a pair that exists already is to be taken over: a digest of its key, where that is known yet. */
  readonly adopted?: { readonly keyDigest?: string };
  /** Whether the engine deletes the resource's pair before it creates one in its place. */
  readonly isDeletedFirst: boolean;
}

/** What is to become of a pair whose deletion the engine asks for. */
export type Deletion =
  | { kind: "free" }
  /** Another resource of the program has the pair. */
  | { kind: "held"; by: Declared }
  /** A resource that is still to be created wants the name: it deals with the pair. */
  | { kind: "left" }
  /** A resource wanted the name, and its creation failed. */
  | { kind: "doubtful"; by: Declared };

/** Pairs that a new one takes the place of. */
export interface Replaced {
  /** The resource's own, which the engine believes to be deleted. */
  own?: KeypairState;
  /** Whether another resource has it as well, or is to deal with it: then it stays. */
  isOwnTaken?: boolean;
  /** Those of other resources, which give up the name in the same run. */
  others: readonly KeypairState[];
}

interface Known {
  state: KeypairState;
  /** Whether the comparison with the program found a difference. */
  isChanged: boolean;
  /** Whether that asks for a replacement. */
  isReplaced: boolean;
  /** Whether what stands under the name is not the resource's, so that an update is to bring that back. */
  isLost: boolean;
}

/** A pair whose deletion the engine asked for, and that was left to whoever wants its name or is created in its place. */
interface Left {
  state: KeypairState;
  /** Name in the program of the resource that had it. */
  logicalName: string | undefined;
}

/**
 * What this run knows of the names of key pairs. A name is not an identity: two resources, or two generations of one, can mean the same
 * one. The engine tells a dynamic provider nothing of that, but it checks every resource of the program, and compares most with the
 * state, before it creates them or deletes others.
 */
export class KeypairRecord {
  private readonly claims = new Claims();
  private readonly wanted = new Map<Declared, WantedKeypair>();
  private readonly known = new Map<Declared, Known>();
  private readonly knownAt = new Map<string, Set<Declared>>();
  /** Checked without their earlier inputs, if they have any: the engine creates them, or replaces them for whatever reason. */
  private readonly checkedAnew = new Set<Declared>();
  private readonly begun = new Set<Declared>();
  private readonly created = new Set<Declared>();
  private readonly failed = new Set<Declared>();
  private readonly left = new Map<string, Left>();
  /** Pairs that updates of their resources are to delete, unless a new one takes their place before. */
  private readonly leaving = new Map<string, KeypairState>();
  private readonly deletions = new Map<string, Promise<unknown>>();
  private readonly creations = new Map<string, Promise<void>>();

  /** A check: the resource wants this pair. `isNew` tells that the engine shows no earlier inputs. */
  declare(resource: Declared, wanted: WantedKeypair, isNew: boolean): void {
    this.claims.claim(resource, [keyOfPlace(wanted)]);
    this.wanted.set(resource, wanted);
    if (isNew) this.checkedAnew.add(resource);
  }

  /** Another resource of the program that wants the same name, unless both take over the same key. */
  rivalOf(resource: Declared): Declared | undefined {
    const wanted = this.wanted.get(resource);
    if (wanted === undefined) return undefined;
    const isShared = (other: Declared) => canShare(wanted.adopted, this.wanted.get(other)?.adopted);
    return this.othersAt(resource, wanted).find((other) => !isShared(other));
  }

  /** A comparison: the state knows this pair of the resource. */
  compare(resource: Declared, state: KeypairState, comparison: Omit<Known, "state">): void {
    this.known.set(resource, { state, ...comparison });
    const key = keyOfPlace(state);
    this.knownAt.set(key, (this.knownAt.get(key) ?? new Set()).add(resource));
  }

  /** A comparison: an update of its resource is to delete this pair. */
  release(state: KeypairState): void {
    this.leaving.set(keyOfPlace(state), state);
  }

  /** The engine, or an update, asks for the deletion of a pair, of which it tells only what its resource was called. */
  askToDelete(state: KeypairState, logicalName?: string): Deletion {
    const key = keyOfPlace(state);
    const claimants = this.claims.claimantsOf(key);
    const holder = claimants.find((claimant) => this.holds(claimant, key));
    if (holder !== undefined) return { kind: "held", by: holder };
    const interested = [...claimants, ...this.movingFrom(key), ...this.forcedOf(logicalName)];
    const unlucky = interested.find((claimant) => this.failed.has(claimant));
    if (unlucky !== undefined) return { kind: "doubtful", by: unlucky };
    if (interested.length === 0) return { kind: "free" };
    this.left.set(key, { state, logicalName });
    return { kind: "left" };
  }

  /**
   * The pair that the state knows of a resource that is about to be created, although nothing asks for another one: an earlier run began
   * to replace it, and that edit was taken back. Where something else changes as well, it may be that the engine replaces it for that, and
   * has not asked for its deletion yet.
   */
  keptBy(resource: Declared | undefined): KeypairState | undefined {
    if (resource === undefined) return undefined;
    const known = this.known.get(resource);
    if (known === undefined || known.isReplaced || this.left.has(keyOfPlace(known.state))) return undefined;
    return known.isChanged && !this.wanted.get(resource)?.isDeletedFirst ? undefined : known.state;
  }

  /** What a resource that is about to be created takes the place of. */
  replacedBy(resource: Declared | undefined, place: KeypairPlace): Replaced {
    const key = keyOfPlace(place);
    const own = this.deletedOf(resource, key);
    const atPlace =
      this.left.get(key)?.state ??
      this.stateOf(this.movingFrom(key).find((other) => other !== resource)) ??
      this.leaving.get(key);
    const isOther = atPlace !== undefined && (own === undefined || keyOfPlace(own) !== key);
    const isOwnTaken = own !== undefined && this.isTaken(own, resource, key);
    return { own, isOwnTaken, others: isOther ? [atPlace] : [] };
  }

  /**
   * Pairs that were left to resources that want their names, all of which failed, while their own resources have others by now: nobody
   * else deletes them.
   */
  takeAbandoned(): KeypairState[] {
    const abandoned = [...this.left].filter(
      ([key, { state, logicalName }]) =>
        !this.isAwaited(state) && this.movingFrom(key).length === 0 && this.forcedOf(logicalName).length === 0,
    );
    for (const [key] of abandoned) this.left.delete(key);
    return abandoned.map(([, { state }]) => state);
  }

  /** A pair is put back, and recorded again: nobody is left to delete it. */
  putBack(state: KeypairState): void {
    this.left.delete(keyOfPlace(state));
  }

  /** The resources of the program, other than this one, that have the pair or want its name. */
  othersAt(resource: Declared | undefined, place: KeypairPlace): readonly Declared[] {
    return this.claims.othersThan(resource, keyOfPlace(place));
  }

  /** Whether another resource has the pair: nobody but that one may delete it. */
  isHeldByOther(resource: Declared | undefined, place: KeypairPlace): boolean {
    return this.othersAt(resource, place).some((other) => this.holds(other, keyOfPlace(place)));
  }

  /** Runs what makes a resource's pair, for the first time or again, and notes what becomes of it. */
  async whileCreating<T>(
    resource: Declared | undefined,
    place: KeypairPlace,
    create: () => Promise<T>,
    isMade: (error: unknown) => boolean,
  ): Promise<T> {
    if (resource === undefined) return create();
    this.begun.add(resource);
    const key = keyOfPlace(place);
    let over: () => void = () => undefined;
    this.creations.set(
      key,
      new Promise((resolve) => {
        over = resolve;
      }),
    );
    await this.deletions.get(key);
    try {
      const result = await create();
      this.settle(resource, place);
      return result;
    } catch (error) {
      if (isMade(error)) this.settle(resource, place);
      else this.failed.add(resource);
      throw error;
    } finally {
      over();
    }
  }

  /** Waits for whoever has begun to make a pair of the name: before, nobody knows whose it will be. */
  async creationOver(place: KeypairPlace): Promise<void> {
    await this.creations.get(keyOfPlace(place));
  }

  /** Deletes a pair before its resource's own end: whoever is to make one of that name meanwhile waits. */
  async whileDeleting<T>(place: KeypairPlace, deletion: () => Promise<T>): Promise<T> {
    const key = keyOfPlace(place);
    const deleted = deletion();
    // Whether it succeeds is no concern of those who wait.
    const over = deleted.then(
      () => this.leaving.delete(key),
      () => undefined,
    );
    this.deletions.set(key, over);
    await over;
    if (this.deletions.get(key) === over) this.deletions.delete(key);
    return deleted;
  }

  /** Whether this run makes, or has made, a pair under the name: whoever uses it may have to do with another key than before. */
  isRemade(place: KeypairPlace): boolean {
    const key = keyOfPlace(place);
    return this.claims.claimantsOf(key).some((claimant) => !this.holds(claimant, key) || this.created.has(claimant));
  }

  /** The public key that the state knows of the pair, where a resource of the program has it and keeps it. */
  publicKeyKept(place: KeypairPlace): string | undefined {
    const key = keyOfPlace(place);
    const holder = this.claims.claimantsOf(key).find((claimant) => this.holds(claimant, key));
    return this.stateOf(holder)?.publicKey;
  }

  /** A resource of the program that is still to make the pair, and whether it has begun. */
  comingAt(place: KeypairPlace): { resource: Declared; hasBegun: boolean } | undefined {
    const key = keyOfPlace(place);
    const resource = this.claims
      .claimantsOf(key)
      .find((claimant) => !this.isThere(claimant, key) && !this.failed.has(claimant));
    return resource && { resource, hasBegun: this.begun.has(resource) };
  }

  /** The resource's own pair, where the engine believes it to be deleted, or it is in the way. */
  private deletedOf(resource: Declared | undefined, key: string): KeypairState | undefined {
    const own = this.stateOf(resource) ?? this.leftBy(resource, key);
    if (own === undefined || resource === undefined) return undefined;
    // The engine does not ask again for a deletion that an earlier run left.
    const isDeleted = this.left.has(keyOfPlace(own)) || this.wanted.get(resource)?.isDeletedFirst;
    return isDeleted || keyOfPlace(own) === key ? own : undefined;
  }

  /** Whether another resource has the pair that this one gives up, or deals with it as it wants the name that this one leaves. */
  private isTaken(own: KeypairState, resource: Declared | undefined, key: string): boolean {
    return this.isHeldByOther(resource, own) || (keyOfPlace(own) !== key && this.isAwaited(own, resource));
  }

  /** Whether a resource, other than the given one, wants the name and has not failed. */
  private isAwaited(place: KeypairPlace, resource?: Declared): boolean {
    return this.othersAt(resource, place).some((other) => !this.failed.has(other));
  }

  /** Of a resource that is replaced by force no comparison was made: what the engine had deleted just before is its own. */
  private leftBy(resource: Declared | undefined, key: string): KeypairState | undefined {
    const there = this.movingFrom(key).length === 0 ? this.left.get(key)?.state : undefined;
    // A pair among many keeps its name.
    if (resource === undefined || resource.member !== undefined) return there;
    return [...this.left.values()].find(({ logicalName }) => logicalName === resource.logicalName)?.state ?? there;
  }

  /** Resources of that name that may be replaced by force, and are still to be created. */
  private forcedOf(logicalName: string | undefined): Declared[] {
    return [...this.checkedAnew].filter(
      (resource) =>
        resource.logicalName === logicalName &&
        resource.member === undefined &&
        !this.known.has(resource) &&
        !this.created.has(resource),
    );
  }

  private settle(resource: Declared, place: KeypairPlace): void {
    this.created.add(resource);
    this.left.delete(keyOfPlace(place));
  }

  private holds(resource: Declared, key: string): boolean {
    if (this.created.has(resource)) return true;
    const state = this.stateOf(resource);
    return state !== undefined && !this.isBeingReplaced(resource) && keyOfPlace(state) === key;
  }

  private isThere(resource: Declared, key: string): boolean {
    const isLost = this.known.get(resource)?.isLost ?? false;
    return this.holds(resource, key) && (!isLost || this.created.has(resource));
  }

  /** Resources whose pair stands under the key in the state, and that are to be replaced. */
  private movingFrom(key: string): Declared[] {
    return [...(this.knownAt.get(key) ?? [])].filter((resource) => this.isBeingReplaced(resource));
  }

  private isBeingReplaced(resource: Declared): boolean {
    if (this.created.has(resource)) return false;
    return this.checkedAnew.has(resource) || (this.known.get(resource)?.isReplaced ?? false);
  }

  private stateOf(resource: Declared | undefined): KeypairState | undefined {
    return resource && this.known.get(resource)?.state;
  }
}

function canShare(one: WantedKeypair["adopted"], other: WantedKeypair["adopted"]): boolean {
  if (one === undefined || other === undefined) return false;
  const isKnown = one.keyDigest !== undefined && other.keyDigest !== undefined;
  return !isKnown || one.keyDigest === other.keyDigest;
}

/** Names are taken region by region. */
export function keyOfPlace({ region, name }: KeypairPlace): string {
  return `${region}/${name}`;
}
