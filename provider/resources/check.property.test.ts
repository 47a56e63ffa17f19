import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { useSimulator } from "../../simulator/testing/suite";
import { HuaweiCloudError } from "../huawei/errors/errors";
import type { HuaweiCloud } from "../huawei/huaweiCloud";
import type { CheckContext, Checked } from "../contract";
import { unknownValue } from "../schema/unknown";
import type { Problem } from "../schema/validation";
import { hostileTexts, hostileValue, mutationsOf } from "../testing/hostileJson";
import { certificate, encryptedPrivateKey, privateKeys, publicKeys } from "../testing/keys";
import { contextOf } from "../testing/managedResource";
import { cloudOf, region } from "../testing/simulatedCloud";
import { checkContextOf } from "../testing/checkContext";
import { cloudPhoneKeypairBinding } from "./binding/binding";
import { wantedBy } from "./binding/wanted";
import { keypair } from "./keypair/keypair";

/** Check finds what the calls would refuse, refuses nothing that the vendor's pages allow, and survives any input. */

const simulator = useSimulator({ servers: 0 });

let cloud: HuaweiCloud;

beforeAll(() => {
  cloud = cloudOf(simulator);
});

afterEach(() => {
  expect({}).not.toHaveProperty("polluted");
});

type Inputs = Record<string, unknown>;
type Check = (olds: Inputs | undefined, news: Inputs, context: CheckContext) => Checked<unknown>;

const context = checkContextOf("key", region);
const encryption = { type: "kms", kmsKeyName: "kps/default", kmsKeyId: "id" };
const everyInput = {
  name: "name",
  publicKey: publicKeys.rsa,
  type: "ssh",
  scope: "user",
  userId: "id",
  description: "text",
  keyProtection: { privateKey: privateKeys.rsa, encryption },
  adoptExisting: true,
  region,
};
const everyBindingInput = {
  keypairName: "name",
  serverIds: ["a", "b", "c"],
  keypairFingerprint: "f",
  deletionPolicy: "restore",
  region,
};

const resources: [string, Check, Inputs][] = [
  ["keypair", keypair.check.bind(keypair), everyInput],
  ["cloudPhoneKeypairBinding", cloudPhoneKeypairBinding.check.bind(cloudPhoneKeypairBinding), everyBindingInput],
];

/** Texts of which no part may be shown. */
const secretTexts = [
  ...Object.values(privateKeys),
  certificate.key,
  encryptedPrivateKey,
  privateKeys.rsa.replaceAll("\n", "\\n"),
  `my key: ${privateKeys.ecdsa256}`,
];
const secretParts = secretTexts.flatMap((text) => text.match(/[A-Za-z0-9+/=]{40,}/g) ?? []);

const anyValue = fc.oneof(
  { weight: 3, arbitrary: hostileValue },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, unknownValue, [unknownValue], { a: unknownValue }) },
  { weight: 1, arbitrary: fc.constantFrom(...secretTexts) },
);

function anyInputs(valid: Inputs): fc.Arbitrary<Inputs> {
  const name = fc.oneof(fc.constantFrom(...Object.keys(valid), "__proto__", "constructor"), fc.string());
  const isObject = (value: unknown): value is Inputs =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  return fc.oneof(
    fc.dictionary(name, anyValue, { noNullPrototype: false, maxKeys: 5 }),
    fc.dictionary(fc.constantFrom(...Object.keys(valid)), anyValue),
    mutationsOf(valid, anyValue).filter(isObject),
  );
}

function expectClear(problems: Problem[]): void {
  for (const { property, reason } of problems) {
    expect(typeof property).toBe("string");
    expect(reason).toMatch(/^(is|are|must|may|holds|does|of|made|belongs) /);
    expect(reason).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Surrogate}\u2028\u2029]/u);
    expect(reason.length).toBeLessThan(1000);
    expect(secretParts.filter((part) => reason.includes(part))).toEqual([]);
  }
}

