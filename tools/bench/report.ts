/** The benchmark in words and tables, as Markdown. */
import { callKinds } from "./calls";
import { explanation } from "./explanation";
import { type Figures, figuresOf } from "./figures";
import type { Measurement } from "./measure";
import { type PeerFigures, peerFigures } from "./peers";
import { nameOf, type RateLimit, type Scenario, serversInProject, titleOf } from "./scenarios";
import { reachedTargets } from "./targets";

/** How a provider's process starts, in milliseconds and bytes; NaN where the memory cannot be told. */
export interface StartUp {
  readonly what: string;
  readonly firstAnswer: number;
  readonly firstCheck: number;
  readonly memory: number;
}

/** What an update by a program in YAML takes, in seconds. */
export interface YamlUpdate {
  readonly what: string;
  readonly seconds: number;
}

/** What the benchmark has measured, and where. */
export interface Results {
  readonly machine: string;
  readonly measurements: readonly Measurement[];
  readonly startUp: readonly StartUp[];
  readonly yaml: readonly YamlUpdate[];
  /** The picture, relative to the page, and what it shows. */
  readonly chart: { readonly file: string; readonly title: string };
}

/** A part of the page. */
interface Section {
  readonly heading: string;
  readonly body: string;
}

/** The scenarios that the page shows at once: the largest that users have, freely and under a rate limit. */
const chosen = [
  "servers-1000",
  "bindings-100-parallel-100",
  "keypairs-300-parallel-100",
  "servers-1000-under-20-in-1s",
  "keypairs-300-parallel-100-under-20-in-1s",
];

/** The whole page: what matters on one screen, and all else folded away. */
export function reportOf({ machine, measurements, startUp, yaml, chart }: Results): string {
  const largest = measurements.filter(({ scenario }) => chosen.includes(nameOf(scenario)));
  return [
    "# Benchmarks",
    `Written by \`make bench\` on ${machine}. Each figure is of one run, of the real Pulumi engine with a file backend, against ` +
      `the simulated cloud in a process of its own, which holds ${serversInProject.toLocaleString("en")} servers, answers each ` +
      "call after 20 ms and takes 5 s for a server's new key pair, unless the row says otherwise.",
    ...unfolded(section("Targets", targetsTable(measurements))),
    ...unfolded(section("The largest fleets", measurementsTable(largest, titleWithLimit))),
    `![${chart.title}](${chart.file})`,
    ...folded([...tableSections(measurements, startUp, yaml), { heading: "How to read this", body: explanation }]),
  ].join("\n\n");
}

/** Only the tables, of whatever was measured. */
export function tablesOf(
  measurements: readonly Measurement[],
  startUp: readonly StartUp[],
  yaml: readonly YamlUpdate[],
): string {
  const targets = section("Targets", targetsTable(measurements));
  return unfolded([...targets, ...tableSections(measurements, startUp, yaml)]).join("\n\n");
}

/** The tables of all that was measured. */
function tableSections(
  measurements: readonly Measurement[],
  startUp: readonly StartUp[],
  yaml: readonly YamlUpdate[],
): Section[] {
  const compared = new Set(peerFigures.map(({ scenario }) => nameOf(scenario)));
  const own = measurements.filter(({ scenario }) => !compared.has(nameOf(scenario)));
  const limits = new Map(own.map(({ scenario: { limit } }) => [headingOf(limit), limit]));
  return [
    ...[...limits.keys()].flatMap((heading) =>
      section(heading, measurementsTable(own.filter(({ scenario }) => headingOf(scenario.limit) === heading))),
    ),
    ...section("Beside the Terraform provider", peersTable(measurements)),
    ...section("Start of the provider's process", startUpTable(startUp)),
    ...section("One key pair by a program in YAML", yamlTable(yaml)),
  ];
}

/** None where the table has no rows. */
function section(heading: string, table: string[]): Section[] {
  return table.length > 2 ? [{ heading, body: table.join("\n") }] : [];
}

function unfolded(sections: readonly Section[]): string[] {
  return sections.flatMap(({ heading, body }) => [`## ${heading}`, body]);
}

function folded(sections: readonly Section[]): string[] {
  return sections.flatMap(({ heading, body }) => [`<details>\n<summary>${heading}</summary>`, body, "</details>"]);
}

function headingOf(limit: RateLimit | undefined): string {
  if (limit === undefined) return "Without a rate limit";
  return `At most ${limit.calls} calls ${limit.seconds === 1 ? "a second" : `in ${limit.seconds} s`}`;
}

