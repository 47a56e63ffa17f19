import * as pulumi from "@pulumi/pulumi";
import { redactSecrets } from "../../provider/text/redaction";

/** What Pulumi's SDK notes of an answer that concerns this package: first whose it is, then the answer itself. */
const notedAnswer = /^([^]* RPC finished: [^]*huaweicloud-cph[^]*?, )resp: [^]*$/;

/**
 * Takes what this package's resources answer, and known secrets, out of Pulumi's debug log. Pulumi's SDK writes to it what the engine
 * answers to a registration, with secrets in plain text, and `pulumi up --json` prints that log unasked.
 */
export function keepSecretsOutOfDebugLog(): void {
  const { debug } = pulumi.log;
  const withoutSecrets: typeof debug = (message, ...rest) =>
    debug(redactSecrets(message.replace(notedAnswer, "$1resp: [secret]")), ...rest);
  // Unlike an assignment, this does not throw where a later SDK does not allow it.
  Reflect.set(pulumi.log, "debug", withoutSecrets);
}
