import { defaultsOf } from "../../schema/defaults";
import type { ServiceRequest } from "../sending/http";

/** What tells where services are reached. */
export interface Places {
  /** Domain that the services' hosts end in; by the region where absent. */
  cloud?: string;
  /** Full URLs in place of the usual hosts. */
  endpoints: { kms?: string; cph?: string; iam?: string; metadata?: string };
}

/** Where a service is reached in a region, without a path. */
export function endpointOf({ endpoints, cloud }: Places, service: ServiceRequest["service"], region: string): string {
  const configured = endpoints[service]?.replace(/\/+$/, "");
  if (configured === undefined) return `https://${service}.${region}.${cloud ?? cloudOf(region)}`;
  return service === "iam" ? configured.replace(/\/v3$/, "") : configured;
}

/** The domain of a region's hosts: the European cloud has its own. */
function cloudOf(region: string): string {
  return /^eu-west-1\d\d$/.test(region) ? "myhuaweicloud.eu" : defaultsOf("Configuration").cloud;
}
