/** What is measured. */
import { availableParallelism } from "node:os";

/** So many key pairs, with given names and public keys. */
export interface KeypairWork {
  readonly keypairs: number;
}

/** So many imported key pairs in one set. */
export interface KeypairSetWork {
  readonly setOf: number;
}

/** So many bindings of so many servers each. */
export interface BindingWork {
  readonly bindings: number;
  readonly serversEach: number;
  /** Whether each server gets a key pair of its own. */
  readonly keypairEach?: true;
  /** How long a server takes to get its key pair. */
  readonly jobSeconds: number;
}

export type Work = KeypairWork | KeypairSetWork | BindingWork;

/** What runs the resources: Pulumi's dynamic provider for a program in TypeScript, or the plugin for one in YAML. */
export type Host = "dynamic" | "native";

/** So many calls in each window, as the simulator counts: a window begins with the first call after the last one's end. */
export interface RateLimit {
  readonly calls: number;
  readonly seconds: number;
}

export interface Scenario {
  readonly work: Work;
  /** Dynamic where absent. */
  readonly host?: Host;
  /** The engine's `--parallel`; absent for its own default. */
  readonly parallel?: number;
  readonly limit?: RateLimit;
  /** How long the cloud takes to answer, in milliseconds. */
  readonly latency: number;
}

/** Where nothing else is told; also of the project, in which other servers are not bound. */
const servers = 1_000;
const latency = 20;
export const jobSeconds = 5;
const parallel = 100;
const limits: RateLimit[] = [
  { calls: 20, seconds: 1 },
  { calls: 200, seconds: 30 },
];

export const oneBinding = (serversEach: number): BindingWork => ({ bindings: 1, serversEach, jobSeconds });
const keypairEach = (serversEach: number): BindingWork => ({ ...oneBinding(serversEach), keypairEach: true });
const manyBindings: BindingWork = { bindings: 40, serversEach: 25, jobSeconds };

/** By default and side by side. */
const inBothWays = (work: Work): Scenario[] => [
  { work, latency },
  { work, latency, parallel },
];

/** The smallest do not notice a limit. */
const limited: Scenario[] = [
  { work: oneBinding(servers), latency },
  { work: manyBindings, latency, parallel },
  ...inBothWays({ keypairs: 300 }),
];

const byBothHosts = (work: Work): Scenario[] => [
  { work, latency },
  { work, host: "native", latency },
];

/** One resource with ever more in it. */
export const growing: Scenario[] = [1_000, 10_000].flatMap((count) =>
  [oneBinding(count), { setOf: count }].flatMap(byBothHosts),
);

export const scenarios: Scenario[] = [
  ...growing,
  ...byBothHosts(keypairEach(servers)),
  ...[1, 100].map((count) => ({ work: oneBinding(count), latency })),
  ...inBothWays(manyBindings),
  { work: { keypairs: 1 }, latency },
  ...inBothWays({ keypairs: 300 }),
  ...limits.flatMap((limit) => limited.map((scenario) => ({ ...scenario, limit }))),
];

/** Servers in the project, whether they are bound or not. */
export function serversInProject({ work }: Pick<Scenario, "work">): number {
  return "bindings" in work ? Math.max(servers, work.bindings * work.serversEach) : servers;
}

/** How many servers or key pairs the one resource of a scenario holds; undefined where there are more resources. */
export function entriesOf({ work }: Pick<Scenario, "work">): number | undefined {
  if ("setOf" in work) return work.setOf;
  return "bindings" in work && work.bindings === 1 ? work.serversEach : undefined;
}

/** The engine's own default: so many operations at once. */
export function operationsAtOnce({ parallel: given }: Pick<Scenario, "parallel">): number {
  return given ?? 4 * availableParallelism();
}

/** Tells scenarios apart, on the command line as well: such as `servers-1000-native`, `keypairs-300-parallel-100-under-20-in-1s`. */
export function nameOf(scenario: Scenario): string {
  const { work, limit } = scenario;
  return [
    nameOfWork(work),
    scenario.host === "native" ? "-native" : "",
    scenario.parallel === undefined ? "" : `-parallel-${scenario.parallel}`,
    scenario.latency === latency ? "" : `-latency-${scenario.latency}`,
    "jobSeconds" in work && work.jobSeconds !== jobSeconds ? `-jobs-${work.jobSeconds}s` : "",
    limit === undefined ? "" : `-under-${limit.calls}-in-${limit.seconds}s`,
  ].join("");
}

function nameOfWork(work: Work): string {
  if ("keypairs" in work) return `keypairs-${work.keypairs}`;
  if ("setOf" in work) return `set-${work.setOf}`;
  const each = work.keypairEach ? "-keypair-each" : "";
  return `${work.bindings === 1 ? `servers-${work.serversEach}` : `bindings-${work.bindings}`}${each}`;
}

/** Says it to readers. */
export function titleOf({ work, host, parallel }: Scenario): string {
  const plugin = host === "native" ? ", plugin" : "";
  const flag = parallel === undefined ? "" : `, \`--parallel ${parallel}\``;
  return `${titleOfWork(work)}${plugin}${flag}`;
}

function titleOfWork(work: Work): string {
  if ("keypairs" in work) return work.keypairs === 1 ? "1 key pair" : `${counted(work.keypairs)} key pairs`;
  if ("setOf" in work) return `${counted(work.setOf)} key pairs in one set`;
  const { bindings, serversEach } = work;
  if (bindings > 1) return `${counted(bindings)} bindings of ${counted(serversEach)} servers`;
  if (work.keypairEach) return `${counted(serversEach)} servers with a key pair each`;
  return serversEach === 1 ? "1 server" : `${counted(serversEach)} servers in one binding`;
}

function counted(count: number): string {
  return count.toLocaleString("en");
}
