import type { Configuration } from "../../schema/types";
import { quoted } from "../../text/text";
import { credentialsOf, type Credentials } from "./credentials";
import type { Origin, SettingValues } from "./settingValues";

/** Those that are set, and not got. */
type Kind = Exclude<Credentials["kind"], "agency" | "ecsMetadata">;

const names: Record<Kind, string> = {
  token: "token",
  accessKey: "access key",
  password: "user and password",
  idToken: "id token",
};

const parts: Record<Kind, (keyof Configuration)[]> = {
  token: ["token"],
  accessKey: ["accessKey", "secretKey", "securityToken"],
  password: ["userId", "userName", "password"],
  idToken: ["idpId", "idTokenFile"],
};

/**
 * Where refused credentials came from, and what to do about them, as sentences behind the error. A provider is not told what command
 * runs, so they are right for each.
 */
export function refusalAdvice(credentials: Credentials, source: SettingValues, areProvidersOwn: boolean): string {
  if (credentials.kind === "agency") {
    const { agency, source: takers } = credentials;
    const account = "id" in agency.domain ? agency.domain.id : agency.domain.name;
    return `${refusalAdvice(takers, source, areProvidersOwn)} It is to take the agency ${quoted(agency.name)} of the account ${quoted(account)}.`;
  }
  if (credentials.kind === "ecsMetadata")
    return "The access key came from the metadata service of the server that Pulumi runs on: check the agency of that server.";

  const { kind } = credentials;
  const configuration = areProvidersOwn ? " of the program's Provider" : " in the configuration";
  const originsOf = (wanted: Kind) =>
    parts[wanted].map((name) => source.origins[name]).filter((origin) => origin !== undefined);
  const listOf = (wanted: Kind) => listed(originsOf(wanted), configuration);
  const passedOver = credentialsOf(without(parts[kind], source.values));
  const wonOver = passedOver && `, and won over the ${names[passedOver.kind]} from ${listOf(passedOver.kind)}`;
  const isConfigured = originsOf(kind).some(({ place }) => place === "configuration");
  const remedy = !isConfigured ? "Correct it there." : areProvidersOwn ? remedyInProgram : remedyInConfiguration;
  return `The ${names[kind]} came from ${listOf(kind)}${wonOver ?? ""}. ${remedy}`;
}

const remedyInProgram =
  "Correct it there; refresh and destroy see the Provider of the last update, unless run with --run-program.";

const remedyInConfiguration =
  "Correct it there (`pulumi config set --secret`), or put present credentials into the environment (HW_…); refresh and destroy see " +
  "the configuration of the last update, unless run with --run-program.";

function listed(origins: Origin[], configuration: string): string {
  const phrases = Object.entries({ configuration, environment: " in the environment", file: "" }).map(
    ([at, phrase]) => {
      const found = new Set(origins.filter(({ place }) => place === at).map(({ name }) => name));
      return found.size === 0 ? "" : `${[...found].join(" and ")}${phrase}`;
    },
  );
  return phrases.filter(Boolean).join(" and ");
}

function without(left: (keyof Configuration)[], values: Configuration): Configuration {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !left.includes(name as keyof Configuration)));
}
