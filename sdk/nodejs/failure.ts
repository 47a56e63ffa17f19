import * as pulumi from "@pulumi/pulumi";
import { messageOf } from "../../provider/huawei/errors/errors";
import { redactSecrets } from "../../provider/text/redaction";

/**
 * An error of the program. The engine shows a `RunError` by its message alone. The stack goes as well: where it holds frames of Pulumi's
 * SDK, Node spends half a minute on colouring them.
 */
export function failure(message: string): pulumi.RunError {
  const error = new pulumi.RunError(redactSecrets(message));
  error.stack = error.message;
  return error;
}

/**
 * Makes the outputs of a resource fail if what they come from does. Pulumi's SDK leaves the outputs of a resource that it cannot
 * register pending: what depends on them would wait for ever, and with it a run of the Automation API.
 */
export function failTogether(resource: pulumi.Resource, name: string, origins: Promise<unknown>): void {
  const settled = origins.catch((error: unknown) => {
    throw unchanging(failure(`${name} cannot be registered: ${messageOf(error)}`));
  });
  for (const [property, value] of Object.entries(resource))
    if (pulumi.Output.isInstance(value)) Reflect.set(resource, property, pulumi.output(settled.then(() => value)));
}

/** Pulumi's SDK puts the name of a property before an error's message, once for each resource that depends on what failed. */
function unchanging(error: Error): Error {
  const { message } = error;
  return Object.defineProperty(error, "message", { get: () => message, set: () => undefined });
}
