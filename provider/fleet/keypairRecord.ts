import type { KeypairState } from "../schema/types";
import { Claims, type Declared } from "./claims";

/** Where a key pair stands: its name, which means nothing without the region. */
export interface KeypairPlace {
  readonly region: string;
  readonly name: string;
}

/** What the program wants under a name. */
export interface WantedKeypair extends KeypairPlace {
  readonly adoptExisting: boolean;
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

interface Known {
  state: KeypairState;
  /** Whether the comparison with the program asks for a replacement. */
  isReplaced: boolean;
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
  /** Checked once more after the comparison: the engine replaces them, for whatever reason. */
  private readonly checkedAnew = new Set<Declared>();
  private readonly begun = new Set<Declared>();
  private readonly created = new Set<Declared>();
  private readonly failed = new Set<Declared>();
  /** Pairs whose deletion the engine asked for, and that were left to those who want their names. */
  private readonly left = new Map<string, KeypairState>();
  /** Resources other than key pairs that use a name, and were found unchanged. */
  private readonly unchangedUsers = new Map<string, Set<Declared>>();

  /** A check: the resource wants this pair. `isNew` tells that the engine shows no earlier inputs. */
  declare(resource: Declared, wanted: WantedKeypair, isNew: boolean): void {
    this.claims.claim(resource, [keyOf(wanted)]);
    this.wanted.set(resource, wanted);
    if (isNew && this.known.has(resource)) this.checkedAnew.add(resource);
  }

  /** Another resource of the program that wants the same name, unless both take over what is there. */
  rivalOf(resource: Declared): Declared | undefined {
    const wanted = this.wanted.get(resource);
    if (wanted === undefined) return undefined;
    return this.claims
      .claimantsOf(keyOf(wanted))
      .find((other) => other !== resource && !(wanted.adoptExisting && this.wanted.get(other)?.adoptExisting));
  }

  /** A comparison: the state knows this pair of the resource. */
  compare(resource: Declared, state: KeypairState, isReplaced: boolean): void {
    this.known.set(resource, { state, isReplaced });
    const key = keyOf(state);
    this.knownAt.set(key, (this.knownAt.get(key) ?? new Set()).add(resource));
  }

  /** The engine asks for the deletion of a pair. */
  askToDelete(state: KeypairState): Deletion {
    const key = keyOf(state);
    const claimants = this.claims.claimantsOf(key);
    const holder = claimants.find((claimant) => this.holds(claimant, key));
    if (holder !== undefined) return { kind: "held", by: holder };
    const interested = [...claimants, ...this.movingFrom(key)];
    const unlucky = interested.find((claimant) => this.failed.has(claimant));
    if (unlucky !== undefined) return { kind: "doubtful", by: unlucky };
    if (interested.length === 0) return { kind: "free" };
    this.left.set(key, state);
    return { kind: "left" };
  }

  /**
   * The pair that the state knows of a resource that is about to be created, although nothing asks for another one: an earlier run began
   * to replace it, and that edit was taken back.
   */
  keptBy(resource: Declared | undefined): KeypairState | undefined {
    const known = resource && this.known.get(resource);
    return known === undefined || known.isReplaced || this.left.has(keyOf(known.state)) ? undefined : known.state;
  }

  /** What a resource that is about to be created replaces: its own pair, and one that another resource gives up. */
  replacedBy(resource: Declared | undefined, place: KeypairPlace): { own?: KeypairState; others: KeypairState[] } {
    const key = keyOf(place);
    const before = resource && this.known.get(resource)?.state;
    const ownKey = before && keyOf(before);
    const isOwnDue = ownKey === key || (ownKey !== undefined && this.left.has(ownKey));
    const isTaken = ownKey !== undefined && this.claims.isClaimedByOther(resource, ownKey);
    const atPlace = this.left.get(key) ?? this.stateOf(this.movingFrom(key).find((other) => other !== resource));
    if (before !== undefined && isOwnDue && !(isTaken && ownKey !== key)) {
      return { own: before, others: atPlace === undefined || ownKey === key ? [] : [atPlace] };
    }
    // Of a resource that is replaced by force no comparison was made: what the engine had deleted just before is its own.
    if (before === undefined && atPlace !== undefined && this.movingFrom(key).length === 0) {
      return { own: atPlace, others: [] };
    }
    return { others: atPlace === undefined ? [] : [atPlace] };
  }

  /** The resources of the program, other than this one, that have the pair or want its name. */
  othersAt(resource: Declared | undefined, place: KeypairPlace): readonly Declared[] {
    return this.claims.claimantsOf(keyOf(place)).filter((claimant) => claimant !== resource);
  }

  /** Whether another resource has the pair: nobody but that one may delete it. */
  isHeldByOther(resource: Declared | undefined, place: KeypairPlace): boolean {
    return this.othersAt(resource, place).some((other) => this.holds(other, keyOf(place)));
  }

  /** Runs the creation of a resource's pair, and notes what becomes of it. */
  async whileCreating<T>(
    resource: Declared | undefined,
    place: KeypairPlace,
    create: () => Promise<T>,
    isMade: (error: unknown) => boolean,
  ): Promise<T> {
    if (resource === undefined) return create();
    this.begun.add(resource);
    try {
      const result = await create();
      this.settle(resource, place);
      return result;
    } catch (error) {
      if (isMade(error)) this.settle(resource, place);
      else this.failed.add(resource);
      throw error;
    }
  }

  /** Whether this run makes, or has made, a pair under the name: whoever uses it may have to do with another key than before. */
  isRemade(place: KeypairPlace): boolean {
    const key = keyOf(place);
    return this.claims.claimantsOf(key).some((claimant) => !this.holds(claimant, key) || this.created.has(claimant));
  }

  /** A resource of the program that is still to make the pair, and whether it has begun. */
  comingAt(place: KeypairPlace): { resource: Declared; hasBegun: boolean } | undefined {
    const key = keyOf(place);
    const resource = this.claims
      .claimantsOf(key)
      .find((claimant) => !this.holds(claimant, key) && !this.failed.has(claimant));
    return resource && { resource, hasBegun: this.begun.has(resource) };
  }

  /** A resource that uses the name was found unchanged. */
  foundUnchanged(user: Declared, place: KeypairPlace): void {
    const key = keyOf(place);
    this.unchangedUsers.set(key, (this.unchangedUsers.get(key) ?? new Set()).add(user));
  }

  /** Who uses the name, and was found unchanged before its pair was made anew. */
  unchangedUsersOf(place: KeypairPlace): readonly Declared[] {
    return [...(this.unchangedUsers.get(keyOf(place)) ?? [])];
  }

  private settle(resource: Declared, place: KeypairPlace): void {
    this.created.add(resource);
    this.left.delete(keyOf(place));
  }

  private holds(resource: Declared, key: string): boolean {
    if (this.created.has(resource)) return true;
    const state = this.stateOf(resource);
    return state !== undefined && !this.isBeingReplaced(resource) && keyOf(state) === key;
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

function keyOf({ region, name }: KeypairPlace): string {
  return `${region}/${name}`;
}
