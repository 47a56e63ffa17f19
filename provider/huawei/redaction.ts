const privateKeyBlock = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** The text without the given secrets and without anything that looks like a private key. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  return (
    secrets
      .filter((secret) => secret !== "")
      // One may begin with another: the longer goes first.
      .sort((a, b) => b.length - a.length)
      .reduce((redacted, secret) => redacted.replaceAll(secret, "[secret]"), text)
      .replace(privateKeyBlock, "[secret]")
  );
}
