/**
 * Measures the package on the real engine and a simulated cloud; nothing is judged here.
 *
 *   make bench                        # everything, which takes most of an hour, and writes docs/benchmarks.md if the machine is quiet
 *   make bench ONLY=keypairs-300      # what has this in its name, and only prints it
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { makePluginExecutable, pluginFile } from "../release/pluginExecutable";
import { chartOf } from "./chart";
import { type ProviderTimes, providerTimesOf } from "./growth";
import { machineDescription } from "./machine";
import { Bench, type Measurement } from "./measure";
import { peerFigures } from "./peers";
import { QuietWatch } from "./quiet";
import { reportOf, tablesOf } from "./report";
import type { Results } from "./results";
import { growing, nameOf, type Scenario, scenarios, titleOf } from "./scenarios";
import { startUps } from "./startUp";
import { yamlUpdates } from "./yamlProgram";

const docs = resolve(__dirname, "../../docs");
const pageFile = join(docs, "benchmarks.md");
const chartFile = "benchmark-calls.svg";
/** The update whose calls are drawn. */
const drawnScenario = "servers-1000-under-20-in-1s";
const startUpName = "start-up";
const yamlName = "yaml";

async function main(only: string): Promise<void> {
  const quiet = new QuietWatch();
  const wanted = [...scenarios, ...peerFigures.map(({ scenario }) => scenario)].filter((scenario) =>
    nameOf(scenario).includes(only),
  );
  if (only === "" && quiet.disturbance !== undefined)
    throw new Error(`nothing is measured for ${pageFile}: ${quiet.disturbance}. ONLY=… measures and writes nothing.`);
  await quiet.look();
  const results = { ...(await measurePlugin(only)), ...(await measureAll(wanted, quiet)) };
  console.log(`\n${await formatted(tablesOf(results))}\n${quiet.description}`);
  if (only === "") await write(results, quiet);
}

/** How the plugin starts and works, as it is in the package and as one executable. */
async function measurePlugin(only: string): Promise<Pick<Results, "startUp" | "yaml">> {
  const [isStartUpWanted, isYamlWanted] = [startUpName.includes(only), yamlName.includes(only)];
  if (!isStartUpWanted && !isYamlWanted) return { startUp: [], yaml: [] };
  const folder = mkdtempSync(join(tmpdir(), "huaweicloud-cph-bench-"));
  try {
    await makePluginExecutable(folder);
    const executable = join(folder, pluginFile);
    return {
      startUp: isStartUpWanted ? await startUps(executable) : [],
      yaml: isYamlWanted ? await yamlUpdates(executable, interruption.signal) : [],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One after the other. What fails is told, and the rest goes on. */
async function measureAll(
  wanted: readonly Scenario[],
  quiet: QuietWatch,
): Promise<Pick<Results, "measurements" | "providerTimes">> {
  const bench = new Bench(interruption.signal, () => quiet.look());
  const measurements: Measurement[] = [];
  const providerTimes: ProviderTimes[] = [];
  for (const [index, scenario] of wanted.entries()) {
    interruption.signal.throwIfAborted();
    const label = `[${index + 1}/${wanted.length}] ${nameOf(scenario)}`;
    try {
      const measured = await bench.measure(scenario);
      measurements.push(...measured.measurements);
      const [resource] = measured.resources;
      if (growing.includes(scenario) && resource !== undefined)
        providerTimes.push(await providerTimesOf(scenario, resource));
      const times = measured.measurements.map(({ operation, seconds, floorSeconds }) => {
        return `${operation} ${seconds.toFixed(1)} s (floor ${floorSeconds.toFixed(1)} s)`;
      });
      console.log(`${label}: ${times.join(", ")}`);
    } catch (error) {
      console.error(`${label} failed: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  return { measurements, providerTimes };
}

/** Unless something failed, or other work disturbed the machine. */
async function write(results: Results, quiet: QuietWatch): Promise<void> {
  const drawn = results.measurements.find(
    ({ scenario, operation }) => nameOf(scenario) === drawnScenario && operation === "up",
  );
  if (process.exitCode !== undefined || drawn === undefined) return;
  if (quiet.disturbance !== undefined) {
    console.error(`${pageFile} is not written: ${quiet.disturbance}.`);
    process.exitCode = 1;
    return;
  }
  const { scenario, calls } = drawn;
  const title = `Calls a second: ${titleOf(scenario)}, 20 calls a second allowed`;
  writeFileSync(join(docs, chartFile), chartOf(calls, title, 20));
  const chart = { file: chartFile, title };
  const page = reportOf(results, { machine: machineDescription(), quiet: quiet.description, chart });
  writeFileSync(pageFile, await formatted(page));
  console.log(`written to ${pageFile}`);
}

async function formatted(markdown: string): Promise<string> {
  return format(markdown, {
    ...(await resolveConfig(pageFile)),
    parser: "markdown",
    printWidth: 140,
    proseWrap: "always",
  });
}

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
