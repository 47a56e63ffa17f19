import { createPrivateKey, createPublicKey } from "node:crypto";
import { userId } from "./identity";
import { parsePublicKey } from "./keyMaterial";
import { call, kps, pick, pickText, type Answer } from "./testing/client";
import { sampleCertificate, sampleKeys } from "./testing/keys";
import { useSimulator } from "./testing/suite";

const colleague = { name: "colleague", password: "p", domain: "simulator" };
const simulator = useSimulator({ users: [colleague] });

function create(fields: Record<string, unknown>): Promise<Answer> {
  return call(simulator, `POST ${kps}`, { body: { keypair: fields } });
}

function importKey(name: string): Promise<Answer> {
  return create({ name, public_key: sampleKeys.ed25519.text });
}

function show(name: string): Promise<Answer> {
  return call(simulator, `GET ${kps}/${name}`);
}

function names(list: Answer): unknown[] {
  return (pick(list.body, "keypairs") as unknown[]).map((item) => pick(item, "keypair", "name"));
}

/** An RSA pair: the public half as OpenSSH text, made by the simulator, the private half as PEM. */
async function generatedPair(): Promise<{ publicKey: string; privateKey: string }> {
  const answer = await create({ name: "source" });
  return {
    publicKey: pickText(answer.body, "keypair", "public_key"),
    privateKey: pickText(answer.body, "keypair", "private_key"),
  };
}

describe("CreateKeypair", () => {
  test("generates a key pair whose private key is returned once", async () => {
    const answer = await create({ name: "demo" });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      keypair: {
        name: "demo",
        type: "ssh",
        public_key: expect.stringMatching(/^ssh-rsa \S+ Generated-by-Nova$/) as string,
        private_key: expect.stringMatching(/^-----BEGIN RSA PRIVATE KEY-----/) as string,
        fingerprint: expect.stringMatching(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/) as string,
        user_id: simulator.credentials.userId,
      },
    });
    const key = parsePublicKey("ssh", pickText(answer.body, "keypair", "public_key")).key;
    const derived = createPublicKey(createPrivateKey(pickText(answer.body, "keypair", "private_key")));
    expect(derived.equals(key)).toBe(true);
    expect((await show("demo")).text).not.toContain("PRIVATE KEY");
  });

  test.each(Object.entries(sampleKeys))("imports %s as it is, comment included", async (name, sample) => {
    const answer = await create({ name, public_key: sample.text });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      keypair: {
        name,
        type: "ssh",
        public_key: sample.text,
        fingerprint: sample.md5,
        user_id: simulator.credentials.userId,
      },
    });
  });

  test("takes an x509 key and a scope", async () => {
    const text = sampleCertificate.text;
    const answer = await create({ name: "a", type: "x509", public_key: text, scope: "domain" });
    expect(answer.body).toMatchObject({
      keypair: { type: "x509", public_key: text, fingerprint: sampleCertificate.md5 },
    });
    expect((await show("a")).body).toMatchObject({ keypair: { type: "x509", scope: "domain", algorithm: "x509" } });
  });

  test("takes another user of the account as the owner, and nobody else", async () => {
    const owner = userId(colleague);
    const key = { public_key: sampleKeys.ed25519.text };
    expect((await create({ name: "a", ...key, user_id: owner })).body).toMatchObject({ keypair: { user_id: owner } });
    const refused = await create({ name: "b", ...key, user_id: "0".repeat(32) });
    expect([refused.status, refused.body]).toMatchObject([400, { error_code: "KPS.0006" }]);
  });

  test("hosts the private key of an import, and of a generated pair", async () => {
    const pair = await generatedPair();
    const encryption = { type: "kms", kms_key_name: "kps/default", kms_key_id: "key-1" };
    const answer = await create({
      name: "imported",
      public_key: pair.publicKey,
      key_protection: { private_key: pair.privateKey, encryption },
    });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain("private_key");
    expect((await show("imported")).body).toMatchObject({ keypair: { is_key_protection: true, key_id: "key-1" } });
    const generated = await create({ name: "generated", key_protection: { encryption: { type: "default" } } });
    expect(pickText(generated.body, "keypair", "private_key")).toContain("PRIVATE KEY");
    expect((await show("generated")).body).toMatchObject({ keypair: { is_key_protection: true } });
  });

  test("refuses a name that is taken, whatever its scope", async () => {
    await importKey("demo");
    const answer = await create({ name: "demo", scope: "domain" });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error_code: "KPS.7004", error_msg: "Key pair 'demo' already exists." });
  });

  test("lets only one of two simultaneous creations have a name", async () => {
    const answers = await Promise.all([create({ name: "demo" }), create({ name: "demo" })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  const publicKey = sampleKeys.ed25519.text;
  const encryption = { type: "default" };
  test.each<[string, Record<string, unknown>]>([
    ["no name", { public_key: publicKey }],
    ["an empty name", { name: "" }],
    ["a name with a space", { name: "a b" }],
    ["a name of 256 characters", { name: "a".repeat(256) }],
    ["a name that is a number", { name: 5 }],
    ["an unknown type", { name: "a", type: "pgp" }],
    ["an unknown scope", { name: "a", scope: "world" }],
    ["a public key that is none", { name: "a", public_key: "ssh-rsa nonsense" }],
    ["an empty public key", { name: "a", public_key: "" }],
    ["an OpenSSH key as x509", { name: "a", type: "x509", public_key: publicKey }],
    ["protection without encryption", { name: "a", key_protection: {} }],
    ["an unknown encryption", { name: "a", key_protection: { encryption: { type: "rot13" } } }],
    ["kms without its key", { name: "a", key_protection: { encryption: { type: "kms" } } }],
    [
      "an import's protection without private key",
      { name: "a", public_key: publicKey, key_protection: { encryption } },
    ],
    ["a private key alone", { name: "a", key_protection: { private_key: "x", encryption } }],
    [
      "an unreadable private key",
      { name: "a", public_key: publicKey, key_protection: { private_key: "x", encryption } },
    ],
  ])("refuses %s", async (_, fields) => {
    const answer = await create(fields);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error_code: "KPS.0002" });
    expect(simulator.state().projects[0]?.keypairs).toEqual([]);
  });

  test("takes the longest name", async () => {
    expect((await importKey("a".repeat(255))).status).toBe(200);
  });

  test("refuses a private key that does not match", async () => {
    const { privateKey } = await generatedPair();
    const protection = { private_key: privateKey, encryption: { type: "default" } };
    const answer = await create({ name: "a", public_key: publicKey, key_protection: protection });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error_code: "KPS.6011" });
  });

  test("refuses a body without keypair", async () => {
    expect((await call(simulator, `POST ${kps}`, { body: { name: "a" } })).body).toMatchObject({
      error_code: "KPS.0002",
    });
  });
});

