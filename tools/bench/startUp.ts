/** How long a dynamic provider process takes from its start to its first answer. */
import { stubOf } from "../../sdk/nodejs/dynamicResource";
import { startProviderProcess } from "../providerProcess";
import type { StartUpTime } from "./report";

const runs = 5;

/** A provider that does nothing: what the engine's own process costs. */
const emptyProvider = "exports.handler = () => ({ check: async (olds, inputs) => ({ inputs }) })";

export async function startUpTimes(): Promise<StartUpTime[]> {
  return [
    { what: "keypair", milliseconds: await median(() => timeToFirstAnswer(stubOf("keypair"))) },
    { what: "ideal: a provider that does nothing", milliseconds: await median(() => timeToFirstAnswer(emptyProvider)) },
  ];
}

async function median(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await measure());
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? NaN;
}

async function timeToFirstAnswer(provider: string): Promise<number> {
  const start = performance.now();
  const process = await startProviderProcess();
  try {
    await process.check(provider, { __logicalName: "key" });
    return performance.now() - start;
  } finally {
    process.kill();
  }
}
