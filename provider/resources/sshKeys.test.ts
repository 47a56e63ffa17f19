import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { certificate, encryptedPrivateKey, privateKeys, publicKeys } from "../testing/keys";
import { isSameKey, looksLikePrivateKey, privateKeyAlone, privateKeyProblem, publicKeyProblem } from "./sshKeys";

const samples = Object.entries(publicKeys);
const sample = fc.constantFrom(...Object.values(publicKeys));
/** What may follow a key on its line. */
const comment = fc.oneof(
  fc.constantFrom("", " ", " someone@example.com", "  two words ", "\thello", " Generated-by-Nova\n", " 密钥"),
  fc.stringMatching(/^ [A-Za-z0-9+/=@ .-]{0,40}$/),
);

function rsaKey(bits: number): string {
  const modulus = Buffer.alloc(Math.ceil(bits / 8), 0xff);
  modulus[0] = 0xff >> (modulus.length * 8 - bits);
  return openSshText("ssh-rsa", [
    Buffer.of(1, 0, 1),
    Buffer.concat([Buffer.of(0), modulus].slice(bits % 8 === 0 ? 0 : 1)),
  ]);
}

function openSshText(type: string, parts: Buffer[]): string {
  const blob = [Buffer.from(type), ...parts].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `${type} ${Buffer.concat(blob).toString("base64")}`;
}

describe("public keys that can be imported", () => {
  test.each(samples)("%s", (_, text) => {
    expect(publicKeyProblem(text, "ssh")).toBeUndefined();
    expect(publicKeyProblem(text, undefined)).toBeUndefined();
  });

  test("with any comment, surrounded by any white space", () => {
    fc.assert(
      fc.property(sample, comment, fc.constantFrom("", "\n", "\r\n", " \t\n\n"), (text, behind, around) => {
        expect(publicKeyProblem(around + text + behind + around, "ssh")).toBeUndefined();
      }),
    );
  });

  test.each([1024, 1025, 2048, 3072, 4095, 4096])("RSA of %d bits", (bits) => {
    expect(publicKeyProblem(rsaKey(bits), "ssh")).toBeUndefined();
  });

  test("x509 certificates and PEM keys of type x509", () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(publicKeyProblem(certificate.cert, "x509")).toBeUndefined();
    expect(publicKeyProblem(certificate.cert.replaceAll("\n", "\r\n"), "x509")).toBeUndefined();
    expect(publicKeyProblem(publicKey.export({ type: "spki", format: "pem" }).toString(), "x509")).toBeUndefined();
  });
});

/** What a program gets that reads a file in UTF-16 as if it were UTF-8 or Latin-1. */
function misreadFormsOf(text: string): string[] {
  const littleEndian = Buffer.from(`\uFEFF${text}`, "utf16le");
  const bigEndian = Buffer.from(littleEndian).swap16();
  const bytes = [littleEndian, bigEndian, littleEndian.subarray(2), bigEndian.subarray(2)];
  return bytes.flatMap((form) => [form.toString("utf8"), form.toString("latin1")]);
}

const utf16 = "is UTF-16 text; save it as UTF-8 (`iconv -f UTF-16 -t UTF-8` converts it)";

test("a byte order mark does not matter", () => {
  expect(publicKeyProblem(`\uFEFF${publicKeys.ed25519}`, "ssh")).toBeUndefined();
  expect(isSameKey(`\uFEFF${publicKeys.ed25519}`, publicKeys.ed25519)).toBe(true);
});

test("UTF-16 is named as such", () => {
  for (const text of misreadFormsOf(`${publicKeys.ed25519}\n`)) expect(publicKeyProblem(text, "ssh")).toBe(utf16);
  for (const text of misreadFormsOf(certificate.cert)) expect(publicKeyProblem(text, "x509")).toBe(utf16);
  for (const text of misreadFormsOf(privateKeys.rsa)) expect(privateKeyProblem(text, publicKeys.rsa)).toBe(utf16);
  // Of a file that holds nothing, the mark is left.
  expect(publicKeyProblem("\u00FF\u00FE", "ssh")).toBe(utf16);
});

