import type { HttpRequest } from "./http";
import type { Settings } from "./settings";

/** Where a service is reached in a region, without a path. */
export function endpointOf({ endpoints, cloud }: Settings, service: HttpRequest["service"], region: string): string {
  const configured = endpoints[service]?.replace(/\/+$/, "");
  if (configured === undefined) return `https://${service}.${region}.${cloud}`;
  return service === "iam" ? configured.replace(/\/v3$/, "") : configured;
}
