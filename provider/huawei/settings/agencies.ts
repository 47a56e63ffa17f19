import type { Configuration } from "../../schema/types";
import { quoted } from "../../text/text";
import { named, type Agency, type Credentials, type KeySource } from "./credentials";
import { ConfigurationError, MissingSetting } from "./settingValues";

/**
 * The credentials, taking the agency that the settings name, if any. Throws {@link ConfigurationError} where they name it in part, or where
 * the credentials take none: calls would be made in another account than the agency's.
 */
export function takingAgency(
  credentials: Exclude<Credentials, { kind: "agency" }>,
  settings: Configuration,
): Credentials {
  const agency = agencyOf(settings);
  if (agency === undefined) return credentials;
  if (isKeySource(credentials)) return { kind: "agency", agency, source: credentials };
  throw new ConfigurationError(
    `${named("assumeRole.agencyName")} is ${quoted(agency.name)}, but a ${credentials.kind} cannot take an agency, and comes before ` +
      "credentials that can. Take it away and set an access key, idpId and idTokenFile, or ecsMetadata; or take assumeRole away.",
  );
}

/** Whether credentials are an access key, or are given one. */
export function isKeySource(credentials: Credentials): credentials is KeySource {
  return ["accessKey", "idToken", "ecsMetadata"].includes(credentials.kind);
}

function agencyOf({ assumeRole = {}, domainId: takersDomainId }: Configuration): Agency | undefined {
  const { agencyName, domainId, domainName, duration } = assumeRole;
  if (agencyName === undefined) {
    const [begun] = (["domainName", "domainId", "duration"] as const).filter((name) => assumeRole[name] !== undefined);
    if (begun === undefined) return undefined;
    throw new MissingSetting(
      `${named("assumeRole.agencyName")} is missing beside assumeRole.${begun}, which is ${quoted(String(assumeRole[begun]))}: name the agency, or ` +
        `take ${named(`assumeRole.${begun}`)} away.`,
    );
  }
  if (domainId === undefined && domainName === undefined) {
    throw new MissingSetting(
      `${named("assumeRole.domainName")} or ${named("assumeRole.domainId")} is missing beside assumeRole.agencyName, which is ` +
        `${quoted(agencyName)}: name the account that the agency belongs to.`,
    );
  }
  return {
    name: agencyName,
    domain: domainId === undefined ? { name: domainName ?? "" } : { id: domainId },
    ...(duration !== undefined && { duration }),
    ...(takersDomainId !== undefined && { takersDomainId }),
  };
}
