import { format, resolveConfig } from "prettier";

/**
 * The text of schema.json with the provider's inputs as its configuration has them: Pulumi's format wants the settings in both places.
 * They are written under `config.variables`.
 */
export async function withProviderInputs(text: string, file: string): Promise<string> {
  const schema = JSON.parse(text) as { config: { variables: object }; provider: object };
  const provider = { ...schema.provider, inputProperties: schema.config.variables };
  return format(JSON.stringify({ ...schema, provider }, undefined, 2), {
    ...(await resolveConfig(file)),
    filepath: file,
  });
}
