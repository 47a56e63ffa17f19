import type { Declared } from "./claims";
import { keyOfPlace, type KeypairPlace } from "./keypairRecord";

/** Which resources, other than key pairs, use the name of a key pair and were found unchanged in this run. */
export class KeypairUsers {
  private readonly unchanged = new Map<string, Set<Declared>>();

  /** A resource that uses the name was found unchanged. */
  foundUnchanged(user: Declared, place: KeypairPlace): void {
    const key = keyOfPlace(place);
    this.unchanged.set(key, (this.unchanged.get(key) ?? new Set()).add(user));
  }

  /** Who uses the name, and was found unchanged before its pair was made anew. */
  unchangedUsersOf(place: KeypairPlace): readonly Declared[] {
    return [...(this.unchanged.get(keyOfPlace(place)) ?? [])];
  }
}
