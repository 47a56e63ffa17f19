// Generated from schema.json by `npm run generate`. A test fails where the two differ.

/**
 * Format of a key pair.
 */
export type KeypairType = "ssh" | "x509";
/**
 * Who may use a key pair.
 */
export type KeypairScope = "user" | "domain";
/**
 * How a hosted private key is encrypted.
 */
export type EncryptionType = "default" | "kms";
/**
 * What happens to servers that leave a binding.
 */
export type DeletionPolicy = "retain" | "restore";

/**
 * Credentials and settings of Huawei Cloud. Settings that are left out come from the environment, then from the shared configuration file.
 */
export interface Configuration {
  /**
   * Region of resources and functions that name no other, such as `cn-north-4`. Environment: `HW_REGION_NAME`.
   */
  region?: string | undefined;
  /**
   * Access key id. Environment: `HW_ACCESS_KEY`.
   */
  accessKey?: string | undefined;
  /**
   * Secret access key that belongs to `accessKey`. Environment: `HW_SECRET_KEY`.
   */
  secretKey?: string | undefined;
  /**
   * Security token of temporary access keys. Environment: `HW_SECURITY_TOKEN`.
   */
  securityToken?: string | undefined;
  /**
   * IAM token; wins over an access key or password from the same source. Environment: `HW_AUTH_TOKEN`.
   */
  token?: string | undefined;
  /**
   * Id of the account (domain). Environment: `HW_DOMAIN_ID`.
   */
  domainId?: string | undefined;
  /**
   * Name of the account (domain) that the user signs in to. Environment: `HW_DOMAIN_NAME`.
   */
  domainName?: string | undefined;
  /**
   * Id of the IAM user. Environment: `HW_USER_ID`.
   */
  userId?: string | undefined;
  /**
   * Name of the IAM user. Environment: `HW_USER_NAME`.
   */
  userName?: string | undefined;
  /**
   * Password of the IAM user. Environment: `HW_USER_PASSWORD`.
   */
  password?: string | undefined;
  /**
   * Id of the project in the provider's region; looked up by default. Environment: `HW_PROJECT_ID`.
   */
  projectId?: string | undefined;
  /**
   * Name of the project to look up; the region's name by default. Environment: `HW_PROJECT_NAME`.
   */
  projectName?: string | undefined;
  /**
   * URL of IAM, with or without `/v3`; derived from the region by default, and `endpoints.iam` wins over it. Environment: `HW_AUTH_URL`.
   */
  authUrl?: string | undefined;
  /**
   * Domain that the services' hosts end in; `myhuaweicloud.com` by default, `myhuaweicloud.eu` in regions such as `eu-west-101`. Environment: `HW_CLOUD`.
   */
  cloud?: string | undefined;
  /**
   * Full URLs in place of the services' default hosts. Environment: `HW_ENDPOINT_KMS`, `HW_ENDPOINT_CPH`, `HW_ENDPOINT_IAM`, `HW_ENDPOINT_METADATA`.
   */
  endpoints?: Endpoints | undefined;
  /**
   * Whether to skip TLS certificate verification; default false. Environment: `HW_INSECURE`.
   */
  insecure?: boolean | undefined;
  /**
   * How often a call is repeated after a transient failure; 5 by default. Environment: `HW_MAX_RETRIES`.
   */
  maxRetries?: number | undefined;
  /**
   * Shared configuration file; `~/.hcloud/config.json` by default. Environment: `HW_SHARED_CONFIG_FILE`.
   */
  sharedConfigFile?: string | undefined;
  /**
   * Profile of the shared configuration file; its current one by default. Environment: `HW_PROFILE`.
   */
  profile?: string | undefined;
  /**
   * The most servers that one call binds; 10 by default.
   */
  serversPerCall?: number | undefined;
  /**
   * Agency that is taken with the access key, id token or ECS metadata: calls are made in the account that it belongs to. Environment: `HW_ASSUME_ROLE_AGENCY_NAME`, `HW_ASSUME_ROLE_DOMAIN_NAME`, `HW_ASSUME_ROLE_DOMAIN_ID`, `HW_ASSUME_ROLE_DURATION`.
   */
  assumeRole?: AssumeRole | undefined;
  /**
   * Id of the identity provider in IAM that vouches for the token in `idTokenFile`. Environment: `HW_IDP_ID`.
   */
  idpId?: string | undefined;
  /**
   * File with the OpenID Connect id token of a pipeline, which takes the place of an access key. Environment: `HW_ID_TOKEN_FILE`.
   */
  idTokenFile?: string | undefined;
  /**
   * Whether to ask the metadata service of the Elastic Cloud Server for the access key of its agency where there are no other credentials; default false. Environment: `HW_ECS_METADATA`.
   */
  ecsMetadata?: boolean | undefined;
}
/**
 * Full URLs of the services. `http://` is allowed.
 */
