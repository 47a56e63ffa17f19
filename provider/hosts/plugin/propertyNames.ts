import { jsonSchemasOfPackage } from "../../schema/jsonSchema";

const schemas = jsonSchemasOfPackage();

/** What a program may give a resource, by schema.json. */
export function inputNames(token: string): readonly string[] {
  return namesIn(`${typeNameOf(token)}Inputs`);
}

/** What a program gets of a resource. */
export function outputNames(token: string): readonly string[] {
  return namesIn(`${typeNameOf(token)}State`);
}

function namesIn(schema: string): readonly string[] {
  return Object.keys(schemas[schema]?.properties ?? {});
}

/** `Keypair` of `huaweicloud-cph:index:Keypair`. */
function typeNameOf(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}
