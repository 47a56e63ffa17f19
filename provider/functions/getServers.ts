import type { CloudOperation } from "../contract";
import type { GetServersArgs, GetServersResult } from "../schema/types";
import { requireArguments } from "./arguments";
import { requireRegion } from "./region";

/** Lists Cloud Phone servers, all pages, sorted by id: CPH `GET /v1/{project_id}/cloud-phone/servers`. */
export async function getServers(context: CloudOperation, args: GetServersArgs): Promise<GetServersResult> {
  requireArguments("GetServersArgs", args);
  const { serverName, status, keypairName, region } = args;
  const servers = await context.cloud.cph(requireRegion(context, region), context).listServers({ serverName, status });
  return {
    servers: servers
      .filter((server) => keypairName === undefined || server.keypairName === keypairName)
      .sort((a, b) => (a.serverId < b.serverId ? -1 : 1)),
  };
}
