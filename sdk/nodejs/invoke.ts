import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "../../provider/hosts/account";
import { callFunction } from "../../provider/hosts/program/callFunction";
import type { ArgsOf as ArgsOfFunction, FunctionToken, ResultOf } from "../../provider/hosts/registry";
import { holdCredentials } from "../../provider/hosts/ownCredentials";
import { keepSecretInputs } from "../../provider/hosts/secretInputs";
import { namespace, unknownSettings } from "../../provider/hosts/unknownSettings";
import { messageOf } from "../../provider/huawei/errors/errors";
import { MissingSetting } from "../../provider/huawei/settings/settingValues";
import type { Logger } from "../../provider/operation/operation";
import { redactSecrets } from "../../provider/text/redaction";
import { idsOfDependencies } from "./dependencies";
import { hasMocks, requireEngine } from "./engine";
import { failure } from "./failure";
import type { ArgsOf } from "./inputs";
import { Provider, providerOf } from "./provider";
import { namesOfSecrets } from "./secrets";
import { stackConfiguration } from "./stackConfiguration";

/** Functions run in the program's own process: the engine offers dynamic providers none. The token is for mocks as well. */
export async function invoke<Token extends FunctionToken>(
  token: Token,
  args: ArgsOfFunction<Token>,
  opts: pulumi.InvokeOptions | undefined,
): Promise<ResultOf<Token>> {
  const run = requireEngine();
  const provider = providerOf(opts);
  if (hasMocks()) return pulumi.runtime.invoke(token, { ...args }, { ...opts, provider }) as Promise<ResultOf<Token>>;
  try {
    return await callFunction(token, args, { run, configuration: await configurationOf(provider), log });
  } catch (error) {
    throw failure(`${messageOf(error)}${error instanceof MissingSetting ? ` ${environmentAdvice}` : ""}`);
  }
}

/**
 * Calls a function once its arguments and the settings of its provider are known, and the resources that it depends on exist: in a
 * preview perhaps not at all.
 */
export function whenKnown<Args, Result>(
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

/** Pulumi tells a program nothing of the environment that its engine was given. */
const environmentAdvice =
  "Functions see the environment of the program's own process (process.env). The envVars of an Automation API workspace do not reach " +
  "it: set process.env, configure the stack, or pass a Provider.";

const log: Logger = {
  status: (message) => void pulumi.log.info(redactSecrets(message)),
  info: (message) => void pulumi.log.info(redactSecrets(message)),
  warn: (message) => void pulumi.log.warn(redactSecrets(message)),
};

async function configurationOf(provider: pulumi.ProviderResource | undefined): Promise<Configuration> {
  if (!(provider instanceof Provider)) return { values: stackConfiguration(), hasOwnCredentials: false };
  const values = await knownSettingsOf(provider);
  return { values, hasOwnCredentials: holdCredentials(values) };
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