export interface Endpoints {
  /**
   * Key Pair Service, such as `https://kms.cn-north-4.myhuaweicloud.com`.
   */
  kms?: string | undefined;
  /**
   * Cloud Phone Host, such as `https://cph.cn-north-4.myhuaweicloud.com`.
   */
  cph?: string | undefined;
  /**
   * Identity and Access Management, such as `https://iam.cn-north-4.myhuaweicloud.com`.
   */
  iam?: string | undefined;
  /**
   * Metadata service of the Elastic Cloud Server; `http://169.254.169.254` by default.
   */
  metadata?: string | undefined;
}
/**
 * An agency, and the account that it belongs to, by name or by id.
 */
export interface AssumeRole {
  /**
   * Name of the agency.
   */
  agencyName?: string | undefined;
  /**
   * Name of the account that the agency belongs to.
   */
  domainName?: string | undefined;
  /**
   * Id of that account; wins over its name.
   */
  domainId?: string | undefined;
  /**
   * For how many seconds its access keys are asked for, which are renewed in time: 900 to 86400. IAM's own default is 900.
   */
  duration?: number | undefined;
}
/**
 * How a hosted private key is encrypted.
 */
export interface Encryption {
  /**
   * `default` or `kms`.
   */
  type: EncryptionType;
  /**
   * Alias of the KMS key; type `kms` needs this or `kmsKeyId`.
   */
  kmsKeyName?: string | undefined;
  /**
   * Id of the KMS key; type `kms` needs this or `kmsKeyName`.
   */
  kmsKeyId?: string | undefined;
}
/**
 * Hosting of the private key in KMS.
 */
export interface KeyProtection {
  /**
   * Private key (PEM or OpenSSH) that belongs to `publicKey`. Required with `publicKey`; omit it for a generated pair.
   */
  privateKey?: string | undefined;
  /**
   * How the private key is encrypted.
   */
  encryption: Encryption;
}
/**
 * A key pair of a set: its public key is imported.
 */
export interface ImportedKeypair {
  /**
   * OpenSSH public key (for type `x509` also a PEM certificate or public key). Compared by key type and key material; comments and white space do not matter. Another key replaces the pair.
   */
  publicKey: string;
  /**
   * Hosts the private key in KMS. Removing this property clears the hosted private key.
   */
  keyProtection?: KeyProtection | undefined;
  /**
   * Description of at most 255 characters. `""` clears it; without this property it is left as it is.
   */
  description?: string | undefined;
}
/**
 * What one server carries.
 */
export interface ServerBinding {
  /**
   * Id of the server.
   */
  serverId: string;
  /**
   * Name of the server.
   */
  serverName?: string | undefined;
  /**
   * Key pair that the server carries; empty where it carries none.
   */
  keypairName: string;
  /**
   * Key pair that the server carried before this binding; empty where it carried none.
   */
  previousKeypairName?: string | undefined;
  /**
   * Last job that this binding started for the server, whether or not it succeeded; absent where it started none.
   */
  jobId?: string | undefined;
}
/**
 * A key pair as lists show it.
 */
export interface KeypairSummary {
  /**
   * Name.
   */
  name: string;
  /**
   * `ssh` or `x509`.
   */
  type?: string | undefined;
  /**
   * `user` or `domain`.
   */
  scope?: string | undefined;
  /**
   * Public key.
   */
  publicKey: string;
  /**
   * Fingerprint, in the format the service uses.
   */
  fingerprint: string;
  /**
   * Whether the private key is hosted.
   */
  isKeyProtection?: boolean | undefined;
  /**
   * 0: normal; 1 to 10: frozen.
   */
  frozenState?: number | undefined;
}
/**
 * Addresses of a server.
 */
