import { isDeepStrictEqual } from "node:util";
import { defaultsOf } from "../schema/defaults";
import { environmentNames, settingDeclarations, variableOf } from "../schema/settingDeclarations";
import { credentialsOf, missingCredential, type Credentials } from "./credentials";
import { endpointOf, type Places } from "./endpoints";
import { proxyFor } from "./proxies";
import { refusalAdvice } from "./refusalAdvice";
import { merge, MissingSetting, parse, trimmed, type SettingValues } from "./settingValues";
import { openFileWarnings, readSharedFile, regionOfSharedFile } from "./sharedFile";

/** Everything that calls need to know, gathered from the package's configuration, the environment and the shared file. */
export interface Settings extends Places {
  region?: string;
  /** The project in `region`; looked up where absent. */
  projectId?: string;
  /** The same, unless the environment names it: that goes with the environment's credentials. */
  configuredProjectId?: string;
  projectName?: string;
  credentials: Credentials;
  /** What to say where the service refuses them. */
  refusalAdvice: string;
  /** Other credentials, from the environment, for when the service refuses `credentials`. */
  presentCredentials?: Credentials;
  presentRefusalAdvice?: string;
  insecure: boolean;
  maxRetries: number;
  serversPerCall: number;
  /** What the user is to be told before the first call. */
  warnings: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Resolves the settings. The package's configuration (raw: numbers, booleans and nested values may be texts) wins over the
 * environment, which wins over the shared file; apart from `region`, the file's values are used only together with its credentials.
 * Credentials of a provider's own are never replaced by those of the environment, which may be another account's. Throws
 * {@link MissingSetting}, or another {@link ConfigurationError}.
 */
export function resolveSettings(
  raw: Readonly<Record<string, unknown>>,
  environment: Environment,
  hasOwnCredentials = false,
): Settings {
  const configured = parse(raw, "configuration", (name) => `huaweicloud-cph:${name}`);
  const environmental = readEnvironment(environment);

  let source = merge(configured, environmental);
  let credentials = credentialsOf(configured.values);
  let areFromFile = false;
  const namesFile = (configured.values.profile ?? configured.values.sharedConfigFile) !== undefined;
  if (credentials === undefined && namesFile && missingCredential(configured.values) === undefined) {
    // The configuration names the file, so the file's credentials win over the environment as well.
    const file = readSharedFile(source.values);
    credentials = credentialsOf(file.values);
    areFromFile = credentials !== undefined;
    if (areFromFile) source = merge(configured, merge(file, environmental));
  }
  credentials ??= credentialsOf(source.values);
  // Credentials that were begun are not completed from the file: halves of two keys make a wrong signature.
  if (credentials === undefined && missingCredential(source.values) === undefined) {
    source = merge(source, readSharedFile(source.values));
    credentials = credentialsOf(source.values);
    areFromFile = credentials !== undefined;
  }
  const { values } = source;
  if (credentials === undefined) {
    throw new MissingSetting(
      `Huawei Cloud credentials are incomplete: ${missingCredential(values) ?? "none are set"}. ` +
        `Set ${variableOf("accessKey")} and ${variableOf("secretKey")}, or ` +
        "`pulumi config set --secret huaweicloud-cph:accessKey …` and `…:secretKey …`; a token, or a user and password, will do as well.",
    );
  }
  const defaults = defaultsOf("Configuration");
  const presentCredentials = hasOwnCredentials ? undefined : credentialsOf(environmental.values);
  const settings: Settings = {
    region: values.region ?? regionOfSharedFile(values),
    projectId: values.projectId,
    configuredProjectId: source.origins.projectId?.place === "environment" ? undefined : values.projectId,
    projectName: values.projectName,
    credentials,
    refusalAdvice: refusalAdvice(credentials, source, hasOwnCredentials),
    ...(presentCredentials !== undefined &&
      !isDeepStrictEqual(presentCredentials, credentials) && {
        presentCredentials,
        presentRefusalAdvice: refusalAdvice(presentCredentials, environmental, false),
      }),
    cloud: values.cloud,
    endpoints: {
      kms: values.endpoints?.kms,
      cph: values.endpoints?.cph,
      iam: values.endpoints?.iam,
    },
    insecure: values.insecure ?? defaults.insecure,
    maxRetries: values.maxRetries ?? defaults.maxRetries,
    serversPerCall: values.serversPerCall ?? defaults.serversPerCall,
    warnings: [...(values.insecure ? [insecureWarning] : []), ...(areFromFile ? openFileWarnings(values) : [])],
  };
  requireProxies(settings, environment);
  return settings;
}

/** Throws where the environment names a proxy for one of the services that cannot be asked. */
function requireProxies(settings: Settings, environment: Environment): void {
  for (const service of ["kms", "cph", "iam"] as const) {
    proxyFor(endpointOf(settings, service, settings.region ?? "region"), environment);
  }
}

const insecureWarning =
  `TLS certificates are not verified (huaweicloud-cph:insecure or ${variableOf("insecure")}): ` +
  "whoever is between this machine and Huawei Cloud can read credentials and private keys.";

function readEnvironment(environment: Environment): SettingValues {
  const found = new Map(
    [...environmentNames].flatMap(([path, names]) => {
      const variable = firstSet(path, names, environment);
      return variable === undefined ? [] : [[path, variable] as const];
    }),
  );
  // A security token goes with the access key that it was issued with.
  const [accessKey, securityToken] = [found.get("accessKey"), found.get("securityToken")];
  if (accessKey && securityToken && securityToken.rank > accessKey.rank) found.delete("securityToken");
  const raw: Record<string, unknown> = {};
  for (const [path, { text }] of found) {
    const [setting = "", within] = path.split(".");
    raw[setting] = within === undefined ? text : { ...(raw[setting] as object | undefined), [within]: text };
  }
  return parse(raw, "environment", (path) => found.get(path)?.name ?? path);
}

interface Variable {
  name: string;
  text: string;
  /** 0 for those of the field's own tools, 1 for those of the vendor's SDKs. */
  rank: number;
}

function firstSet(path: string, names: readonly string[], environment: Environment): Variable | undefined {
  const format = settingDeclarations.get(path)?.format;
  return names
    .map((name, rank) => ({ name, text: trimmed(environment[name] ?? "", format), rank }))
    .find(({ text }) => text !== "");
}