describe("public keys that cannot be imported", () => {
  test.each([
    ["nothing", "", /is empty/],
    ["white space", " \n\t", /is empty/],
    ["two keys", `${publicKeys.ed25519}\n${publicKeys.rsa}`, /more than one line/],
    ["two keys with CRLF", `${publicKeys.ed25519} a\r\n${publicKeys.rsa} b\r\n`, /more than one line/],
    ["a key broken into lines", publicKeys.rsa.replace(/.{70}/g, "$&\n"), /more than one line/],
    [
      "a security key",
      "sk-ssh-ed25519@openssh.com AAAA",
      /must begin with ssh-rsa.*, not "sk-ssh-ed25519@openssh.com"/,
    ],
    ["a type of the future", "ssh-ed448 AAAA", /must begin with ssh-rsa.*, not "ssh-ed448"/],
    ["a type in capitals", publicKeys.rsa.replace("ssh-rsa", "SSH-RSA"), /must begin with ssh-rsa/],
    ["options before the key", `no-pty ${publicKeys.ed25519}`, /must begin with ssh-rsa/],
    ["a blob without its type", publicKeys.ed25519.split(" ")[1] ?? "", /must begin with ssh-rsa/],
    ["a type without a blob", "ssh-ed25519", /does not parse/],
    ["a blob that is no base64", "ssh-ed25519 !!!!", /does not parse/],
    [
      "an SSH2 public key",
      `---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----`,
      /more than one line/,
    ],
    ["an x509 certificate of type ssh", certificate.cert, /must be one line in OpenSSH format/],
  ])("%s", (_, text, problem) => {
    expect(publicKeyProblem(text, "ssh")).toMatch(problem);
  });

  test.each([1, 512, 1023, 4097, 8192])("RSA of %d bits, which is told", (bits) => {
    expect(publicKeyProblem(rsaKey(bits), "ssh")).toBe(`is an RSA key of ${bits} bits; 1024 to 4096 can be imported`);
  });

  test.each([
    ["two certificates", certificate.cert + certificate.cert, /more than one key/],
    ["a truncated certificate", certificate.cert.slice(0, 300), /does not parse/],
    ["a certificate without content", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", /does not parse/],
    ["a PEM key without content", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", /does not parse/],
  ])("of type x509: %s", (_, text, problem) => {
    expect(publicKeyProblem(text, "x509")).toMatch(problem);
  });

  test.each(samples)("%s, truncated at any length, whatever follows", (_, text) => {
    const length = fc.integer({ min: 1, max: text.length - 1 });
    fc.assert(
      fc.property(comment, length, (behind, end) => {
        expect(publicKeyProblem(text.slice(0, end) + behind, "ssh")).toBeDefined();
      }),
      { numRuns: 300 },
    );
    for (let end = 0; end < text.length; end++)
      expect([end, publicKeyProblem(text.slice(0, end), "ssh")]).toEqual([end, expect.any(String)]);
  });

  test.each(samples)("%s with anything behind or inside its blob", (_, text) => {
    const middle = text.length - 20;
    for (const extra of ["A", "AAAA", "=", "\\", "!"]) {
      expect(publicKeyProblem(text + extra, "ssh")).toBeDefined();
      expect(publicKeyProblem(text.slice(0, middle) + extra + text.slice(middle), "ssh")).toBeDefined();
    }
  });

  test("a blob of another type than the text says", () => {
    for (const [name, text] of samples) {
      for (const other of Object.values(publicKeys)) {
        const [type] = other.split(" ");
        const [ownType, blob] = text.split(" ");
        if (type === ownType) continue;
        expect([name, type, publicKeyProblem(`${type ?? ""} ${blob ?? ""}`, "ssh")]).toEqual([
          name,
          type,
          expect.any(String),
        ]);
      }
    }
  });
});

describe("a private key in place of a public one is refused without showing it", () => {
  const rsa = createPrivateKey(privateKeys.rsa);
  const ec = createPrivateKey(privateKeys.ecdsa256);
  const encryption = { cipher: "aes-256-cbc", passphrase: "passphrase" };
  const texts: [string, string][] = [
    ["PKCS#1", privateKeys.rsa],
    ["PKCS#1, encrypted", rsa.export({ type: "pkcs1", format: "pem", ...encryption }).toString()],
    ["SEC 1", privateKeys.ecdsa256],
    ["SEC 1, encrypted", ec.export({ type: "sec1", format: "pem", ...encryption }).toString()],
    ["PKCS#8", rsa.export({ type: "pkcs8", format: "pem" }).toString()],
    ["PKCS#8, encrypted", ec.export({ type: "pkcs8", format: "pem", ...encryption }).toString()],
    ["OpenSSH", privateKeys.ed25519],
    ["OpenSSH, encrypted", encryptedPrivateKey],
    ["PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nc2VjcmV0c2VjcmV0c2VjcmV0"],
    [
      "SSH2",
      "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nc2VjcmV0c2VjcmV0c2VjcmV0\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
    ],
    ["JSON Web Key", JSON.stringify(ec.export({ format: "jwk" }))],
    ["a bare seed", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"],
    ["a bare seed in base64", "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="],
    ["a bare seed in base64url", "nWGxne-9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"],
  ];

  test.each(texts)("%s", (_, text) => {
    // Among them as one line, as JSON escapes it, and behind something else.
    const forms = [
      text,
      text.trim(),
      text.replaceAll("\n", "\r\n"),
      text.replaceAll("\n", " "),
      text.replaceAll("\n", "\\n"),
    ];
    for (const form of [...forms, `# my key\n${text}`, `${publicKeys.ed25519}\n${text}`]) {
      for (const type of ["ssh", "x509", undefined]) {
        const problem = publicKeyProblem(form, type);
        expect(problem).toBeDefined();
        for (const part of text.match(/[A-Za-z0-9+/=_-]{12,}/g) ?? []) expect(problem).not.toContain(part);
      }
    }
  });

  test.each(texts.slice(0, 9))("%s is told to be one", (_, text) => {
    expect(looksLikePrivateKey(text)).toBe(true);
    expect(publicKeyProblem(text, "ssh")).toMatch(/is a private key; give the public half/);
  });

  test("public keys are not taken for one", () => {
    for (const text of [...Object.values(publicKeys), certificate.cert]) expect(looksLikePrivateKey(text)).toBe(false);
  });
});

describe("the private key to be hosted", () => {
  const { ed25519, rsa, ecdsa256 } = privateKeys;
  const pkcs8 = (text: string) => createPrivateKey(text).export({ type: "pkcs8", format: "pem" }).toString();

  test.each([
    ["OpenSSH ed25519", ed25519, publicKeys.ed25519],
    ["PKCS#1 RSA", rsa, publicKeys.rsa],
    ["PKCS#8 RSA", pkcs8(rsa), publicKeys.rsa],
    ["SEC 1 ECDSA", ecdsa256, publicKeys.ecdsa256],
    ["PKCS#8 ECDSA", pkcs8(ecdsa256), publicKeys.ecdsa256],
    ["the key of a certificate", certificate.key, certificate.cert],
  ])("may be %s that fits the public key, or any where that is not known", (_, privateKey, publicKey) => {
    for (const form of [privateKey, privateKey.trim(), privateKey.replaceAll("\n", "\r\n"), `\n${privateKey}\n`]) {
      expect(privateKeyProblem(form, publicKey)).toBeUndefined();
      expect(privateKeyProblem(form, `${publicKey} comment\n`)).toBeUndefined();
      expect(privateKeyProblem(form, undefined)).toBeUndefined();
    }
  });

  test("may be a PKCS#8 ed25519 key", () => {
    const pair = generateKeyPairSync("ed25519");
    const blob = Buffer.from(pair.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const text = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(privateKeyProblem(text, openSshText("ssh-ed25519", [blob]))).toBeUndefined();
    expect(privateKeyProblem(text, publicKeys.ed25519)).toBe("does not belong to publicKey");
  });

  test("that does not fit the public key is refused", () => {
    expect(privateKeyProblem(ed25519, publicKeys.rsa)).toBe("does not belong to publicKey");
    expect(privateKeyProblem(rsa, publicKeys.ecdsa256)).toBe("does not belong to publicKey");
    expect(privateKeyProblem(rsa, certificate.cert)).toBe("does not belong to publicKey");
    expect(privateKeyProblem(generated(), publicKeys.ecdsa256)).toBe("does not belong to publicKey");
  });

  test.each(["aes-256-cbc", "aes-192-cbc", "des-ede3-cbc"])(
    "with a passphrase (%s) is refused, saying so",
    (cipher) => {
      const key = createPrivateKey(ecdsa256);
      for (const type of ["pkcs8", "sec1"] as const) {
        const text = key.export({ type, format: "pem", cipher, passphrase: "passphrase" }).toString();
        expect(privateKeyProblem(text, publicKeys.ecdsa256)).toMatch(/protected by a passphrase/);
      }
    },
  );

  test("of OpenSSH with a passphrase is refused, saying so", () => {
    expect(privateKeyProblem(encryptedPrivateKey, undefined)).toMatch(/protected by a passphrase/);
  });

  test.each([
    ["nothing", ""],
    ["any text", "secret"],
    ["a public key", publicKeys.ed25519],
    ["a PEM public key", createPublicKey(privateKeys.rsa).export({ type: "spki", format: "pem" }).toString()],
    ["a certificate", certificate.cert],
    ["a header alone", "-----BEGIN RSA PRIVATE KEY-----"],
    ["a frame without content", "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----"],
  ])("that is %s is refused", (_, text) => {
    expect(privateKeyProblem(text, undefined)).toBe("does not parse as a private key (PEM or OpenSSH)");
  });

  test.each([
    ["two keys", privateKeys.rsa + privateKeys.ecdsa256],
    ["the same key twice", privateKeys.rsa + privateKeys.rsa],
  ])("that is %s is refused", (_, text) => {
    expect(privateKeyProblem(text, undefined)).toBe("holds more than one private key; give one");
  });

  test("may stand behind the parameters that openssl writes, and behind a byte order mark", () => {
    const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for (const before of [parameters, "\uFEFF", `\uFEFF${parameters}`, "\n"]) {
      expect(privateKeyProblem(before + ecdsa256, publicKeys.ecdsa256)).toBeUndefined();
      expect(privateKeyAlone(before + ecdsa256)).toBe(ecdsa256);
    }
  });

  test.each(Object.entries(privateKeys))(
    "%s, truncated in its content at any length, is refused without showing it",
    (_, text) => {
      const [begin = "", end = ""] = text.match(/^-----.*-----$/gm) ?? [];
      const content = text
        .slice(begin.length + 1, text.indexOf(end))
        .trimEnd()
        .replace(/=+$/, "");
      for (let length = 0; length < content.length; length++) {
        const problem = privateKeyProblem(`${begin}\n${content.slice(0, length)}\n${end}\n`, undefined);
        expect([length, problem]).toEqual([length, "does not parse as a private key (PEM or OpenSSH)"]);
      }
    },
  );

  function generated(): string {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  }
});

describe("two public keys are the same", () => {
  const anyText = fc.oneof(
    fc.tuple(sample, comment).map(([text, behind]) => text + behind),
    fc.constantFrom(certificate.cert, "", "ssh-rsa", "ssh-rsa AAAA comment"),
    fc.string(),
  );

  test("where they are equal, and whichever comes first", () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(isSameKey(one, one)).toBe(true);
        expect(isSameKey(one, other)).toBe(isSameKey(other, one));
      }),
    );
  });

  test("whatever their comments, white space and line ends", () => {
    const space = fc.constantFrom(" ", "  ", "\t");
    const around = fc.constantFrom("", "\n", "\r\n", " ");
    fc.assert(
      fc.property(sample, comment, comment, space, around, (text, one, other, between, end) => {
        expect(isSameKey(text + one, end + text.replace(" ", between) + other + end)).toBe(true);
      }),
    );
  });

  test("not where neither is a key that OpenSSH knows, unless they are the same text", () => {
    const [one, other] = [pemOf(), pemOf()];
    expect(isSameKey(one, other)).toBe(false);
    expect(isSameKey(one, one.replaceAll("\n", "\r\n"))).toBe(true);

    function pemOf(): string {
      return generateKeyPairSync("ed448").publicKey.export({ type: "spki", format: "pem" }).toString();
    }
  });

  test("not where type or blob differ", () => {
    for (const [index, one] of Object.values(publicKeys).entries()) {
      for (const other of Object.values(publicKeys).slice(index + 1))
        expect(isSameKey(`${one} comment`, `${other} comment`)).toBe(false);
    }
  });

  test("in PEM as in OpenSSH format", () => {
    const pem = createPublicKey(privateKeys.rsa).export({ type: "spki", format: "pem" }).toString();
    expect(isSameKey(pem, publicKeys.rsa)).toBe(true);
    expect(isSameKey(pem, publicKeys.ecdsa256)).toBe(false);
  });

  test("as certificates only where they hold the same key", () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const own = createPublicKey(certificate.key).export({ type: "spki", format: "pem" }).toString();
    expect(isSameKey(certificate.cert, certificate.cert.replaceAll("\n", "\r\n"))).toBe(true);
    expect(isSameKey(certificate.cert, own)).toBe(true);
    expect(isSameKey(certificate.cert, publicKey.export({ type: "spki", format: "pem" }).toString())).toBe(false);
    expect(isSameKey(certificate.cert, certificate.cert.replace("MIIBmzCC", "MIIBmzCD"))).toBe(false);
  });
});

test("a private key that lost a character is none, although a parser would mend it", () => {
  const lines = privateKeys.ecdsa256.split("\n");
  const damaged = lines.map((line, index) => (index === 1 ? line.slice(1) : line)).join("\n");
  expect(privateKeyProblem(privateKeys.ecdsa256, publicKeys.ecdsa256)).toBeUndefined();
  const shortened = lines.map((line, index) => (index === lines.length - 3 ? line.slice(0, -1) : line)).join("\n");
  for (const text of [damaged, shortened])
    expect(privateKeyProblem(text, publicKeys.ecdsa256)).toBe("does not parse as a private key (PEM or OpenSSH)");
});

test("a public key whose point lies on no curve is none", () => {
  const offCurve =
    "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBA9Nc2KnRR1Eg5C1jJKnE/DRmh+o7U7xMzkm0S4gyyolSuyuoCv6" +
    "ubcasuBtNP4BRMhRfwBqyqctrwiGpsLElQOqOPRcuDV1myB9oElQ8qeKtHOo8k6qUVzMcFisWwmPAA==";
  expect(publicKeyProblem(offCurve, "ssh")).toBe("does not parse as an OpenSSH public key; is it truncated?");
});
