import type { CallAction } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import { useAnsweringServer, type Reaction } from "../testing/answeringServer";
import { callsOf, fail, projectOf } from "../testing/fleet";
import { privateKeys, publicKeys } from "../testing/keys";
import {
  cloudOf,
  everyFormOf,
  failureOf,
  madeUpCloud,
  operation,
  projectId,
  region,
  useShortBackoff,
} from "../testing/simulatedCloud";
import { everyVariant } from "../testing/variants";
import { isSameKey, privateKeyProblem } from "../resources/sshKeys";
import { HuaweiCloudError, means } from "./errors/errors";
import type { CreateKeypairRequest, ImportOutcome, Kps } from "./kps";

const simulator = useSimulator({ servers: 0 });
const server = useAnsweringServer();
useShortBackoff();

/** KPS as the simulator plays it. */
function kps(): Kps {
  return cloudOf(simulator).kps(region, operation());
}

/** KPS with answers that a test makes up. */
function madeUp(...reactions: Reaction[]): Kps {
  return madeUpCloud(server, ...reactions).kps(region, operation());
}

const isMissing = (error: unknown) => means(error, "missingKeypair");

const hosting = { privateKey: privateKeys.ed25519, encryption: { type: "default" } } as const;

describe("under every variant of the service, the same comes out", () => {
  /** The name of the key; its comment and white space may be the service's. */
  function keyOf(publicKey: string): string {
    return Object.entries(publicKeys).find(([, text]) => isSameKey(text, publicKey))?.[0] ?? "unknown";
  }

  /** Whether a fingerprint, in either format, is the key pair's. */
  function isFingerprintOf(name: string, fingerprint: string): boolean {
    const fingerprints = projectOf(simulator).keypairs.find((keypair) => keypair.name === name)?.fingerprints;
    return fingerprint === fingerprints?.md5 || fingerprint === fingerprints?.sha256;
  }

  /** The code of an error, or what came instead. */
  async function codeOf(call: Promise<unknown>): Promise<unknown> {
    return call.catch((error: unknown) => (error instanceof HuaweiCloudError ? error.code : error));
  }

  function outcome(result: ImportOutcome): unknown {
    if ("error" in result) return [result.name, result.error.code, result.error.outcomeUnknown];
    const { name, publicKey, fingerprint, privateKey } = result.keypair;
    return [name, keyOf(publicKey), isFingerprintOf(name, fingerprint), privateKey];
  }

  /** What becomes of a batch with one refused key pair, the last: where that fails the others as well, they go without it. */
  async function batchOf(client: Kps, batch: readonly CreateKeypairRequest[]): Promise<unknown[]> {
    if (simulator.variants().invalidBatchEntry === "alone")
      return (await client.batchImportKeypairs(batch)).map(outcome);
    const failure = await failureOf(client.batchImportKeypairs(batch));
    const others = await client.batchImportKeypairs(batch.slice(0, -1));
    return [...others.map(outcome), [batch.at(-1)?.name, failure.code, failure.outcomeUnknown]];
  }

  /** Goes through all of KPS and tells what came out, without what variants may differ in. */
  async function story(): Promise<Record<string, unknown>> {
    const client = kps();
    const told: Record<string, unknown> = {};

    const imported = await client.createKeypair({
      name: "one",
      publicKey: `${publicKeys.ed25519} me@here`,
      scope: "domain",
    });
    told.imported = {
      ...imported,
      publicKey: keyOf(imported.publicKey),
      fingerprint: isFingerprintOf("one", imported.fingerprint),
    };
    await client.createKeypair({ name: "two", publicKey: publicKeys.dss });
    told.existing = await codeOf(client.createKeypair({ name: "one", publicKey: publicKeys.rsa }));

    const batch: CreateKeypairRequest[] = [
      { name: "one", publicKey: publicKeys.rsa },
      { name: "three", publicKey: publicKeys.ecdsa256 },
      { name: "four", publicKey: publicKeys.ed25519, scope: "domain", keyProtection: hosting },
      { name: "five", publicKey: publicKeys.rsa, keyProtection: hosting },
    ];
    told.batch = await batchOf(client, batch);

    const listed = await client.listKeypairs();
    told.listed = listed
      .map(({ name, type, publicKey }) => [name, type, keyOf(publicKey)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    const onlyIfListed = listed.find(({ name }) => name === "four");
    told.listedFields = [
      onlyIfListed?.scope ?? "domain",
      onlyIfListed?.isKeyProtection ?? true,
      onlyIfListed?.frozenState ?? 0,
      onlyIfListed?.fingerprint === "" || isFingerprintOf("four", onlyIfListed?.fingerprint ?? ""),
    ];

    const detail = await client.getKeypair("one");
    const { createTime = 0 } = projectOf(simulator).keypairs.find(({ name }) => name === "one") ?? {};
    told.detail = {
      ...detail,
      publicKey: keyOf(detail?.publicKey ?? ""),
      fingerprint: isFingerprintOf("one", detail?.fingerprint ?? ""),
      createTime: detail?.createTime?.slice(0, 19) === new Date(createTime).toISOString().slice(0, 19),
    };
    told.missing = await client.getKeypair("nobody");

    await client.updateDescription("one", "first");
    told.described = (await client.getKeypair("one"))?.description;
    await client.updateDescription("one", "");
    told.cleared = (await client.getKeypair("one"))?.description;
    told.updateOfMissing = await client.updateDescription("nobody", "x").catch(isMissing);

    await client.importPrivateKey("one", undefined, hosting);
    told.hosted = [(await client.getKeypair("one"))?.isKeyProtection, await client.exportPrivateKey("one")];
    await client.importPrivateKey("one", undefined, {
      ...hosting,
      encryption: { type: "kms", kmsKeyName: "kps/default" },
    });
    await client.clearPrivateKey("one");
    told.noLongerHosted = (await client.getKeypair("one"))?.isKeyProtection;
    await client.clearPrivateKey("one");
    await client.clearPrivateKey("nobody");
    told.exportOfNone = await codeOf(client.exportPrivateKey("one"));
    told.otherPrivateKey = await codeOf(client.importPrivateKey("three", undefined, hosting));
    told.hostOfMissing = await client.importPrivateKey("nobody", undefined, hosting).catch(isMissing);

    await client.deleteKeypair("one");
    await client.deleteKeypair("one");
    told.gone = await client.getKeypair("one");
    return told;
  }

  const expected = {
    imported: { name: "one", publicKey: "ed25519", fingerprint: true, privateKey: undefined },
    existing: "KPS.7004",
    batch: [
      ["one", "KPS.7004", false],
      ["three", "ecdsa256", true, undefined],
      ["four", "ed25519", true, undefined],
      ["five", "KPS.6011", false],
    ],
    listed: [
      ["four", "ssh", "ed25519"],
      ["one", "ssh", "ed25519"],
      ["three", "ssh", "ecdsa256"],
      ["two", "ssh", "dss"],
    ],
    listedFields: ["domain", true, 0, true],
    detail: {
      name: "one",
      type: "ssh",
      scope: "domain",
      publicKey: "ed25519",
      fingerprint: true,
      isKeyProtection: false,
      frozenState: 0,
      description: "",
      keyId: undefined,
      algorithm: "ssh-ed25519",
      createTime: true,
      updateTime: undefined,
      deleteTime: undefined,
      id: "1",
      deleted: false,
    },
    missing: undefined,
    described: "first",
    cleared: "",
    updateOfMissing: true,
    hosted: [true, privateKeys.ed25519],
    noLongerHosted: false,
    exportOfNone: "KPS.6005",
    otherPrivateKey: "KPS.6011",
    hostOfMissing: true,
    gone: undefined,
  };

  test.each([["the defaults", {}] as const, ...everyVariant])("%s", async (_, variants) => {
    simulator.setVariants(variants);
    const { userId } = simulator.credentials;
    const { algorithm } = simulator.variants();
    expect(await story()).toEqual({
      ...expected,
      imported: { ...expected.imported, userId },
      detail: { ...expected.detail, userId, algorithm },
    });
  });

  test("all at their last value at once", async () => {
    for (const [, variants] of everyVariant) simulator.setVariants(variants);
    const told = await story();
    expect({ ...told, imported: expected.imported, detail: expected.detail }).toEqual(expected);
  });

  // Generating takes its time, so it is left to the variants that can have to do with it.
  const creation = /^(create|public|read|time|list|gateway)/;

  test.each(everyVariant.filter(([name]) => creation.test(name)))("%s: a generated pair", async (_, variants) => {
    simulator.setVariants(variants);
    const { publicKey, privateKey = "", fingerprint, userId } = await kps().createKeypair({ name: "two" });
    expect(privateKeyProblem(privateKey, publicKey)).toBeUndefined();
    expect(isFingerprintOf("two", fingerprint)).toBe(true);
    expect(userId).toBe(simulator.credentials.userId);
    expect(isSameKey((await kps().getKeypair("two"))?.publicKey ?? "", publicKey)).toBe(true);
  });

  test.each(["failed", "generated"] as const)(
    "a batch entry without a public key: %s",
    async (batchWithoutPublicKey) => {
      simulator.setVariants({ batchWithoutPublicKey, batchPrivateKey: "returned", batchNesting: "keypair.keypair" });
      const [result] = await kps().batchImportKeypairs([{ name: "one" }]);
      if (batchWithoutPublicKey === "failed") {
        expect(result).toMatchObject({ name: "one", error: { code: "KPS.0002" } });
      } else {
        // The only time that the private key can be had.
        const { publicKey = "", privateKey = "" } = result !== undefined && "keypair" in result ? result.keypair : {};
        expect(privateKeyProblem(privateKey, publicKey)).toBeUndefined();
      }
    },
  );
});

describe("requests", () => {
  test("say all that is given and nothing else", async () => {
    const client = kps();
    const full = {
      name: "full",
      type: "ssh",
      publicKey: publicKeys.ed25519,
      scope: "domain",
      userId: simulator.credentials.userId,
      keyProtection: { ...hosting, encryption: { type: "kms", kmsKeyName: "n", kmsKeyId: "i" } },
    } as const;
    await client.createKeypair({ name: "plain" });
    await client.createKeypair(full);
    await client.importPrivateKey("full", simulator.credentials.userId, hosting);
    expect(simulator.calls().map(({ path, body }) => [path, body])).toEqual([
      [`/v3/${projectId}/keypairs`, { keypair: { name: "plain" } }],
      [
        `/v3/${projectId}/keypairs`,
        {
          keypair: {
            name: "full",
            type: "ssh",
            public_key: publicKeys.ed25519,
            scope: "domain",
            user_id: simulator.credentials.userId,
            key_protection: {
              private_key: "[redacted]",
              encryption: { type: "kms", kms_key_name: "n", kms_key_id: "i" },
            },
          },
        },
      ],
      [
        `/v3/${projectId}/keypairs/private-key/import`,
        {
          keypair: {
            name: "full",
            user_id: simulator.credentials.userId,
            key_protection: { private_key: "[redacted]", encryption: { type: "default" } },
          },
        },
      ],
    ]);
  });

  test("name key pairs safely", async () => {
    const client = madeUp({ status: 404, body: { error_code: "KPS.4016" } });
    await client.getKeypair("../x?y#z");
    await client.clearPrivateKey("a/b");
    expect(server.requests.map(({ path }) => path)).toEqual([
      `/v3/${projectId}/keypairs/..%2Fx%3Fy%23z`,
      // Whose project it is, before anything is believed to be gone.
      "/v3/projects",
      `/v3/${projectId}/keypairs/a%2Fb/private-key`,
    ]);
  });
});

describe("lists", () => {
  async function fill(count: number): Promise<string[]> {
    const names = Array.from({ length: count }, (_, index) => `key-${index}`);
    for (const name of names) await simulator.replaceKeypair(projectId, name, { publicKey: publicKeys.ed25519 });
    return names.sort();
  }

  async function listedNames(client = kps()): Promise<string[]> {
    return (await client.listKeypairs()).map(({ name }) => name).sort();
  }

  test.each([0, 1, 49, 50, 51, 100, 101])("of %d key pairs are read to the end", async (count) => {
    const names = await fill(count);
    for (const lastPageMarker of ["null", "absent", "empty"] as const) {
      for (const listOrder of ["newest-first", "oldest-first"] as const) {
        simulator.setVariants({ lastPageMarker, listOrder });
        expect(await listedNames()).toEqual(names);
      }
    }
  });

  test("with pages smaller than asked for are read to the end", async () => {
    const names = await fill(60);
    simulator.setVariants({ maxListLimit: 13 });
    expect(await listedNames()).toEqual(names);
    expect(simulator.calls()).toHaveLength(5);
  });

  const page = (names: string[], next_marker?: unknown): Reaction => ({
    body: { keypairs: names.map((name) => ({ keypair: { name, public_key: "" } })), page_info: { next_marker } },
  });

  test.each<[string, Reaction[], string[], number]>([
    ["a marker that comes again", [page(["a"], "m"), page(["b"], "m")], ["a", "b"], 2],
    ["markers that come in a circle", [page(["a"], "m"), page(["b"], "n"), page(["c"], "m")], ["a", "b", "c"], 3],
    ["no page_info", [{ body: { keypairs: [{ keypair: { name: "a" } }] } }], ["a"], 1],
    ["null page_info", [{ body: { keypairs: [{ keypair: { name: "a" } }], page_info: null } }], ["a"], 1],
  ])("with %s end", async (_, reactions, names, requests) => {
    expect(await listedNames(madeUp(...reactions))).toEqual(names);
    expect(server.requests).toHaveLength(requests);
  });

  test.each<[string, Reaction]>([
    ["no body", { body: "" }],
    ["an empty object", { body: {} }],
    ["no list", { body: { keypairs: null, page_info: { current_count: 0 } } }],
    ["a list of another kind", { body: { keypairs: {} } }],
  ])("with %s are an error, not empty", async (_, reaction) => {
    const error = await failureOf(madeUp(reaction).listKeypairs());
    expect(error.message).toContain(
      "KPS ListKeypairs failed: the answer is not as documented: keypairs is not an array",
    );
  });

  test("that change while they are read name every key pair once", async () => {
    const moved = [page(["a", "b"], "m"), page(["b", "c"], "n"), page(["a", "d"])];
    expect(await listedNames(madeUp(...moved))).toEqual(["a", "b", "c", "d"]);
  });

  describe("whose marker becomes void while they are read", () => {
    const noMore = page([]);
    const first = page(["b", "c"], "c");

    test.each<[string, Reaction]>([
      ["is refused", { status: 400, body: { error_code: "KPS.0002", error_msg: "marker" } }],
      ["is not found", { status: 404, body: { error_code: "KPS.4016", error_msg: "c" } }],
    ])("are read anew where it %s", async (_, refusal) => {
      expect(await listedNames(madeUp(first, refusal, page(["b", "d"], "d"), page(["e"])))).toEqual(["b", "d", "e"]);
    });

    test("are read anew where it leads nowhere", async () => {
      const again = page(["b", "d"], "d");
      expect(await listedNames(madeUp(first, noMore, again, again, page(["e"])))).toEqual(["b", "d", "e"]);
    });

    test("are complete where nothing is behind it and the page before stands", async () => {
      expect(await listedNames(madeUp(first, noMore, first))).toEqual(["b", "c"]);
      expect(server.requests).toHaveLength(3);
    });

    test("are an error where that goes on and on", async () => {
      let asked = 0;
      const client = madeUp(first);
      server.react(({ path }) => (path.includes("marker") ? noMore : page([`k-${asked++}`], "m")));
      expect((await failureOf(client.listKeypairs())).message).toContain("the list changed so much while it was read");
      expect(server.requests.length).toBeLessThan(30);
    });
  });

  test("send markers of any characters back as they came", async () => {
    await listedNames(madeUp(page(["a"], "m=1&x/ü"), page(["b"])));
    expect(server.requests.map(({ path }) => path)).toEqual([
      `/v3/${projectId}/keypairs?limit=50`,
      `/v3/${projectId}/keypairs?limit=50&marker=m%3D1%26x%2F%C3%BC`,
    ]);
  });

  test("of which a page cannot be had are an error, not shorter", async () => {
    await fill(60);
    simulator.addFault({ skip: 1, action: { type: "status", status: 500 } });
    expect(await failureOf(kps().listKeypairs())).toMatchObject({ operation: "KPS ListKeypairs", status: 500 });
  });
});

describe("gone is a key pair only where the service says so itself", () => {
  const doubts: [string, CallAction][] = [
    ["the gateway knows no such API", { type: "status", status: 404, code: "APIGW.0101" }],
    ["a proxy says 404", { type: "html", status: 404 }],
    ["a gateway answers 404 with its own JSON", { type: "status", status: 404, body: { message: "no Route matched" } }],
    ["a framework answers 404", { type: "status", status: 404, body: { status: 404, error: "Not Found" } }],
    ["a 404 says nothing", { type: "status", status: 404, body: "" }],
    ["a 404 has a code that nobody knows", { type: "status", status: 404, code: "KPS.9999" }],
    ["it is forbidden", { type: "status", status: 403, code: "KPS.9003" }],
    ["it is forbidden, although the code is that of a missing one", { type: "status", status: 403, code: "KPS.4016" }],
    ["the service fails", { type: "status", status: 500, code: "KPS.5001" }],
    ["the service fails with the code of a missing one", { type: "status", status: 500, code: "KPS.4016" }],
    ["another parameter is wrong", { type: "status", status: 400, code: "KPS.0002" }],
    ["the user is not found", { type: "status", status: 400, code: "KPS.0006" }],
    ["the gateway is out", { type: "html", status: 502 }],
    ["the credentials are refused", { type: "status", status: 401, code: "APIGW.0301" }],
    ["the connection is reset", { type: "reset" }],
    ["the answer is cut off", { type: "truncate" }],
    ["the answer is of another shape", { type: "body", body: { keypair: [] } }],
    ["the answer is empty", { type: "body", body: undefined }],
  ];

  test.each(doubts)("%s: getting it is an error", async (_, action) => {
    await kps().createKeypair({ name: "k", publicKey: publicKeys.ed25519 });
    simulator.addFault({ action });
    const error = await failureOf(kps().getKeypair("k"));
    expect(error.operation).toBe("KPS ListKeypairDetail");
    expect(isMissing(error)).toBe(false);
  });

  test.each(doubts.slice(0, 15))("%s: deleting it or its private key is an error", async (_, action) => {
    simulator.addFault({ action });
    await expect(kps().deleteKeypair("k")).rejects.toThrow(/^KPS DeleteKeypair failed/);
    await expect(kps().clearPrivateKey("k")).rejects.toThrow(/^KPS ClearPrivateKey failed/);
  });

  test("a lost answer to a deletion is settled by sending it again", async () => {
    await kps().createKeypair({ name: "k", publicKey: publicKeys.ed25519 });
    fail(simulator, "DeleteKeypair", { type: "reset", when: "after" }, { times: 1 });
    await kps().deleteKeypair("k");
    expect(callsOf(simulator, "DeleteKeypair")).toHaveLength(2);
    expect(await kps().getKeypair("k")).toBeUndefined();
  });

  test.each(["Chinese", "no"])("an answer with %s words is told by its code", async (words) => {
    const error_msg = words === "no" ? undefined : "密钥对不存在。";
    expect(await madeUp({ status: 400, body: { error_code: "KPS.4016", error_msg } }).getKeypair("k")).toBeUndefined();
    expect(await madeUp({ status: 404, body: { error_code: "KPS.6004", error_msg } }).getKeypair("k")).toBeUndefined();
  });
});

describe("calls with an effect", () => {
  test.each<[string, CallAction]>([
    ["reset", { type: "reset", when: "after" }],
    ["cut off", { type: "truncate" }],
    ["a gateway's page", { type: "html", when: "after" }],
    ["of another shape", { type: "body", body: { keypair: "created" } }],
    ["without a body", { type: "status", status: 200, body: "", when: "after" }],
  ])("are not sent again where the answer is %s, and say that the outcome is unknown", async (_, action) => {
    fail(simulator, "CreateKeypair", action);
    const error = await failureOf(kps().createKeypair({ name: "k" }));
    expect(error).toMatchObject({ operation: "KPS CreateKeypair", outcomeUnknown: true });
    expect(everyFormOf(error)).not.toContain("BEGIN");
    expect(simulator.calls()).toHaveLength(1);
    simulator.clearFaults();
    expect((await kps().getKeypair("k"))?.name).toBe("k");
  });

  test("that are refused say that nothing has happened, and never show the private key", async () => {
    const client = kps();
    await client.createKeypair({ name: "k", publicKey: publicKeys.rsa });
    const broken = "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----";
    for (const call of [
      () => client.importPrivateKey("k", undefined, hosting),
      () => client.importPrivateKey("k", undefined, { ...hosting, privateKey: broken }),
      () => client.createKeypair({ name: "l", publicKey: publicKeys.rsa, keyProtection: hosting }),
      () => client.createKeypair({ name: "l", publicKey: broken }),
    ]) {
      const error = await failureOf(call());
      expect(error).toMatchObject({ status: 400, outcomeUnknown: false });
      expect(everyFormOf(error)).not.toMatch(/c2VjcmV0|b3BlbnNzaC1rZXk/);
    }
  });

  test("that were throttled are sent again", async () => {
    for (const throttleBody of ["gateway", "empty", "html"] as const) {
      simulator.setVariants({ throttleBody });
      simulator.addFault({ times: 2, action: { type: "throttle" } });
      await kps().createKeypair({ name: throttleBody, publicKey: publicKeys.ed25519 });
    }
    expect(simulator.calls().map(({ status }) => status)).toEqual([429, 429, 200, 429, 429, 200, 429, 429, 200]);
  });
});

describe("a batch import", () => {
  const requests = [
    { name: "a", publicKey: publicKeys.ed25519 },
    { name: "b", publicKey: publicKeys.rsa },
  ];

  async function outcomes(body: unknown): Promise<ImportOutcome[]> {
    return madeUp({ body }).batchImportKeypairs(requests);
  }

  const imported = (name: string) => ({ keypair: { name, public_key: publicKeys.ed25519, fingerprint: "f" } });
  const failed = (name: string, failed_reason: unknown) => ({ keypair_name: name, failed_reason });

  test("tells the outcome of every entry in the order asked for", async () => {
    const results = await outcomes({
      failed_keypairs: [failed("a", '{"error_code":"KPS.7004", "error_msg":"Key pair \'a\' already exists."}')],
      succeeded_keypairs: [imported("b")],
    });
    expect(results).toMatchObject([
      { name: "a", error: { code: "KPS.7004", status: 400, outcomeUnknown: false } },
      { name: "b", keypair: { name: "b", fingerprint: "f" } },
    ]);
    expect(results[0]).toMatchObject({
      error: { message: expect.stringContaining("Key pair 'a' already exists.") as string },
    });
  });

  test.each([
    ["keypair", imported],
    ["keypair.keypair", (name: string) => ({ keypair: imported(name) })],
    ["nothing", (name: string) => imported(name).keypair],
  ])("is read where the entries are nested in %s", async (_, nest) => {
    expect(await outcomes({ succeeded_keypairs: [nest("b"), nest("a")] })).toMatchObject([
      { name: "a", keypair: { name: "a" } },
      { name: "b", keypair: { name: "b" } },
    ]);
  });

  test.each([
    ["plain text", "quota exceeded", /quota exceeded/, undefined],
    ["JSON that is no object", "[1]", /\[1\]/, undefined],
    ["JSON without a message", '{"error_code":"KPS.0002"}', /KPS\.0002/, "KPS.0002"],
    ["empty", "", /BatchImportKeypair failed/, undefined],
    ["absent", undefined, /BatchImportKeypair failed/, undefined],
  ])("with a reason of failure that is %s tells it as it is", async (_, reason, message, code) => {
    const [result] = await outcomes({ failed_keypairs: [failed("a", reason)], succeeded_keypairs: [imported("b")] });
    if (result === undefined || !("error" in result)) throw new Error("the import did not fail");
    expect(result.error.message).toMatch(message);
    expect(result.error.code).toBe(code);
    expect(result.error.outcomeUnknown).toBe(false);
  });

  test("whose answer does not mention an entry leaves its outcome unknown", async () => {
    expect(await outcomes({ failed_keypairs: null, succeeded_keypairs: [imported("a")] })).toMatchObject([
      { name: "a", keypair: { name: "a" } },
      { name: "b", error: { outcomeUnknown: true } },
    ]);
  });

  test("does not take a returned private key for a generated one", async () => {
    const [result] = await outcomes({
      succeeded_keypairs: [{ keypair: { ...imported("a").keypair, private_key: privateKeys.ed25519 } }, imported("b")],
    });
    expect(result).toEqual({
      name: "a",
      keypair: { name: "a", publicKey: publicKeys.ed25519, fingerprint: "f", privateKey: undefined, userId: undefined },
    });
  });

  test("does not show a private key that the service repeats", async () => {
    const reason = JSON.stringify({ error_code: "KPS.6011", error_msg: `refused: ${privateKeys.rsa}` });
    const [result] = await outcomes({ failed_keypairs: [failed("a", reason), failed("b", privateKeys.rsa)] });
    if (result === undefined || !("error" in result)) throw new Error("the import did not fail");
    expect(everyFormOf(result.error)).not.toContain(privateKeys.rsa.slice(40, 80));
  });

  test("of the most entries goes in one call; none of more is sent on the service's account", async () => {
    const entries = Array.from({ length: 10 }, (_, index) => ({ name: `k-${index}`, publicKey: publicKeys.ed25519 }));
    expect((await kps().batchImportKeypairs(entries)).filter((result) => "keypair" in result)).toHaveLength(10);
    expect(simulator.calls()).toHaveLength(1);
    const error = await failureOf(kps().batchImportKeypairs([...entries, { name: "more", publicKey: publicKeys.rsa }]));
    expect(error).toMatchObject({ status: 400, code: "KPS.0002" });
  });
});

test.each([null, undefined, ""])("a detail whose description is %j has none", async (description) => {
  const keypair = { name: "one", public_key: publicKeys.rsa, description };
  expect(await madeUp({ body: { keypair } }).getKeypair("one")).toMatchObject({ description: "" });
});

test.each(["done", ["done"], 1, true])("changes whose answer is not documented may be answered %j", async (body) => {
  const client = madeUp({ body: JSON.stringify(body) });
  await client.updateDescription("one", "text");
  await client.deleteKeypair("one");
  await client.clearPrivateKey("one");
  await client.importPrivateKey("one", undefined, { privateKey: privateKeys.rsa, encryption: { type: "default" } });
  expect(server.requests).toHaveLength(4);
});