describe.each(resources)("check of a %s", (_name, check, valid) => {
  test("never throws, says the same twice, and says it clearly without a secret, whatever the input", () => {
    const inputs = anyInputs(valid);
    const olds = fc.oneof(fc.constant(undefined), inputs);
    const logicalName = fc.oneof(fc.constant("key"), fc.constantFrom(...hostileTexts), fc.string());
    const told = fc.constantFrom<string | undefined>(region, undefined, "", "evil.example/", "\u001b[31m");
    fc.assert(
      fc.property(olds, inputs, logicalName, told, (before, news, name, inRegion) => {
        const run = (known: Inputs | undefined) => check(known, news, checkContextOf(name, inRegion));
        const first = run(before);
        expectClear(first.problems);
        // A name that is made up is another one each time, so the first is taken for known.
        const made = { ...before, name: (first.inputs as Inputs).name };
        expect(run(made)).toEqual(run(made));
      }),
      { numRuns: 300 },
    );
  });

  test("leaves unknown values alone, wherever they stand", () => {
    for (const property of Object.keys(valid)) {
      expect([property, check(undefined, { ...valid, [property]: unknownValue }, context).problems]).toEqual([
        property,
        [],
      ]);
    }
  });

  test("takes nested values of any depth", () => {
    let deep: unknown = {};
    for (let level = 0; level < 50_000; level++) deep = { encryption: deep };
    for (const property of Object.keys(valid))
      expectClear(check(undefined, { ...valid, [property]: deep }, context).problems);
  });
});

/** Names as the vendor's pages allow them. */
function names(longest: number): fc.Arbitrary<string> {
  return fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_-]+$/, { maxLength: longest }),
    fc.constantFrom("a", "-", "_", "0", "__proto__", "constructor", "n".repeat(longest)),
  );
}

const comment = fc.oneof(
  fc.constantFrom("", " ", "\n", " me@host", "\tme", " two words ", " 密钥 🔑\r\n", " Generated-by-Nova\n"),
  fc.stringMatching(/^ [ -~]{0,40}$/),
);

function openSshText(type: string, ...parts: Buffer[]): string {
  const blob = [Buffer.from(type), ...parts].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `${type} ${Buffer.concat(blob).toString("base64")}`;
}

/** A number as OpenSSH writes it: positive, without needless zeros. */
function positive(number: bigint): Buffer {
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

const rsa = fc
  .tuple(fc.oneof(fc.integer({ min: 1024, max: 4096 }), fc.constantFrom(1024, 2048, 3072, 4096)), fc.bigInt())
  .map(([bits, seed]) => {
    const modulus = (1n << BigInt(bits - 1)) | (BigInt.asUintN(bits - 1, seed ** 7n) | 1n);
    return openSshText("ssh-rsa", positive(65537n), positive(modulus));
  });
const ed25519 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => openSshText("ssh-ed25519", Buffer.from(bytes)));
const ecdsa = fc.constantFrom(256, 384, 521).map((bits) => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: `P-${bits}` });
  return openSshText(`ecdsa-sha2-nistp${bits}`, Buffer.from(`nistp${bits}`), pointOf(publicKey));
});

function pointOf(publicKey: KeyObject): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  return Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
}

const importable = fc
  .tuple(
    fc.oneof(rsa, ed25519, ecdsa, fc.constantFrom(...Object.values(publicKeys))),
    comment,
    fc.constantFrom("", "\n", "\r\n", " \t"),
  )
  .map(([key, behind, around]) => around + key + behind + around);

const encryptions = fc.oneof(
  fc.record({ type: fc.constant("default") }),
  fc.record({ type: fc.constantFrom("default", "kms"), kmsKeyName: fc.constant("kps/default") }),
  fc.record({ type: fc.constantFrom("default", "kms"), kmsKeyId: fc.uuid() }),
);

/** A private key in the forms that KPS takes. */
function formsOf(pem: string): string[] {
  const key = createPrivateKey(pem);
  const own = key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1";
  return [pem, ...([own, "pkcs8"] as const).map((type) => key.export({ type, format: "pem" }).toString())];
}

const hosted = fc.constantFrom(
  ...formsOf(privateKeys.rsa).map((privateKey) => ({ publicKey: publicKeys.rsa, privateKey })),
  ...formsOf(privateKeys.ecdsa256).map((privateKey) => ({ publicKey: publicKeys.ecdsa256, privateKey })),
  { publicKey: publicKeys.ed25519, privateKey: privateKeys.ed25519 },
);

