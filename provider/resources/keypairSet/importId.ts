import { keypairNameProblems } from "../inputs";
import { longestName } from "../keypair/inputs";

/** The names of an import id. */
export function namesOf(id: string): string[] {
  const names = [...new Set(id.split(",").map((name) => name.trim()))];
  const [problem] = names.flatMap((name) => keypairNameProblems("a name in it", name, longestName));
  if (problem === undefined) return names;
  throw new Error(`Key pairs: the id must be their names, separated by commas; ${problem.property} ${problem.reason}.`);
}
