import type { Clock } from "./clock";
import type { Service } from "./errors";
import type { Operation } from "./operations";

/** When a fault strikes: before the operation does anything, or after it is done and only its answer is lost. */
export type FaultTime = "before" | "after";

/** What goes wrong with a call. */
export type CallAction =
  /** An error with the envelope of the service, or with any body. */
  | {
      readonly type: "status";
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly when?: FaultTime;
    }
  /** A proxy's error page, by default 502. */
  | { readonly type: "html"; readonly status?: number; readonly when?: FaultTime }
  /** The connection is reset. */
  | { readonly type: "reset"; readonly when?: FaultTime }
  /** No answer comes, and the connection stays open. */
  | { readonly type: "hang"; readonly when?: FaultTime }
  /** The operation is done; its answer ends in the middle. */
  | { readonly type: "truncate" }
  /** The operation is done; its answer has this body. */
  | { readonly type: "body"; readonly body: unknown; readonly status?: number }
  /** The call waits before anything else happens to it. */
  | { readonly type: "delay"; readonly milliseconds: number }
  /** 429; `retryAfter` becomes that header as it is. */
  | { readonly type: "throttle"; readonly retryAfter?: string }
  /** 429 for every call beyond so many in a window of time. */
  | { readonly type: "rateLimit"; readonly calls: number; readonly seconds: number }
  /** The token, or the temporary access key, that the call carries expires now. */
  | { readonly type: "expireToken" };

/** What goes wrong with one server of a call that gives servers another key pair, or with its job. */
export type ServerAction =
  /** An error inside the 200: no job for this server. */
  | { readonly type: "entryError"; readonly code: string; readonly message?: string }
  | { readonly type: "jobFailed"; readonly code: string; readonly message?: string }
  | { readonly type: "jobNeverEnds" }
  /** The job takes this long instead of the variant jobSeconds. */
  | { readonly type: "jobTakes"; readonly seconds: number }
  /** The job shows this status while it runs; it never ends unless `ends` is true. */
  | { readonly type: "jobStatus"; readonly status: number | string; readonly ends?: boolean }
  /** The job succeeds, and the server keeps its key pair. */
  | { readonly type: "jobWithoutEffect" }
  /** The job runs, but nobody can find it. */
  | { readonly type: "jobNotFound" };

/** What a fault does. */
export type FaultAction = CallAction | ServerAction;

/** Which calls, or which servers of a call, a fault is for. What is left out matches all. */
export interface FaultMatch {
  readonly service?: Service;
  /** The operation's name in the vendor's SDKs. */
  readonly operation?: Operation;
  readonly method?: string;
  /** A regular expression for path and query. */
  readonly path?: string;
  /** Only for a {@link ServerAction}. */
  readonly serverId?: string;
}

/** A fault and when it strikes. */
export interface FaultRule {
  readonly match?: FaultMatch;
  /** So many matching calls are spared first. Default 0. */
  readonly skip?: number;
  /** After those, only every so many is struck, the first included. Default 1. */
  readonly every?: number;
  /** It strikes so many times and no more. Default: for ever. */
  readonly times?: number;
  readonly action: FaultAction;
}

/** A rule in force. */
export interface ActiveFault {
  readonly id: number;
  readonly rule: FaultRule;
  /** How many calls, or servers, matched so far. */
  readonly matched: number;
  /** How many of them were struck. */
  readonly struck: number;
}

/** What is known of a call when faults are looked up. */
export interface FaultSubject {
  readonly service: Service;
  readonly operation: Operation;
  readonly method: string;
  /** With the query. */
  readonly path: string;
}

/** A call beyond a rate limit. */
export interface Throttled {
  readonly type: "throttled";
  /** Until the window ends. */
  readonly secondsLeft: number;
}

interface MutableFault extends ActiveFault {
  matched: number;
  struck: number;
  /** The rule's `match.path`. */
  readonly path: RegExp | undefined;
  /** Calls in the current window of a rate limit. */
  window: { start: number; calls: number };
}

const serverActions: ReadonlySet<FaultAction["type"]> = new Set<ServerAction["type"]>([
  "entryError",
  "jobFailed",
  "jobNeverEnds",
  "jobTakes",
  "jobStatus",
  "jobWithoutEffect",
  "jobNotFound",
]);

/** The faults in force, and how often each has struck. */
export class FaultBook {
  private readonly faults = new Map<number, MutableFault>();
  private lastId = 0;

  constructor(private readonly clock: Clock) {}

  /** Puts a rule in force; its id takes it out again. */
  add(rule: FaultRule): number {
    const path = rule.match?.path === undefined ? undefined : new RegExp(rule.match.path);
    const id = ++this.lastId;
    this.faults.set(id, { id, rule, path, matched: 0, struck: 0, window: { start: 0, calls: 0 } });
    return id;
  }

  /** The rules in force. */
  list(): ActiveFault[] {
    return [...this.faults.values()].map(({ id, rule, matched, struck }) => ({ id, rule, matched, struck }));
  }

  /** Takes a rule out of force; tells whether it was there. */
  remove(id: number): boolean {
    return this.faults.delete(id);
  }

  /** Takes all rules out of force. */
  clear(): void {
    this.faults.clear();
  }

  /** What strikes a call, in the order in which the rules were added. Counts the call. */
  forCall(subject: FaultSubject): (CallAction | Throttled)[] {
    const actions: (CallAction | Throttled)[] = [];
    for (const fault of this.matching(subject, undefined)) {
      const { action } = fault.rule;
      if (isServerAction(action) || !this.strikes(fault)) continue;

      if (action.type === "rateLimit") actions.push(...this.countInWindow(fault, action.calls, action.seconds));
      else actions.push(action);
    }
    return actions;
  }

  /** What strikes one server of a call. Counts the server. */
  forServer(subject: FaultSubject, serverId: string): ServerAction[] {
    const actions: ServerAction[] = [];
    for (const fault of this.matching(subject, serverId)) {
      const { action } = fault.rule;
      if (isServerAction(action) && this.strikes(fault)) actions.push(action);
    }
    return actions;
  }

  private matching(subject: FaultSubject, serverId: string | undefined): MutableFault[] {
    return [...this.faults.values()].filter(({ rule: { match = {} }, path }) => {
      const equal =
        (match.service ?? subject.service) === subject.service &&
        (match.operation ?? subject.operation) === subject.operation &&
        (match.method ?? subject.method).toUpperCase() === subject.method &&
        (match.serverId ?? serverId) === serverId;
      return equal && (path === undefined || path.test(subject.path));
    });
  }

  private strikes(fault: MutableFault): boolean {
    const { skip = 0, every = 1, times = Infinity } = fault.rule;
    const number = fault.matched++ - skip;
    if (number < 0 || number % every !== 0 || fault.struck >= times) return false;

    fault.struck++;
    return true;
  }

  private countInWindow(fault: MutableFault, calls: number, seconds: number): Throttled[] {
    const now = this.clock.now();
    const { window } = fault;
    if (now >= window.start + seconds * 1000) {
      window.start = now;
      window.calls = 0;
    }
    window.calls++;
    return window.calls <= calls
      ? []
      : [{ type: "throttled", secondsLeft: Math.ceil((window.start + seconds * 1000 - now) / 1000) }];
  }
}

function isServerAction(action: FaultAction): action is ServerAction {
  return serverActions.has(action.type);
}
