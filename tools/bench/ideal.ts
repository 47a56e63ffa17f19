/** The best that any provider could do: the least calls, and the shortest time that they take. */
import { type CallCounts, noCalls } from "./calls";
import { operationsAtOnce, type RateLimit, type Scenario, serversInProject } from "./scenarios";
import type { Operation } from "./stack";

/** What one call takes at most, by the documentation. */
const most = { serversBound: 10, keypairsImported: 10, requestsLookedAt: 20, serversListed: 100, keypairsListed: 50 };

/** Calls of which none can be sent before the step before it has ended. */
interface Step {
  readonly kind: "writes" | "reads" | "job looks";
  readonly calls: number;
  /** How many of them have to wait for one another's answers; 1 where all go at once. */
  readonly rounds?: number;
  /** What has to be waited for after the last answer. */
  readonly waitSeconds?: number;
}

/** The least calls of an operation, in the order in which they can be sent. */
export function leastSteps(scenario: Scenario, operation: Operation): Step[] {
  const { work } = scenario;
  // The project's id is looked up by the name of the region.
  const project: Step = { kind: "reads", calls: 1 };
  if ("keypairs" in work) {
    // The marker of a page is in the answer before it.
    const pages = Math.ceil(work.keypairs / most.keypairsListed);
    if (operation === "refresh") return [project, { kind: "reads", calls: pages, rounds: pages }];
    return [project, ...wavesOf(work.keypairs, operationsAtOnce(scenario)).flatMap(importSteps)];
  }
  const { bindings, serversEach, jobSeconds } = work;
  const lookAtAll = lookAtServers(bindings * serversEach);
  if (operation === "refresh") return [project, lookAtAll];
  const waves = wavesOf(bindings, operationsAtOnce(scenario));
  return [project, lookAtAll, ...waves.flatMap((wave) => bindSteps(wave * serversEach, jobSeconds))];
}

/** The engine runs so many operations at once, so that the rest has to wait. */
function wavesOf(operations: number, atOnce: number): number[] {
  return Array.from({ length: Math.ceil(operations / atOnce) }, (_, index) =>
    Math.min(atOnce, operations - index * atOnce),
  );
}

/** Only a detail tells when a key pair was created, which is an output. */
function importSteps(keypairs: number): Step[] {
  return [
    { kind: "writes", calls: Math.ceil(keypairs / most.keypairsImported) },
    { kind: "reads", calls: keypairs },
  ];
}

/** Success of a job is not proof: the servers are looked at. */
function bindSteps(servers: number, jobSeconds: number): Step[] {
  const calls = Math.ceil(servers / most.serversBound);
  return [
    { kind: "writes", calls, waitSeconds: jobSeconds },
    { kind: "job looks", calls: Math.ceil(calls / most.requestsLookedAt) },
    lookAtServers(servers),
  ];
}

/** One by one, or all pages of the list where those are fewer; the first page tells how many there are. */
function lookAtServers(servers: number): Step {
  const pages = Math.ceil(serversInProject / most.serversListed);
  return servers <= pages ? { kind: "reads", calls: servers } : { kind: "reads", calls: pages, rounds: 2 };
}

export function leastCalls(steps: readonly Step[]): CallCounts {
  const counts = { ...noCalls };
  for (const { kind, calls } of steps) counts[kind] += calls;
  return counts;
}

/** The shortest time in which the steps can be done, in seconds. */
export function idealSeconds(
  steps: readonly Step[],
  { latency, limit }: { latency: number; limit?: RateLimit },
): number {
  const turns = new Turns(limit);
  const answerTime = latency / 1000;
  let now = 0;
  for (const { calls, rounds = 1, waitSeconds = 0 } of steps) {
    let last = now;
    for (let call = 0; call < calls; call++) last = turns.next(now);
    now = Math.max(now + rounds * answerTime, last + answerTime) + waitSeconds;
  }
  return now;
}

/** When calls may be sent under a rate limit. */
class Turns {
  private windowStart = -Infinity;
  private inWindow = 0;

  constructor(private readonly limit: RateLimit | undefined) {}

  /** The earliest moment from `now` on, for one call after those that were asked for before. */
  next(now: number): number {
    if (this.limit === undefined) return now;
    const { calls, seconds } = this.limit;
    const windowEnd = this.windowStart + seconds;
    if (now >= windowEnd || this.inWindow === calls) {
      this.windowStart = Math.max(now, windowEnd);
      this.inWindow = 0;
    }
    this.inWindow++;
    return Math.max(now, this.windowStart);
  }
}
