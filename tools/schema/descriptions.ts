/** What a description of schema.json is made of: its own text, an example for Pulumi's registry and SDKs, and how to import. */

/** The languages of examples, by the names that Pulumi's registry has for them. */
export const languages = ["typescript", "python", "go", "java", "yaml"] as const;

/** A description, taken apart. */
export interface DescriptionParts {
  readonly own: string;
  /** A title, and a block of code for each language; empty where there is none. */
  readonly example: string;
  /** How what exists is imported; empty for functions. */
  readonly importing: string;
}

const exampleOpening = "\n\n{{% examples %}}\n## Example Usage\n{{% example %}}\n";
const exampleClosing = "\n{{% /example %}}\n{{% /examples %}}";
const importOpening = "\n\n## Import\n\n";

/** Takes apart the description of a resource or function. */
export function partsOf(description: string): DescriptionParts {
  const [rest = "", importing = ""] = description.split(importOpening);
  const [own = "", example = ""] = rest.split(exampleOpening);
  return { own, example: example.replace(exampleClosing, ""), importing };
}

/** Puts a description together. */
export function descriptionOf({ own, example, importing }: DescriptionParts): string {
  return [
    own,
    example && `${exampleOpening}${example}${exampleClosing}`,
    importing && `${importOpening}${importing}`,
  ].join("");
}

/** The code of an example in one language. */
export function codeIn(language: (typeof languages)[number], example: string): string {
  return new RegExp(`\`\`\`${language}\n([^]*?)\n\`\`\``).exec(example)?.[1] ?? "";
}
