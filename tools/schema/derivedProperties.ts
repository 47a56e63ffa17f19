import { format, resolveConfig } from "prettier";
import { publication, publicationByLanguage } from "./publication";

interface Schema {
  language: Record<string, object>;
  config: { variables: object };
  provider: object;
}

/**
 * The text of schema.json with what follows from package.json, and with the provider's inputs as its configuration has them: Pulumi's format
 * wants the settings in both places. They are written under `config.variables`.
 */
export async function withDerivedProperties(text: string, file: string): Promise<string> {
  const schema = JSON.parse(text) as Schema;
  const language = { ...schema.language };
  for (const [name, properties] of Object.entries(publicationByLanguage))
    language[name] = { ...language[name], ...properties };

  const provider = { ...schema.provider, inputProperties: schema.config.variables };
  return format(JSON.stringify({ ...schema, ...publication, language, provider }, undefined, 2), {
    ...(await resolveConfig(file)),
    filepath: file,
  });
}
