import { isDeepStrictEqual } from "node:util";
import { credentialsOf, missingCredential, type Credentials } from "./credentials";
import { refusalAdvice } from "./refusalAdvice";
import { merge, MissingSetting, parse, trimmed, type SettingValues } from "./settingValues";
import { openFileWarnings, readSharedFile } from "./sharedFile";

/** Everything that calls need to know, gathered from the package's configuration, the environment and the shared file. */
export interface Settings {
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
  /** Domain that the services' hosts end in. */
  cloud: string;
  endpoints: { kms?: string; cph?: string; iam?: string };
  insecure: boolean;
  maxRetries: number;
  serversPerCall: number;
  /** What the user is to be told before the first call. */
  warnings: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Environment variables of each setting, or of one within it, as the field's own tools name them. */
const variables: Record<string, string> = {
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
  "endpoints.kms": "HW_ENDPOINT_KMS",
  "endpoints.cph": "HW_ENDPOINT_CPH",
  "endpoints.iam": "HW_ENDPOINT_IAM",
};

/** Names that the vendor's SDKs read, tried after the ones above. */
const sdkVariables: Record<string, string> = {
  accessKey: "HUAWEICLOUD_SDK_AK",
  secretKey: "HUAWEICLOUD_SDK_SK",
  securityToken: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
  projectId: "HUAWEICLOUD_SDK_PROJECT_ID",
};

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
      `Huawei Cloud credentials are incomplete: ${missingCredential(values) ?? "none are set"}. Set HW_ACCESS_KEY and HW_SECRET_KEY, or ` +
        "`pulumi config set --secret huaweicloud-cph:accessKey …` and `…:secretKey …`; a token, or a user and password, will do as well.",
    );
  }
  const presentCredentials = hasOwnCredentials ? undefined : credentialsOf(environmental.values);
  return {
    region: values.region ?? readSharedFile(values).values.region,
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

function readEnvironment(environment: Environment): SettingValues {
  const own = readVariables(variables, environment);
  const { securityToken, ...sdk } = readVariables(sdkVariables, environment);
  const found: Record<string, Variable> = {
    ...sdk,
    // A security token goes with the access key that it was issued with.
    ...(securityToken !== undefined && own.accessKey === undefined && { securityToken }),
    ...own,
  };
  const raw: Record<string, unknown> = {};
  const endpoints: Record<string, string> = {};
  for (const [path, { text }] of Object.entries(found)) {
    const [setting = "", service] = path.split(".");
    if (service === undefined) raw[setting] = text;
    else endpoints[service] = text;
  }
  return parse({ ...raw, endpoints }, "environment", (path) => found[path]?.name ?? path);
}

interface Variable {
  name: string;
  text: string;
}

function readVariables(names: Record<string, string>, environment: Environment): Record<string, Variable> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([path, name]) => {
      const text = trimmed(path, environment[name] ?? "");
      return text === "" ? [] : [[path, { name, text }]];
    }),
  );
}
