import { createPublicKey, generateKeyPair, generateKeyPairSync } from "node:crypto";
import { promisify } from "node:util";
import { parsePrivateKey } from "sshpk";
import { fingerprint, generateKeypair, isPrivateHalf, parsePublicKey, withoutComment } from "./keyMaterial";
import { sampleCertificate, sampleKeys } from "./testing/keys";

function lengthPrefixed(...parts: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(part));
      return [length, Buffer.from(part)];
    }),
  );
}

/** An unencrypted OpenSSH private key, as far as its public part: what follows is never looked at. */
function openSshPrivateKey(publicBlob: Buffer, cipher = "none"): string {
  const one = Buffer.from([0, 0, 0, 1]);
  const bytes = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    lengthPrefixed(cipher, "none", ""),
    one,
    lengthPrefixed(publicBlob, "private part"),
  ]);
  const label = "OPENSSH PRIVATE KEY";
  return `-----BEGIN ${label}-----\n${bytes.toString("base64")}\n-----END ${label}-----\n`;
}

const wrongTexts: Record<string, string> = {
  nothing: "",
  "only a type": "ssh-rsa",
  "base64 that is not a key": "ssh-rsa AAAA",
  "a type that its blob denies": sampleKeys.ed25519.text.replace("ssh-ed25519", "ssh-rsa"),
  "a key that is cut off": sampleKeys.rsa2048.text.slice(0, 100),
  "something after the key": withoutComment(sampleKeys.ed25519.text).replace(/$/, "AAAA"),
  "two lines": `${sampleKeys.ed25519.text}\n${sampleKeys.ed25519.text}`,
  "options before the type": `no-pty ${sampleKeys.ed25519.text}`,
  "an RSA key of 512 bits": rsaText(512),
  "a point that is not on the curve": flipLastByte(sampleKeys.ecdsa256.text),
  "a DSA key without its last number": `ssh-dss ${lengthPrefixed("ssh-dss", "p", "q", "g").toString("base64")}`,
  "an unknown type": `ssh-xmss ${lengthPrefixed("ssh-xmss", "x").toString("base64")}`,
  "a curve of another type": `ecdsa-sha2-nistp256 ${lengthPrefixed("ecdsa-sha2-nistp256", "nistp384", "").toString("base64")}`,
};

function rsaText(bits: number): string {
  const { e = "", n = "" } = generateKeyPairSync("rsa", { modulusLength: bits }).publicKey.export({ format: "jwk" });
  const modulus = Buffer.concat([Buffer.of(0), Buffer.from(n, "base64url")]);
  return `ssh-rsa ${lengthPrefixed("ssh-rsa", Buffer.from(e, "base64url"), modulus).toString("base64")}`;
}

function flipLastByte(text: string): string {
  const [type = "", base64 = ""] = text.split(" ");
  const blob = Buffer.from(base64, "base64");
  blob[blob.length - 1] = (blob.at(-1) ?? 0) ^ 1;
  return `${type} ${blob.toString("base64")}`;
}

describe("an OpenSSH public key", () => {
  test.each(Object.entries(sampleKeys))("%s has the fingerprints that ssh-keygen shows", (_, sample) => {
    const key = parsePublicKey("ssh", sample.text);
    expect(key.algorithm).toBe(sample.text.split(" ")[0]);
    expect(fingerprint(key, "md5")).toBe(sample.md5);
    expect(fingerprint(key, "sha256")).toBe(sample.sha256);
  });

  test("may end in a newline and have no comment", () => {
    const key = parsePublicKey("ssh", `${withoutComment(sampleKeys.rsa2048.text)}\r\n`);
    expect(fingerprint(key, "md5")).toBe(sampleKeys.rsa2048.md5);
  });

  test.each(Object.entries(wrongTexts))("cannot be %s", (_, text) => {
    expect(() => parsePublicKey("ssh", text)).toThrow();
  });
});

