import { encryptingKeys, ofCloudPhone, ofKeypairs, readingKeys, type Permission } from "./permissions";

/** A service, as messages name it. */
export type ServiceName = "KPS" | "CPH" | "IAM" | "ECS";

/**
 * The calls that are sent, by the names that the vendor's SDKs give them: users paste messages into support tickets. Each with what a
 * user must be allowed for it; undefined where that is nothing.
 */
export const calls = {
  "KPS CreateKeypair": ofKeypairs("create", "create", encryptingKeys),
  "KPS BatchImportKeypair": {
    ...ofKeypairs("create", "create", encryptingKeys),
    note: "The vendor names no action for imports in batches; this is that of single ones.",
  },
  "KPS ListKeypairs": ofKeypairs("list", "list"),
  "KPS ListKeypairDetail": ofKeypairs("get", "get"),
  "KPS UpdateKeypairDescription": ofKeypairs("update", "update"),
  "KPS DeleteKeypair": ofKeypairs("delete", "delete"),
  "KPS ImportPrivateKey": ofKeypairs("importpk", "importPrivateKey", encryptingKeys),
  "KPS ExportPrivateKey": ofKeypairs("exportpk", "exportPrivateKey", readingKeys),
  "KPS ClearPrivateKey": ofKeypairs("clearpk", "clearPrivateKey"),
  "CPH UpdateKeypair": ofCloudPhone("servers:updateKeypair"),
  "CPH ListJobs": ofCloudPhone("jobs:list"),
  "CPH ListCloudPhoneServers": ofCloudPhone("servers:list"),
  "CPH ShowCloudPhoneServerDetail": ofCloudPhone("servers:get"),
  "IAM KeystoneListProjects": {
    action: "iam:projects:listProjects",
    systemPolicy: "IAM ReadOnlyAccess",
    note: "Where `projectId` is configured, the provider's own region needs no such call.",
  },
  "IAM CreateTemporaryAccessKeyByAgency": {
    action: "iam:tokens:assume",
    systemPolicy: "Agent Operator",
    note: "The account and the name of the agency have to be right, and the agency has to trust the user's account.",
  },
  "IAM KeystoneCreateUserTokenByPassword": undefined,
  "IAM CreateTokenWithIdToken": undefined,
  "IAM CreateTemporaryAccessKeyByToken": undefined,
  "ECS CreateMetadataToken": undefined,
  "ECS ShowSecurityKey": undefined,
} satisfies Record<`${ServiceName} ${string}`, Permission | undefined>;

/** A call, as errors name it: its service, then its name. */
export type CallName = keyof typeof calls;

/** What may fail: a call, a job that one began, or signing in as a whole. */
export type OperationName = CallName | `CPH job ${string}` | "IAM sign-in";

/** What a user must be allowed for an operation, where that is known. */
export function permissionFor(operation: OperationName): Permission | undefined {
  return Object.hasOwn(calls, operation) ? calls[operation as CallName] : undefined;
}