describe("ListKeypairs", () => {
  async function fill(count: number): Promise<void> {
    for (let number = 1; number <= count; number++)
      await simulator.replaceKeypair("cn-north-4", `key-${number}`, { publicKey: sampleKeys.ed25519.text });
  }

  test("shows what the vendor's page shows, and no more", async () => {
    await fill(1);
    expect((await call(simulator, `GET ${kps}`)).body).toEqual({
      keypairs: [
        {
          keypair: {
            name: "key-1",
            type: "ssh",
            scope: "user",
            public_key: sampleKeys.ed25519.text,
            fingerprint: sampleKeys.ed25519.md5,
            is_key_protection: false,
            frozen_state: "0",
          },
        },
      ],
      page_info: { next_marker: null, previous_marker: null, current_count: 1 },
    });
  });

  test("is empty at first", async () => {
    expect(names(await call(simulator, `GET ${kps}`))).toEqual([]);
  });

  test("gives 50 a page, and each key pair once", async () => {
    await fill(120);
    const seen: unknown[] = [];
    const counts: unknown[] = [];
    let marker: unknown = "";
    while (typeof marker === "string") {
      const page = await call(simulator, `GET ${kps}?marker=${marker}`);
      seen.push(...names(page));
      counts.push(pick(page.body, "page_info", "current_count"));
      marker = pick(page.body, "page_info", "next_marker");
    }
    expect(counts).toEqual([50, 50, 20]);
    expect(new Set(seen).size).toBe(120);
    expect(seen[0]).toBe("key-120");
  });

  test("goes on where it was, though the key pair at the marker is deleted", async () => {
    await fill(4);
    const first = await call(simulator, `GET ${kps}?limit=2`);
    expect(names(first)).toEqual(["key-4", "key-3"]);
    simulator.deleteKeypair("cn-north-4", "key-3");
    const marker = pickText(first.body, "page_info", "next_marker");
    const second = await call(simulator, `GET ${kps}?limit=2&marker=${marker}`);
    expect(names(second)).toEqual(["key-2", "key-1"]);
    expect(pick(second.body, "page_info", "previous_marker")).not.toBeNull();
  });

  test.each([
    ["newest-first", ["key-5", "key-4", "key-3", "key-2", "key-1"]],
    ["oldest-first", ["key-1", "key-2", "key-3", "key-4", "key-5"]],
  ] as const)("leads back from the end to the beginning, %s", async (listOrder, [a, b, c, d, e]) => {
    simulator.setVariants({ listOrder });
    await fill(5);
    const list = (marker: unknown) => call(simulator, `GET ${kps}?limit=2&marker=${String(marker)}`);
    const markerIn = (answer: Answer, field: string) => pick(answer.body, "page_info", field);
    const first = await list("");
    expect(markerIn(first, "previous_marker")).toBeNull();
    const second = await list(markerIn(first, "next_marker"));
    const third = await list(markerIn(second, "next_marker"));
    expect([first, second, third].map(names)).toEqual([[a, b], [c, d], [e]]);
    const secondAgain = await list(markerIn(third, "previous_marker"));
    const firstAgain = await list(markerIn(secondAgain, "previous_marker"));
    expect([firstAgain.body, secondAgain.body]).toEqual([first.body, second.body]);
  });

  test("leads back to the last page from one that is empty", async () => {
    await fill(3);
    const empty = await call(simulator, `GET ${kps}?limit=2&marker=KeyPair-1`);
    expect(names(empty)).toEqual([]);
    const marker = pickText(empty.body, "page_info", "previous_marker");
    expect(names(await call(simulator, `GET ${kps}?limit=2&marker=${marker}`))).toEqual(["key-2", "key-1"]);
  });

  test.each(["limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=1e1", "limit=0x2", "limit=%202", "marker=nonsense"])(
    "refuses %s",
    async (query) => {
      const answer = await call(simulator, `GET ${kps}?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ error_code: "KPS.0002" });
    },
  );
});

describe("ListKeypairDetail", () => {
  test("shows everything about one key pair", async () => {
    const before = Date.now();
    await importKey("demo");
    const answer = await show("demo");
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      keypair: {
        name: "demo",
        id: 1,
        type: "ssh",
        scope: "user",
        public_key: sampleKeys.ed25519.text,
        fingerprint: sampleKeys.ed25519.md5,
        is_key_protection: false,
        deleted: false,
        description: "",
        user_id: simulator.credentials.userId,
        create_time: expect.any(Number) as number,
        delete_time: null,
        update_time: null,
        frozen_state: 0,
        key_id: null,
        algorithm: "ssh-ed25519",
      },
    });
    expect(pick(answer.body, "keypair", "create_time")).toBeGreaterThanOrEqual(before);
  });

  test("does not know others", async () => {
    const answer = await show("missing");
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error_code: "KPS.4016", error_msg: "The key pair is not exist." });
  });
});

describe("UpdateKeypairDescription", () => {
  function update(name: string, description: unknown): Promise<Answer> {
    return call(simulator, `PUT ${kps}/${name}`, { body: { keypair: { description } } });
  }

  test("changes and clears the description", async () => {
    await importKey("demo");
    const answer = await update("demo", "der Schlüssel 一");
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect((await show("demo")).body).toMatchObject({
      keypair: { description: "der Schlüssel 一", update_time: expect.any(Number) as number },
    });
    await update("demo", "");
    expect((await show("demo")).body).toMatchObject({ keypair: { description: "" } });
  });

  test("takes 255 characters, however many units of UTF-16 they are", async () => {
    await importKey("demo");
    expect((await update("demo", "😀".repeat(255))).status).toBe(200);
    expect((await update("demo", "😀".repeat(256))).status).toBe(400);
  });

  test("refuses what is no description, and a missing key pair", async () => {
    await importKey("demo");
    expect((await update("demo", "x".repeat(256))).status).toBe(400);
    expect((await update("demo", undefined)).status).toBe(400);
    expect((await update("missing", "x")).status).toBe(404);
  });
});

describe("DeleteKeypair", () => {
  test("deletes once", async () => {
    await importKey("demo");
    const answer = await call(simulator, `DELETE ${kps}/demo`);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect((await show("demo")).status).toBe(404);
    expect((await call(simulator, `DELETE ${kps}/demo`)).status).toBe(404);
  });

  test("never gives an id to a second key pair", async () => {
    await importKey("demo");
    await call(simulator, `DELETE ${kps}/demo`);
    await importKey("demo");
    expect((await show("demo")).body).toMatchObject({ keypair: { id: 2 } });
  });
});

describe("BatchImportKeypair", () => {
  function batch(...entries: unknown[]): Promise<Answer> {
    return call(simulator, `POST ${kps}/batch-import`, { body: entries });
  }

  test("imports what it can, and says why it cannot import the rest", async () => {
    await importKey("demo3");
    const answer = await batch(
      { keypair: { name: "demo2", public_key: sampleKeys.rsa2048.text } },
      { keypair: { name: "demo3", public_key: sampleKeys.rsa2048.text } },
      { keypair: { name: "bad name", public_key: sampleKeys.rsa2048.text } },
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      failed_keypairs: [
        {
          keypair_name: "demo3",
          failed_reason: '{"error_code":"KPS.7004","error_msg":"Key pair \'demo3\' already exists."}',
        },
        { keypair_name: "bad name", failed_reason: expect.stringContaining("KPS.0002") as string },
      ],
      succeeded_keypairs: [
        {
          keypair: {
            name: "demo2",
            type: "ssh",
            public_key: sampleKeys.rsa2048.text,
            fingerprint: sampleKeys.rsa2048.sha256,
            user_id: simulator.credentials.userId,
          },
        },
      ],
    });
  });

  test("is a success even where every entry failed", async () => {
    const answer = await batch({ keypair: { name: "a" } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ succeeded_keypairs: [], failed_keypairs: [{ keypair_name: "a" }] });
  });

  test("calls what failed by a text, also where its name is none", async () => {
    const answer = await batch({ keypair: { name: 5 } }, { keypair: { name: null } }, { keypair: {} });
    const failed = pick(answer.body, "failed_keypairs") as unknown[];
    expect(failed.map((entry) => pick(entry, "keypair_name"))).toEqual(["5", "", ""]);
  });

  test("takes ten, and neither none nor eleven", async () => {
    const entries = Array.from({ length: 11 }, (_, number) => ({
      keypair: { name: `key-${number}`, public_key: sampleKeys.ed25519.text },
    }));
    expect((await batch(...entries)).status).toBe(400);
    expect((await batch()).status).toBe(400);
    expect(simulator.state().projects[0]?.keypairs).toHaveLength(0);
    expect((await batch(...entries.slice(0, 10))).status).toBe(200);
    expect(simulator.state().projects[0]?.keypairs).toHaveLength(10);
  });

  test("refuses entries that are no key pairs", async () => {
    expect((await batch({ name: "a" })).body).toMatchObject({ error_code: "KPS.0002" });
    expect((await call(simulator, `POST ${kps}/batch-import`, { body: {} })).body).toMatchObject({
      error_code: "KPS.0002",
    });
  });
});

describe("hosted private keys", () => {
  const encryption = { type: "default" };

  function importPrivate(name: string, privateKey: unknown): Promise<Answer> {
    const keypair = { name, key_protection: { private_key: privateKey, encryption } };
    return call(simulator, `POST ${kps}/private-key/import`, { body: { keypair } });
  }

  function exportPrivate(name: string): Promise<Answer> {
    return call(simulator, `POST ${kps}/private-key/export`, { body: { keypair: { name } } });
  }

  test("are imported, exported and cleared", async () => {
    const { privateKey } = await generatedPair();
    const imported = await importPrivate("source", privateKey);
    expect([imported.status, imported.body]).toEqual([200, { keypair: { name: "source" } }]);
    expect((await exportPrivate("source")).body).toEqual({ keypair: { name: "source", private_key: privateKey } });
    const cleared = await call(simulator, `DELETE ${kps}/source/private-key`);
    expect([cleared.status, cleared.text]).toEqual([200, ""]);
    expect((await show("source")).body).toMatchObject({ keypair: { is_key_protection: false } });
  });

  test("must match, and must be there", async () => {
    const { privateKey } = await generatedPair();
    await importKey("other");
    expect((await importPrivate("other", privateKey)).body).toMatchObject({ error_code: "KPS.6011" });
    expect((await importPrivate("other", undefined)).body).toMatchObject({ error_code: "KPS.0002" });
    expect((await importPrivate("missing", privateKey)).status).toBe(404);
    const exported = await exportPrivate("other");
    expect([exported.status, exported.body]).toMatchObject([400, { error_code: "KPS.6005" }]);
    expect((await call(simulator, `DELETE ${kps}/other/private-key`)).status).toBe(404);
  });
});
