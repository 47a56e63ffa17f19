import type { CallName } from "./calls";

/** What a user must be allowed for a call, as the vendor's pages have it. */
export interface Permission {
  /** The action, as policies name it. */
  action: string;
  /** The same action in identity policies, where it has another name there. */
  identityAction?: string;
  /** The system policy that holds it. */
  systemPolicy: string;
  /** Actions of KMS, which the system policy lacks, for private keys that it hosts. */
  hosting?: readonly string[];
  /** What the pages leave open, or the way to do without the call. */
  note?: string;
}

const encrypting = ["kms:cmk:createDataKey", "kms:cmk:list"];

/** By call. One that is not listed needs no permission. */
export const permissions: Readonly<Partial<Record<CallName, Permission>>> = {
  "KPS CreateKeypair": ofKeypairs("create", "create", encrypting),
  "KPS BatchImportKeypairs": {
    ...ofKeypairs("create", "create", encrypting),
    note: "The vendor names no action for imports in batches; this is that of single ones.",
  },
  "KPS ListKeypairs": ofKeypairs("list", "list"),
  "KPS GetKeypair": ofKeypairs("get", "get"),
  "KPS UpdateKeypair": ofKeypairs("update", "update"),
  "KPS DeleteKeypair": ofKeypairs("delete", "delete"),
  "KPS ImportPrivateKey": ofKeypairs("importpk", "importPrivateKey", encrypting),
  "KPS ExportPrivateKey": ofKeypairs("exportpk", "exportPrivateKey", ["kms:cmk:decryptDataKey"]),
  "KPS ClearPrivateKey": ofKeypairs("clearpk", "clearPrivateKey"),
  "CPH ChangeKeypairs": ofCloudPhone("servers:updateKeypair"),
  "CPH ListJobs": ofCloudPhone("jobs:list"),
  "CPH ListServers": ofCloudPhone("servers:list"),
  "CPH GetServer": ofCloudPhone("servers:get"),
  "IAM ListProjects": {
    action: "iam:projects:listProjects",
    systemPolicy: "IAM ReadOnlyAccess",
    note: "Where `projectId` is configured, the provider's own region needs no such call.",
  },
};

function ofKeypairs(action: string, identityAction: string, hosting?: readonly string[]): Permission {
  return {
    action: `kps:domainKeypairs:${action}`,
    identityAction: `kps:SSHKeyPair:${identityAction}`,
    systemPolicy: "DEW KeypairFullAccess",
    hosting,
  };
}

function ofCloudPhone(action: string): Permission {
  return { action: `cph:${action}`, systemPolicy: "CPH FullAccess" };
}

/** What to grant to a user whose call was refused for lack of permission. */
export function permissionHint(call: CallName): string | undefined {
  const permission = permissions[call];
  if (permission === undefined) return undefined;
  const { action, identityAction, systemPolicy, hosting, note } = permission;
  const elsewhere = identityAction === undefined ? "" : ` (\`${identityAction}\` in an identity policy)`;
  return [
    `Grant the user the action \`${action}\`${elsewhere}; the system policy \`${systemPolicy}\` has it.`,
    hosting && `If KMS hosts the private key, grant ${hosting.map((name) => `\`${name}\``).join(" and ")} as well.`,
    note,
  ]
    .filter(Boolean)
    .join(" ");
}
