import { createHash } from "node:crypto";
import type { Declared } from "../../fleet/claims";
import type { HostProperties } from "../hostProperties";

/** Which of the program's resources the engine speaks of: it tells a dynamic provider nothing of that after the check. */
export class Declarations {
  /** By the numbers that they have in this run. */
  private readonly numbered = new Map<number, Declared>();

  /**
   * By digests of their checked inputs, the one that was checked last at the end. Diff, create and update are told nothing but those
   * inputs, and what tells the resource among them would go into the state, where renaming it would show as a change.
   */
  private readonly checkedWith = new Map<string, readonly Declared[]>();

  /** Resources that were checked without earlier inputs, and that the engine therefore creates. */
  private readonly toCreate = new Set<Declared>();

  /** The same object for the same resource: the engine has a replacement checked twice. */
  declared({ __declaration, __logicalName = "", __replaceOnChanges }: HostProperties): Declared {
    const known = __declaration === undefined ? undefined : this.numbered.get(__declaration);
    const declared = known ?? { logicalName: __logicalName, replaceOnChanges: __replaceOnChanges };
    if (__declaration !== undefined) this.numbered.set(__declaration, declared);
    return declared;
  }

  /** Notes what a resource was checked with. `isNew` tells that the engine shows no earlier inputs. */
  noteCheck(declared: Declared, inputs: object, isNew: boolean): void {
    const digest = digestOf(inputs);
    const others = this.of(digest).filter((other) => other !== declared);
    this.checkedWith.set(digest, [...others, declared]);
    if (isNew) this.toCreate.add(declared);
    else this.toCreate.delete(declared);
  }

  /** The resource that is compared with the state. */
  compared(inputs: object): Declared | undefined {
    return this.of(digestOf(inputs)).at(-1);
  }

  /** Of several resources with the same inputs one that the engine has still to create, or one that was there before. */
  changed(kind: "create" | "update", inputs: object): Declared | undefined {
    const candidates = this.of(digestOf(inputs));
    const declared = candidates.findLast((candidate) => this.toCreate.has(candidate) === (kind === "create"));
    if (declared !== undefined) this.toCreate.delete(declared);
    return declared ?? candidates.at(-1);
  }

  private of(digest: string): readonly Declared[] {
    return this.checkedWith.get(digest) ?? [];
  }
}

/** The same for the same properties, in whatever order they come back; it keeps no private key in memory. */
function digestOf(own: object): string {
  const text = JSON.stringify(own, (_name, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value,
  );
  return createHash("sha256").update(text).digest("base64");
}
