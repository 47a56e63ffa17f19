import { HuaweiCloudError, means } from "../huawei/errors/errors";
import type { Operation } from "../operation/operation";
import { untilFirstError } from "../operation/untilFirstError";
import type { Server } from "../schema/types";
import type { ListCache } from "./listCache";

/**
 * Reads servers by id. What is absent from the result does not exist. An id that the service refuses to look up is told to
 * `onRefusedId`, where that is given, and is an error otherwise. The first error ends all reads: thousands would go on for nothing.
 */
export async function readServers(
  servers: ListCache<Server>,
  serverIds: readonly string[],
  operation: Operation,
  onRefusedId?: (serverId: string, error: HuaweiCloudError) => void,
): Promise<Map<string, Server>> {
  const seen = new Map<string, Server>();
  await untilFirstError(operation, (reading) =>
    [...new Set(serverIds)].map(async (serverId) => {
      try {
        const server = await servers.get(serverId, reading);
        if (server !== undefined) seen.set(serverId, server);
      } catch (error) {
        if (!onRefusedId || !isRefusal(error)) throw error;
        onRefusedId(serverId, error);
      }
    }),
  );
  return seen;
}

function isRefusal(error: unknown): error is HuaweiCloudError {
  return means(error, "invalidServerId") || (error instanceof HuaweiCloudError && error.status === 400);
}
