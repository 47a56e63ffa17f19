import type { InputAdvice } from "../inputAdvice";

/** What to do with a binding's inputs where the service refuses a server. */
export const bindingAdvice: InputAdvice = {
  missingServer: "Take the server out of `serverIds` if it no longer exists.",
  unknownKeypair: "Create the key pair in the same region and project first, or correct `keypairName`.",
  frozenServer: "Unfreeze the server (frozen servers are usually unpaid) or take it out of `serverIds`.",
};