export interface ServerAddress {
  /**
   * Address in the private network.
   */
  intranetIp?: string | undefined;
  /**
   * Address that phones are reached at.
   */
  accessIp?: string | undefined;
  /**
   * Address of the server itself.
   */
  serverIp?: string | undefined;
  /**
   * Public address.
   */
  publicIp?: string | undefined;
}
/**
 * Order data of a server.
 */
export interface ServerMetadata {
  /**
   * Order.
   */
  orderId?: string | undefined;
  /**
   * Product.
   */
  productId?: string | undefined;
  /**
   * Charging mode.
   */
  chargingMode?: string | undefined;
}
/**
 * A Cloud Phone server.
 */
export interface Server {
  /**
   * Id.
   */
  serverId: string;
  /**
   * Name.
   */
  serverName: string;
  /**
   * Key pair that the server carries; may be empty.
   */
  keypairName: string;
  /**
   * 0, 1, 3, 4 creating; 2 abnormal; 5 normal; 6 deleted; 8 frozen; 10 off; 11 shutting down; 12 shutdown failed; 13 starting.
   */
  status: number;
  /**
   * Availability zone.
   */
  availabilityZone?: string | undefined;
  /**
   * Server model.
   */
  serverModelName?: string | undefined;
  /**
   * Phone model.
   */
  phoneModelName?: string | undefined;
  /**
   * VPC.
   */
  vpcId?: string | undefined;
  /**
   * Address range.
   */
  cidr?: string | undefined;
  /**
   * Address range of the VPC.
   */
  vpcCidr?: string | undefined;
  /**
   * Subnet.
   */
  subnetId?: string | undefined;
  /**
   * Address range of the subnet.
   */
  subnetCidr?: string | undefined;
  /**
   * Addresses.
   */
  addresses?: ServerAddress[] | undefined;
  /**
   * Project of the underlying resources.
   */
  resourceProjectId?: string | undefined;
  /**
   * Order data.
   */
  metadata?: ServerMetadata | undefined;
  /**
   * Network version.
   */
  networkVersion?: string | undefined;
  /**
   * Enterprise project.
   */
  enterpriseProjectId?: string | undefined;
  /**
   * When it was created, as the service writes it.
   */
  createTime?: string | undefined;
  /**
   * When it last changed, as the service writes it.
   */
  updateTime?: string | undefined;
}
/**
 * An SSH key pair in Huawei Cloud's Key Pair Service: an imported public key, or a pair that the service generates. The id is the name, by which a key pair is imported and read as well.
 */
export interface KeypairInputs {
  /**
   * Name: letters, digits, `_` and `-`; at most 255 characters, or 64 for Cloud Phone servers. By default what `pulumi:autonaming` says, or else the logical name, `-` and 7 random hex digits. With a given name, or one that is always the same, a replacement deletes the old pair before it creates the new one, and puts it back where that fails. One name may be given to one resource of a program.
   */
  name?: string | undefined;
  /**
   * OpenSSH public key (for type `x509` also a PEM certificate or public key) to import. Without it the service generates a pair, and `privateKey` holds its private key. Compared by key type and key material; comments and white space do not matter.
   */
  publicKey?: string | undefined;
  /**
   * `ssh` or `x509`; `ssh` by default.
   */
  type?: KeypairType | undefined;
  /**
   * `user` or `domain`; `user` by default.
   */
  scope?: KeypairScope | undefined;
  /**
   * IAM user that the pair belongs to; by default the user of the credentials.
   */
  userId?: string | undefined;
  /**
   * Description of at most 255 characters. `""` clears it; without this property it is left as it is.
   */
  description?: string | undefined;
  /**
   * Hosts the private key in KMS. Removing this property clears the hosted private key.
   */
  keyProtection?: KeyProtection | undefined;
  /**
   * Whether to take over an existing key pair of that name with the same key material, instead of failing; false by default. Needs `publicKey`. A pair that was taken over is deleted with its resource, unless another resource of the program has it as well.
   */
  adoptExisting?: boolean | undefined;
  /**
   * Any texts by any names, such as `{ month: "2026-12" }`: where one of them changes, comes or goes, the key pair is replaced. That is how a generated pair is rotated.
   */
  triggers?: {
    [k: string]: string;
  } | undefined;
  /**
   * Region; the provider's by default.
   */
  region?: string | undefined;
}
/**
 * An SSH key pair in Huawei Cloud's Key Pair Service: an imported public key, or a pair that the service generates. The id is the name, by which a key pair is imported and read as well.
 */
