/** How long a provider process takes from its start to its first answer. */
import { stubOf } from "../../sdk/nodejs/dynamicResource";
import { startDynamicProcess, startPluginProcess, type ProviderProcess } from "../providerProcess";
import type { StartUpTime } from "./report";

const runs = 5;

/** A provider that does nothing: what the engine's own process costs. */
const emptyProvider = "exports.handler = () => ({ check: async (olds, inputs) => ({ inputs }) })";

const urn = "urn:pulumi:stack::project::huaweicloud-cph:index:Keypair::key";

export async function startUpTimes(): Promise<StartUpTime[]> {
  const dynamic = (provider: string) => median(startDynamicProcess, { __logicalName: "key", __provider: provider });
  return [
    { what: "keypair, dynamic", milliseconds: await dynamic(stubOf("keypair")) },
    { what: "keypair, native plugin", milliseconds: await median(startPluginProcess, {}) },
    { what: "ideal: a dynamic provider that does nothing", milliseconds: await dynamic(emptyProvider) },
  ];
}

type Start = () => Promise<ProviderProcess>;

async function median(start: Start, inputs: Record<string, string>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timeToFirstAnswer(start, inputs));
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? NaN;
}

async function timeToFirstAnswer(start: Start, inputs: Record<string, string>): Promise<number> {
  const begun = performance.now();
  const process = await start();
  try {
    await process.check(urn, inputs);
    return performance.now() - begun;
  } finally {
    process.kill();
  }
}
