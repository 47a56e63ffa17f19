import packageSchema from "../../schema.json";
import type { OwnDeclaration } from "./settingDeclarations";

/** A JSON Schema, as far as Pulumi's package schema needs one. */
export interface JsonSchema {
  type?: string;
  description?: string;
  enum?: string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  /** Of an object with fixed properties false, and of a map what its values are. */
  additionalProperties?: false | JsonSchema;
  $ref?: string;
  definitions?: Record<string, JsonSchema>;
}

/** A property or type of Pulumi's package schema. */
interface PackageType {
  type?: string;
  description?: string;
  enum?: { value: string }[];
  default?: unknown;
  language?: { "huaweicloud-cph": OwnDeclaration };
  items?: PackageType;
  additionalProperties?: PackageType;
  properties?: Record<string, PackageType>;
  required?: string[];
  $ref?: string;
}

const tokenPrefix = `${packageSchema.name}:index:`;

/**
 * JSON Schemas of everything in schema.json, by name: the package's types under their own names, a resource `R` as `RInputs`
 * and `RState`, a function `f` as `FArgs` and `FResult`, and the package's `Configuration`. What of them has a default stands in
 * `RDefaults` and `ConfigurationDefaults`.
 */
export function jsonSchemasOfPackage(): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = {
    Configuration: objectSchema({
      description: packageSchema.provider.description,
      properties: packageSchema.config.variables,
    }),
  };
  for (const [token, type] of Object.entries<PackageType>(packageSchema.types))
    schemas[nameOf(token)] = type.properties ? objectSchema(type) : typeSchema(type);

  for (const [token, resource] of Object.entries(packageSchema.resources)) {
    schemas[`${nameOf(token)}Inputs`] = objectSchema({
      description: resource.description,
      properties: resource.inputProperties,
      required: "requiredInputs" in resource ? resource.requiredInputs : [],
    });
    schemas[`${nameOf(token)}State`] = objectSchema(resource);
    schemas[`${nameOf(token)}Defaults`] = defaultsSchema(schemas[`${nameOf(token)}Inputs`]);
  }
  schemas.ConfigurationDefaults = defaultsSchema(schemas.Configuration);
  for (const [token, invocation] of Object.entries(packageSchema.functions)) {
    const name = nameOf(token).replace(/^./, (first) => first.toUpperCase());
    schemas[`${name}Args`] = objectSchema(invocation.inputs);
    schemas[`${name}Result`] = objectSchema(invocation.outputs);
  }
  return schemas;
}

function nameOf(token: string): string {
  return token.slice(tokenPrefix.length);
}

function objectSchema(type: PackageType): JsonSchema {
  return {
    type: "object",
    description: type.description,
    properties: Object.fromEntries(
      Object.entries(type.properties ?? {}).map(([name, property]) => [name, typeSchema(property)]),
    ),
    required: type.required ?? [],
    additionalProperties: false,
  };
}

/** What of an object has a default. */
function defaultsSchema({ properties = {} }: JsonSchema = {}): JsonSchema {
  const defaulted = Object.entries(properties).filter(([, property]) => "default" in property);
  return {
    type: "object",
    properties: Object.fromEntries(defaulted),
    required: defaulted.map(([name]) => name),
    additionalProperties: false,
  };
}

function typeSchema(type: PackageType): JsonSchema {
  const own = type.language?.["huaweicloud-cph"];
  const documented = {
    ...("default" in type && { default: type.default }),
    ...(own !== undefined && "default" in own && { default: own.default }),
    ...(own?.minimum !== undefined && { minimum: own.minimum }),
    ...(own?.maximum !== undefined && { maximum: own.maximum }),
    description: type.description,
  };
  if (type.$ref !== undefined)
    return { ...documented, $ref: `#/definitions/${nameOf(type.$ref.slice("#/types/".length))}` };

  return {
    ...documented,
    type: type.type,
    ...(type.enum && { enum: type.enum.map(({ value }) => value) }),
    ...(type.items && { items: typeSchema(type.items) }),
    ...(type.additionalProperties && { additionalProperties: typeSchema(type.additionalProperties) }),
  };
}