export interface KeypairState {
  /**
   * Name, also the id.
   */
  name: string;
  /**
   * Public key: the text that was given, or the generated one.
   */
  publicKey: string;
  /**
   * `ssh` or `x509`; `ssh` by default.
   */
  type: KeypairType;
  /**
   * `user` or `domain`; `user` by default.
   */
  scope: KeypairScope;
  /**
   * IAM user that the pair belongs to.
   */
  userId?: string | undefined;
  /**
   * Description that the service holds.
   */
  description?: string | undefined;
  /**
   * How the private key is hosted; absent where it is not.
   */
  keyProtection?: KeyProtection | undefined;
  /**
   * Whether an existing key pair may be taken over.
   */
  adoptExisting: boolean;
  /**
   * What the key pair was made for.
   */
  triggers?: {
    [k: string]: string;
  } | undefined;
  /**
   * Region; the provider's by default.
   */
  region: string;
  /**
   * Private key (PEM) of a generated pair. The service hands it out once; it is kept as a secret in the state, and goes with the resource.
   */
  privateKey?: string | undefined;
  /**
   * Fingerprint in the format that the service uses, MD5 or SHA256. It changes only with the key.
   */
  fingerprint: string;
  /**
   * Whether the private key is hosted in KMS.
   */
  keyProtected: boolean;
  /**
   * 0: normal; 1 to 10: frozen (see the KPS page on listing key pairs).
   */
  frozenState: number;
  /**
   * Algorithm of the key as the service names it.
   */
  algorithm?: string | undefined;
  /**
   * When the pair was created (ISO 8601, UTC).
   */
  createdAt?: string | undefined;
}
/**
 */
export interface KeypairDefaults {
  /**
   * `ssh` or `x509`; `ssh` by default.
   */
  type: KeypairType;
  /**
   * `user` or `domain`; `user` by default.
   */
  scope: KeypairScope;
  /**
   * Whether to take over an existing key pair of that name with the same key material, instead of failing; false by default. Needs `publicKey`. A pair that was taken over is deleted with its resource, unless another resource of the program has it as well.
   */
  adoptExisting: boolean;
}
/**
 * One key pair on a set of Cloud Phone servers (`keypairName` and `serverIds`), or a key pair for each server (`keypairNames`). The service has no call that takes a key pair away, so a deleted binding leaves the servers as they are unless `deletionPolicy` is `restore`. A binding is imported and read by `<keypairName>/<serverId>,<serverId>,…`, or by `<serverId>=<keypairName>,<serverId>=<keypairName>,…` for a key pair for each server.
 */
export interface CloudPhoneKeypairBindingInputs {
  /**
   * Key pair that all servers get; at most 64 bytes. Goes with `serverIds`; for a key pair for each server give `keypairNames`. Changed in place: every server whose key pair differs is bound anew.
   */
  keypairName?: string | undefined;
  /**
   * Ids of the servers that get `keypairName`, at most 32 bytes each: a set, so order and duplicates do not matter; at least one. Changed in place: only added servers are called.
   */
  serverIds?: string[] | undefined;
  /**
   * Fingerprint of the key pair, for one that another stack or a person manages: a change is bound again on every server. A key pair of the same program needs none: that its key changed is seen without it.
   */
  keypairFingerprint?: string | undefined;
  /**
   * A key pair for each server, in place of `keypairName` and `serverIds`: the name of the key pair, at most 64 bytes, by the id of the server; at least one. Changed in place: only servers whose key pair differs are called.
   */
  keypairNames?: {
    [k: string]: string;
  } | undefined;
  /**
   * Fingerprints of key pairs of `keypairNames`, by the name of the key pair, as `keypairFingerprint`: where one changes, the servers of that key pair are bound anew. Those of other key pairs are of no concern, so that all of a set can be passed.
   */
  keypairFingerprints?: {
    [k: string]: string;
  } | undefined;
  /**
   * `retain` (default): servers that leave keep the key pair. `restore`: they get back the one they carried before.
   */
  deletionPolicy?: DeletionPolicy | undefined;
  /**
   * Region; the provider's by default.
   */
  region?: string | undefined;
}
/**
 * One key pair on a set of Cloud Phone servers (`keypairName` and `serverIds`), or a key pair for each server (`keypairNames`). The service has no call that takes a key pair away, so a deleted binding leaves the servers as they are unless `deletionPolicy` is `restore`. A binding is imported and read by `<keypairName>/<serverId>,<serverId>,…`, or by `<serverId>=<keypairName>,<serverId>=<keypairName>,…` for a key pair for each server.
 */
