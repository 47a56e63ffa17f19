import { randomInt, randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Autonaming } from "../../provider/contract";

/** How names are made up, of whatever the configuration says it of. The engine has checked it before it runs the program. */
interface Naming {
  mode?: string;
  pattern?: string;
}

/** The stack's configuration `pulumi:autonaming`. */
interface Namings extends Naming {
  providers?: Readonly<Record<string, Naming & { resources?: Readonly<Record<string, Naming>> }>>;
}

/**
 * How the stack's configuration has a new resource named that is given no name. Undefined where it says nothing of it. The engine goes by
 * this package only for resources of native providers, and tells a dynamic provider nothing of it.
 */
export function autonamingOf(token: string, logicalName: string): Autonaming | undefined {
  const { mode, pattern } = namingOf("huaweicloud-cph", token);
  if (pattern !== undefined) {
    const { name, randomBits } = nameByPattern(pattern, logicalName);
    return { name, isUnique: randomBits >= enoughBits };
  }
  switch (mode) {
    case "verbatim":
      return { name: logicalName, isUnique: false };
    case "disabled":
      return { isUnique: false };
    default:
      return undefined;
  }
}

/** Whether the engine deletes every replaced resource of a type first, whatever its option says: names that are not unique ask for it. */
export function isAlwaysDeletedFirst(type: string): boolean {
  const { mode, pattern } = namingOf("pulumi-nodejs", type);
  if (pattern !== undefined) return nameByPattern(pattern, "").randomBits === 0;
  return mode === "verbatim" || mode === "disabled";
}

/** What the configuration says of a type: what it says of that alone wins over what it says of the package, and that over the rest. */
function namingOf(packageName: string, type: string): Naming {
  const namings = JSON.parse(pulumi.runtime.getConfig("pulumi:autonaming") ?? "{}") as Namings;
  const ofPackage = namings.providers?.[packageName];
  const candidates: (Naming | undefined)[] = [ofPackage?.resources?.[type], ofPackage, namings];
  return candidates.find((naming) => naming?.mode !== undefined || naming?.pattern !== undefined) ?? {};
}

/** With so many, as in the names of the package's own making, a name is certain to be free, and to be another one each time. */
const enoughBits = 28;

const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyz";

/** What random expressions draw from. */
const alphabets: ReadonlyMap<string, string> = new Map([
  ["hex", `${digits}abcdef`],
  ["alphanum", letters + digits],
  ["string", letters],
  ["num", digits],
]);

const bitsOfUuid = 122;

function nameByPattern(pattern: string, logicalName: string): { name: string; randomBits: number } {
  let randomBits = 0;
  const valueOf = (word: string, length?: string, key?: string): string | undefined => {
    if (length !== undefined) {
      const alphabet = alphabets.get(word);
      randomBits += Number(length) * Math.log2(alphabet?.length ?? 1);
      return alphabet && randomText(alphabet, Number(length));
    }
    if (key !== undefined)
      return word === "config" ? pulumi.runtime.getConfig(`${pulumi.getProject()}:${key}`) : undefined;
    switch (word) {
      case "name":
        return logicalName;
      case "project":
        return pulumi.getProject();
      case "stack":
        return pulumi.getStack();
      case "organization":
        return pulumi.getOrganization();
      case "uuid":
        randomBits += bitsOfUuid;
        return randomUUID();
      default:
        return undefined;
    }
  };
  // What is left as it is fails the check of the name, which shows it.
  const name = pattern.replace(
    /\$\{([a-z]+)(?:\((\d+)\)|\.([^}]+))?\}/g,
    (expression, ...groups: [string, string?, string?]) => valueOf(...groups) ?? expression,
  );
  return { name, randomBits };
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