describe("an x509 public key", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const privatePem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

  test("is read from PEM", () => {
    const key = parsePublicKey("x509", pem);
    expect(key.bytes.equals(publicKey.export({ type: "spki", format: "der" }))).toBe(true);
    expect(isPrivateHalf(privatePem, key)).toBe(true);
  });

  test("is read from a certificate", () => {
    const key = parsePublicKey("x509", sampleCertificate.text);
    expect(fingerprint(key, "md5")).toBe(sampleCertificate.md5);
    expect(fingerprint(key, "sha256")).toBe(sampleCertificate.sha256);
    expect(isPrivateHalf(privatePem, key)).toBe(false);
  });

  test("is neither a private key nor an OpenSSH text", () => {
    expect(() => parsePublicKey("x509", privatePem)).toThrow("private key");
    expect(() => parsePublicKey("x509", sampleKeys.rsa2048.text)).toThrow();
  });
});

describe("a generated pair", () => {
  beforeAll(() => {
    // What tools/jest/smallKeys.js does for all other tests.
    Reflect.deleteProperty(generateKeyPair, promisify.custom);
  });

  test("is RSA-2048, with a PKCS#1 private half that fits", async () => {
    const pair = await generateKeypair("ssh");
    const key = parsePublicKey("ssh", pair.publicKey);
    expect(pair.publicKey).toMatch(/^ssh-rsa \S+ Generated-by-Nova$/);
    expect(pair.privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(createPublicKey(pair.privateKey).asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(isPrivateHalf(pair.privateKey, key)).toBe(true);
    expect(isPrivateHalf(pair.privateKey, parsePublicKey("ssh", sampleKeys.rsa2048.text))).toBe(false);
  });

  test("of type x509 has a PEM public half", async () => {
    const pair = await generateKeypair("x509");
    expect(isPrivateHalf(pair.privateKey, parsePublicKey("x509", pair.publicKey))).toBe(true);
  });
});

describe("a private key in any of its forms", () => {
  const kinds = {
    "ssh-rsa": generateKeyPairSync("rsa", { modulusLength: 1024 }),
    "ssh-dss": generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }),
    "ecdsa-sha2-nistp256": generateKeyPairSync("ec", { namedCurve: "P-256" }),
    "ecdsa-sha2-nistp384": generateKeyPairSync("ec", { namedCurve: "P-384" }),
    "ecdsa-sha2-nistp521": generateKeyPairSync("ec", { namedCurve: "P-521" }),
    "ssh-ed25519": generateKeyPairSync("ed25519"),
  };
  const forms = [
    ["pkcs8", "PRIVATE KEY"],
    ["pkcs1", "(RSA|DSA|EC) PRIVATE KEY"],
    ["openssh", "OPENSSH PRIVATE KEY"],
  ] as const;
  const cases = Object.entries(kinds)
    .flatMap(([type, pair]) => forms.map(([form, label]) => ({ type, form, label, pair })))
    // It has no traditional form.
    .filter(({ type, form }) => type !== "ssh-ed25519" || form !== "pkcs1");

  test.each(cases)("$type as $form fits its own public key, and no other", ({ type, form, label, pair }) => {
    const pkcs8 = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const key = parsePrivateKey(pkcs8, "pem");
    const text = form === "pkcs8" ? pkcs8 : key.toString(form);
    const publicKey = parsePublicKey("ssh", key.toPublic().toString("ssh"));
    expect(text).toMatch(new RegExp(`^-----BEGIN ${label}-----`));
    expect(publicKey.algorithm).toBe(type);
    expect(isPrivateHalf(text, publicKey)).toBe(true);
    for (const other of Object.values(sampleKeys))
      expect(isPrivateHalf(text, parsePublicKey("ssh", other.text))).toBe(false);
  });
});

describe("an OpenSSH private key", () => {
  const key = parsePublicKey("ssh", sampleKeys.ed25519.text);

  test("fits the public key that it contains, and no other", () => {
    expect(isPrivateHalf(openSshPrivateKey(key.bytes), key)).toBe(true);
    expect(isPrivateHalf(openSshPrivateKey(key.bytes), parsePublicKey("ssh", sampleKeys.rsa1024.text))).toBe(false);
  });

  test("cannot be protected by a passphrase", () => {
    expect(() => isPrivateHalf(openSshPrivateKey(key.bytes, "aes256-ctr"), key)).toThrow("passphrase");
  });
});

test("what is not a private key cannot be read", () => {
  expect(() => isPrivateHalf("secret", parsePublicKey("ssh", sampleKeys.rsa1024.text))).toThrow();
});
