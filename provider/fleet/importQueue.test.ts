import { setTimeout as sleep } from "node:timers/promises";
import type { CallAction, Operation } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import type { HuaweiCloud } from "../huawei/huaweiCloud";
import type { CreatedKeypair, CreateKeypairRequest } from "../huawei/kps";
import { useAnsweringServer } from "../testing/answeringServer";
import { callsOf, fail, projectOf } from "../testing/fleet";
import { privateKeys, publicKeys } from "../testing/keys";
import { cloudOf, failureOf, madeUpCloud, operation, region, useShortBackoff } from "../testing/simulatedCloud";
import { ImportQueue } from "./importQueue";

const simulator = useSimulator({ servers: 0 });
const server = useAnsweringServer();
useShortBackoff();

let queue: ImportQueue;

beforeEach(() => {
  queue = newQueue(cloudOf(simulator));
});

function newQueue(cloud: HuaweiCloud): ImportQueue {
  return new ImportQueue((operation) => cloud.kps(region, operation));
}

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `key-${index}`);
}

function importPair(name: string, { signal, ...more }: Partial<CreateKeypairRequest> & { signal?: AbortSignal } = {}) {
  return queue.import({ name, publicKey: publicKeys.ed25519, ...more }, operation({ signal }));
}

function importAll(names: readonly string[]): Promise<CreatedKeypair>[] {
  return names.map((name) => importPair(name));
}

/** `imported`, or the code of the error, of each import. */
function outcomesOf(imports: Promise<unknown>[]): Promise<(string | undefined)[]> {
  return Promise.all(
    imports.map((each) =>
      each.then(
        () => "imported",
        async () => (await failureOf(each)).code,
      ),
    ),
  );
}

/** Names of each batch. */
function batches(): string[][] {
  return callsOf(simulator, "BatchImportKeypair").map(({ body }) =>
    (body as { keypair: { name: string } }[]).map(({ keypair }) => keypair.name),
  );
}

function pairs() {
  return projectOf(simulator).keypairs;
}

function singles(): number {
  return callsOf(simulator, "CreateKeypair").length;
}

async function arrived(operation: Operation): Promise<void> {
  while (callsOf(simulator, operation).length === 0) await sleep(5);
}

test("a lone import is a plain call", async () => {
  expect(await importPair("alone")).toMatchObject({ name: "alone", publicKey: publicKeys.ed25519 });
  expect(simulator.calls().map(({ operation }) => operation)).toEqual(["CreateKeypair"]);
});

test("imports wanted at the same moment become batches of ten", async () => {
  const names = namesOf(22);
  const imported = await Promise.all(importAll(names));
  expect(imported.map(({ name }) => name)).toEqual(names);
  expect(batches()).toEqual([names.slice(0, 10), names.slice(10, 20), names.slice(20)]);
  expect(singles()).toBe(0);
  expect(pairs().map(({ name }) => name)).toEqual(names);
});

test("one that is left of many is a plain call", async () => {
  await Promise.all(importAll(namesOf(11)));
  expect(batches()).toEqual([namesOf(10)]);
  expect(singles()).toBe(1);
});

test("what is wanted later goes in a later call", async () => {
  await importPair("one");
  await importPair("two");
  expect(singles()).toBe(2);
  expect(batches()).toEqual([]);
});

test("all that is wanted of a key pair goes with its batch", async () => {
  const keyProtection = { privateKey: privateKeys.rsa, encryption: { type: "kms", kmsKeyId: "id" } } as const;
  await Promise.all([
    importPair("hosted", { publicKey: publicKeys.rsa, keyProtection }),
    importPair("whole-account", { scope: "domain" }),
  ]);
  expect(batches()).toHaveLength(1);
  expect(pairs()).toMatchObject([
    { name: "hosted", hosted: true, encryption: { type: "kms" }, scope: "user" },
    { name: "whole-account", hosted: false, scope: "domain" },
  ]);
});

