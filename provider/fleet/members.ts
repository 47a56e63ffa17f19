import type { Declared } from "./claims";

/** The key pairs of resources that have many, each as if it were declared by itself: their names are claimed one by one. */
export class Members {
  private readonly known = new WeakMap<Declared, Map<string, Declared>>();

  /** The same object for the same key pair of a resource. */
  of(resource: Declared, member: string): Declared {
    const members = this.known.get(resource) ?? new Map<string, Declared>();
    this.known.set(resource, members);
    const declared = members.get(member) ?? { logicalName: resource.logicalName, member };
    members.set(member, declared);
    return declared;
  }
}
