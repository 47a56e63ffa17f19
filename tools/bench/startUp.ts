/** How long a provider process takes from its start to its first answers, and how much memory by then. */
import { stubOf } from "../../sdk/nodejs/dynamicResource";
import {
  startDynamicProcess,
  startPluginExecutable,
  startPluginProcess,
  type ProviderProcess,
} from "../providerProcess";
import { peakMemoryOf } from "./memory";
import { median } from "./median";
import type { StartUp } from "./results";

const runs = 5;

/** A provider that does nothing: what the engine's own process costs. */
const emptyProvider = "exports.handler = () => ({ check: async (olds, inputs) => ({ inputs }) })";

const urn = "urn:pulumi:stack::project::huaweicloud-cph:index:Keypair::key";

interface Candidate {
  readonly what: string;
  readonly start: () => Promise<ProviderProcess>;
  readonly inputs: Record<string, string>;
}

/** In turns, so that what else the machine does meanwhile is shared by all. */
export async function startUps(pluginExecutable: string): Promise<StartUp[]> {
  const measured = candidates(pluginExecutable).map((candidate) => ({ candidate, starts: [] as StartUp[] }));
  for (let run = 0; run < runs; run++)
    for (const { candidate, starts } of measured) starts.push(await measure(candidate));
  return measured.map(({ candidate, starts }) => ({
    what: candidate.what,
    firstAnswer: median(starts.map(({ firstAnswer }) => firstAnswer)),
    firstCheck: median(starts.map(({ firstCheck }) => firstCheck)),
    memory: median(starts.map(({ memory }) => memory)),
  }));
}

function candidates(pluginExecutable: string): Candidate[] {
  const dynamic = (provider: string) => ({ __logicalName: "key", __provider: provider });
  return [
    { what: "keypair, dynamic", start: startDynamicProcess, inputs: dynamic(stubOf("keypair")) },
    { what: "keypair, native plugin of the package", start: startPluginProcess, inputs: {} },
    {
      what: "keypair, native plugin as one executable",
      start: () => startPluginExecutable(pluginExecutable),
      inputs: {},
    },
    { what: "ideal: a dynamic provider that does nothing", start: startDynamicProcess, inputs: dynamic(emptyProvider) },
  ];
}

async function measure({ what, start, inputs }: Candidate): Promise<StartUp> {
  const begun = performance.now();
  const process = await start();
  try {
    await process.check(urn, inputs);
    const firstCheck = performance.now() - begun;
    return { what, firstAnswer: process.firstAnswer, firstCheck, memory: peakMemoryOf(process.child.pid) ?? NaN };
  } finally {
    process.kill();
  }
}
