import { HuaweiCloudError } from "../huawei/errors";
import type { Operation } from "../huawei/operation";
import type { Server } from "../schema/types";
import type { SharedLooks } from "./sharedLooks";

/**
 * Looks at servers by id. What is absent from the result does not exist. An id that the service refuses to look up (400) is told to
 * `onRefusedId`, where that is given, and is an error otherwise.
 */
export async function lookAtServers(
  servers: SharedLooks<Server>,
  serverIds: readonly string[],
  operation: Operation,
  onRefusedId?: (serverId: string, error: HuaweiCloudError) => void,
): Promise<Map<string, Server>> {
  const seen = new Map<string, Server>();
  await Promise.all(
    [...new Set(serverIds)].map(async (serverId) => {
      try {
        const server = await servers.look(serverId, operation);
        if (server !== undefined) seen.set(serverId, server);
      } catch (error) {
        if (!onRefusedId || !(error instanceof HuaweiCloudError) || error.status !== 400) throw error;
        onRefusedId(serverId, error);
      }
    }),
  );
  return seen;
}
