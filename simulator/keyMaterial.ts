import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  X509Certificate,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";

// Keys are read here, and by Node's OpenSSL, though the package has sshpk: its client reads keys with that, and what sshpk misreads would
// go unseen where the cloud misreads it as well.

/** A public key whose text has been read and found sound. */
export interface PublicKey {
  /** "ssh-rsa", "ssh-ed25519", …; "x509" for a certificate or PEM key. */
  readonly algorithm: string;
  /** What identifies the key, and what a fingerprint is made of: the decoded OpenSSH blob, or the DER of an x509 key. */
  readonly bytes: Buffer;
  readonly key: KeyObject;
}

/** The two ways in which the vendor's samples write fingerprints. */
export type FingerprintFormat = "md5" | "sha256";

/** The comment that the service gives to every key it generates. */
export const generatedComment = "Generated-by-Nova";

/** Reads the text of a public key. Throws where it is not one, or not one that the service takes. */
export function parsePublicKey(type: "ssh" | "x509", text: string): PublicKey {
  return type === "ssh" ? parseOpenSsh(text) : parseX509(text);
}

/** A key's fingerprint: `65:ca:87:…` or `SHA256:Wm91…`. */
export function fingerprint(key: PublicKey, format: FingerprintFormat): string {
  const hash = createHash(format).update(key.bytes);
  return format === "md5"
    ? (hash.digest("hex").match(/../g) ?? []).join(":")
    : `SHA256:${hash.digest("base64").replace(/=+$/, "")}`;
}

/** Key type and blob of an OpenSSH text, without comment and white space; an x509 text as it is. */
export function withoutComment(text: string): string {
  return text.includes("-----BEGIN") ? text : text.trim().split(/\s+/).slice(0, 2).join(" ");
}

/** Tells whether a private key is the other half of a public one. Throws where its text cannot be read. */
export function isPrivateHalf(privateKey: string, publicKey: PublicKey): boolean {
  if (privateKey.includes("-----BEGIN OPENSSH PRIVATE KEY-----"))
    return publicBlobOfOpenSshPrivateKey(privateKey).equals(publicKey.bytes);

  // By their DER: KeyObject.equals throws, now or at some later call, where the types of the keys differ.
  return spki(createPublicKey(createPrivateKey(privateKey))).equals(spki(publicKey.key));
}

/** Generates what the service generates: RSA-2048, the private half as a PKCS#1 PEM. */
export async function generateKeypair(type: "ssh" | "x509"): Promise<{ publicKey: string; privateKey: string }> {
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return {
    publicKey:
      type === "ssh" ? openSshText(pair.publicKey) : pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKey: pair.privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  };
}

const rsaBits = { least: 1024, most: 4096 };

const curves: Readonly<Record<string, { crv: string; coordinate: number }>> = {
  nistp256: { crv: "P-256", coordinate: 32 },
  nistp384: { crv: "P-384", coordinate: 48 },
  nistp521: { crv: "P-521", coordinate: 66 },
};

function parseX509(text: string): PublicKey {
  if (text.includes("-----BEGIN CERTIFICATE-----")) {
    const certificate = new X509Certificate(text);
    return { algorithm: "x509", bytes: certificate.raw, key: certificate.publicKey };
  }
  if (text.includes("PRIVATE KEY")) throw new Error("it is a private key");

  const key = createPublicKey(text);
  return { algorithm: "x509", bytes: spki(key), key };
}

function parseOpenSsh(text: string): PublicKey {
  const match = /^(\S+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t][^\r\n]*)?\s*$/.exec(text);
  const [, algorithm, base64] = match ?? [];
  if (algorithm === undefined || base64 === undefined) throw new Error("it is not an OpenSSH public key");

  const bytes = Buffer.from(base64, "base64");
  const blob = new BlobReader(bytes);
  if (blob.text() !== algorithm) throw new Error("its type and its content differ");

  const key = readKey(algorithm, blob);
  blob.expectEnd();
  return { algorithm, bytes, key };
}

/** Builds a key from what follows the type in a blob. Node checks that its numbers can be those of a key. */
function readKey(algorithm: string, blob: BlobReader): KeyObject {
  switch (algorithm) {
    case "ssh-rsa":
      return readRsa(blob);
    case "ssh-ed25519":
      return fromJwk({ kty: "OKP", crv: "Ed25519", x: base64url(blob.bytesOfLength(32)) });
    case "ecdsa-sha2-nistp256":
    case "ecdsa-sha2-nistp384":
    case "ecdsa-sha2-nistp521":
      return readEcdsa(algorithm, blob);
    case "ssh-dss":
      return readDsa(blob);
    default:
      throw new Error(`keys of type ${algorithm} cannot be imported`);
  }
}