describe.each(["keypair", "keypair.keypair"] as const)("where imported pairs are nested as %s", (batchNesting) => {
  test.each(["absent", "returned"] as const)("each gets its own (private key %s)", async (batchPrivateKey) => {
    simulator.setVariants({ batchNesting, batchPrivateKey });
    const keyProtection = { privateKey: privateKeys.rsa, encryption: { type: "default" } } as const;
    const [one, two] = await Promise.all([
      importPair("one", { publicKey: publicKeys.rsa, keyProtection }),
      importPair("two"),
    ]);
    expect(one).toMatchObject({ name: "one", publicKey: publicKeys.rsa });
    expect(two).toMatchObject({ name: "two", publicKey: publicKeys.ed25519 });
    for (const { fingerprint, privateKey } of [one, two]) {
      expect(fingerprint).toMatch(/^SHA256:/);
      expect(privateKey).toBeUndefined();
    }
  });

  test("those that are refused get their own reason, and the others theirs", async () => {
    simulator.setVariants({ batchNesting });
    await simulator.replaceKeypair(region, "taken", { publicKey: publicKeys.rsa });
    const imports = [importPair("one"), importPair("taken"), importPair("bad", { scope: "nobody" }), importPair("two")];
    expect(await outcomesOf(imports)).toEqual(["imported", "KPS.7004", "KPS.0002", "imported"]);
    expect(await failureOf(imports[1] ?? Promise.resolve())).toMatchObject({ status: 400, outcomeUnknown: false });
    expect((await failureOf(imports[1] ?? Promise.resolve())).message).toContain("Key pair 'taken' already exists");
    expect(simulator.calls()).toHaveLength(1);
  });
});

describe("an answer", () => {
  function answered(body: unknown): Promise<CreatedKeypair>[] {
    queue = newQueue(madeUpCloud(server, { body }));
    return importAll(["one", "two"]);
  }

  const one = { keypair: { name: "one", public_key: publicKeys.ed25519, fingerprint: "f" } };

  test("in another order is matched by name", async () => {
    const two = { keypair: { keypair: { name: "two", public_key: publicKeys.rsa, fingerprint: "g" } } };
    const imported = await Promise.all(answered({ succeeded_keypairs: [two, one] }));
    expect(imported).toMatchObject([
      { name: "one", fingerprint: "f" },
      { name: "two", fingerprint: "g" },
    ]);
  });

  test.each([
    ["a JSON document", JSON.stringify({ error_code: "KPS.7004", error_msg: "taken" }), "KPS.7004", /taken/],
    ["a document without a code", JSON.stringify({ error_msg: "taken" }), undefined, /taken/],
    ["plain words", "out of space", undefined, /out of space/],
    ["another JSON value", "[1]", undefined, /\[1\]/],
    ["empty", "", undefined, /BatchImportKeypair failed/],
  ])("whose reason is %s tells it", async (_, reason, code, message) => {
    const [first, second] = answered({
      succeeded_keypairs: [one],
      failed_keypairs: [{ keypair_name: "two", failed_reason: reason }],
    });
    expect((await first)?.name).toBe("one");
    const failure = await failureOf(second ?? Promise.resolve());
    expect(failure).toMatchObject({ code, status: 400, outcomeUnknown: false });
    expect(failure.message).toMatch(message);
  });

  test("that leaves a key pair out leaves its outcome open", async () => {
    const [first, second] = answered({ succeeded_keypairs: [one], failed_keypairs: [] });
    expect((await first)?.name).toBe("one");
    expect(await failureOf(second ?? Promise.resolve())).toMatchObject({ outcomeUnknown: true });
  });
});

describe("a batch that fails as a whole", () => {
  test.each<[string, CallAction]>([
    ["because of one of its entries", { type: "status", status: 400, code: "KPS.0002" }],
    ["as too large", { type: "status", status: 413 }],
    ["as there is no such call", { type: "status", status: 404, code: "APIGW.0101" }],
    ["since the account may import single key pairs only", { type: "status", status: 403, code: "KPS.9003" }],
  ])("%s is sent again one by one, and each gets its own outcome", async (_, action) => {
    await simulator.replaceKeypair(region, "taken", { publicKey: publicKeys.rsa });
    fail(simulator, "BatchImportKeypair", action);
    expect(await outcomesOf(importAll(["one", "taken", "two"]))).toEqual(["imported", "KPS.7004", "imported"]);
    expect([batches().length, singles()]).toEqual([1, 3]);
  });

  test.each<[string, CallAction, boolean, string | undefined]>([
    ["for its credentials", { type: "status", status: 401 }, false, "APIGW.0301"],
    ["on the service's side", { type: "status", status: 500, code: "KPS.0003" }, true, "KPS.0003"],
    ["on the way", { type: "reset" }, true, undefined],
    ["after it was done", { type: "reset", when: "after" }, true, undefined],
    ["in the middle of its answer", { type: "truncate" }, true, undefined],
    [
      "with an answer of another shape",
      { type: "body", body: { succeeded_keypairs: [{ keypair: 1 }] } },
      true,
      undefined,
    ],
  ])("%s is not sent again, and tells each whether it may have been imported", async (_, action, unknown, code) => {
    fail(simulator, "BatchImportKeypair", action);
    const failures = await Promise.all(importAll(namesOf(4)).map(failureOf));
    for (const failure of failures) expect(failure).toMatchObject({ code, outcomeUnknown: unknown });
    expect([batches().length, singles()]).toEqual([1, 0]);
  });

  test("for too many calls is sent again", async () => {
    fail(simulator, "BatchImportKeypair", { type: "throttle" }, { times: 2 });
    expect(await outcomesOf(importAll(namesOf(4)))).toEqual(Array.from({ length: 4 }, () => "imported"));
    expect(batches()).toHaveLength(3);
  });
});