export interface CloudPhoneKeypairBindingState {
  /**
   * Key pair that all servers get. Absent where each is given its own.
   */
  keypairName?: string | undefined;
  /**
   * Ids of the servers that carry the key pair, sorted. Absent where each is given its own.
   */
  serverIds?: string[] | undefined;
  /**
   * Fingerprint of the key pair, for one that another stack or a person manages: a change is bound again on every server. A key pair of the same program needs none: that its key changed is seen without it.
   */
  keypairFingerprint?: string | undefined;
  /**
   * Names of key pairs by the ids of the servers, where each server is given its own. A server that was found with another key pair has the name of that one.
   */
  keypairNames?: {
    [k: string]: string;
  } | undefined;
  /**
   * Fingerprints of key pairs of `keypairNames`, by the name of the key pair, as `keypairFingerprint`: where one changes, the servers of that key pair are bound anew. Those of other key pairs are of no concern, so that all of a set can be passed.
   */
  keypairFingerprints?: {
    [k: string]: string;
  } | undefined;
  /**
   * `retain` (default): servers that leave keep the key pair. `restore`: they get back the one they carried before.
   */
  deletionPolicy: DeletionPolicy;
  /**
   * Region; the provider's by default.
   */
  region: string;
  /**
   * What each server carried when it was last looked at, sorted by server id; also servers that could not be bound, those found with another key pair, and those that left while a job of theirs was not seen to end, which are not in `serverIds`.
   */
  bindings: ServerBinding[];
}
/**
 */
export interface CloudPhoneKeypairBindingDefaults {
  /**
   * `retain` (default): servers that leave keep the key pair. `restore`: they get back the one they carried before.
   */
  deletionPolicy: DeletionPolicy;
}
/**
 * Many imported SSH key pairs as one resource: they are imported ten a call, and read by lists. A pair is added, changed and deleted by itself; what failed of an update is done by the next one. An import takes the names, separated by commas.
 */
export interface KeypairSetInputs {
  /**
   * The key pairs, by name: letters, digits, `_` and `-`; at most 255 characters, or 64 for Cloud Phone servers. At least one. Changed in place: only pairs that are added, changed or taken out are called for.
   */
  keypairs: {
    [k: string]: ImportedKeypair;
  };
  /**
   * Format of all of them: `ssh` or `x509`; `ssh` by default.
   */
  type?: KeypairType | undefined;
  /**
   * Who may use them: `user` or `domain`; `user` by default.
   */
  scope?: KeypairScope | undefined;
  /**
   * IAM user that all of them belong to; by default the user of the credentials.
   */
  userId?: string | undefined;
  /**
   * Whether to take over existing key pairs of these names with the same key material, instead of failing; false by default. A pair that was taken over is deleted when it leaves the set, unless another resource of the program has it as well.
   */
  adoptExisting?: boolean | undefined;
  /**
   * Region; the provider's by default.
   */
  region?: string | undefined;
}
/**
 * Many imported SSH key pairs as one resource: they are imported ten a call, and read by lists. A pair is added, changed and deleted by itself; what failed of an update is done by the next one. An import takes the names, separated by commas.
 */
export interface KeypairSetState {
  /**
   * The key pairs, by name.
   */
  keypairs: {
    [k: string]: ImportedKeypair;
  };
  /**
   * Format of all of them: `ssh` or `x509`; `ssh` by default.
   */
  type: KeypairType;
  /**
   * Who may use them: `user` or `domain`; `user` by default.
   */
  scope: KeypairScope;
  /**
   * IAM user that all of them belong to, where it is given.
   */
  userId?: string | undefined;
  /**
   * Whether existing key pairs may be taken over.
   */
  adoptExisting: boolean;
  /**
   * Region; the provider's by default.
   */
  region: string;
  /**
   * Fingerprints by name, in the format that the service uses, MD5 or SHA256. One changes only with its key.
   */
  fingerprints: {
    [k: string]: string;
  };
}
/**
 */
