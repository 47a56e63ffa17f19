import Ajv from "ajv";
import { jsonSchemasOfPackage } from "../schema/jsonSchema";

const ajv = new Ajv({ allErrors: true, strict: true }).addSchema({
  $id: "package",
  definitions: jsonSchemasOfPackage(),
});

/** Fails where a value, as JSON, is not of a type of schema.json, whether users give such values or get them. */
export function expectType(typeName: string, value: unknown): void {
  const isOfType = ajv.getSchema(`package#/definitions/${typeName}`);
  if (isOfType === undefined) throw new Error(`schema.json has no type ${typeName}`);
  void isOfType(JSON.parse(JSON.stringify(value)));
  expect(isOfType.errors ?? []).toEqual([]);
}
