/** The benchmark in words and tables, as Markdown. */
import { callKinds } from "./calls";
import { explanation } from "./explanation";
import { type Figures, figuresOf } from "./figures";
import type { Measurement } from "./measure";
import { type PeerFigures, peerFigures } from "./peers";
import type { Results, StartUp, YamlUpdate } from "./results";
import { entriesOf, nameOf, type RateLimit, type Scenario, titleOf } from "./scenarios";
import { type Reached, reachedTargets } from "./targets";

/** What the page says of the measuring itself. */
export interface Circumstances {
  readonly machine: string;
  /** How quiet the machine was. */
  readonly quiet: string;
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
  "servers-1000-keypair-each",
  "set-1000",
  "keypairs-300-parallel-100",
  "servers-1000-under-20-in-1s",
  "keypairs-300-parallel-100-under-20-in-1s",
];

/** The whole page: what matters on one screen, and all else folded away. */
export function reportOf(results: Results, { machine, quiet, chart }: Circumstances): string {
  const largest = results.measurements.filter(({ scenario }) => chosen.includes(nameOf(scenario)));
  return [
    "# Benchmarks",
    `Written by \`make bench\` on ${machine}; ${quiet}. Figures are medians: of three runs of the real Pulumi engine with a ` +
      "file backend, each beside a run of its floor, or of five starts, against the simulated cloud in a process of its own, which holds 1,000 servers " +
      "or as many as are bound, answers each call after 20 ms and takes 5 s for a server's new key pair, unless the row says otherwise.",
    targetsSentence(reachedTargets(results)),
    ...unfolded(section("The largest fleets", measurementsTable(largest, titleWithLimit))),
    `![${chart.title}](${chart.file})`,
    ...folded([...tableSections(results), { heading: "How to read this", body: explanation }]),
  ].join("\n\n");
}

/** Only the tables, of whatever was measured. */
export function tablesOf(results: Results): string {
  return unfolded(tableSections(results)).join("\n\n");
}

/** The tables of all that was measured. */
function tableSections(results: Results): Section[] {
  const compared = new Set(peerFigures.map(({ scenario }) => nameOf(scenario)));
  const own = results.measurements.filter(({ scenario }) => !compared.has(nameOf(scenario)));
  const limits = new Map(own.map(({ scenario: { limit } }) => [headingOf(limit), limit]));
  return [
    ...section("Targets", targetsTable(reachedTargets(results))),
    ...[...limits.keys()].flatMap((heading) =>
      section(heading, measurementsTable(own.filter(({ scenario }) => headingOf(scenario.limit) === heading))),
    ),
    ...section("Ten times as many in one resource", growthTable(results)),
    ...section("Beside the Terraform provider", peersTable(results.measurements)),
    ...section("Start of the provider's process", startUpTable(results.startUp)),
    ...section("One key pair by a program in YAML", yamlTable(results.yaml)),
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

/** How many are reached, and which are not. */
function targetsSentence(targets: readonly Reached[]): string {
  const missed = targets.filter((target) => !isReached(target)).map(({ of }) => of);
  const sentence = `${targets.length - missed.length} of ${targets.length} targets are reached.`;
  return missed.length === 0 ? sentence : `${sentence} Missed: ${missed.join("; ")}.`;
}

function targetsTable(targets: readonly Reached[]): string[] {
  return tableOf(
    ["of", "at most", "measured", ""],
    targets.map((target) => [
      target.of,
      target.most.toLocaleString("en"),
      rounded(target.measured),
      isReached(target) ? "reached" : "**missed**",
    ]),
  );
}

function isReached({ most, measured }: Reached): boolean {
  return measured <= most;
}

/** One resource with ever more in it. */
function growthTable({ measurements, providerTimes }: Results): string[] {
  const rows = providerTimes.flatMap((times) => {
    const [up, refresh] = (["up", "refresh"] as const).map((operation) =>
      measurements.find((one) => one.scenario === times.scenario && one.operation === operation),
    );
    if (up === undefined || refresh === undefined) return [];
    return [
      [
        titleOf(times.scenario),
        times.check.toFixed(0),
        times.diff.toFixed(0),
        up.seconds.toFixed(1),
        figuresOf(up).beforeCalls.toFixed(1),
        refresh.seconds.toFixed(1),
        mebibytes(up.peakMemory),
        rounded(up.stateBytes),
        rounded(up.stateBytes / (entriesOf(times.scenario) ?? NaN)),
      ],
    ];
  });
  return tableOf(
    [
      "",
      "check, ms",
      "diff, ms",
      "up, s",
      "before calls, s",
      "refresh, s",
      "memory, MiB",
      "state, bytes",
      "of it each",
    ],
    rows,
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
  const columns = ["", "it by", "its apply, s", "its plan, s", "its calls"];
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

function theirCells({ by, apply, plan = "–", calls }: PeerFigures): string[] {
  return [by, apply, plan, calls];
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
