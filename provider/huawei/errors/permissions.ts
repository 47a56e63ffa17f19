/** What a user must be allowed for a call, as the vendor's pages have it. */
export interface Permission {
  /** The action, as policies name it. */
  action: string;
  /** The same action in identity policies, where it has another name there. */
  identityAction?: string;
  /** The system policy that holds it. */
  systemPolicy: string;
  /** Whether the call works in a project: that of another account refuses it whatever the user may do in their own. */
  isInProject?: boolean;
  /** Actions of KMS, which the system policy lacks, for private keys that it hosts. */
  hosting?: readonly string[];
  /** What the pages leave open, or the way to do without the call. */
  note?: string;
}

/** Actions of KMS: to encrypt a private key that it hosts. */
export const encryptingKeys = ["kms:cmk:createDataKey", "kms:cmk:list"];

/** Actions of KMS: to decrypt a private key that it hosts. */
export const readingKeys = ["kms:cmk:decryptDataKey"];

/** A permission of the Key Pair Service. */
export function ofKeypairs(action: string, identityAction: string, hosting?: readonly string[]): Permission {
  return {
    action: `kps:domainKeypairs:${action}`,
    identityAction: `kps:SSHKeyPair:${identityAction}`,
    systemPolicy: "DEW KeypairFullAccess",
    isInProject: true,
    hosting,
  };
}

/** A permission of Cloud Phone Host. */
export function ofCloudPhone(action: string): Permission {
  return { action: `cph:${action}`, systemPolicy: "CPH FullAccess", isInProject: true };
}

/** What to grant to a user whose call was refused for lack of permission. */
export function hintAtPermission(permission: Permission): string {
  const { action, identityAction, systemPolicy, isInProject, hosting, note } = permission;
  const elsewhere = identityAction === undefined ? "" : ` (\`${identityAction}\` in an identity policy)`;
  return [
    `Grant the user the action \`${action}\`${elsewhere}; the system policy \`${systemPolicy}\` has it.`,
    isInProject && "If the user has it already, the project may be another account's: check `projectId`.",
    hosting && `If KMS hosts the private key, grant ${hosting.map((name) => `\`${name}\``).join(" and ")} as well.`,
    note,
  ]
    .filter(Boolean)
    .join(" ");
}
