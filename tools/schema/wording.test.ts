import packageSchema from "../../schema.json";
import { partsOf } from "./descriptions";

/** What only the readers of one language understand. */
const ofOneLanguage = /\.get\(|\b(JavaScript|TypeScript|Node(\.js)?|npm|undefined|Promise|camelCase)\b/;

/** All descriptions, by their places, without the examples, which have every language. */
function descriptionsIn(value: unknown, place = ""): [place: string, text: string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) =>
    name === "description" && typeof part === "string"
      ? [[place, partsOf(part).own]]
      : descriptionsIn(part, `${place}/${name}`),
  );
}

test("no description speaks to the programs of one language alone", () => {
  const { resources, functions, types, config, provider } = packageSchema;
  const descriptions = descriptionsIn({ resources, functions, types, config, provider });
  expect(descriptions.length).toBeGreaterThan(100);
  expect(descriptions.filter(([, text]) => ofOneLanguage.test(text))).toEqual([]);
});
