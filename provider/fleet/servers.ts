import pLimit from "p-limit";
import type { Cph } from "../huawei/cph";
import { HuaweiCloudError } from "../huawei/errors";
import type { Server } from "../schema/types";

/** Up to this many servers are looked at one by one, more are read from the list. */
const mostDetails = 5;

/**
 * Looks at servers by id. What is absent from the result does not exist: a server that is missing from the list, whose pages move
 * while they are read, is asked for by itself. An id that the service refuses to look up (400) is told to `onRefusedId`, where
 * that is given, and is an error otherwise.
 */
export async function lookAtServers(
  cph: Cph,
  serverIds: readonly string[],
  onRefusedId?: (serverId: string, error: HuaweiCloudError) => void,
): Promise<Map<string, Server>> {
  const wanted = new Set(serverIds);
  const listed = wanted.size > mostDetails ? await cph.listServers() : [];
  const servers = new Map(
    listed.filter(({ serverId }) => wanted.has(serverId)).map((server) => [server.serverId, server]),
  );
  const limit = pLimit(mostDetails);
  const missing = [...wanted].filter((serverId) => !servers.has(serverId));
  await Promise.all(
    missing.map((serverId) =>
      limit(async () => {
        try {
          const server = await cph.getServer(serverId);
          if (server !== undefined) servers.set(serverId, server);
        } catch (error) {
          if (!onRefusedId || !(error instanceof HuaweiCloudError) || error.status !== 400) throw error;
          onRefusedId(serverId, error);
        }
      }),
    ),
  );
  return servers;
}
