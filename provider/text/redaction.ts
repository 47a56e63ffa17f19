// Bounded, so that no text makes it search for long.
const privateKeyBlock = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;

/** What follows in an `Authorization` header, which a service may repeat. */
const signature = /(?<=Signature=)[0-9a-f]{64}/gi;

/** Shorter credentials do not exist; taken out of a text, they would only garble it. */
const shortestSecret = 6;

/** More than any process uses at a time. One that lives for long gets new keys and tokens with every run. */
const mostKept = 10_000;

/** Secrets, the least recently used first, and of each the part by which texts that cannot hold it are told at little cost. */
const kept = new Map<string, string>();

/**
 * From now on no error of this process shows these texts, wherever in an answer the service repeats them. To be called again whenever
 * they are used: of too many secrets those are forgotten that were not used for the longest time.
 */
export function keepSecrets(secrets: readonly string[]): void {
  keep(secrets.filter(({ length }) => length >= shortestSecret));
}

/**
 * The same for values that a program calls secret, which may be short: those are taken out where they stand alone, and not where they
 * are a part of a word.
 */
export function keepSecretValues(values: readonly string[]): void {
  keep(values.map((value) => value.trim()).filter(Boolean));
}

function keep(secrets: readonly string[]): void {
  for (const secret of secrets) {
    const part = kept.get(secret) ?? unchangingPart(secret);
    kept.delete(secret);
    kept.set(secret, part);
  }
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) return;
    kept.delete(oldest);
  }
}

/** The text without the lines of the private keys within a request's body: a service may quote them without their frame. */
export function redactKeysOf(body: string, text: string): string {
  // Without patterns: JavaScript engines keep what they last looked for, and where.
  if (!body.includes("PRIVATE KEY-----")) return text;
  return body
    .split("\\n")
    .filter((line) => line.length > 16 && !line.includes("-----"))
    .flatMap((line) => [line, line.replaceAll("/", "\\/")])
    .reduce((redacted, line) => redacted.replaceAll(line, "[secret]"), text);
}

/** The text without any secret that is kept, and without anything that looks like a private key or a request's signature. */
export function redactSecrets(text: string): string {
  const possible: string[] = [];
  for (const [secret, part] of kept) if (text.includes(part)) possible.push(secret);
  return (
    possible
      // One may begin with another: the longer goes first.
      .sort((a, b) => b.length - a.length)
      // Patterns are made anew each time: they take much more memory than the secrets.
      .reduce((redacted, secret) => redacted.replaceAll(patternOf(secret), "[secret]"), text)
      .replace(privateKeyBlock, "[secret]")
      .replace(signature, "[secret]")
  );
}

function patternOf(secret: string): RegExp | string {
  const forms = everyForm(secret);
  return secret.length < shortestSecret ? standingAlone(forms) : forms;
}

function standingAlone(forms: RegExp | string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9_-])${forms instanceof RegExp ? forms.source : forms}(?![A-Za-z0-9_-])`, "gu");
}

/** The longest part of a secret that is the same in each of its forms; empty where it has no letter and no digit. */
function unchangingPart(secret: string): string {
  return secret.split(/[^A-Za-z0-9]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

/** Much longer patterns are too long for JavaScript. No credential comes near: it is sent in a header. */
const longestPattern = 20_000;

/** Finds a secret as it is, and as a service quotes what it was sent: within JSON, also twice, or in a URL. */
function everyForm(secret: string): RegExp | string {
  if (secret.length > longestPattern) return secret;
  const characters = Array.from(secret, (character) =>
    /[A-Za-z0-9]/.test(character) ? character : `(?:${formsOf(character).join("|")})`,
  );
  const pattern = characters.join("");
  return pattern.length > longestPattern ? secret : new RegExp(pattern, "gu");
}

function formsOf(character: string): string[] {
  const codeUnits = character.split("").map((unit) => hexadecimal(unit.charCodeAt(0), 4));
  const bytes = [...Buffer.from(character)].map((byte) => hexadecimal(byte, 2));
  return [
    `\\\\{0,3}\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    codeUnits.map((digits) => `\\\\{1,3}u${digits}`).join(""),
    bytes.map((digits) => `%${digits}`).join(""),
  ];
}

/** A number as a pattern for hexadecimal digits of either case. */
function hexadecimal(value: number, digits: number): string {
  const text = value.toString(16).padStart(digits, "0");
  return text.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