describe("two imports of the same name", () => {
  test("go in two calls, and the second is refused", async () => {
    const outcomes = await outcomesOf(importAll(["same", "other", "same", "third"]));
    expect(outcomes).toEqual(["imported", "imported", "KPS.7004", "imported"]);
    expect(batches()).toEqual([["same", "other", "third"]]);
    expect(singles()).toBe(1);
  });

  test("or of ten all end", async () => {
    const outcomes = await outcomesOf(importAll(Array.from({ length: 10 }, () => "same")));
    expect(outcomes).toEqual(["imported", ...Array.from({ length: 9 }, () => "KPS.7004")]);
    expect(pairs()).toHaveLength(1);
  });
});

describe("an operation that has to stop", () => {
  test("before its batch is sent takes its key pair out, and no other", async () => {
    const stop = new AbortController();
    const stopped = failureOf(importPair("stopped", { signal: stop.signal }));
    const others = importAll(["one", "two"]);
    stop.abort();
    expect(await stopped).toMatchObject({ operation: "KPS CreateKeypair", outcomeUnknown: false });
    expect(await outcomesOf(others)).toEqual(["imported", "imported"]);
    expect(batches()).toEqual([["one", "two"]]);
  });

  test("before it asked, or with all others, asks for nothing", async () => {
    const stopped = AbortSignal.abort();
    const failures = ["one", "two"].map((name) => failureOf(importPair(name, { signal: stopped })));
    for (const failure of failures) expect(await failure).toMatchObject({ outcomeUnknown: false });
    // Gathered together with them.
    await importPair("three");
    expect(pairs().map(({ name }) => name)).toEqual(["three"]);
    expect(simulator.calls()).toHaveLength(1);
  });

  test("while its batch is under way is told at once that its outcome is open, and the others get theirs", async () => {
    fail(simulator, "BatchImportKeypair", { type: "delay", milliseconds: 300 });
    const stop = new AbortController();
    const stopped = failureOf(importPair("stopped", { signal: stop.signal }));
    const others = outcomesOf(importAll(["one", "two"]));
    await arrived("BatchImportKeypair");
    stop.abort();
    expect(await stopped).toMatchObject({ operation: "KPS CreateKeypair", outcomeUnknown: true });
    expect(pairs()).toEqual([]);
    expect(await others).toEqual(["imported", "imported"]);
    expect(pairs()).toHaveLength(3);
  });

  test("with all others of its batch ends the call", async () => {
    fail(simulator, "BatchImportKeypair", { type: "hang" });
    const stop = new AbortController();
    const stopped = ["one", "two"].map((name) => failureOf(importPair(name, { signal: stop.signal })));
    await arrived("BatchImportKeypair");
    stop.abort();
    for (const failure of stopped) expect(await failure).toMatchObject({ outcomeUnknown: true });
  });

  test("while it is imported by itself ends that call", async () => {
    fail(simulator, "CreateKeypair", { type: "hang" });
    const stop = new AbortController();
    const stopped = failureOf(importPair("alone", { signal: stop.signal }));
    await arrived("CreateKeypair");
    stop.abort();
    expect(await stopped).toMatchObject({ outcomeUnknown: true });
  });
});

test("once as many wait as ever were open at once, they are sent without waiting for more", async () => {
  const names = namesOf(24);
  await Promise.all(importAll(names.slice(0, 8)));
  // Nothing but a flush sends them.
  jest.spyOn(global, "setTimeout").mockImplementation(() => ({ unref: () => undefined }) as unknown as NodeJS.Timeout);
  await Promise.all(importAll(names.slice(8, 16)));
  await Promise.all(importAll(names.slice(16)));
  expect(batches()).toEqual([names.slice(0, 8), names.slice(8, 16), names.slice(16)]);
});
