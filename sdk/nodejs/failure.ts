import * as pulumi from "@pulumi/pulumi";
import { redactSecrets } from "../../provider/huawei/redaction";

/**
 * An error of the program. The engine shows a `RunError` by its message alone. The stack goes as well: where it holds frames of Pulumi's
 * SDK, Node spends half a minute on colouring them.
 */
export function failure(message: string): pulumi.RunError {
  const error = new pulumi.RunError(redactSecrets(message));
  error.stack = error.message;
  return error;
}
