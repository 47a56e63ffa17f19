/** The reference pages in docs/api, one for each resource and function. */
import { format, resolveConfig } from "prettier";
import { functions, resources } from "../../provider/hosts/registry";
import { codeIn, languages, partsOf } from "./descriptions";

/** A property or a named type of the package schema. */
interface Type {
  readonly type?: string;
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly secret?: boolean;
  readonly replaceOnChanges?: boolean;
  readonly $ref?: string;
  readonly items?: Type;
  readonly additionalProperties?: Type;
  readonly properties?: Properties;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly value: string; readonly description?: string }[];
}

type Properties = Readonly<Record<string, Type>>;

/** What a page tells of. */
interface Item {
  readonly description: string;
  readonly inputs: Properties;
  readonly requiredInputs: readonly string[];
  readonly outputs: Properties;
  /** In milliseconds. */
  readonly timeout: number;
}

interface PackageSchema {
  readonly displayName: string;
  readonly types: Properties;
  readonly resources: Readonly<Record<string, Type & { inputProperties: Properties; requiredInputs?: string[] }>>;
  readonly functions: Readonly<Record<string, { description: string; inputs: Type; outputs: Type }>>;
}

const typePrefix = "#/types/";

/** The text of every page, by its path in the repository. */
export async function apiPages(schemaText: string): Promise<ReadonlyMap<string, string>> {
  const schema = JSON.parse(schemaText) as PackageSchema;
  const pages = new Map<string, string>();
  for (const [token, resource] of Object.entries(schema.resources)) {
    const { inputProperties: inputs, properties = {}, requiredInputs = [], description = "" } = resource;
    const outputs = Object.fromEntries(Object.entries(properties).filter(([name]) => !(name in inputs)));
    const { defaultTimeout: timeout } = resources[token as keyof typeof resources];
    const item = { description, inputs, requiredInputs, outputs, timeout };
    pages.set(pathOf(token), await formatted(resourcePage(schema, token, item)));
  }
  for (const [token, { description, inputs, outputs }] of Object.entries(schema.functions)) {
    const { defaultTimeout: timeout } = functions[token as keyof typeof functions];
    const { properties = {}, required: requiredInputs = [] } = inputs;
    const item = { description, inputs: properties, requiredInputs, outputs: outputs.properties ?? {}, timeout };
    pages.set(pathOf(token), await formatted(functionPage(schema, token, item)));
  }
  return pages;
}

function pathOf(token: string): string {
  return `docs/api/${nameOf(token).toLowerCase()}.md`;
}

function nameOf(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}

async function formatted(page: string): Promise<string> {
  return format(page, { ...(await resolveConfig(__filename)), parser: "markdown" });
}

function resourcePage(schema: PackageSchema, token: string, item: Item): string {
  const { own, examples, importing } = partsOf(item.description);
  return [
    ...head(schema, token, "resource", own),
    ...exampleSection(examples),
    "## Inputs",
    table(
      ["Name", "Type", "Default", "Change replaces", "Meaning"],
      Object.entries(item.inputs).map(([name, input]) => [
        `\`${name}\``,
        typeText(input) + (input.secret ? ", secret" : ""),
        defaultText(input, item.requiredInputs.includes(name)),
        input.replaceOnChanges ? "yes" : "no",
        input.description ?? "",
      ]),
    ),
    "## Outputs",
    "Every input is an output as well, with the value that is in effect. Beside these:",
    outputTable(item.outputs),
    ...typeSections(schema, { ...item.inputs, ...item.outputs }),
    "## Import",
    importing,
    "The native plugin imports; the dynamic resources of TypeScript cannot.",
    "## Timeouts",
    `Create, update, read and delete may each take ${minutes(item.timeout)}. The option \`customTimeouts\` changes that for create, update and ` +
      "delete.",
  ].join("\n\n");
}

