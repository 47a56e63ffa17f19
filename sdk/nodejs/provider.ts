import * as pulumi from "@pulumi/pulumi";
import { configurationNames } from "../../provider/schema/configurationNames";
import type { Configuration } from "../../provider/schema/types";
import type { ArgsOf } from "./inputs";

/** Arguments of a {@link Provider}; what is absent is taken from the environment, then from the shared configuration file. */
export type ProviderArgs = ArgsOf<Configuration>;

/** Values that are never stored in plain text. */
const secretNames: (keyof Configuration)[] = ["accessKey", "secretKey", "securityToken", "token", "password"];

/**
 * Credentials and settings of its own for some of a program's resources: another account or region. Pass it as the `provider`
 * option of resources and functions.
 */
export class Provider extends pulumi.ProviderResource {
  /** @internal What functions run with. */
  readonly configuration: pulumi.Output<Configuration>;

  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const inputs: pulumi.Inputs = {};
    for (const key of configurationNames.filter((candidate) => args[candidate] !== undefined)) {
      // Configuration values are texts, whatever they hold.
      const text = pulumi
        .jsonStringify(args[key])
        .apply((json) => (json.startsWith('"') ? String(JSON.parse(json)) : json));
      inputs[`huaweicloud-cph:${key}`] = secretNames.includes(key) ? pulumi.secret(text) : text;
    }
    super("pulumi-nodejs", name, inputs, opts);
    this.configuration = pulumi.output(args);
  }
}
