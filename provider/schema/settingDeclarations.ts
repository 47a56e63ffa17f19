import packageSchema from "../../schema.json";
import type { AssumeRole, Configuration } from "./types";

/** What the text of a setting must be: it becomes a part of URLs, headers and signatures. */
export type SettingFormat = "word" | "password" | "region" | "domain" | "url";

/** A setting, or one within it, as schema.json declares it. */
export interface SettingDeclaration {
  /** The type of its value, by JSON Schema's name. */
  type: string;
  format?: SettingFormat;
  /** Environment variables that it is read from, the first that is set. */
  environment: readonly string[];
  /** Those within it, where its value is an object. */
  within?: SettingDeclarations;
}

/** Declarations by name. */
export type SettingDeclarations = ReadonlyMap<string, SettingDeclaration>;

/**
 * What schema.json says of a setting to this package alone. Pulumi has `default` and `defaultInfo.environment` for that, but its SDKs
 * would write both into the provider's inputs: secrets of the environment would be stored in the state, refresh and destroy would use
 * them for ever, and a default would win over the environment.
 */
export interface OwnDeclaration {
  environment?: string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  format?: string;
}

interface Property {
  type?: string;
  $ref?: string;
  language?: { "huaweicloud-cph": OwnDeclaration };
}

/** All settings of the package. */
export const settingDeclarations = declarationsOf(packageSchema.config.variables);

/** Those that are read from the environment, also those within others, by paths such as `endpoints.kms`. */
export const environmentNames: ReadonlyMap<string, readonly string[]> = new Map(namesIn(settingDeclarations));

/** A setting, or one within it. */
export type SettingPath = keyof Configuration | `assumeRole.${keyof AssumeRole}`;

/** The environment variable of a setting that messages name. */
export function variableOf(setting: SettingPath): string {
  return environmentNames.get(setting)?.[0] ?? "";
}

function declarationsOf(properties: Record<string, Property>): SettingDeclarations {
  return new Map(Object.entries(properties).map(([name, property]) => [name, declarationOf(property)]));
}

function declarationOf({ type = "object", $ref = "", language }: Property): SettingDeclaration {
  const { environment = [], format } = language?.["huaweicloud-cph"] ?? {};
  const object = Object.entries<{ type: string; properties?: Record<string, Property> }>(packageSchema.types).find(
    ([token]) => $ref === `#/types/${token}`,
  );
  const within = object?.[1].properties && declarationsOf(object[1].properties);
  return { type, environment, format: format as SettingFormat | undefined, within };
}

function namesIn(declarations: SettingDeclarations, before = ""): [string, readonly string[]][] {
  return [...declarations].flatMap(([name, { environment, within }]) => [
    ...(environment.length > 0 ? [[`${before}${name}`, environment] as [string, readonly string[]]] : []),
    ...(within === undefined ? [] : namesIn(within, `${before}${name}.`)),
  ]);
}
