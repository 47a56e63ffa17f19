/** Searches what a run has left behind for secrets, in every form in which they might have got there. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Secrets by what they are, such as `token 2`. */
export type Secrets = Readonly<Record<string, string>>;

/** What was searched, by where it was found: a command's output, a file. */
export type Texts = Readonly<Record<string, string>>;

/** Fails the test where a text holds a secret; the message says which secret and where, and does not show it. */
export function expectNoSecretIn(texts: Texts, secrets: Secrets): void {
  expect(Object.keys(secrets)).not.toEqual([]);
  expect(secretsSeen(texts, secrets)).toEqual([]);
}

/** Each secret that a text holds, as `secret in text`. */
export function secretsSeen(texts: Texts, secrets: Secrets): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const forms = partsOf(secret).flatMap(formsOf);
    return Object.entries(texts)
      .filter(([, text]) => forms.some((form) => text.includes(form)))
      .map(([place]) => `${name} in ${place}`);
  });
}

/** The texts of all files in a folder and below it; links are not followed, as `recursive` of readdir would since Node 22. */
export function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? { [path]: textOf(readFileSync(path)) } : {};
  });
  return Object.assign({}, ...files) as Record<string, string>;
}

/** One character a byte, so that no file is too strange to be searched. */
function textOf(content: Buffer): string {
  const isCompressed = content.subarray(0, 2).toString("hex") === "1f8b";
  return (isCompressed ? gunzipSync(content) : content).toString("latin1");
}

/**
 * A key is searched for line by line. The first half of an RSA key is in the public key as well; the last line may be too short to be
 * told from anything else.
 */
function partsOf(secret: string): string[] {
  if (!secret.includes("-----BEGIN ")) return [secret];
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith("-----"));
  return lines.slice(Math.floor(lines.length / 2));
}

function formsOf(text: string): string[] {
  const quoted = JSON.stringify(text).slice(1, -1);
  return [
    text,
    quoted,
    JSON.stringify(quoted).slice(1, -1),
    encodeURIComponent(text),
    ...hexadecimal(text),
    ...base64(text),
  ];
}

function hexadecimal(text: string): string[] {
  const digits = Buffer.from(text).toString("hex");
  return [digits, digits.toUpperCase()];
}

/** What Base64 makes of a text that begins at any place of a longer one: without the characters that its neighbours share. */
function base64(text: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
    const own = whole.toString("base64").slice([0, 2, 3][before]);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
