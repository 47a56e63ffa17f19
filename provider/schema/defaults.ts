import { jsonSchemasOfPackage } from "./jsonSchema";
import type {
  CloudPhoneKeypairBindingDefaults,
  ConfigurationDefaults,
  KeypairDefaults,
  KeypairSetDefaults,
} from "./types";

interface Defaults {
  Configuration: ConfigurationDefaults;
  Keypair: KeypairDefaults;
  KeypairSet: KeypairSetDefaults;
  CloudPhoneKeypairBinding: CloudPhoneKeypairBindingDefaults;
}

const schemas = jsonSchemasOfPackage();

/** What schema.json says that settings, or inputs of a resource, are where they are left out. */
export function defaultsOf<Of extends keyof Defaults>(of: Of): Defaults[Of] {
  const properties = Object.entries(schemas[`${of}Defaults`]?.properties ?? {});
  return Object.fromEntries(properties.map(([name, { default: value }]) => [name, value])) as unknown as Defaults[Of];
}
