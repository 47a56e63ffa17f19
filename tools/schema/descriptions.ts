/** What a description of schema.json is made of: its own text, examples for Pulumi's registry and SDKs, and how to import. */

/** The languages of examples, by the names that Pulumi's registry has for them. */
export const languages = ["typescript", "python", "go", "java", "yaml"] as const;

/** A description, taken apart. */
export interface DescriptionParts {
  readonly own: string;
  /** Of each a title, and a block of code for each language. */
  readonly examples: readonly string[];
  /** How what exists is imported; empty for functions. */
  readonly importing: string;
}

const examplesOpening = "\n\n{{% examples %}}\n## Example Usage\n";
const examplesClosing = "\n{{% /examples %}}";
const importOpening = "\n\n## Import\n\n";

/** Takes apart the description of a resource or function. */
export function partsOf(description: string): DescriptionParts {
  const [rest = "", importing = ""] = description.split(importOpening);
  const [own = "", examples = ""] = rest.split(examplesOpening);
  const inner = examples.matchAll(/\{\{% example %\}\}\n([^]*?)\n\{\{% \/example %\}\}/g);
  return { own, examples: [...inner].map(([, example = ""]) => example), importing };
}

/** Puts a description together. */
export function descriptionOf({ own, examples, importing }: DescriptionParts): string {
  const framed = examples.map((example) => `{{% example %}}\n${example}\n{{% /example %}}`);
  return [
    own,
    framed.length > 0 && `${examplesOpening}${framed.join("\n")}${examplesClosing}`,
    importing && `${importOpening}${importing}`,
  ]
    .filter(Boolean)
    .join("");
}

/** The code of an example in one language. */
export function codeIn(language: (typeof languages)[number], example: string): string {
  return new RegExp(`\`\`\`${language}\n([^]*?)\n\`\`\``).exec(example)?.[1] ?? "";
}
