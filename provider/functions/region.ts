import { MissingSetting } from "../huawei/settings/settingValues";
import { regionProblems } from "../resources/inputs";
import type { CloudOperation } from "../contract";

/** The region asked for, or else the provider's. Throws where there is neither. */
export function requireRegion(context: CloudOperation, region: string | undefined): string {
  const effective = region ?? context.cloud.settings.region;
  const [problem] = regionProblems(effective);
  if (effective === undefined) throw new MissingSetting(`region ${problem?.reason ?? "is missing"}.`);
  if (problem !== undefined) throw new Error(`region ${problem.reason}.`);
  return effective;
}
