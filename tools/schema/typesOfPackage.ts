import { compile } from "json-schema-to-typescript";
import { jsonSchemasOfPackage } from "../../provider/schema/jsonSchema";

/** The TypeScript text of every input and output type that schema.json declares. */
export async function typesOfPackage(): Promise<string> {
  const text = await compile({ definitions: jsonSchemasOfPackage() } as Parameters<typeof compile>[0], "Package", {
    bannerComment: "// Generated from schema.json by `npm run generate`. A test fails where the two differ.",
    style: { printWidth: 120 },
    unreachableDefinitions: true,
  });
  return text
    .replace(/export interface Package \{[^}]*\}\n/, "")
    .replace(
      /( \*\n)? \* This interface was referenced by `Package`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g,
      "",
    );
}
