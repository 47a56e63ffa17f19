/** The best that any provider could do: the least calls, and the shortest time that they take. */
import { type CallCounts, noCalls } from "./calls";
import { type BindingWork, operationsAtOnce, type RateLimit, type Scenario, serversInProject } from "./scenarios";
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
  if ("setOf" in work) {
    if (operation === "refresh") return [project, listKeypairs(work.setOf)];
    // The answers tell the fingerprints.
    return [project, { kind: "writes", calls: Math.ceil(work.setOf / most.keypairsImported) }];
  }
  if ("keypairs" in work) {
    if (operation === "refresh") return [project, listKeypairs(work.keypairs)];
    return [project, ...wavesOf(work.keypairs, operationsAtOnce(scenario)).flatMap(importSteps)];
  }
  const listed = serversInProject(scenario);
  const first = firstLook(work, listed);
  if (operation === "refresh") return [project, first];
  const waves = wavesOf(work.bindings, operationsAtOnce(scenario));
  return [project, first, ...waves.flatMap((wave) => bindSteps(wave * work.serversEach, work.jobSeconds, listed))];
}

/** At the servers and, where each is to have its own, at the key pairs, because a binding records fingerprints. */
function firstLook({ bindings, serversEach, keypairEach }: BindingWork, listed: number): Step {
  const servers = lookAtServers(bindings * serversEach, listed);
  if (!keypairEach) return servers;
  const keypairs = listKeypairs(bindings * serversEach);
  return { kind: "reads", calls: servers.calls + keypairs.calls, rounds: keypairs.rounds };
}

/** The marker of a page is in the answer before it. */
function listKeypairs(keypairs: number): Step & { rounds: number } {
  const pages = Math.ceil(keypairs / most.keypairsListed);
  return { kind: "reads", calls: pages, rounds: pages };
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
function bindSteps(servers: number, jobSeconds: number, listed: number): Step[] {
  const calls = Math.ceil(servers / most.serversBound);
  return [
    { kind: "writes", calls, waitSeconds: jobSeconds },
    { kind: "job looks", calls: Math.ceil(calls / most.requestsLookedAt) },
    lookAtServers(servers, listed),
  ];
}

/** One by one, or all pages of the list where those are fewer; the first page tells how many there are. */
function lookAtServers(servers: number, listed: number): Step {
  const pages = Math.ceil(listed / most.serversListed);
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
