import { readFileSync, statSync } from "node:fs";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Configuration } from "../schema/types";
import { problemsOf } from "../schema/validation";
import { presentable } from "../text";
import { credentialsOf, missingCredential, type Credentials } from "./credentials";

/** Everything that calls need to know, gathered from the package's configuration, the environment and the shared file. */
export interface Settings {
  region?: string;
  /** The project in `region`; looked up where absent. */
  projectId?: string;
  projectName?: string;
  credentials: Credentials;
  /** Other credentials, from the environment, for when the service refuses `credentials`. */
  presentCredentials?: Credentials;
  /** Domain that the services' hosts end in. */
  cloud: string;
  endpoints: { kms?: string; cph?: string; iam?: string };
  insecure: boolean;
  maxRetries: number;
  serversPerCall: number;
  /** What the user is to be told before the first call. */
  warnings: string[];
}

/** A value of the package's configuration that cannot be used; the message names all of them. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(message: string) {
    super(presentable(message, longestMessage));
  }
}

/** Values may have become anything on their way through the environment. */
const longestMessage = 5000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Environment variables of each value, as the field's own tools name them. */
const variables: { [name in keyof Configuration]: string } = {
  region: "HW_REGION_NAME",
  accessKey: "HW_ACCESS_KEY",
  secretKey: "HW_SECRET_KEY",
  securityToken: "HW_SECURITY_TOKEN",
  token: "HW_AUTH_TOKEN",
  domainId: "HW_DOMAIN_ID",
  domainName: "HW_DOMAIN_NAME",
  userId: "HW_USER_ID",
  userName: "HW_USER_NAME",
  password: "HW_USER_PASSWORD",
  projectId: "HW_PROJECT_ID",
  projectName: "HW_PROJECT_NAME",
  authUrl: "HW_AUTH_URL",
  cloud: "HW_CLOUD",
  insecure: "HW_INSECURE",
  maxRetries: "HW_MAX_RETRIES",
  sharedConfigFile: "HW_SHARED_CONFIG_FILE",
  profile: "HW_PROFILE",
};

/** Names that the vendor's SDKs read, tried after the ones above. */
const sdkVariables: { [name in keyof Configuration]: string } = {
  accessKey: "HUAWEICLOUD_SDK_AK",
  secretKey: "HUAWEICLOUD_SDK_SK",
  securityToken: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
  projectId: "HUAWEICLOUD_SDK_PROJECT_ID",
};

/**
 * Resolves the settings. The package's configuration (raw: numbers, booleans and nested values may be texts) wins over the
 * environment, which wins over the shared file; apart from `region`, the file's values are used only together with its credentials.
 * Credentials of a provider's own are never replaced by those of the environment, which may be another account's. Throws
 * {@link ConfigurationError}.
 */
export function resolveSettings(
  raw: Readonly<Record<string, unknown>>,
  environment: Environment,
  hasOwnCredentials = false,
): Settings {
  const configured = parse(raw, (name) => `huaweicloud-cph:${name}`);
  const own = readVariables(variables, environment);
  const { securityToken, ...sdk } = readVariables(sdkVariables, environment);
  const present = {
    ...sdk,
    // A security token goes with the access key that it was issued with.
    ...(securityToken !== undefined && own.accessKey === undefined && { securityToken }),
    ...own,
    endpoints: readVariables(
      { kms: "HW_ENDPOINT_KMS", cph: "HW_ENDPOINT_CPH", iam: "HW_ENDPOINT_IAM" },
      environment,
    ) as unknown,
  };
  const environmental = parse(present, (name) => variables[name as keyof Configuration] ?? "HW_ENDPOINT_*");

  let values: Configuration = merge(configured, environmental);
  let credentials = credentialsOf(configured);
  let areFromFile = false;
  const namesFile = (configured.profile ?? configured.sharedConfigFile) !== undefined;
  if (credentials === undefined && namesFile && missingCredential(configured) === undefined) {
    // The configuration names the file, so the file's credentials win over the environment as well.
    const file = readSharedFile(values);
    credentials = credentialsOf(file);
    areFromFile = credentials !== undefined;
    if (areFromFile) values = merge(configured, merge(file, environmental));
  }
  credentials ??= credentialsOf(values);
  // Credentials that were begun are not completed from the file: halves of two keys make a wrong signature.
  if (credentials === undefined && missingCredential(values) === undefined) {
    values = merge(values, readSharedFile(values));
    credentials = credentialsOf(values);
    areFromFile = credentials !== undefined;
  }
  if (credentials === undefined) {
    throw new ConfigurationError(
      `Huawei Cloud credentials are incomplete: ${missingCredential(values) ?? "none are set"}. Set HW_ACCESS_KEY and HW_SECRET_KEY, or ` +
        "`pulumi config set --secret huaweicloud-cph:accessKey …` and `…:secretKey …`; a token, or a user and password, will do as well.",
    );
  }
  const presentCredentials = hasOwnCredentials ? undefined : credentialsOf(environmental);
  return {
    region: values.region ?? readSharedFile(values).region,
    projectId: values.projectId,
    projectName: values.projectName,
    credentials,
    ...(!isDeepStrictEqual(presentCredentials, credentials) && { presentCredentials }),
    cloud: values.cloud ?? "myhuaweicloud.com",
    endpoints: {
      kms: values.endpoints?.kms,
      cph: values.endpoints?.cph,
      iam: values.endpoints?.iam ?? values.authUrl,
    },
    insecure: values.insecure ?? false,
    maxRetries: values.maxRetries ?? 5,
    serversPerCall: values.serversPerCall ?? 10,
    warnings: [...(values.insecure ? [insecureWarning] : []), ...(areFromFile ? openFileWarnings(values) : [])],
  };
}

