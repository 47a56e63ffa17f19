// Bounded, so that no text makes it search for long.
const privateKeyBlock = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;

/** Shorter credentials do not exist; taken out of a text, they would only garble it. */
const shortestSecret = 6;

const kept = new Set<string>();

/** From now on no error of this process shows these texts, wherever in an answer the service repeats them. */
export function keepSecrets(secrets: readonly string[]): void {
  for (const secret of secrets) if (secret.length >= shortestSecret) kept.add(secret);
}

/** The text without any secret, kept or given, and without anything that looks like a private key. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  return (
    [...kept, ...secrets]
      .filter((secret) => secret !== "")
      // One may begin with another: the longer goes first.
      .sort((a, b) => b.length - a.length)
      .reduce((redacted, secret) => redacted.replaceAll(secret, "[secret]"), text)
      .replace(privateKeyBlock, "[secret]")
  );
}
