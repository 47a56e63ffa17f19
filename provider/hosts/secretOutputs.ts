import packageSchema from "../../schema.json";

const ofServers = ["bindings", "__given", "__pending"];

/** Outputs, and what only the state holds, that show an argument. Others show the one of their own name. */
const shownIn: Readonly<Record<string, readonly string[]>> = {
  keypairName: ["keypairName", ...ofServers],
  serverIds: ["serverIds", ...ofServers],
  keypairFingerprint: ["keypairFingerprint", "__key"],
  keypairNames: ["keypairNames", "__keys", ...ofServers],
  keypairFingerprints: ["keypairFingerprints", "__keys"],
  id: ["name", "keypairName", "serverIds", "keypairNames", "__keys", ...ofServers],
};

/** What must be secret in the state where arguments of these names are. */
export function outputsWith(names: readonly string[]): string[] {
  return names.flatMap((name) => shownIn[name] ?? [name]);
}

/** A resource's token in schema.json. */
type Token = keyof typeof packageSchema.resources;

/** Names of the outputs of a resource that are always secret, and of the inputs likewise. */
export function alwaysSecret(token: string): string[] {
  const outputs: Record<string, { secret?: boolean; description: string }> =
    packageSchema.resources[token as Token].properties;
  return Object.entries(outputs).flatMap(([name, { secret }]) => (secret ? [name] : []));
}
