import type { CloudPhoneKeypairBindingInputs as DeclaredInputs } from "../../schema/types";
import type { Problem } from "../../schema/validation";
import { quoted } from "../../text/text";
import { isKnownText } from "../inputs";

/** Inputs after check: defaults are filled in, `serverIds` is sorted and without duplicates. */
export interface CloudPhoneKeypairBindingInputs extends DeclaredInputs {
  deletionPolicy: NonNullable<DeclaredInputs["deletionPolicy"]>;
  region: string;
}

/** Phones take shorter names than KPS does, in bytes. */
export const longestKeypairName = 64;

const longestServerId = 32;

export function serverIdProblems(serverIds: unknown): Problem[] {
  if (!Array.isArray(serverIds)) return [];
  if (serverIds.length === 0) return [{ property: "serverIds", reason: "is empty; name at least one server" }];
  return serverIds.flatMap((serverId: unknown, index): Problem[] => {
    const reason = isKnownText(serverId) ? serverIdProblem(serverId) : undefined;
    return reason === undefined ? [] : [{ property: `serverIds[${index}]`, reason }];
  });
}

/** What is wrong with a server id, if anything. */
export function serverIdProblem(serverId: string): string | undefined {
  const bytes = Buffer.byteLength(serverId);
  if (bytes === 0) return "is empty";
  if (bytes > longestServerId)
    return `is ${bytes} bytes long; at most ${longestServerId} are allowed (${quoted(serverId)})`;
  if (/^[A-Za-z0-9_-]+$/.test(serverId)) return undefined;
  return `may hold letters, digits, "_" and "-" only, not ${quoted(serverId)}`;
}

export function isListOfKnownTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isKnownText);
}

/** Without duplicates, and sorted. */
export function asSet(serverIds: readonly string[]): string[] {
  return [...new Set(serverIds)].sort();
}
