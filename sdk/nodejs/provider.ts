import * as pulumi from "@pulumi/pulumi";
import { explicitCredentials } from "../../provider/hosts/explicitCredentials";
import { keepSecrets } from "../../provider/huawei/redaction";
import { configurationNames, secretConfigurationNames } from "../../provider/schema/configurationNames";
import type { Configuration } from "../../provider/schema/types";
import { requireEngine } from "./engine";
import type { ArgsOf } from "./inputs";

/** Arguments of a {@link Provider}. Those left out come from the environment, then from the shared configuration file. */
export type ProviderArgs = ArgsOf<Configuration>;

/**
 * A second account or region, for some of a program's resources. Pass it as the `provider` option of resources and functions.
 */
export class Provider extends pulumi.ProviderResource {
  /** @internal What functions run with. Two underscores keep it out of stack outputs that hold the provider. */
  readonly __configuration: pulumi.Output<Configuration>;

  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    requireEngine();
    const inputs: pulumi.Inputs = hasCredentials(args) ? { [`huaweicloud-cph:${explicitCredentials}`]: "true" } : {};
    for (const key of configurationNames.filter((candidate) => args[candidate] !== undefined)) {
      // Configuration values are texts, whatever they hold.
      const text = pulumi
        .jsonStringify(args[key])
        .apply((json) => (json.startsWith('"') ? String(JSON.parse(json)) : json));
      inputs[`huaweicloud-cph:${key}`] = secretConfigurationNames.includes(key)
        ? pulumi.secret(text.apply(kept))
        : text;
    }
    super("pulumi-nodejs", name, inputs, opts);
    this.__configuration = pulumi.secret(args);
  }
}

/** The engine repeats what it is given, and Pulumi's SDK notes that in its debug log. */
function kept(secret: string): string {
  keepSecrets([secret]);
  return secret;
}

/** Whether a provider has credentials of its own, which may be another account's than those of the environment. */
export function hasCredentials(args: ProviderArgs): boolean {
  return secretConfigurationNames.some((key) => args[key] !== undefined);
}
