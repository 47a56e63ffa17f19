import * as pulumi from "@pulumi/pulumi";
import { redactSecrets } from "../../provider/huawei/redaction";

/**
 * Takes private keys, and the secrets of providers, out of Pulumi's debug log. Pulumi's SDK notes there all that the engine answers to a registration, secrets in
 * plain, and `pulumi up --json` prints that log although nobody has asked for it.
 */
export function keepSecretsOutOfDebugLog(): void {
  const { debug } = pulumi.log;
  const withoutSecrets: typeof debug = (message, ...rest) => debug(redactSecrets(message, []), ...rest);
  // Unlike an assignment, this does not throw where a later SDK does not allow it.
  Reflect.set(pulumi.log, "debug", withoutSecrets);
}