export interface KeypairSetDefaults {
  /**
   * Format of all of them: `ssh` or `x509`; `ssh` by default.
   */
  type: KeypairType;
  /**
   * Who may use them: `user` or `domain`; `user` by default.
   */
  scope: KeypairScope;
  /**
   * Whether to take over existing key pairs of these names with the same key material, instead of failing; false by default. A pair that was taken over is deleted when it leaves the set, unless another resource of the program has it as well.
   */
  adoptExisting: boolean;
}
/**
 */
export interface ConfigurationDefaults {
  /**
   * Domain that the services' hosts end in; `myhuaweicloud.com` by default, `myhuaweicloud.eu` in regions such as `eu-west-101`. Environment: `HW_CLOUD`.
   */
  cloud: string;
  /**
   * Whether to skip TLS certificate verification; default false. Environment: `HW_INSECURE`.
   */
  insecure: boolean;
  /**
   * How often a call is repeated after a transient failure; 5 by default. Environment: `HW_MAX_RETRIES`.
   */
  maxRetries: number;
  /**
   * Shared configuration file; `~/.hcloud/config.json` by default. Environment: `HW_SHARED_CONFIG_FILE`.
   */
  sharedConfigFile: string;
  /**
   * The most servers that one call binds; 10 by default.
   */
  serversPerCall: number;
}
/**
 */
export interface GetKeypairArgs {
  /**
   * Name of the key pair.
   */
  name: string;
  /**
   * Region; the provider's by default.
   */
  region?: string | undefined;
}
/**
 */
export interface GetKeypairResult {
  /**
   * Name.
   */
  name: string;
  /**
   * `ssh` or `x509`.
   */
  type?: string | undefined;
  /**
   * `user` or `domain`.
   */
  scope?: string | undefined;
  /**
   * Public key.
   */
  publicKey: string;
  /**
   * Fingerprint, in the format the service uses.
   */
  fingerprint: string;
  /**
   * Whether the private key is hosted.
   */
  isKeyProtection?: boolean | undefined;
  /**
   * 0: normal; 1 to 10: frozen.
   */
  frozenState?: number | undefined;
  /**
   * Description.
   */
  description?: string | undefined;
  /**
   * IAM user that it belongs to.
   */
  userId?: string | undefined;
  /**
   * Algorithm of the key.
   */
  algorithm?: string | undefined;
  /**
   * KMS key that protects a hosted private key.
   */
  keyId?: string | undefined;
  /**
   * When it was created (ISO 8601).
   */
  createTime?: string | undefined;
  /**
   * When it last changed (ISO 8601).
   */
  updateTime?: string | undefined;
  /**
   * Id of the key pair.
   */
  id?: string | undefined;
  /**
   * Whether the key pair is deleted.
   */
  deleted?: boolean | undefined;
  /**
   * When it was deleted (ISO 8601).
   */
  deleteTime?: string | undefined;
}
/**
 */
export interface GetKeypairsArgs {
  /**
   * Only pairs whose names match this regular expression (ECMAScript syntax), unanchored.
   */
  nameRegex?: string | undefined;
  /**
   * Only pairs of this scope.
   */
  scope?: KeypairScope | undefined;
  /**
   * Region; the provider's by default.
   */
  region?: string | undefined;
}
/**
 */
export interface GetKeypairsResult {
  /**
   * The key pairs, sorted by name.
   */
  keypairs: KeypairSummary[];
}
/**
 */
export interface GetServersArgs {
  /**
   * Only servers whose names contain this text.
   */
  serverName?: string | undefined;
  /**
   * Only servers of this status.
   */
  status?: number | undefined;
  /**
   * Only servers that carry this key pair.
   */
  keypairName?: string | undefined;
  /**
   * Region; the provider's by default.
   */
  region?: string | undefined;
}
/**
 */
export interface GetServersResult {
  /**
   * The servers, sorted by id.
   */
  servers: Server[];
  /**
   * Ids of these servers: what a binding takes.
   */
  serverIds: string[];
}
