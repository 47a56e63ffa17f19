import { isDeepStrictEqual } from "node:util";
import { defaultsOf } from "../../schema/defaults";
import { environmentNames, settingDeclarations, variableOf } from "../../schema/settingDeclarations";
import type { Configuration } from "../../schema/types";
import { quoted } from "../../text/text";
import { isKeySource, takingAgency } from "./agencies";
import {
  credentialsOf,
  credentialsOfServer,
  missingCredential,
  named,
  type Credentials,
  type KeySource,
  type SetCredentials,
} from "./credentials";
import { endpointOf, type Places } from "./endpoints";
import { readIdToken } from "../identity/idTokenFile";
import { proxyFor } from "../sending/proxies";
import { refusalAdvice } from "./refusalAdvice";
import { ConfigurationError, merge, MissingSetting, parse, trimmed, type SettingValues } from "./settingValues";
import { agencyOfNamedFile, openFileWarnings, readSharedFile, regionOfSharedFile } from "./sharedFile";

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
  /** Why `credentials` cannot be used, where others can take their place. A program's check fails with it; what is stored does not. */
  unusable?: string;
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

  const { source, credentials, areFromFile } = findCredentials(configured, environmental);
  const { values } = source;
  if (!areFromFile) requireAgencyOfFile(credentials, source);
  const defaults = defaultsOf("Configuration");
  const present = hasOwnCredentials ? undefined : standIn(credentials, environmental.values, values);
  const unusable = idTokenProblem(credentials);
  if (unusable !== undefined && (present === undefined || idTokenProblem(present) !== undefined)) throw unusable;
  const settings: Settings = {
    region: values.region ?? regionOfSharedFile(values),
    projectId: values.projectId,
    configuredProjectId: source.origins.projectId?.place === "environment" ? undefined : values.projectId,
    projectName: values.projectName,
    credentials,
    refusalAdvice: refusalAdvice(credentials, source, hasOwnCredentials),
    ...(present !== undefined && {
      presentCredentials: present,
      presentRefusalAdvice: refusalAdvice(present, environmental, false),
    }),
    ...(unusable !== undefined && { unusable: unusable.message }),
    cloud: values.cloud,
    endpoints: {
      kms: values.endpoints?.kms,
      cph: values.endpoints?.cph,
      iam: values.endpoints?.iam,
      metadata: values.endpoints?.metadata,
    },
    insecure: values.insecure ?? defaults.insecure,
    maxRetries: values.maxRetries ?? defaults.maxRetries,
    serversPerCall: values.serversPerCall ?? defaults.serversPerCall,
    warnings: [...(values.insecure ? [insecureWarning] : []), ...(areFromFile ? openFileWarnings(values) : [])],
  };
  requireProxies(settings, environment);
  return settings;
}

interface FoundCredentials {
  credentials: Credentials;
  /** What all settings are taken from. */
  source: SettingValues;
  areFromFile: boolean;
}

function findCredentials(configured: SettingValues, environmental: SettingValues): FoundCredentials {
  let source = merge(configured, environmental);
  let credentials: SetCredentials | KeySource | undefined = credentialsOf(configured.values);
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
  let missing = missingCredential(source.values);
  if (credentials === undefined && missing === undefined) {
    const withFile = merge(source, readUsualFile(source.values));
    credentials = credentialsOf(withFile.values);
    areFromFile = credentials !== undefined;
    missing = missingCredential(withFile.values);
    if (areFromFile) source = withFile;
  }
  if (missing === undefined) credentials ??= credentialsOfServer(source.values);
  if (credentials === undefined) {
    throw new MissingSetting(
      `Huawei Cloud credentials are incomplete: ${missing ?? "none are set"}. ` +
        `Set ${variableOf("accessKey")} and ${variableOf("secretKey")}, or ` +
        "`pulumi config set --secret huaweicloud-cph:accessKey …` and `…:secretKey …`; a token, a user and password, an id token, or the " +
        "metadata of an Elastic Cloud Server (ecsMetadata) will do as well.",
    );
  }
  return { credentials: takingAgency(credentials, source.values), source, areFromFile };
}

/** What the shared file holds; nothing where it cannot be used, nobody names it, and there is a server to ask. */
function readUsualFile(values: Configuration): SettingValues {
  const isNamed = (values.profile ?? values.sharedConfigFile) !== undefined;
  try {
    return readSharedFile(values);
  } catch (error) {
    if (isNamed || credentialsOfServer(values) === undefined) throw error;
    return { values: {}, origins: {} };
  }
}

/**
 * The credentials of the environment, taking the same agency as the others. Those that cannot take it are of another account. The
 * metadata of a server is none of them: it is asked where nothing else is set.
 */
function standIn(
  credentials: Credentials,
  environmental: Configuration,
  values: Configuration,
): Credentials | undefined {
  const set = credentialsOf(environmental);
  if (set === undefined || (values.assumeRole?.agencyName !== undefined && !isKeySource(set))) return undefined;
  const present = takingAgency(set, values);
  return isDeepStrictEqual(present, credentials) ? undefined : present;
}

/** What is wrong with the id token of credentials that need one. */
function idTokenProblem(credentials: Credentials): ConfigurationError | undefined {
  const source = credentials.kind === "agency" ? credentials.source : credentials;
  if (source.kind !== "idToken") return undefined;
  try {
    readIdToken(source.file);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

/** Throws where the environment names a proxy for one of the services that cannot be asked. */
function requireProxies(settings: Settings, environment: Environment): void {
  for (const service of ["kms", "cph", "iam"] as const)
    proxyFor(endpointOf(settings, service, settings.region ?? "region"), environment);
}

const insecureWarning =
  `TLS certificates are not verified (huaweicloud-cph:insecure or ${variableOf("insecure")}): ` +
  "whoever is between this machine and Huawei Cloud can read credentials and private keys.";

/** Throws where a profile that is meant has an agency, and neither that nor another is taken: calls would be made without it. */
function requireAgencyOfFile({ kind }: Credentials, { values, origins }: SettingValues): void {
  const agency = kind === "agency" ? undefined : agencyOfNamedFile(values);
  if (agency === undefined) return;
  const profile = values.profile === undefined ? "current profile" : `profile ${quoted(values.profile)}`;
  const naming = [origins.profile, origins.sharedConfigFile].filter((origin) => origin !== undefined);
  throw new ConfigurationError(
    `The ${profile} of the shared configuration file has the agency ${quoted(agency)}, which is not taken, because credentials from ` +
      `elsewhere win over the profile's. Set ${named("assumeRole.agencyName")} to take it with them, or take ` +
      `${naming.map(({ name }) => name).join(" and ")} away to do without it.`,
  );
}

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
