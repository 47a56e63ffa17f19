import type { KnownBinding } from "../../fleet/knownBinding";
import { defaultsOf } from "../../schema/defaults";
import { asSet, serverIdProblem } from "./inputs";

/** What an import id `<keypairName>/<serverId>,<serverId>,…` says, before anything is looked at. */
export function knownFromImportId(id: string, region: string | undefined): KnownBinding {
  const [, keypairName, list] = /^([^/]+)\/([^/]+)$/.exec(id) ?? [];
  if (keypairName === undefined || list === undefined || region === undefined) {
    throw new Error(
      region === undefined
        ? `Binding "${id}": no region is set (huaweicloud-cph:region).`
        : `Binding "${id}" cannot be looked up: its id must be <keypairName>/<serverId>,<serverId>,…`,
    );
  }
  const serverIds = list.split(",").map((serverId) => serverId.trim());
  const problem = serverIds.map(serverIdProblem).find((reason) => reason !== undefined);
  if (problem !== undefined) throw new Error(`Binding "${id}" cannot be looked up: a server id ${problem}.`);
  const servers = new Map(
    asSet(serverIds).map((serverId) => {
      const lastSeen = { serverId, keypairName };
      return [serverId, { serverId, keypairName, lastSeen, given: [keypairName], pending: [] }];
    }),
  );
  return {
    ...defaultsOf("CloudPhoneKeypairBinding"),
    region,
    form: { type: "list", keypairName },
    fingerprints: new Map(),
    keys: new Map(),
    tellsGiven: true,
    servers,
  };
}
