import type { BindingForm, KnownBinding, KnownServer } from "../../fleet/knownBinding";
import { defaultsOf } from "../../schema/defaults";
import { quoted } from "../../text/text";
import { asSet, serverIdProblem } from "./inputs";

/** What an import id says: its form, and the key pair of each server. */
interface Named {
  form: BindingForm;
  entries: (readonly [serverId: string, keypairName: string])[];
}

/**
 * What an import id says, before anything is looked at: `<keypairName>/<serverId>,<serverId>,…`, or for a key pair for each server
 * `<serverId>=<keypairName>,<serverId>=<keypairName>,…`.
 */
export function knownFromImportId(id: string, region: string | undefined): KnownBinding {
  if (region === undefined) throw new Error(`Binding "${id}": no region is set (huaweicloud-cph:region).`);
  const { form, entries } = namedBy(id);
  const names = new Map(entries);
  const problem = entries.map(([serverId]) => serverIdProblem(serverId)).find((reason) => reason !== undefined);
  if (problem !== undefined) throw new Error(`Binding "${id}" cannot be looked up: a server id ${problem}.`);
  const twice = entries.find(([serverId, name]) => names.get(serverId) !== name);
  if (twice !== undefined)
    throw new Error(`Binding "${id}" cannot be looked up: it gives server ${quoted(twice[0])} two key pairs.`);

  const servers = asSet([...names.keys()]).map((serverId): [string, KnownServer] => {
    const keypairName = names.get(serverId) ?? "";
    return [
      serverId,
      { serverId, keypairName, lastSeen: { serverId, keypairName }, given: [keypairName], pending: [] },
    ];
  });
  return {
    ...defaultsOf("CloudPhoneKeypairBinding"),
    region,
    form,
    fingerprints: new Map(),
    keys: new Map(),
    tellsGiven: true,
    servers: new Map(servers),
  };
}

function namedBy(id: string): Named {
  const [, keypairName, list] = /^([^/]+)\/([^/]+)$/.exec(id) ?? [];
  if (keypairName !== undefined && list !== undefined) {
    const serverIds = list.split(",").map((serverId) => serverId.trim());
    return { form: { type: "list", keypairName }, entries: serverIds.map((serverId) => [serverId, keypairName]) };
  }
  const pairs = id.split(",").map((pair) => /^([^=/]*)=([^=/]+)$/.exec(pair.trim()));
  const entries = pairs.flatMap((pair) => (pair ? [[pair[1]?.trim() ?? "", pair[2]?.trim() ?? ""] as const] : []));
  if (entries.length === pairs.length) return { form: { type: "map" }, entries };
  throw new Error(
    `Binding "${id}" cannot be looked up: its id must be <keypairName>/<serverId>,<serverId>,… or ` +
      "<serverId>=<keypairName>,<serverId>=<keypairName>,…",
  );
}
