import * as pulumi from "@pulumi/pulumi";
import type packageSchema from "../../schema.json";
import * as functions from "../../provider/functions";
import { keepSecretInputs } from "../../provider/hosts/secretInputs";
import { namespace, unknownSettings } from "../../provider/hosts/unknownSettings";
import { withDeadline } from "../../provider/operation/deadline";
import { messageOf } from "../../provider/huawei/errors";
import { HuaweiCloud } from "../../provider/huawei/huaweiCloud";
import { redactSecrets } from "../../provider/text/redaction";
import { resolveSettings } from "../../provider/huawei/settings";
import { MissingSetting } from "../../provider/huawei/settingValues";
import type { CloudOperation } from "../../provider/contract";
import type {
  GetKeypairArgs,
  GetKeypairResult,
  GetKeypairsArgs,
  GetKeypairsResult,
  GetServersArgs,
  GetServersResult,
} from "../../provider/schema/types";
import { idsOfDependencies } from "./dependencies";
import { hasMocks, requireEngine } from "./engine";
import type { ArgsOf } from "./inputs";
import { failure } from "./failure";
import { hasCredentials, Provider, providerOf } from "./provider";
import { namesOfSecrets } from "./secrets";
import { stackConfiguration } from "./stackConfiguration";

export type GetKeypairOutputArgs = ArgsOf<GetKeypairArgs>;
export type GetKeypairsOutputArgs = ArgsOf<GetKeypairsArgs>;
export type GetServersOutputArgs = ArgsOf<GetServersArgs>;

/** How long a function may take, in milliseconds. */
const timeout = 5 * 60_000;

/** Looks up a key pair by name. Rejects if there is none. */
export function getKeypair(args: GetKeypairArgs, opts?: pulumi.InvokeOptions): Promise<GetKeypairResult> {
  return invoke("huaweicloud-cph:index:getKeypair", functions.getKeypair, args, opts);
}

/** Like {@link getKeypair}, for arguments that are outputs of resources. */
export function getKeypairOutput(
  args: GetKeypairOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetKeypairResult> {
  return whenKnown(getKeypair, args, opts);
}

/** Lists all key pairs, or those that match, sorted by name. */
export function getKeypairs(args: GetKeypairsArgs = {}, opts?: pulumi.InvokeOptions): Promise<GetKeypairsResult> {
  return invoke("huaweicloud-cph:index:getKeypairs", functions.getKeypairs, args, opts);
}

/** Like {@link getKeypairs}, for arguments that are outputs of resources. */
export function getKeypairsOutput(
  args: GetKeypairsOutputArgs = {},
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetKeypairsResult> {
  return whenKnown(getKeypairs, args, opts);
}

/** Lists all Cloud Phone servers, or those that match, sorted by id. */
export function getServers(args: GetServersArgs = {}, opts?: pulumi.InvokeOptions): Promise<GetServersResult> {
  return invoke("huaweicloud-cph:index:getServers", functions.getServers, args, opts);
}

/** Like {@link getServers}, for arguments that are outputs of resources. */
export function getServersOutput(
  args: GetServersOutputArgs = {},
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetServersResult> {
  return whenKnown(getServers, args, opts);
}

/**
 * Calls a function once its arguments and the settings of its provider are known, and the resources that it depends on exist: in a
 * preview perhaps not at all.
 */
function whenKnown<Args, Result>(
  call: (args: Args, opts?: pulumi.InvokeOptions) => Promise<Result>,
  args: ArgsOf<Args>,
  opts: pulumi.InvokeOutputOptions | undefined,
): pulumi.Output<Result> {
  requireEngine();
  const provider = providerOf(opts);
  // What secret credentials give access to need not be secret.
  const settings = provider instanceof Provider ? pulumi.unsecret(provider.__configuration) : undefined;
  const dependencies = idsOfDependencies([args, opts?.dependsOn]);
  return pulumi
    .all([pulumi.output<unknown>(args), namesOfSecrets(args), settings, dependencies])
    .apply(([known, secrets]) => {
      keepSecretInputs(known, secrets);
      return call(known, opts);
    });
}

/** Functions run in the program's own process: the engine offers dynamic providers none. The token is for mocks. */
async function invoke<Args extends object, Result>(
  token: keyof typeof packageSchema.functions,
  run: (context: CloudOperation, args: Args) => Promise<Result>,
  args: Args,
  opts: pulumi.InvokeOptions | undefined,
): Promise<Result> {
  requireEngine();
  const provider = providerOf(opts);
  if (hasMocks()) return pulumi.runtime.invoke(token, { ...args }, { ...opts, provider }) as Promise<Result>;
  try {
    const cloud = await cloudOf(provider);
    return await withDeadline(timeout, undefined, (signal, deadline) => run({ cloud, signal, deadline, log }, args));
  } catch (error) {
    throw failure(`${messageOf(error)}${error instanceof MissingSetting ? ` ${environmentAdvice}` : ""}`);
  }
}

/** Pulumi tells a program nothing of the environment that its engine was given. */
const environmentAdvice =
  "Functions see the environment of the program's own process (process.env). The envVars of an Automation API workspace do not reach " +
  "it: set process.env, configure the stack, or pass a Provider.";

const log = {
  info: (message: string) => void pulumi.log.info(redactSecrets(message)),
  warn: (message: string) => void pulumi.log.warn(redactSecrets(message)),
};

/**
 * By run of a program, which has a connection to the engine of its own: one for each set of settings. With the Automation API a process
 * runs many programs, and lives for long. What one run was refused, or holds, is nothing to the next.
 */
const cloudsOfRuns = new WeakMap<object, Map<string, HuaweiCloud>>();

async function cloudOf(provider: pulumi.ProviderResource | undefined): Promise<HuaweiCloud> {
  const raw = await configurationOf(provider);
  const settings = resolveSettings(raw, process.env, provider instanceof Provider && hasCredentials(raw));
  const clouds = cloudsOfRun();
  const key = JSON.stringify(settings);
  const cloud = clouds.get(key) ?? new HuaweiCloud(settings);
  clouds.set(key, cloud);
  return cloud;
}

function cloudsOfRun(): Map<string, HuaweiCloud> {
  const run = requireEngine();
  const clouds = cloudsOfRuns.get(run) ?? new Map<string, HuaweiCloud>();
  cloudsOfRuns.set(run, clouds);
  return clouds;
}

async function configurationOf(provider: pulumi.ProviderResource | undefined): Promise<Record<string, unknown>> {
  return provider instanceof Provider ? knownSettingsOf(provider) : stackConfiguration();
}

/** Not by `apply`, which calls nothing while a value is unknown: a program that awaits the function would wait for ever. */
async function knownSettingsOf(provider: Provider): Promise<Record<string, unknown>> {
  const settings: unknown = await pulumi.runtime.serializeProperty("settings", provider.__configuration);
  if (settings === pulumi.runtime.unknownValue) {
    throw new Error(
      "The provider's settings are not known yet, because resources that they come from are still to be created. " +
        "Call the function in its Output form, such as getServersOutput, which waits for them.",
    );
  }
  const known = pulumi.runtime.unwrapRpcSecret(settings) as Record<string, unknown>;
  const unknown = unknownSettings(Object.keys(known).map((name) => `${namespace}${name}`));
  if (unknown.length > 0) throw new Error(unknown.join(" "));
  keepSecretInputs(known, await provider.__secretSettings);
  return known;
}
