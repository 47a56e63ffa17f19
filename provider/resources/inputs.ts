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

/** The most entries of a map or list that a preview tells to be wrong. */
export const mostProblems = 20;

/** The problems of a map's entries, so many that people read them, and how many more there are. */
export function mostTellable(problems: readonly Problem[], property: string): Problem[] {
  const others = problems.length - mostProblems;
  if (others <= 0) return [...problems];
  return [...problems.slice(0, mostProblems), { property, reason: `has ${others} more mistakes` }];
}

/** Whether a value is a text that is already known. */
export function isKnownText(value: unknown): value is string {
  return typeof value === "string" && !isUnknown(value);
}

/** Whether a value is a map, whatever it holds. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