function readRsa(blob: BlobReader): KeyObject {
  const exponent = blob.number();
  const modulus = blob.number();
  const bits = BigInt(`0x${modulus.toString("hex")}`).toString(2).length;
  if (bits < rsaBits.least || bits > rsaBits.most)
    throw new Error(`an RSA key must have ${rsaBits.least} to ${rsaBits.most} bits, this one has ${bits}`);

  return fromJwk({ kty: "RSA", e: base64url(exponent), n: base64url(modulus) });
}

function readEcdsa(algorithm: string, blob: BlobReader): KeyObject {
  const name = blob.text();
  const curve = curves[name];
  if (curve === undefined || algorithm !== `ecdsa-sha2-${name}`) throw new Error("its curve does not fit its type");

  const point = blob.bytesOfLength(1 + 2 * curve.coordinate);
  if (point[0] !== 4) throw new Error("its point is compressed");

  const middle = 1 + curve.coordinate;
  const [x, y] = [point.subarray(1, middle), point.subarray(middle)];
  return fromJwk({ kty: "EC", crv: curve.crv, x: base64url(x), y: base64url(y) });
}

/** There are no JSON Web Keys for DSA: the numbers are put into the DER form of a public key (RFC 3279). */
function readDsa(blob: BlobReader): KeyObject {
  const [p, q, g, y] = [derNumber(blob), derNumber(blob), derNumber(blob), derNumber(blob)];
  const algorithm = der(derTags.sequence, dsaIdentifier, der(derTags.sequence, p, q, g));
  const key = der(derTags.sequence, algorithm, der(derTags.bitString, Buffer.of(0), y));
  return createPublicKey({ key, format: "der", type: "spki" });
}

const derTags = { integer: 2, bitString: 3, sequence: 0x30 };

/** 1.2.840.10040.4.1, with its tag and length. */
const dsaIdentifier = Buffer.from("06072a8648ce380401", "hex");

function derNumber(blob: BlobReader): Buffer {
  // The zero keeps a number positive whose highest bit is set.
  const number = blob.number();
  return der(derTags.integer, Buffer.of(...((number[0] ?? 0) < 0x80 ? [] : [0])), number);
}

/** Anything in DER: its tag, its length, and what it holds. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const shownLength = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...shownLength), bytes]);
}

function fromJwk(key: JsonWebKey): KeyObject {
  return createPublicKey({ key, format: "jwk" });
}

function publicBlobOfOpenSshPrivateKey(pem: string): Buffer {
  const base64 = pem.replace(/-----[^-]+-----/g, "").replace(/\s+/g, "");
  const magic = Buffer.from("openssh-key-v1\0");
  const bytes = Buffer.from(base64, "base64");
  if (!bytes.subarray(0, magic.length).equals(magic)) throw new Error("it is not an OpenSSH private key");

  const blob = new BlobReader(bytes.subarray(magic.length));
  if (blob.text() !== "none") throw new Error("it is protected by a passphrase");

  blob.bytes(); // The key derivation's name and options: nothing where there is no passphrase.
  blob.bytes();
  blob.uint32(); // The number of keys, always 1.
  return blob.bytes();
}

function openSshText(key: KeyObject): string {
  const { e = "", n = "" } = key.export({ format: "jwk" });
  const blob = Buffer.concat([
    lengthPrefixed(Buffer.from("ssh-rsa")),
    lengthPrefixed(Buffer.from(e, "base64url")),
    // A modulus has its highest bit set: the zero keeps it positive.
    lengthPrefixed(Buffer.concat([Buffer.of(0), Buffer.from(n, "base64url")])),
  ]);
  return `ssh-rsa ${blob.toString("base64")} ${generatedComment}`;
}

function spki(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: "spki", format: "der" });
}

function lengthPrefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function base64url(bytes: Buffer): string {
  return bytes.toString("base64url");
}

/** Reads the SSH wire format (RFC 4251): every string and number is preceded by its length. */
class BlobReader {
  private position = 0;

  constructor(private readonly blob: Buffer) {}

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  bytes(): Buffer {
    return this.take(this.uint32());
  }

  text(): string {
    return this.bytes().toString("latin1");
  }

  bytesOfLength(length: number): Buffer {
    const bytes = this.bytes();
    if (bytes.length !== length) throw new Error("a part of it has the wrong length");

    return bytes;
  }

  /** A positive number, without the zero that keeps its sign. */
  number(): Buffer {
    const bytes = this.bytes();
    const start = bytes[0] === 0 ? 1 : 0;
    if (bytes.length === start || (bytes[start] ?? 0) === 0) throw new Error("a number in it is malformed");

    return bytes.subarray(start);
  }

  expectEnd(): void {
    if (this.position !== this.blob.length) throw new Error("there is something after its end");
  }

  private take(length: number): Buffer {
    const end = this.position + length;
    if (end > this.blob.length) throw new Error("it is cut off");

    const bytes = this.blob.subarray(this.position, end);
    this.position = end;
    return bytes;
  }
}
