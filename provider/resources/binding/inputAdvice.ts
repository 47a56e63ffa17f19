import type { InputAdvice } from "../inputAdvice";
import type { FormProperties } from "./forms";

/** What to do with a binding's inputs, which are written in a form, where the service refuses a server. */
export function bindingAdvice({ keypairs, servers }: FormProperties): InputAdvice {
  return {
    missingServer: `Take the server out of \`${servers}\` if it no longer exists.`,
    unknownKeypair: `Create the key pair in the same region and project first, or correct \`${keypairs}\`.`,
    frozenServer: `Unfreeze the server (frozen servers are usually unpaid) or take it out of \`${servers}\`.`,
  };
}
