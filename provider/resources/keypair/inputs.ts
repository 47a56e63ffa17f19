import type { CheckContext } from "../../contract";
import type { KeypairInputs as DeclaredInputs } from "../../schema/types";
import type { Problem } from "../../schema/validation";
import { quoted } from "../../text/text";
import { isKnownText, keypairNameProblems } from "../inputs";
import { isAutonamed, type KeypairInputs } from "./state";
import { keyDigest, privateKeyProblem, publicKeyProblem } from "../sshKeys";

/** What is wrong with the arguments of a key pair, beside what schema.json says: one function for each kind of mistake. */

/** The most characters of a name. */
export const longestName = 255;
const longestDescription = 255;

/** What is wrong with the name, given or made up. */
export function nameProblems(
  news: Record<string, unknown>,
  inputs: { name?: unknown },
  { autonaming }: CheckContext,
): Problem[] {
  if (inputs.name === undefined)
    return [{ property: "name", reason: "is missing; pulumi:autonaming has no names made up, so give one" }];

  const problems = keypairNameProblems("name", inputs.name, longestName);
  if (news.name !== undefined) return problems;
  const origin = autonaming === undefined ? "made from the resource's logical name" : "made by pulumi:autonaming";
  return problems.map(({ property, reason }) => ({ property, reason: `${origin} ${reason}; give a name` }));
}

/** One name for two resources of a program would be one key pair. */
export function rivalProblems(
  { declared, record, deleteBeforeReplace }: CheckContext,
  inputs: Record<string, unknown>,
  isNew: boolean,
): Problem[] {
  const { region, name, publicKey, adoptExisting } = inputs;
  if (!isKnownText(region) || !isKnownText(name)) return [];
  // A pair that is to be generated takes nothing over.
  const isAdopting = adoptExisting === true && publicKey !== undefined;
  const adopted = isAdopting ? { keyDigest: isKnownText(publicKey) ? keyDigest(publicKey) : undefined } : undefined;
  const isDeletedFirst = deleteBeforeReplace ?? !isAutonamed(inputs);
  record.keypairs.declare(declared, { region, name, adopted, isDeletedFirst }, isNew);
  const rival = record.keypairs.rivalOf(declared);
  if (rival === undefined) return [];
  const reason = `${quoted(name)} is the name of "${rival.logicalName}" as well; give each Keypair of the program a name of its own`;
  return [{ property: "name", reason }];
}

/** Without a public key the service would generate another pair, which is seldom meant where a variable is missing. */
export function lostPublicKeyProblems(
  olds: Partial<KeypairInputs> | undefined,
  news: Record<string, unknown>,
): Problem[] {
  if (news.publicKey !== undefined || olds?.publicKey === undefined || olds.__defaults?.includes("publicKey"))
    return [];
  const reason =
    "is missing, but this key pair was imported with one; is what it comes from set? To have the service generate another pair " +
    "in its place, run `pulumi up --replace` with this resource's URN";
  return [{ property: "publicKey", reason }];
}

/** The service treats an empty id as absent, and would then report an id that differs from it. */
export function userIdProblems({ userId }: Record<string, unknown>): Problem[] {
  const reason = "is empty; leave it out for the user that the credentials belong to";
  return userId === "" ? [{ property: "userId", reason }] : [];
}

/** The service counts characters. */
export function descriptionProblems({ description }: Record<string, unknown>): Problem[] {
  const length = isKnownText(description) ? Array.from(description).length : 0;
  if (length <= longestDescription) return [];
  return [
    { property: "description", reason: `is ${length} characters long; at most ${longestDescription} are allowed` },
  ];
}

/** What is wrong with the public key as the service reads it. */
export function publicKeyProblems({ publicKey, type }: Record<string, unknown>): Problem[] {
  if (!isKnownText(publicKey)) return [];
  const reason = publicKeyProblem(publicKey, type as string | undefined);
  return reason === undefined ? [] : [{ property: "publicKey", reason }];
}

/** What is missing beside one another, and whether the two halves of the key fit. */
export function protectionProblems({ keyProtection, publicKey }: Record<string, unknown>): Problem[] {
  if (typeof keyProtection !== "object" || keyProtection === null) return [];
  const { privateKey, encryption } = keyProtection as Partial<NonNullable<DeclaredInputs["keyProtection"]>>;
  const problems: Problem[] = [];
  if (privateKey === undefined && publicKey !== undefined) {
    const reason = "is missing; hosting an imported key pair needs its private half";
    problems.push({ property: "keyProtection.privateKey", reason });
  }
  if (privateKey !== undefined && publicKey === undefined) {
    const reason = "is missing beside keyProtection.privateKey; without it the service would generate another key pair";
    problems.push({ property: "publicKey", reason });
  }
  if (isKnownText(privateKey)) {
    const reason = privateKeyProblem(privateKey, isKnownText(publicKey) ? publicKey : undefined);
    if (reason !== undefined) problems.push({ property: "keyProtection.privateKey", reason });
  }
  if (encryption?.type === "kms" && !encryption.kmsKeyName && !encryption.kmsKeyId) {
    const reason = "of type kms needs kmsKeyName or kmsKeyId";
    problems.push({ property: "keyProtection.encryption", reason });
  }
  return problems;
}
