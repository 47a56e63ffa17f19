import packageSchema from "../../schema.json";
import { functions, resources } from "./testing/everything";
import * as sdk from ".";

test("every resource and function of schema.json is tested, and there are no others", () => {
  expect(Object.keys(resources)).toEqual(Object.keys(packageSchema.resources));
  expect(Object.keys(functions)).toEqual(Object.keys(packageSchema.functions));
});

test("a program can import all of them by the names of schema.json, and a provider", () => {
  const names = (tokens: object) => Object.keys(tokens).map((token) => token.split(":")[2] ?? "");
  const ofFunctions = names(functions).flatMap((name) => [name, `${name}Output`]);
  expect(Object.keys(sdk).sort()).toEqual([...names(resources), ...ofFunctions, "Provider"].sort());
});
