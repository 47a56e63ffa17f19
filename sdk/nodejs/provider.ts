import * as pulumi from "@pulumi/pulumi";
import { explicitCredentials } from "../../provider/hosts/explicitCredentials";
import { secretSettings } from "../../provider/hosts/secretSettings";
import { keepSecretValues } from "../../provider/huawei/redaction";
import { configurationNames, secretConfigurationNames } from "../../provider/schema/configurationNames";
import type { Configuration } from "../../provider/schema/types";
import { requireEngine } from "./engine";
import type { ArgsOf } from "./inputs";
import { namesOfSecrets } from "./secrets";

/** Arguments of a {@link Provider}. Those left out come from the environment, then from the shared configuration file. */
export type ProviderArgs = ArgsOf<Configuration>;

/**
 * A second account or region, for some of a program's resources. Pass it as the `provider` option of resources and functions.
 */
export class Provider extends pulumi.ProviderResource {
  /** @internal What functions run with. Two underscores keep it out of stack outputs that hold the provider. */
  readonly __configuration: pulumi.Output<Configuration>;
  /** @internal Names of those that the program gave as secrets. */
  readonly __secretSettings: Promise<string[] | undefined>;

  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    requireEngine();
    const given = Object.entries(args).filter(([, value]) => !isAbsent(value)) as [keyof Configuration, unknown][];
    const secrets = namesOfSecrets(Object.fromEntries(given));
    const inputs: pulumi.Inputs = {
      ...(hasCredentials(args) && { [`huaweicloud-cph:${explicitCredentials}`]: "true" }),
      [`huaweicloud-cph:${secretSettings}`]: secrets.then(listOfOthers),
    };
    for (const [key, value] of given) {
      // A name that is no setting is refused where the provider is used; it may be that of a secret, misspelt.
      const isAlwaysSecret = secretConfigurationNames.includes(key) || !configurationNames.includes(key);
      const isSecret = secrets.then((names) => isAlwaysSecret || names?.includes(key));
      const text = pulumi.all([pulumi.jsonStringify(value), isSecret]).apply(([json, secret]) => textOf(json, secret));
      inputs[`huaweicloud-cph:${key}`] = isAlwaysSecret ? pulumi.secret(text) : text;
    }
    super("pulumi-nodejs", name, inputs, opts);
    this.__configuration = pulumi.secret(args);
    this.__secretSettings = secrets;
  }
}

/** The names beside those that are always secret. */
function listOfOthers(secrets: string[] | undefined): string | undefined {
  const others = secrets?.filter((name) => !secretConfigurationNames.includes(name as keyof Configuration)) ?? [];
  return others.length === 0 ? undefined : JSON.stringify(others);
}

/**
 * Configuration values are texts, whatever they hold; an empty one counts as not set. The engine repeats what it is given, and Pulumi's
 * SDK notes that in its debug log.
 */
function textOf(json: string | undefined, isSecret: boolean | undefined): string {
  if (json === undefined || json === "null") return "";
  const text = json.startsWith('"') ? String(JSON.parse(json)) : json;
  if (isSecret) keepSecretValues([text]);
  return text;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** The provider that a resource or function with these options would be given; undefined for the stack's configuration. */
export function providerOf(
  opts: Pick<pulumi.InvokeOptions, "provider" | "parent"> | undefined,
): pulumi.ProviderResource | undefined {
  return opts?.provider ?? opts?.parent?.getProvider("pulumi-nodejs::");
}

/** Whether a provider has credentials of its own, which may be another account's than those of the environment. */
export function hasCredentials(args: ProviderArgs): boolean {
  return secretConfigurationNames.some((key) => !isAbsent(args[key]));
}
