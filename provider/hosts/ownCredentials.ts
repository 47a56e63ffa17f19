import { credentialConfigurationNames } from "../schema/configurationNames";

/**
 * Whether these settings of one provider hold credentials, or name where they come from. They may be another account's than those of
 * the environment, which never take their place.
 */
export function holdCredentials(settings: Readonly<Record<string, unknown>>): boolean {
  return credentialConfigurationNames.some((name) => (settings[name] ?? undefined) !== undefined);
}
