import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { KeyEncryptedError, parseKey, parsePrivateKey, type Key } from "sshpk";

/** Key types that KPS imports, by the first word of an OpenSSH public key. */
const importableTypes = [
  "ssh-rsa",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-ed25519",
  "ssh-dss",
];

/** Lengths of RSA keys that KPS imports, in bits. */
const rsaBits = { least: 1024, most: 4096 };

/** A private key as PEM frames it, at the end of a text; a byte order mark may stand before it. */
const framedPrivateKey =
  /(?:^\uFEFF?|\n)(-----BEGIN ([A-Z]+ )?PRIVATE KEY-----\r?\n((?:[A-Za-z0-9+/]+\r?\n)*[A-Za-z0-9+/]+={0,2})\r?\n-----END \2PRIVATE KEY-----\s*)$/;

/** The byte order mark of UTF-16, as it looks where it was read as UTF-8 or Latin-1. */
const misreadMark = /^(?:\uFFFD\uFFFD|\u00FF\u00FE|\u00FE\u00FF)/;

const problemOfUtf16 = "is UTF-16 text; save it as UTF-8 (`iconv -f UTF-16 -t UTF-8` converts it)";

/** What may be shown of a text that begins with another type; anything else may be a secret. */
const nameOfKeyType = /^(ssh|sk|ecdsa|rsa|x509v3)-[a-z0-9@.-]{1,50}$/;

/** Why KPS would not import a public key, as half a sentence without the key itself. Undefined where it would. */
export function publicKeyProblem(text: string, keypairType: string | undefined): string | undefined {
  if (isMisreadUtf16(text)) return problemOfUtf16;
  const trimmed = text.trim();
  if (trimmed === "") return "is empty; leave it out to have the service generate a key pair";
  if (looksLikePrivateKey(trimmed)) return "is a private key; give the public half (`ssh-keygen -y` prints it)";
  if (isPem(trimmed)) {
    if (keypairType !== "x509") return "must be one line in OpenSSH format (`ssh-keygen -i -m PKCS8` converts it)";
    if (countOf(trimmed, /-----BEGIN /g) > 1) return "holds more than one key; give one";
    return isReadablePem(trimmed) ? undefined : "does not parse as a certificate or public key; is it truncated?";
  }
  if (trimmed.split(/[\r\n]+/).length > 1) return "holds more than one line; give one key in OpenSSH format";
  const [type = "", blob = ""] = trimmed.split(/[ \t]+/);
  if (!importableTypes.includes(type))
    return `must begin with ${importableTypes.join(", ")}${nameOfKeyType.test(type) ? `, not "${type}"` : ""}`;

  const key = parse(trimmed);
  // The parser forgives what KPS does not, and takes words of the comment for the rest of a truncated key.
  const isWhole = key?.toString("ssh").split(" ").slice(0, 2).join(" ") === `${type} ${blob}`;
  // It does not ask either whether the numbers are a key: a point may lie on no curve.
  if (key === undefined || !isWhole || !isReadablePem(key.toString("pkcs8")))
    return "does not parse as an OpenSSH public key; is it truncated?";

  if (key.type === "rsa" && (key.size < rsaBits.least || key.size > rsaBits.most))
    return `is an RSA key of ${key.size} bits; ${rsaBits.least} to ${rsaBits.most} can be imported`;

  return undefined;
}

/** Why a private key cannot be hosted beside a public key, as half a sentence. Undefined where it can. */
export function privateKeyProblem(privateKey: string, publicKey: string | undefined): string | undefined {
  if (isMisreadUtf16(privateKey)) return problemOfUtf16;
  if (countOf(privateKey, /-----BEGIN [A-Z ]*PRIVATE KEY-----/g) > 1)
    return "holds more than one private key; give one";
  let belongsTo: string;
  try {
    belongsTo = publicHalfOf(privateKey);
  } catch (error) {
    return error instanceof KeyEncryptedError || /-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(privateKey)
      ? "is protected by a passphrase; give it without one (`ssh-keygen -p` removes it)"
      : "does not parse as a private key (PEM or OpenSSH)";
  }
  return publicKey === undefined || belongsTo === keyMaterial(publicKey) ? undefined : "does not belong to publicKey";
}

/** The parser takes other formats, such as PuTTY's, and mends what is broken; the service need not. */
function publicHalfOf(privateKey: string): string {
  const [, framed = "", , body = ""] = framedPrivateKey.exec(privateKey) ?? [];
  if (body === "") throw new SyntaxError("there is no key between the lines that frame it");
  if (body.replace(/\s/g, "").length % 4 !== 0)
    throw new SyntaxError("the key between the lines that frame it is cut off");
  return materialOf(parsePrivateKey(framed, "pem").toPublic());
}

/** The private key of a text alone, without what may stand before it, such as the parameters that openssl writes. */
export function privateKeyAlone(text: string): string {
  return framedPrivateKey.exec(text)?.[1] ?? text;
}

/** Whether a text holds a private key. */
export function looksLikePrivateKey(text: string): boolean {
  return /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|PuTTY-User-Key-File/.test(text);
}

/** Whether two public keys are the same key: comment, white space and text format do not matter. */
export function isSameKey(one: string, other: string): boolean {
  return one === other || keyMaterial(one) === keyMaterial(other);
}

/** A short text that is the same for the same key, whatever format the service writes fingerprints in. */
export function keyDigest(publicKey: string): string {
  return createHash("sha256").update(keyMaterial(publicKey)).digest("base64url");
}

/** Type and blob of a public key; of a text that does not parse, its first two words, or all where they say nothing. */
function keyMaterial(text: string): string {
  const trimmed = text.trim();
  const key = parse(trimmed);
  if (key !== undefined) return materialOf(key);
  return isPem(trimmed) ? trimmed.replace(/\s+/g, "") : trimmed.split(/\s+/).slice(0, 2).join(" ");
}

function materialOf(key: Key): string {
  return key.toBuffer("rfc4253").toString("base64");
}

function parse(text: string): Key | undefined {
  try {
    if (text.startsWith("-----BEGIN CERTIFICATE-----"))
      return parseKey(new X509Certificate(text).publicKey.export({ type: "spki", format: "pem" }), "pem");

    return parseKey(text, isPem(text) ? "pem" : "ssh");
  } catch {
    return undefined;
  }
}

/** Of more types than OpenSSH knows. */
function isReadablePem(text: string): boolean {
  try {
    createPublicKey(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a text was UTF-16 and read as something else: then there is a zero byte beside each letter. */
function isMisreadUtf16(text: string): boolean {
  return misreadMark.test(text) || text.includes("\0");
}

function isPem(text: string): boolean {
  return text.startsWith("-----BEGIN ");
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
