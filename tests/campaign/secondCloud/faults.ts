/** Faults: which of them strike, and what a struck call gets. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Operation } from "../../../simulator";
import type { PlayedCallFault, PlayedRule, PlayedServerFault } from "../playedCloud";
import type { Answer, ErrorFields } from "./call";

type Fault = PlayedRule["action"];

/** What is known of a call, or of the call that a server is in. */
interface Subject {
  readonly operation: Operation | undefined;
  readonly method: string;
}

export class Faults {
  private inForce: { readonly rule: PlayedRule; matched: number; struck: number }[] = [];

  add(rule: PlayedRule): void {
    this.inForce.push({ rule, matched: 0, struck: 0 });
  }

  clear(): void {
    this.inForce = [];
  }

  /** What strikes a call, which counts for every rule that it matches. */
  strikeCall(call: Subject): PlayedCallFault[] {
    return this.strike(call, (fault) => !isServerFault(fault));
  }

  /** What strikes one server of a call; each counts. */
  strikeServer(call: Subject): PlayedServerFault[] {
    return this.strike(call, isServerFault);
  }

  private strike<F extends Fault>({ operation, method }: Subject, isMeant: (fault: Fault) => fault is F): F[] {
    return this.inForce.flatMap((each) => {
      const { match = {}, skip = 0, every = 1, times = Infinity, action } = each.rule;
      const isMatch = (match.operation ?? operation) === operation && (match.method ?? method) === method;
      if (!isMeant(action) || !isMatch) return [];
      const place = each.matched++ - skip;
      if (place < 0 || place % every !== 0 || each.struck === times) return [];
      each.struck++;
      return [action];
    });
  }
}

function isServerFault(fault: Fault): fault is PlayedServerFault {
  return ["entryError", "jobFailed", "jobTakes", "jobStatus", "jobWithoutEffect"].includes(fault.type);
}

/** What is not an answer. */
export type Silence = "reset" | "hang";

/** Faults whose call gets something else than its answer. */
type ReplacingFault = Extract<PlayedCallFault, { type: Silence | "status" | "html" | "throttle" | "body" }>;

/** What a call gets from the faults that strike it, and from its service unless they keep it away from it. */
export async function disturbed(
  faults: readonly PlayedCallFault[],
  carryOut: () => Promise<Answer>,
  errorOf: (error: ErrorFields) => Answer,
): Promise<Answer | Silence> {
  for (const fault of faults) if (fault.type === "delay") await sleep(fault.milliseconds);

  const replacing = faults.filter(isReplacing);
  const before = replacing.find(isBefore);
  if (before) return replacement(before, errorOf);
  const answer = await carryOut();
  const [after] = replacing;
  if (after) return replacement(after, errorOf);
  return { ...answer, isCut: faults.some(({ type }) => type === "truncate") };
}

function isReplacing(fault: PlayedCallFault): fault is ReplacingFault {
  return ["reset", "hang", "status", "html", "throttle", "body"].includes(fault.type);
}

/** Whether the operation is not even begun. */
function isBefore(fault: ReplacingFault): boolean {
  return fault.type === "throttle" || (fault.type !== "body" && fault.when !== "after");
}

function replacement(fault: ReplacingFault, errorOf: (error: ErrorFields) => Answer): Answer | Silence {
  switch (fault.type) {
    case "reset":
    case "hang":
      return fault.type;
    case "status":
      if (fault.body !== undefined) return { status: fault.status, body: fault.body };
      return errorOf({ code: "", message: "", ...fault });
    case "html":
      return { status: fault.status ?? 502, page: "<html><body><h1>The proxy is having a rest</h1></body></html>" };
    case "throttle":
      return {
        ...errorOf({ status: 429, code: "APIG.0308", message: "The throttling threshold has been reached" }),
        ...(fault.retryAfter !== undefined && { headers: { "Retry-After": fault.retryAfter } }),
      };
    case "body":
      return { status: fault.status ?? 200, body: fault.body };
  }
}
