import type { Fn } from "../contract";
import type { GetServersArgs, GetServersResult } from "../schema/types";
import { problemsOf } from "../schema/validation";
import { requireRegion } from "./region";

/** Lists Cloud Phone servers, all pages, sorted by id: CPH `GET /v1/{project_id}/cloud-phone/servers`. */
export const getServers: Fn<GetServersArgs, GetServersResult> = {
  defaultTimeout: 5 * 60_000,

  problems: (args) => problemsOf("GetServersArgs", args),

  async run(context, { serverName, status, keypairName, region }) {
    const listed = await context.cloud.cph(requireRegion(context, region), context).listServers({ serverName, status });
    const servers = listed
      .filter((server) => keypairName === undefined || server.keypairName === keypairName)
      .sort((a, b) => (a.serverId < b.serverId ? -1 : 1));
    return { servers, serverIds: servers.map(({ serverId }) => serverId) };
  },
};
