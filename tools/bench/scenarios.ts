/** What is measured. */
import { availableParallelism } from "node:os";

/** So many key pairs, with given names and public keys. */
export interface KeypairWork {
  readonly keypairs: number;
}

/** So many bindings of so many servers each. */
export interface BindingWork {
  readonly bindings: number;
  readonly serversEach: number;
  /** How long a server takes to get its key pair. */
  readonly jobSeconds: number;
}

export type Work = KeypairWork | BindingWork;

/** So many calls in each window, as the simulator counts: a window begins with the first call after the last one's end. */
export interface RateLimit {
  readonly calls: number;
  readonly seconds: number;
}

export interface Scenario {
  readonly work: Work;
  /** The engine's `--parallel`; absent for its own default. */
  readonly parallel?: number;
  readonly limit?: RateLimit;
  /** How long the cloud takes to answer, in milliseconds. */
  readonly latency: number;
}

/** Servers in the project, whether they are bound or not. */
export const serversInProject = 1_000;

const latency = 20;
/** Where nothing else is told. */
export const jobSeconds = 5;
const parallel = 100;
const limits: RateLimit[] = [
  { calls: 20, seconds: 1 },
  { calls: 200, seconds: 30 },
];

const servers = (serversEach: number): BindingWork => ({ bindings: 1, serversEach, jobSeconds });
const bindings100: BindingWork = { bindings: 100, serversEach: 10, jobSeconds };

/** By default and side by side. */
const inBothWays = (work: Work): Scenario[] => [
  { work, latency },
  { work, latency, parallel },
];

/** The largest would take many minutes under a limit, and the smallest do not notice one. */
const limited: Scenario[] = [
  { work: servers(1_000), latency },
  { work: bindings100, latency },
  ...inBothWays({ keypairs: 300 }),
];

export const scenarios: Scenario[] = [
  ...[1, 100, 1_000].map((count) => ({ work: servers(count), latency })),
  ...inBothWays(bindings100),
  ...[1, 100, 300, 1_000].flatMap((keypairs) => inBothWays({ keypairs })),
  ...limits.flatMap((limit) => limited.map((scenario) => ({ ...scenario, limit }))),
];

/** The engine's own default: so many operations at once. */
export function operationsAtOnce({ parallel: given }: Scenario): number {
  return given ?? 4 * availableParallelism();
}

/** Tells scenarios apart, on the command line as well: such as `servers-1000`, `keypairs-300-parallel-100-under-20-in-1s`. */
export function nameOf(scenario: Scenario): string {
  const { work, limit } = scenario;
  return [
    nameOfWork(work),
    scenario.parallel === undefined ? "" : `-parallel-${scenario.parallel}`,
    scenario.latency === latency ? "" : `-latency-${scenario.latency}`,
    "jobSeconds" in work && work.jobSeconds !== jobSeconds ? `-jobs-${work.jobSeconds}s` : "",
    limit === undefined ? "" : `-under-${limit.calls}-in-${limit.seconds}s`,
  ].join("");
}

function nameOfWork(work: Work): string {
  if ("keypairs" in work) return `keypairs-${work.keypairs}`;
  return work.bindings === 1 ? `servers-${work.serversEach}` : `bindings-${work.bindings}`;
}

/** Says it to readers. */
export function titleOf({ work, parallel }: Scenario): string {
  const flag = parallel === undefined ? "" : `, \`--parallel ${parallel}\``;
  return `${titleOfWork(work)}${flag}`;
}

function titleOfWork(work: Work): string {
  if ("keypairs" in work) return work.keypairs === 1 ? "1 key pair" : `${counted(work.keypairs)} key pairs`;
  const { bindings, serversEach } = work;
  if (bindings > 1) return `${counted(bindings)} bindings of ${counted(serversEach)} servers`;
  return serversEach === 1 ? "1 server" : `${counted(serversEach)} servers in one binding`;
}

function counted(count: number): string {
  return count.toLocaleString("en");
}
