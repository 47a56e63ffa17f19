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
    hosting,
  };
}

/** A permission of Cloud Phone Host. */
export function ofCloudPhone(action: string): Permission {
  return { action: `cph:${action}`, systemPolicy: "CPH FullAccess" };
}

/** What to grant to a user whose call was refused for lack of permission. */
export function hintAtPermission({ action, identityAction, systemPolicy, hosting, note }: Permission): string {
  const elsewhere = identityAction === undefined ? "" : ` (\`${identityAction}\` in an identity policy)`;
  return [
    `Grant the user the action \`${action}\`${elsewhere}; the system policy \`${systemPolicy}\` has it.`,
    hosting && `If KMS hosts the private key, grant ${hosting.map((name) => `\`${name}\``).join(" and ")} as well.`,
    note,
  ]
    .filter(Boolean)
    .join(" ");
}