/** What the vendor's pages allow, with a public key: generating pairs takes its time. */
const allowed: fc.Arbitrary<Inputs> = fc
  .tuple(
    fc.record(
      {
        name: names(255),
        type: fc.constant("ssh"),
        scope: fc.constantFrom("user", "domain"),
        description: fc.oneof(
          fc.string({ maxLength: 255 }),
          fc.constantFrom("", "d".repeat(255), "说".repeat(255), "line\nline", "\u001b[31m"),
        ),
        adoptExisting: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    fc.oneof(
      importable.map((publicKey) => ({ publicKey })),
      fc
        .record({ key: hosted, encryption: encryptions, behind: fc.constantFrom("", "\n", " me") })
        .map((protection) => {
          const { publicKey, privateKey } = protection.key;
          const keyProtection = { privateKey, encryption: protection.encryption };
          return { publicKey: publicKey + protection.behind, keyProtection };
        }),
      fc.record({
        type: fc.constant("x509"),
        publicKey: fc.constantFrom(...x509Texts()),
      }),
    ),
  )
  .map(([plain, key]) => ({ ...plain, ...key }));

function x509Texts(): string[] {
  const pairs = [
    generateKeyPairSync("rsa", { modulusLength: 2048 }),
    generateKeyPairSync("ec", { namedCurve: "P-256" }),
    generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
    generateKeyPairSync("ed25519"),
    generateKeyPairSync("ed448"),
    generateKeyPairSync("rsa-pss", { modulusLength: 2048 }),
  ];
  const pems = pairs.map(({ publicKey }) => publicKey.export({ type: "spki", format: "pem" }).toString());
  return [certificate.cert, ...pems].flatMap((pem) => [pem, pem.trim(), pem.replaceAll("\n", "\r\n")]);
}

/** What the service says to a key pair with these inputs; undefined where it takes them. */
async function refusalOf(news: Inputs): Promise<HuaweiCloudError | undefined> {
  simulator.reset();
  const { inputs } = keypair.check(undefined, news, context);
  try {
    await keypair.create(contextOf(cloud), inputs);
    return undefined;
  } catch (error) {
    // A failure once the pair was created carries the service's words only.
    if (error instanceof HuaweiCloudError) return error;
    throw error;
  }
}

describe("a key pair", () => {
  test("that the vendor's pages allow is neither refused by check nor by the service", async () => {
    await fc.assert(
      fc.asyncProperty(allowed, async (news) => {
        expect(keypair.check(undefined, news, context).problems).toEqual([]);
        expect(await refusalOf(news)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test("that is generated is allowed with or without hosting, and with adoptExisting", async () => {
    for (const news of [{}, { type: "x509" }, { adoptExisting: true, keyProtection: { encryption } }]) {
      expect(keypair.check(undefined, news, context).problems).toEqual([]);
      expect(await refusalOf(news)).toBeUndefined();
    }
  });

  test("that check takes is not refused by the service for its form", async () => {
    const edited = fc.oneof(allowed, allowed.chain(editsOf));
    await fc.assert(
      fc.asyncProperty(edited, async (news) => {
        // Whether it takes OpenSSH keys of this type is not documented.
        const isOpenSsh = typeof news.publicKey === "string" && !news.publicKey.includes("-----BEGIN ");
        fc.pre(news.type !== "x509" || !isOpenSsh);
        fc.pre(news.publicKey !== undefined);
        if (keypair.check(undefined, news, context).problems.length > 0) return;
        expect((await refusalOf(news))?.message).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  }, 30_000);

  /** Inputs of which one text is changed a little. */
  function editsOf(news: Inputs): fc.Arbitrary<Inputs> {
    const protection = news.keyProtection as { privateKey: string } | undefined;
    const odd = fc.constantFrom(
      " ",
      "  ",
      "\t",
      "\u00a0",
      "\u000b",
      "\ufeff",
      "\n",
      "\r",
      "\u2028",
      "\0",
      "=",
      "A",
      "é",
    );
    const edit = fc.record({ at: fc.nat(), insert: fc.oneof(odd, fc.constant("")), remove: fc.nat(2) });
    const key = fc.constantFrom(...Object.keys(news).filter((name) => typeof news[name] === "string"));
    const apply = (text: string, { at, insert, remove }: { at: number; insert: string; remove: number }) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + insert + text.slice(start + remove);
    };
    return fc
      .tuple(key, edit, fc.boolean())
      .map(([name, change, inside]) =>
        inside && protection !== undefined
          ? { ...news, keyProtection: { ...protection, privateKey: apply(protection.privateKey, change) } }
          : { ...news, [name]: apply(news[name] as string, change) },
      );
  }

  test.each<[string, string]>([
    ["PuTTY", puttyKey()],
    [
      "DNSSEC",
      "Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=\n",
    ],
  ])("is not hosted with a private key in %s format, which the service does not take", (_, privateKey) => {
    const news = { publicKey: publicKeys.rsa, keyProtection: { privateKey, encryption } };
    expect(keypair.check(undefined, news, context).problems).toMatchObject([
      { property: "keyProtection.privateKey", reason: "does not parse as a private key (PEM or OpenSSH)" },
    ]);
  });
});

/** The RSA key, as PuTTY's older files hold it, without a passphrase. */
function puttyKey(): string {
  const {
    n = "",
    e = "",
    d = "",
    p = "",
    q = "",
    qi = "",
  } = createPrivateKey(privateKeys.rsa).export({ format: "jwk" });
  const packed = (parts: (Buffer | string)[]) =>
    Buffer.concat(
      parts.flatMap((part) => {
        const bytes =
          typeof part === "string" ? positive(BigInt(`0x${Buffer.from(part, "base64url").toString("hex")}`)) : part;
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return [length, bytes];
      }),
    ).toString("base64");
  return [
    "PuTTY-User-Key-File-2: ssh-rsa",
    "Encryption: none",
    "Comment: key",
    "Public-Lines: 1",
    packed([Buffer.from("ssh-rsa"), e, n]),
    "Private-Lines: 1",
    packed([d, p, q, qi]),
    `Private-MAC: ${"0".repeat(40)}`,
  ].join("\n");
}

describe("a binding", () => {
  const serverId = fc.oneof(
    fc.stringMatching(/^[0-9a-f]{32}$/),
    fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/),
    fc.constantFrom("a", "f".repeat(32), "__proto__"),
  );
  const bindings = fc.record(
    {
      keypairName: names(64),
      serverIds: fc.array(serverId, { minLength: 1, maxLength: 10 }),
      keypairFingerprint: fc.string(),
      deletionPolicy: fc.constantFrom("retain", "restore"),
      region: fc.constant(region),
    },
    { requiredKeys: ["keypairName", "serverIds"] },
  );

  test("that the vendor's pages allow is not refused by check, which makes a sorted set of its servers", () => {
    fc.assert(
      fc.property(bindings, (news) => {
        const { inputs, problems } = cloudPhoneKeypairBinding.check(undefined, news, context);
        expect(problems).toEqual([]);
        expect(inputs.serverIds).toEqual([...new Set(news.serverIds)].sort());
        // A set: order and duplicates do not matter.
        const again = { ...news, serverIds: [...news.serverIds, ...news.serverIds].reverse() };
        expect(cloudPhoneKeypairBinding.check(undefined, again, context).inputs).toEqual(inputs);
      }),
    );
  });

  test("that check takes is not refused by the service for its form", async () => {
    const odd = fc.oneof(
      serverId,
      fc.constantFrom(...hostileTexts, "f".repeat(33), "é".repeat(17)),
      fc.string({ maxLength: 40 }),
    );
    const editedName = fc.oneof(names(66), odd);
    const edited = fc.oneof(
      fc.record({ keypairName: editedName, serverIds: fc.array(odd, { maxLength: 5 }) }),
      fc.record({ keypairNames: fc.dictionary(odd, editedName, { maxKeys: 5 }) }),
    );
    const cph = cloud.cph(region, contextOf(cloud));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bindings, edited), async (news) => {
        const { inputs, problems } = cloudPhoneKeypairBinding.check(undefined, news, context);
        if (problems.length > 0) return;
        const changes = [...wantedBy(inputs).keypairOf].map(([serverId, keypairName]) => ({ serverId, keypairName }));
        const { servers } = await cph.changeKeypairs(changes);
        // There are no servers: nothing else may be wrong.
        expect(servers.map(({ error }) => error?.code)).toEqual(servers.map(() => "CPS.0159"));
      }),
      { numRuns: 200 },
    );
  });
});
