import { regionForm } from "../huawei/settings/settingValues";
import { variableOf } from "../schema/settingDeclarations";
import { isUnknown } from "../schema/unknown";
import type { Problem } from "../schema/validation";
import { quoted } from "../text/text";

/** Checks that resources share. Unknown and absent values pass; what is not a text is the schema's to complain about. */

/** Letters, digits, `_` and `-`, at most `longest` of them: the form of a key pair's name. */
export function keypairNameProblems(property: string, value: unknown, longest: number): Problem[] {
  if (!isKnownText(value)) return [];
  if (value === "") return [{ property, reason: "is empty" }];
  if (!/^[A-Za-z0-9_-]*$/.test(value))
    return [{ property, reason: `may hold letters, digits, "_" and "-" only, not ${quoted(value)}` }];

  if (value.length > longest) {
    return [
      { property, reason: `is ${value.length} characters long; at most ${longest} are allowed (${quoted(value)})` },
    ];
  }
  return [];
}

/** A region becomes part of a host name, so nothing else may be in it. */
export function regionProblems(value: unknown): Problem[] {
  if (value === undefined) {
    const reason = `is missing; set this property, huaweicloud-cph:region or ${variableOf("region")}`;
    return [{ property: "region", reason }];
  }
  return isKnownText(value) && !regionForm.test(value)
    ? [{ property: "region", reason: `must be a region such as "cn-north-4", not ${quoted(value)}` }]
    : [];
}

/** The most mistakes in one map or list that a preview tells. */
const mostProblems = 20;

/** All problems, but of those in each of these maps and lists so many that people read them, and how many more there are. */
export function mostTellable(problems: readonly Problem[], ...properties: readonly string[]): Problem[] {
  const cut = properties.map((property) => ({
    property,
    others: problems.filter(isWithin(property)).slice(mostProblems),
  }));
  const untold = new Set(cut.flatMap(({ others }) => others));
  const counts = cut.flatMap(({ property, others: { length } }): Problem[] =>
    length === 0 ? [] : [{ property, reason: `has ${length} more mistake${length === 1 ? "" : "s"}` }],
  );
  return [...problems.filter((problem) => !untold.has(problem)), ...counts];
}

function isWithin(outer: string) {
  return ({ property }: Problem) =>
    property === outer || property.startsWith(`${outer}.`) || property.startsWith(`${outer}[`);
}

/** Whether a value is a text that is already known. */
export function isKnownText(value: unknown): value is string {
  return typeof value === "string" && !isUnknown(value);
}

/** Whether a value is a map, whatever it holds. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
