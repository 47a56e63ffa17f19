import * as pulumi from "@pulumi/pulumi";
import { redactSecrets } from "../../provider/text/redaction";

/**
 * Takes private keys, and the secrets of providers, out of Pulumi's debug log. Pulumi's SDK writes to it what the engine answers to a
 * registration, with secrets in plain text, and `pulumi up --json` prints that log unasked.
 */
export function keepSecretsOutOfDebugLog(): void {
  const { debug } = pulumi.log;
  const withoutSecrets: typeof debug = (message, ...rest) => debug(redactSecrets(message), ...rest);
  // Unlike an assignment, this does not throw where a later SDK does not allow it.
  Reflect.set(pulumi.log, "debug", withoutSecrets);
}
