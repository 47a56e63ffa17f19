/** How long a provider takes to check and to compare a resource that holds many servers or key pairs. */
import { stubOf } from "../../sdk/nodejs/dynamicResource";
import { type Properties, startDynamicProcess, startPluginProcess } from "../providerProcess";
import { newPublicKey } from "./keys";
import { median } from "./median";
import type { Scenario } from "./scenarios";
import type { StateResource } from "./stack";

/** In milliseconds: medians. */
export interface ProviderTimes {
  readonly scenario: Scenario;
  readonly check: number;
  /** With one entry more than what is recorded. */
  readonly diff: number;
}

const runs = 5;

/** Calls the provider as the engine does it for a resource that was recorded. */
export async function providerTimesOf(
  scenario: Scenario,
  { urn, inputs, outputs }: StateResource,
): Promise<ProviderTimes> {
  const isNative = scenario.host === "native";
  const exportName = "setOf" in scenario.work ? "keypairSet" : "binding";
  // In the state it is encrypted, or stands for a secret.
  const stub: Properties = isNative ? {} : { __provider: stubOf(exportName) };
  const recorded = { inputs: { ...(inputs as Properties), ...stub }, outputs: { ...(outputs as Properties), ...stub } };
  const grown = withOneMore(recorded.inputs);
  const process = await (isNative ? startPluginProcess() : startDynamicProcess());
  try {
    const checks: number[] = [];
    const diffs: number[] = [];
    for (let run = 0; run < runs; run++) {
      checks.push(await millisecondsOf(() => process.check(urn, grown, recorded.inputs)));
      diffs.push(await millisecondsOf(() => process.diff(urn, recorded, grown)));
    }
    return { scenario, check: median(checks), diff: median(diffs) };
  } finally {
    process.kill();
  }
}

/** The inputs with one server or key pair more. */
function withOneMore(inputs: Properties): Properties {
  const { serverIds, keypairNames, keypairs } = inputs as {
    serverIds?: string[];
    keypairNames?: Record<string, string>;
    keypairs?: Record<string, Properties>;
  };
  const newServer = "f".repeat(32);
  if (serverIds !== undefined) return { ...inputs, serverIds: [...serverIds, newServer] };
  if (keypairNames !== undefined) return { ...inputs, keypairNames: { ...keypairNames, [newServer]: "key-1" } };
  const [first] = Object.values(keypairs ?? {});
  return { ...inputs, keypairs: { ...keypairs, "one-more": { ...first, publicKey: newPublicKey() } } };
}

async function millisecondsOf(call: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await call();
  return performance.now() - begun;
}