const insecureWarning =
  "TLS certificates are not verified (huaweicloud-cph:insecure or HW_INSECURE): whoever is between this machine and Huawei Cloud can " +
  "read credentials and private keys.";

/** Of two sets of values the first wins, name by name. */
function merge(first: Configuration, second: Configuration): Configuration {
  const endpoints = { ...second.endpoints, ...first.endpoints };
  return { ...second, ...first, endpoints };
}

/** Turns texts into the types that the schema asks for and validates all. */
function parse(raw: Readonly<Record<string, unknown>>, nameOf: (name: string) => string): Configuration {
  const values = Object.fromEntries(
    Object.entries(raw)
      .filter(([, value]) => value !== undefined && value !== null && value !== "")
      .map(([name, value]) => [name, typeof value === "string" ? parseText(name, value) : value]),
  );
  const problems = [
    ...problemsOf("Configuration", values),
    ...atLeast(values, "maxRetries", 0),
    ...atLeast(values, "serversPerCall", 1),
    ...urlProblems(values),
  ];
  if (problems.length > 0) {
    throw new ConfigurationError(
      problems.map(({ property, reason }) => `${nameOf(property)} ${reason}`).join("; ") + ".",
    );
  }
  return values;
}

function parseText(name: string, text: string): unknown {
  switch (name) {
    case "endpoints":
    case "insecure":
    case "maxRetries":
    case "serversPerCall":
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return text;
      }
    default:
      return text;
  }
}

function atLeast(values: Record<string, unknown>, name: string, least: number): { property: string; reason: string }[] {
  const value = values[name];
  return typeof value === "number" && value < least
    ? [{ property: name, reason: `must be at least ${least}, not ${value}` }]
    : [];
}

function urlProblems(values: Record<string, unknown>): { property: string; reason: string }[] {
  const { authUrl, endpoints } = values;
  const services = typeof endpoints === "object" && !Array.isArray(endpoints) ? Object.entries(endpoints ?? {}) : [];
  const urls: [string, unknown][] = [["authUrl", authUrl], ...services];
  return urls
    .filter(([, url]) => typeof url === "string" && !isHttpUrl(url))
    .map(([name, url]) => ({
      property: name === "authUrl" ? name : `endpoints.${name}`,
      reason: `must be a full URL such as https://example.com, not "${String(url)}"`,
    }));
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}

function readVariables(names: Record<string, string>, environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, variable]) => {
      const value = environment[variable];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}

/** A profile of the shared configuration file, as Huawei Cloud's command line tool writes it. */
interface Profile {
  name?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  securityToken?: string;
  region?: string;
  projectId?: string;
}

function sharedFilePath({ sharedConfigFile }: Configuration): string {
  return sharedConfigFile?.replace(/^~(?=\/)/, homedir()) ?? join(homedir(), ".hcloud", "config.json");
}

/** Whether the file that holds the credentials is its owner's alone. Windows has no such permissions. */
function openFileWarnings(values: Configuration): string[] {
  const file = sharedFilePath(values);
  const { mode = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (platform() === "win32" || (mode & 0o077) === 0) return [];
  const permissions = (mode & 0o777).toString(8);
  return [
    `The shared configuration file ${file} holds credentials and is open to other users (mode ${permissions}): chmod 600 it.`,
  ];
}

function readSharedFile(values: Configuration): Configuration {
  const { sharedConfigFile, profile } = values;
  const file = sharedFilePath(values);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (sharedConfigFile === undefined && profile === undefined) return {};
    throw new ConfigurationError(`The shared configuration file ${file} cannot be read: ${(error as Error).message}.`);
  }
  let content: { current?: string; profiles?: (Profile | null)[] } | null;
  try {
    content = JSON.parse(text) as typeof content;
  } catch {
    throw new ConfigurationError(`The shared configuration file ${file} is not valid JSON.`);
  }
  const name = profile ?? content?.current;
  const profiles = Array.isArray(content?.profiles) ? content.profiles : [];
  const found = profiles.find((candidate) => candidate?.name === name);
  if (!found) {
    if (profile === undefined) return {};
    throw new ConfigurationError(`The shared configuration file ${file} has no profile "${profile}".`);
  }
  return parse(
    {
      accessKey: found.accessKeyId,
      secretKey: found.secretAccessKey,
      securityToken: found.securityToken,
      region: found.region,
      projectId: found.projectId,
    },
    (property) => `${file}: ${property}`,
  );
}
