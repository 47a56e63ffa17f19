import Ajv from "ajv";
import standaloneCode from "ajv/dist/standalone";
import { jsonSchemasOfPackage } from "../../provider/schema/jsonSchema";

/** Names of what users give, and the package therefore compares with schema.json. */
const validated = /^Configuration$|Inputs$|Args$/;

/** The TypeScript text of a function for each type that users give, which compares a value with it. */
export function validatorsOfPackage(): Promise<string> {
  // Descriptions would only make the text long.
  const definitions = JSON.parse(JSON.stringify(jsonSchemasOfPackage()), (key, value: unknown) =>
    key === "description" && typeof value === "string" ? undefined : value,
  ) as Record<string, object>;
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, code: { source: true, esm: true, lines: true } });
  ajv.addSchema({ $id: "package", definitions });
  const names = Object.keys(definitions).filter((name) => validated.test(name));
  const code = standaloneCode(ajv, Object.fromEntries(names.map((name) => [name, `package#/definitions/${name}`])));
  return Promise.resolve(
    [
      "// @ts-nocheck",
      "// Generated from schema.json by `npm run generate`. A test fails where the two differ.",
      // A type, so that the declarations that the compiler writes are right.
      code.replace(/^"use strict";\n/, "").replaceAll("rootData=data}={})", "rootData=data}: any={})"),
    ].join("\n"),
  );
}
