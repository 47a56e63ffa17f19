import packageSchema from "../../schema.json";
import type { Configuration } from "./types";

/** Names of all values of the package's configuration. */
export const configurationNames = Object.keys(packageSchema.config.variables) as (keyof Configuration)[];
