import { compile } from "json-schema-to-typescript";
import { jsonSchemasOfPackage, type JsonSchema } from "../../provider/schema/jsonSchema";
import { partsOf } from "./descriptions";

/** The TypeScript text of every input and output type that schema.json declares. */
export async function typesOfPackage(): Promise<string> {
  const definitions: unknown = JSON.parse(JSON.stringify(jsonSchemasOfPackage()), (key, value) =>
    key === "description" && typeof value === "string" ? partsOf(value).own : withLoneReference(value),
  );
  const text = await compile({ definitions } as Parameters<typeof compile>[0], "Package", {
    bannerComment: "// Generated from schema.json by `npm run generate`. A test fails where the two differ.",
    style: { printWidth: 120 },
    unreachableDefinitions: true,
  });
  return withUndefined(text)
    .replace(/export interface Package \{[^}]*\}\n/, "")
    .replace(
      /( \*\n)? \* This interface was referenced by `Package`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g,
      "",
    );
}

/** What may be left out may be undefined as well: programs that are compiled with `exactOptionalPropertyTypes` could not say so. */
function withUndefined(text: string): string {
  const ofMaps = /^( +)(\w+\?: \{\n(?:\1 .*\n)*\1\});$/gm;
  return text.replace(/^( +\w+\?: .*);$/gm, "$1 | undefined;").replace(ofMaps, "$1$2 | undefined;");
}

/**
 * A reference alone in an `allOf`, with only the description beside it. Where anything stands beside the reference itself,
 * json-schema-to-typescript writes the type out again instead of naming it.
 */
function withLoneReference(value: unknown): unknown {
  const { $ref, description } = Object(value) as JsonSchema;
  return $ref === undefined ? value : { description, allOf: [{ $ref }] };
}
