import packageSchema from "../../schema.json";

/** A JSON Schema, as far as Pulumi's package schema needs one. */
export interface JsonSchema {
  type?: string;
  description?: string;
  enum?: string[];
  default?: unknown;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: false;
  $ref?: string;
  definitions?: Record<string, JsonSchema>;
}

/** A property or type of Pulumi's package schema. */
interface PackageType {
  type?: string;
  description?: string;
  enum?: { value: string }[];
  default?: unknown;
  items?: PackageType;
  properties?: Record<string, PackageType>;
  required?: string[];
  $ref?: string;
}

const tokenPrefix = `${packageSchema.name}:index:`;

/**
 * JSON Schemas of everything in schema.json, by name: the package's types under their own names, a resource `R` as `RInputs`
 * and `RState`, a function `f` as `FArgs` and `FResult`, and the package's `Configuration`.
 */
export function jsonSchemasOfPackage(): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = {
    Configuration: objectSchema({
      description: packageSchema.provider.description,
      properties: packageSchema.config.variables,
    }),
  };
  for (const [token, type] of Object.entries<PackageType>(packageSchema.types)) {
    schemas[nameOf(token)] = type.properties ? objectSchema(type) : typeSchema(type);
  }
  for (const [token, resource] of Object.entries(packageSchema.resources)) {
    schemas[`${nameOf(token)}Inputs`] = objectSchema({
      description: resource.description,
      properties: resource.inputProperties,
      required: "requiredInputs" in resource ? resource.requiredInputs : [],
    });
    schemas[`${nameOf(token)}State`] = objectSchema(resource);
  }
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

function typeSchema(type: PackageType): JsonSchema {
  const documented = { ...("default" in type && { default: type.default }), description: type.description };
  if (type.$ref !== undefined) {
    return { ...documented, $ref: `#/definitions/${nameOf(type.$ref.slice("#/types/".length))}` };
  }
  return {
    ...documented,
    type: type.type,
    ...(type.enum && { enum: type.enum.map(({ value }) => value) }),
    ...(type.items && { items: typeSchema(type.items) }),
  };
}
