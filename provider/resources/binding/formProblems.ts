import { propertyPath } from "../../schema/propertyPath";
import type { Problem } from "../../schema/validation";
import { isKnownText, isMap, keypairNameProblems } from "../inputs";
import { longestKeypairName, serverIdProblem } from "./inputs";

/** What is wrong with the form of a binding's inputs: one of the two, and of it everything. */
export function formProblems(news: Record<string, unknown>): Problem[] {
  const isGiven = (name: string) => news[name] !== undefined;
  const ofList = ["keypairName", "serverIds"].filter(isGiven);
  if (!isGiven("keypairNames")) return [...missingProblems(ofList), ...strayFingerprints(news, "keypairFingerprints")];
  const stray = strayFingerprints(news, "keypairFingerprint");
  if (ofList.length === 0) return stray;
  const reason =
    `cannot stand beside ${ofList.join(" and ")}: give keypairName and serverIds for one key pair on all servers, or keypairNames alone ` +
    "for a key pair for each server";
  return [{ property: "keypairNames", reason }, ...stray];
}

/** Of a list both are required, unless there is a map. */
function missingProblems(given: readonly string[]): Problem[] {
  const instead = "; give keypairName and serverIds, or keypairNames for a key pair for each server";
  const missing = ["keypairName", "serverIds"].filter((name) => !given.includes(name));
  return missing.map((property) => ({ property, reason: `is missing${given.length === 0 ? instead : ""}` }));
}

/** Fingerprints that go with the other form. */
function strayFingerprints(
  news: Record<string, unknown>,
  property: "keypairFingerprint" | "keypairFingerprints",
): Problem[] {
  if (news[property] === undefined) return [];
  const reason =
    property === "keypairFingerprint"
      ? "goes with keypairName; with keypairNames give keypairFingerprints, by the name of the key pair"
      : "goes with keypairNames; with keypairName give keypairFingerprint";
  return [{ property, reason }];
}

/** What is wrong with the entries of the maps. */
export function mapProblems({ keypairNames, keypairFingerprints }: Record<string, unknown>): Problem[] {
  if (!isMap(keypairNames)) return [];
  const entries = Object.entries(keypairNames);
  if (entries.length === 0) return [{ property: "keypairNames", reason: "is empty; name at least one server" }];
  const problems = entries.flatMap(([serverId, name]): Problem[] => {
    const property = propertyPath(["keypairNames", serverId]);
    const ofId = serverIdProblem(serverId);
    const ofServer = ofId === undefined ? [] : [{ property, reason: `is named by an id that ${ofId}` }];
    return [...ofServer, ...keypairNameProblems(property, name, longestKeypairName)];
  });
  return [...problems, ...unusedFingerprints(Object.values(keypairNames), keypairFingerprints)];
}

/**
 * Fingerprints of which none belongs to a key pair of the map, where all names are known: misspelt. Some may belong to none: a program
 * passes those of a whole set.
 */
function unusedFingerprints(names: readonly unknown[], fingerprints: unknown): Problem[] {
  if (!isMap(fingerprints) || !names.every(isKnownText)) return [];
  const used = new Set(names);
  const given = Object.keys(fingerprints);
  if (given.some((name) => used.has(name))) return [];
  return given.map((name) => ({
    property: propertyPath(["keypairFingerprints", name]),
    reason: "belongs to no key pair of keypairNames",
  }));
}
