/** Keys to import. */
import { generateKeyPairSync } from "node:crypto";
import { parseKey } from "sshpk";

/** A new ed25519 key as users have it in a file. */
export function newPublicKey(): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  const key = parseKey(publicKey.export({ type: "spki", format: "pem" }), "pem");
  key.comment = "fleet@example";
  return key.toString("ssh");
}
