import type { Configuration } from "../schema/types";
import { credentialsOf, type Credentials } from "./credentials";
import type { Origin, SettingValues } from "./settingValues";

type Kind = Credentials["kind"];

const names: Record<Kind, string> = { token: "token", accessKey: "access key", password: "user and password" };

const parts: Record<Kind, (keyof Configuration)[]> = {
  token: ["token"],
  accessKey: ["accessKey", "secretKey", "securityToken"],
  password: ["userId", "userName", "password"],
};

/**
 * Where refused credentials came from, and what to do about them, as sentences behind the error. A provider is not told what command
 * runs, so they are right for each.
 */
export function refusalAdvice({ kind }: Credentials, source: SettingValues, areProvidersOwn: boolean): string {
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
