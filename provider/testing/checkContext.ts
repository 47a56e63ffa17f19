import { RunRecord } from "../fleet/runRecord";
import type { CheckContext } from "../contract";

/** The context of a resource that is the first one of its program to be checked. */
export function checkContextOf(logicalName: string, region?: string): CheckContext {
  return { declared: { logicalName }, region, record: new RunRecord() };
}