function functionPage(schema: PackageSchema, token: string, item: Item): string {
  const { own, examples } = partsOf(item.description);
  return [
    ...head(schema, token, "function", own),
    ...exampleSection(examples),
    "## Arguments",
    table(
      ["Name", "Type", "Default", "Meaning"],
      Object.entries(item.inputs).map(([name, input]) => [
        `\`${name}\``,
        typeText(input),
        defaultText(input, item.requiredInputs.includes(name)),
        input.description ?? "",
      ]),
    ),
    "## Result",
    outputTable(item.outputs),
    ...typeSections(schema, { ...item.inputs, ...item.outputs }),
    "## Timeout",
    `A call may take ${minutes(item.timeout)}.`,
  ].join("\n\n");
}

function head({ displayName }: PackageSchema, token: string, kind: string, own: string): string[] {
  const frontMatter = [
    `title: ${nameOf(token)}`,
    `meta_desc: Reference of the ${kind} ${nameOf(token)} of the ${displayName} provider for Pulumi.`,
    "layout: package",
  ];
  return [
    `---\n${frontMatter.join("\n")}\n---`,
    "<!-- Generated from schema.json by `npm run generate`. A test fails where the two differ. -->",
    own,
    "Names are those of TypeScript, Java and YAML. Python writes them with underscores, and Go with a capital letter.",
  ];
}

function exampleSection(examples: readonly string[]): string[] {
  if (examples.length === 0) return [];
  return [examples.length === 1 ? "## Example" : "## Examples", ...examples.flatMap(choicesOf)];
}

function choicesOf(example: string): string[] {
  const choices = languages.map(
    (language) =>
      `{{% choosable language ${language} %}}\n\n\`\`\`${language}\n${codeIn(language, example)}\n\`\`\`\n\n{{% /choosable %}}`,
  );
  const title = /^### (.*)$/m.exec(example)?.[1] ?? "";
  return [`${title}:`, `{{< chooser language "${languages.join(",")}" >}}`, ...choices, "{{< /chooser >}}"];
}

function outputTable(outputs: Properties): string {
  return table(
    ["Name", "Type", "Meaning"],
    Object.entries(outputs).map(([name, output]) => [
      `\`${name}\``,
      typeText(output) + (output.secret ? ", secret" : ""),
      output.description ?? "",
    ]),
  );
}

/** A section for each named type that properties are of, and those that these types name in turn. */
function typeSections(schema: PackageSchema, properties: Properties): string[] {
  const named = [...namedTypes(schema, properties)];
  return named.length === 0 ? [] : ["## Types", ...named.flatMap((token) => typeSection(schema, token))];
}

function typeSection({ types }: PackageSchema, token: string): string[] {
  const { description = "", enum: values, properties = {}, required = [] } = types[token] ?? {};
  const members =
    values === undefined
      ? table(
          ["Name", "Type", "Required", "Meaning"],
          Object.entries(properties).map(([name, property]) => [
            `\`${name}\``,
            typeText(property) + (property.secret ? ", secret" : ""),
            required.includes(name) ? "yes" : "no",
            property.description ?? "",
          ]),
        )
      : table(
          ["Value", "Meaning"],
          values.map((value) => [`\`${value.value}\``, value.description ?? ""]),
        );
  return [`### ${nameOf(token)}`, description, members];
}

function namedTypes(schema: PackageSchema, properties: Properties, found = new Set<string>()): Set<string> {
  for (const property of Object.values(properties)) {
    const token = refOf(property)?.slice(typePrefix.length);
    if (token === undefined || found.has(token)) continue;
    found.add(token);
    namedTypes(schema, schema.types[token]?.properties ?? {}, found);
  }
  return found;
}

function refOf({ $ref, items, additionalProperties }: Type): string | undefined {
  const inner = items ?? additionalProperties;
  return $ref ?? (inner && refOf(inner));
}

function typeText({ type = "", $ref, items, additionalProperties }: Type): string {
  if ($ref !== undefined) return `[${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`;
  if (items !== undefined) return `list of ${typeText(items)}`;
  return additionalProperties === undefined ? type : `map of ${typeText(additionalProperties)}`;
}

function defaultText({ default: value }: Type, isRequired: boolean): string {
  if (isRequired) return "required";
  return value === undefined ? "" : `\`${String(value)}\``;
}

function minutes(milliseconds: number): string {
  return `${milliseconds / 60_000} minutes`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}
