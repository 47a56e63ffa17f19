import type { ApiCall, Handler, OperationOf, Reply } from "./call";
import type { Cloud } from "./cloud";
import { metadataError } from "./errors";
import { credentialBody } from "./temporaryKeys";

/** The metadata service of the machine on which a client runs. */
export const metadataHandlers: Record<OperationOf<"metadata">, Handler> = {
  ShowSecurityKey: showSecurityKey,
  CreateMetadataToken: createMetadataToken,
};

const longestTokenLife = 21_600;
const keyLife = 3600;

/** Shows the temporary access key of the machine's agency. */
function showSecurityKey(cloud: Cloud, call: ApiCall): Reply {
  checkToken(cloud, call);
  const key = cloud.machine.currentKey(cloud.temporaryKeySeconds ?? keyLife);
  if (key === undefined) throw metadataError(404, "The machine has no agency.");

  return { status: 200, body: credentialBody(key) };
}

/** The second version asks for a token; where both are served, one that is sent must be good all the same. */
function checkToken({ machine, variants }: Cloud, { request }: ApiCall): void {
  const token = request.headers["x-metadata-token"];
  const isRequired = variants.metadataVersions === "v2";
  if (variants.metadataVersions !== "v1" && (isRequired || token !== undefined) && !machine.isToken(token ?? ""))
    throw metadataError(401, "X-Metadata-Token is missing, unknown or expired.");
}

function createMetadataToken({ machine, variants }: Cloud, { request }: ApiCall): Reply {
  if (variants.metadataVersions === "v1") throw metadataError(404, "Not found.");

  const seconds = Number(request.headers["x-metadata-token-ttl-seconds"]);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longestTokenLife)
    throw metadataError(400, `X-Metadata-Token-Ttl-Seconds must be a whole number from 1 to ${longestTokenLife}.`);

  return { status: 200, text: machine.issueToken(seconds) };
}
