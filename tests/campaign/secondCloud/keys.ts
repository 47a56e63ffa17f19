/** Key material as OpenSSH writes it. */
import { createHash, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { parseKey, parsePrivateKey } from "sshpk";

export interface PublicKey {
  /** Type and blob, without a comment. */
  readonly text: string;
  readonly comment: string;
}

const importableType = /^(ssh-rsa|ssh-dss|ssh-ed25519|ecdsa-sha2-nistp(256|384|521))$/;
const rsaBits = { least: 1024, most: 4096 };

/** Undefined where the service would not import it. */
export function parsePublicKey(text: string): PublicKey | undefined {
  const [type = "", blob = "", ...comment] = text.trim().split(/\s+/);
  if (!importableType.test(type)) return undefined;
  try {
    const { size } = parseKey(`${type} ${blob}`, "ssh");
    if (type === "ssh-rsa" && (size < rsaBits.least || size > rsaBits.most)) return undefined;
    return { text: `${type} ${blob}`, comment: comment.join(" ") };
  } catch {
    return undefined;
  }
}

/** Undefined where the text is no private key that can be read. */
export function publicKeyOf(privateKey: string): string | undefined {
  try {
    return withoutComment(parsePrivateKey(privateKey).toPublic().toString("ssh"));
  } catch {
    return undefined;
  }
}

export async function generatePair(): Promise<{ publicKey: string; privateKey: string }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const key = parseKey(publicKey.export({ type: "spki", format: "pem" }), "pem");
  return {
    publicKey: withoutComment(key.toString("ssh")),
    privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  };
}

/** Of a public key without a comment. */
export function fingerprint(text: string, form: "md5" | "sha256"): string {
  const hash = createHash(form).update(Buffer.from(text.split(" ")[1] ?? "", "base64"));
  return form === "md5"
    ? (hash.digest("hex").match(/../g) ?? []).join(":")
    : `SHA256:${hash.digest("base64").replace(/=+$/, "")}`;
}

function withoutComment(text: string): string {
  return text.split(" ").slice(0, 2).join(" ");
}
