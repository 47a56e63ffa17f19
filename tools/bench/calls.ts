/** Calls to the cloud, told apart by what they are for. */
import type { Call } from "pulumi-huaweicloud-cph/simulator";

/** In the order in which they are shown. */
export const callKinds = ["writes", "reads", "job looks", "refused"] as const;

/** `refused` is what was answered by 429, whatever it was for. */
export type CallKind = (typeof callKinds)[number];

export type CallCounts = Readonly<Record<CallKind, number>>;

export const noCalls: CallCounts = { writes: 0, reads: 0, "job looks": 0, refused: 0 };

/** The parts of a call in the simulator's log that count here. */
export type LoggedCall = Pick<Call, "time" | "method" | "operation" | "status">;

export function kindOf({ method, operation, status }: LoggedCall): CallKind {
  if (status === 429) return "refused";
  if (operation === "ListJobs" || operation === "ShowJob") return "job looks";
  return method === "GET" ? "reads" : "writes";
}

export function countCalls(calls: readonly LoggedCall[]): CallCounts {
  const counts = { ...noCalls };
  for (const call of calls) counts[kindOf(call)]++;
  return counts;
}
