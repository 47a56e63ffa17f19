import type { CheckContext } from "../../contract";
import { propertyPath } from "../../schema/propertyPath";
import type { Problem } from "../../schema/validation";
import { isMap, keypairNameProblems } from "../inputs";
import {
  descriptionProblems,
  longestName,
  protectionProblems,
  publicKeyProblems,
  rivalProblems,
} from "../keypair/inputs";

/** What is wrong with the arguments of a set, beside what schema.json says: of each pair what would be wrong with a single one. */

/** Everything that is wrong with the pairs. `earlier` are those of the last update, if there was one. */
export function pairProblems(context: CheckContext, inputs: Record<string, unknown>, earlier: unknown): Problem[] {
  const { keypairs, type, region, adoptExisting } = inputs;
  if (!isMap(keypairs)) return [];
  const names = Object.keys(keypairs);
  if (names.length === 0) return [{ property: "keypairs", reason: "is empty; give at least one key pair" }];
  return names.flatMap((name) => {
    const path = ["keypairs", name];
    const given = isMap(keypairs[name]) ? keypairs[name] : {};
    const pair = { ...given, name, type, region, adoptExisting };
    const member = { ...context, declared: context.record.members.of(context.declared, name) };
    const isNew = !isMap(earlier) || !Object.hasOwn(earlier, name);
    return [
      ...keypairNameProblems(propertyPath(path), name, longestName),
      ...at(path, rivalProblems(member, pair, isNew)),
      ...within(path, [...emptyKeyProblems(given), ...descriptionProblems(given), ...protectionProblems(given)]),
      ...within(path, isBlank(given.publicKey) ? [] : publicKeyProblems(pair)),
    ];
  });
}

/** A single pair without a key is generated, but a set imports keys. */
function emptyKeyProblems({ publicKey }: Record<string, unknown>): Problem[] {
  return isBlank(publicKey) ? [{ property: "publicKey", reason: "is empty" }] : [];
}

function isBlank(value: unknown): boolean {
  return typeof value === "string" && value.trim() === "";
}

/** Problems of the pair as a whole: its name is the entry's. */
function at(path: readonly string[], problems: readonly Problem[]): Problem[] {
  return problems.map(({ reason }) => ({ property: propertyPath(path), reason }));
}

function within(path: readonly string[], problems: readonly Problem[]): Problem[] {
  return problems.map(({ property, reason }) => ({
    property: propertyPath([...path, ...property.split(".")]),
    reason,
  }));
}
