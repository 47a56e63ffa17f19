import packageSchema from "../../schema.json";
import type { Configuration } from "./types";

type Name = keyof Configuration;

const variables = Object.entries<{ secret?: boolean; description: string }>(packageSchema.config.variables);

/** Names of all values of the package's configuration. */
export const configurationNames = variables.map(([name]) => name as Name);

/** Those that are never stored in plain text. */
export const secretConfigurationNames: readonly Name[] = variables
  .filter(([, { secret }]) => secret)
  .map(([name]) => name as Name);

/** Those that credentials are made of, or come from. */
export const credentialConfigurationNames: readonly Name[] = [
  ...secretConfigurationNames,
  ...(["idpId", "idTokenFile", "ecsMetadata", "profile", "sharedConfigFile"] as const),
];