function titleWithLimit(scenario: Scenario): string {
  const { limit } = scenario;
  return limit === undefined ? titleOf(scenario) : `${titleOf(scenario)}, ${headingOf(limit).toLowerCase()}`;
}

function targetsTable(measurements: readonly Measurement[]): string[] {
  return tableOf(
    ["of", "at most", "measured", ""],
    reachedTargets(measurements).map(({ title, operation, what, most, measured }) => [
      `${title}, ${operation}: ${what}`,
      most.toLocaleString("en"),
      rounded(measured),
      measured <= most ? "reached" : "**missed**",
    ]),
  );
}

function measurementsTable(
  measurements: readonly Measurement[],
  titled: (scenario: Scenario) => string = titleOf,
): string[] {
  const times = ["wall, s", "floor, s", "above, s", "ideal, s", "ratio"];
  return tableOf(
    ["", "", ...times, ...callKinds, "memory, MiB", "state, bytes"],
    measurements.map((measurement) => {
      const figures = figuresOf(measurement);
      const { wall, floor, aboveFloor, ideal, ratio } = figures;
      return [
        measurement.operation === "up" ? titled(measurement.scenario) : "",
        measurement.operation,
        wall.toFixed(1),
        floor.toFixed(1),
        aboveFloor.toFixed(1),
        ideal.toFixed(2),
        ratio.toFixed(2),
        ...callCells(figures),
        mebibytes(measurement.peakMemory),
        rounded(measurement.stateBytes),
      ];
    }),
  );
}

/** Made and least; refusing is the cloud's choice. */
function callCells({ made, least }: Figures): string[] {
  return callKinds.map((kind) => (kind === "refused" ? String(made[kind]) : `${made[kind]} / ${least[kind]}`));
}

function peersTable(measurements: readonly Measurement[]): string[] {
  const columns = ["", "its parallelism", "its apply, s", "its plan, s", "its calls"];
  const measured = (scenario: Scenario, operation: string) =>
    measurements.find((one) => nameOf(one.scenario) === nameOf(scenario) && one.operation === operation);
  return tableOf(
    [...columns, "our up, s", "of it the engine's, s", "our refresh, s", ...callKinds],
    peerFigures.flatMap((peer) => {
      const [up, refresh] = [measured(peer.scenario, "up"), measured(peer.scenario, "refresh")];
      if (up === undefined || refresh === undefined) return [];
      return [
        [
          `${titleOf(peer.scenario)}; ${circumstancesOf(peer.scenario)}`,
          ...theirCells(peer),
          up.seconds.toFixed(1),
          up.floorSeconds.toFixed(1),
          refresh.seconds.toFixed(1),
          ...callCells(figuresOf(up)),
        ],
      ];
    }),
  );
}

function theirCells({ parallelism, apply, plan = "–", calls }: PeerFigures): string[] {
  return [parallelism, apply, plan, calls];
}

function circumstancesOf({ work, latency, limit }: Scenario): string {
  return [
    latency === 0 ? "no latency" : `${latency} ms of latency`,
    ...("jobSeconds" in work ? [`jobs of ${work.jobSeconds} s`] : []),
    ...(limit === undefined ? [] : [headingOf(limit).toLowerCase()]),
  ].join(", ");
}

function startUpTable(startUp: readonly StartUp[]): string[] {
  return tableOf(
    ["median of 5, in milliseconds", "first answer", "first check", "memory, MiB"],
    startUp.map(({ what, firstAnswer, firstCheck, memory }) => [
      what,
      firstAnswer.toFixed(0),
      firstCheck.toFixed(0),
      mebibytes(memory),
    ]),
  );
}

/** With OpenTofu's apply of the same below it. */
function yamlTable(updates: readonly YamlUpdate[]): string[] {
  const peer = peerFigures.find(({ scenario }) => nameOf(scenario) === nameOf({ work: { keypairs: 1 }, latency: 0 }));
  const rows = updates.map(({ what, seconds }) => [what, seconds.toFixed(2)]);
  return tableOf(
    ["median of 5", "up, s"],
    rows.length === 0 ? [] : [...rows, ["the Terraform provider's whole apply", peer?.apply ?? "n/a"]],
  );
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined || Number.isNaN(bytes) ? "n/a" : (bytes / 2 ** 20).toFixed(0);
}

function tableOf(columns: readonly string[], rows: readonly string[][]): string[] {
  const rule = columns.map((_, index) => (index === 0 ? "---" : "--:"));
  return [columns, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** A whole number, or one decimal where the number is small. */
function rounded(value: number): string {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(2) : Math.round(value).toLocaleString("en");
}
