/** A resource as the program declares it: the same object in everything that a run does with it. */
export interface Declared {
  /** The name that the resource has in the program. */
  readonly logicalName: string;
  /** The resource option: paths of properties whose change is to replace the resource. */
  readonly replaceOnChanges?: readonly string[];
  /** Of a resource with many key pairs the one that is meant, by its name. */
  readonly member?: string;
}

/** Which resources of the program lay claim to which objects in the cloud, by a key for each object. */
export class Claims {
  private readonly claimants = new Map<string, Set<Declared>>();
  private readonly claimed = new Map<Declared, readonly string[]>();

  /** From now on the resource claims these objects, and no others. */
  claim(resource: Declared, keys: readonly string[]): void {
    for (const key of this.claimed.get(resource) ?? []) this.release(resource, key);
    this.claimed.set(resource, keys);
    for (const key of keys) {
      const claimants = this.claimants.get(key);
      if (claimants === undefined) this.claimants.set(key, new Set([resource]));
      else claimants.add(resource);
    }
  }

  private release(resource: Declared, key: string): void {
    const claimants = this.claimants.get(key);
    claimants?.delete(resource);
    if (claimants?.size === 0) this.claimants.delete(key);
  }

  /** Those who claim an object, in the order in which they did. */
  claimantsOf(key: string): readonly Declared[] {
    return [...(this.claimants.get(key) ?? [])];
  }

  /** The others who claim an object; without a resource, all of them. */
  othersThan(resource: Declared | undefined, key: string): readonly Declared[] {
    return this.claimantsOf(key).filter((claimant) => claimant !== resource);
  }
}
