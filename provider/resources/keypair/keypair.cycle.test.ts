import type { CallAction, Operation } from "../../../simulator/index";
import { useSimulator } from "../../../simulator/testing/suite";
import type { HuaweiCloud } from "../../huawei/huaweiCloud";
import { callsOf, fail, projectOf } from "../../testing/fleet";
import { certificate, privateKeys, publicKeys } from "../../testing/keys";
import { contextOf, ManagedResource, noChange, partialFailure, plainFailure } from "../../testing/managedResource";
import {
  cloudOf,
  connect,
  everyFormOf,
  region,
  userOf,
  useShortBackoff,
  useShortPauses,
} from "../../testing/simulatedCloud";
import { keypair } from "./keypair";
import { isSameKey, privateKeyProblem } from "../sshKeys";

const simulator = useSimulator({ servers: 0 });
useShortBackoff();
useShortPauses();

let cloud: HuaweiCloud;

beforeEach(() => {
  cloud = cloudOf(simulator);
});

function newPair() {
  return new ManagedResource(keypair, cloud);
}

function pairs() {
  return projectOf(simulator).keypairs;
}

const name = "key";
const publicKey = `${publicKeys.rsa} me@example.com`;
const keyProtection = { privateKey: privateKeys.rsa, encryption: { type: "kms", kmsKeyId: "id" } };
const hosting = { encryption: { type: "default" } };
const forbidden: CallAction = { type: "status", status: 403, code: "KPS.9003" };
const broken: CallAction = { type: "status", status: 500, code: "KPS.0003" };

/** What may become of the answer to a call that was carried out. */
const lostAnswers: [string, CallAction][] = [
  ["reset", { type: "reset", when: "after" }],
  ["cut off", { type: "truncate" }],
  ["a 502", { type: "status", status: 502, when: "after" }],
  ["a proxy's page", { type: "html", when: "after" }],
  ["a proxy's page with status 200", { type: "html", status: 200, when: "after" }],
  ["empty", { type: "body", body: {} }],
  ["of another shape", { type: "body", body: { keypair: { name: 1 } } }],
];
/** Failures of calls that were not carried out. */
const lostCalls: [string, CallAction][] = [
  ["reset", { type: "reset" }],
  ["a 502", { type: "status", status: 502 }],
  ["a proxy's page", { type: "html" }],
];

const kinds: [string, Record<string, unknown>][] = [
  ["an import", { name, publicKey, description: "mine" }],
  ["an import with hosting", { name, publicKey, description: "mine", keyProtection }],
  ["an import without a given name", { publicKey, description: "mine" }],
  ["a generation", { name, description: "mine" }],
  ["a generation with hosting and without a given name", { description: "mine", keyProtection: hosting }],
];

/** All is as the inputs say, and the state knows it. */
async function expectAllWell(pair: ReturnType<typeof newPair>, inputs: Record<string, unknown>): Promise<void> {
  expect(pairs()).toHaveLength(1);
  const [live] = pairs();
  expect(live).toMatchObject({ name: pair.id, description: "mine", hosted: inputs.keyProtection !== undefined });
  expect(isSameKey(live?.publicKey ?? "", pair.state.publicKey)).toBe(true);
  expect(Object.values(live?.fingerprints ?? {})).toContain(pair.state.fingerprint);
  if (inputs.publicKey === undefined) {
    expect(live?.generated).toBe(true);
    expect(privateKeyProblem(pair.state.privateKey ?? "", live?.publicKey)).toBeUndefined();
  } else {
    expect(pair.state.publicKey).toBe(publicKey);
    expect(pair.state.privateKey).toBeUndefined();
  }
  expect(pair.preview(inputs)).toEqual(noChange);
  await pair.refresh();
  expect(pair.preview(inputs)).toEqual(noChange);
  expect(await pair.up(inputs)).toBe("same");
}

describe.each(kinds)("%s", (_, inputs) => {
  test.each(lostAnswers)("whose answer was %s is settled by looking", async (_what, action) => {
    fail(simulator, "CreateKeypair", action, { times: 1 });
    const pair = newPair();
    await pair.up(inputs);
    await expectAllWell(pair, inputs);
    expect(callsOf(simulator, "CreateKeypair")).toHaveLength(inputs.publicKey === undefined ? 2 : 1);
  });

  test.each(lostCalls)("that came to nothing (%s) is sent again", async (_what, action) => {
    fail(simulator, "CreateKeypair", action, { times: 2 });
    const pair = newPair();
    await pair.up(inputs);
    await expectAllWell(pair, inputs);
    expect(callsOf(simulator, "CreateKeypair")).toHaveLength(3);
  });

  test.each([
    ["carried out", { type: "reset", when: "after" }, forbidden],
    ["carried out", { type: "truncate" }, broken],
    ["not carried out", { type: "html" }, forbidden],
    ["not carried out", { type: "reset" }, broken],
  ] as [string, CallAction, CallAction][])(
    "that was %s without an answer, where looking fails as well, is recorded, and the next update finishes it",
    async (_what, action, lookFails) => {
      const looksBefore = inputs.name !== undefined ? 1 : 0;
      fail(simulator, "CreateKeypair", action, { times: 1 });
      fail(simulator, "ListKeypairDetail", lookFails, { skip: looksBefore });
      const pair = newPair();
      await partialFailure(pair.up(inputs));
      expect(pair.exists).toBe(true);
      if (pairs().length === 1) expect(pair.id).toBe(pairs()[0]?.name);
      simulator.clearFaults();
      // What was generated without an answer is of no use, and is made anew.
      expect(await pair.up(inputs)).toBe(inputs.publicKey === undefined ? "replace" : "update");
      await expectAllWell(pair, inputs);
    },
  );

  test("that was carried out without an answer, where looking fails as well, is deleted by a destroy", async () => {
    fail(simulator, "CreateKeypair", { type: "reset", when: "after" }, { times: 1 });
    const pair = newPair();
    const looksBefore = inputs.name !== undefined ? 1 : 0;
    fail(simulator, "ListKeypairDetail", broken, { skip: looksBefore });
    await partialFailure(pair.up(inputs));
    expect(pairs()).toHaveLength(1);
    simulator.clearFaults();
    await pair.destroy();
    expect(pairs()).toEqual([]);
  });

  test("that waits for an answer when the operation is stopped is recorded, and the next update finishes it", async () => {
    fail(simulator, "CreateKeypair", { type: "hang", when: "after" }, { times: 1 });
    const pair = newPair();
    const stop = new AbortController();
    const context = contextOf(cloud, { signal: stop.signal });
    const up = partialFailure(pair.up(inputs, context));
    while (pairs().length === 0) await new Promise(setImmediate);
    stop.abort();
    expect((await up).reasons.join()).toMatch(
      /KPS CreateKeypair failed: the run was interrupted before an answer came/,
    );
    await pair.up(inputs);
    await expectAllWell(pair, inputs);
  });

  test("that cannot be seen at once is looked for once more", async () => {
    const looksBefore = inputs.name !== undefined ? 1 : 0;
    fail(
      simulator,
      "ListKeypairDetail",
      { type: "status", status: 404, code: "KPS.4016" },
      { skip: looksBefore, times: 1 },
    );
    const pair = newPair();
    await pair.up(inputs);
    await expectAllWell(pair, inputs);
    expect(callsOf(simulator, "CreateKeypair")).toHaveLength(1);
  });

  test("that is stopped before it is sent leaves nothing behind", async () => {
    const pair = newPair();
    await plainFailure(
      pair.up(inputs, contextOf(cloud, { signal: AbortSignal.abort() })).catch((error: unknown) => {
        expect(callsOf(simulator, "CreateKeypair")).toEqual([]);
        throw error;
      }),
    );
    expect(pair.exists).toBe(false);
  });

  test.each<[string, CallAction]>([
    ["for lack of permission", forbidden],
    ["for its content", { type: "status", status: 400, code: "KPS.0006" }],
    ["for its credentials", { type: "status", status: 401 }],
    ["for a conflict that nobody finds", { type: "status", status: 409, code: "KPS.7004" }],
  ])("that is refused %s leaves nothing behind", async (_what, action) => {
    fail(simulator, "CreateKeypair", action);
    const pair = newPair();
    await plainFailure(pair.up(inputs));
    expect(pair.exists).toBe(false);
    expect(callsOf(simulator, "CreateKeypair")).toHaveLength(1);
  });

  test("that never reached the service leaves nothing behind", async () => {
    const gone = cloudOf(simulator, { endpoints: { kms: `https://127.0.0.1:${new URL(simulator.url).port}` } });
    const pair = new ManagedResource(keypair, gone);
    await plainFailure(pair.up(inputs));
    expect(pair.exists).toBe(false);
  });

  test.each<[string, Operation, CallAction]>([
    ["a look at it", "ListKeypairDetail", forbidden],
    ["a look at it", "ListKeypairDetail", { type: "html", status: 404 }],
    ["its description", "UpdateKeypairDescription", broken],
    ["its description", "UpdateKeypairDescription", { type: "reset" }],
  ])("after which %s fails (%s) keeps its key, and the next update finishes it", async (_what, operation, action) => {
    const looksBefore = inputs.name !== undefined ? 1 : 0;
    fail(simulator, operation, action, { skip: operation === "ListKeypairDetail" ? looksBefore : 0 });
    const pair = newPair();
    await partialFailure(pair.up(inputs));
    expect(pair.id).toBe(pairs()[0]?.name);
    const { privateKey } = pair.state;
    simulator.clearFaults();
    expect(await pair.up(inputs)).toBe("update");
    expect(pair.state.privateKey).toBe(privateKey);
    await expectAllWell(pair, inputs);
  });
});

describe("a name that may be taken", () => {
  test("is not claimed where looking for it fails before anything was sent", async () => {
    fail(simulator, "ListKeypairDetail", broken);
    const pair = newPair();
    const failure = await plainFailure(pair.up({ name }));
    expect(failure.message).toMatch(/KPS\.0003/);
    expect(pair.exists).toBe(false);
    expect(callsOf(simulator, "CreateKeypair")).toEqual([]);
  });

  test("by somebody else is neither claimed nor deleted where the service fails throughout", async () => {
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519 });
    fail(simulator, "CreateKeypair", broken);
    const pair = newPair();
    await plainFailure(pair.up({ name, publicKey }));
    expect(pair.exists).toBe(false);
    expect(callsOf(simulator, "CreateKeypair")).toEqual([]);
  });

  test("is not claimed where signing in fails", async () => {
    fail(simulator, "KeystoneCreateUserTokenByPassword", { type: "status", status: 503 });
    const pair = new ManagedResource(keypair, connect(simulator, userOf(simulator)));
    await plainFailure(pair.up({ name, publicKey }));
    expect(pair.exists).toBe(false);
  });

  test("by another key is an error, also where that is only seen after a lost answer", async () => {
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519 });
    const pair = newPair();
    const failure = await plainFailure(pair.up({ name, publicKey }));
    expect(failure.message).toMatch(
      /^KPS shows that a key pair named "key" exists already, with another key\. .*`aliases`.* Otherwise choose another name, /,
    );
    expect(callsOf(simulator, "CreateKeypair")).toEqual([]);

    fail(simulator, "ListKeypairDetail", { type: "status", status: 404, code: "KPS.4016" }, { times: 1 });
    fail(simulator, "CreateKeypair", { type: "reset" }, { times: 1 });
    const later = await plainFailure(pair.up({ name, publicKey }));
    expect(later.message).toMatch(/^KPS shows that a key pair named "key" exists already, with another key/);
    expect(callsOf(simulator, "CreateKeypair")).toHaveLength(1);
    expect(pair.exists).toBe(false);
    expect(pairs()[0]?.publicKey).toBe(publicKeys.ed25519);
  });

  test("is told with the words of the create that was refused for it", async () => {
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519 });
    fail(simulator, "ListKeypairDetail", { type: "status", status: 404, code: "KPS.4016" }, { times: 1 });
    const failure = await plainFailure(newPair().up({ name, publicKey }));
    expect(failure.message).toMatch(
      /^KPS CreateKeypair failed: a key pair named "key" exists already, with another key\. \(HTTP 400, KPS\.7004, request \w+\)/,
    );
  });

  test("by another key is not changed by the update that follows a create of unknown outcome", async () => {
    fail(simulator, "CreateKeypair", { type: "reset" }, { times: 1 });
    fail(simulator, "ListKeypairDetail", forbidden, { skip: 1 });
    const pair = newPair();
    const inputs = { name, publicKey, description: "mine", keyProtection };
    await partialFailure(pair.up(inputs));
    simulator.clearFaults();
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519, description: "theirs" });
    const failure = await partialFailure(pair.up(inputs));
    expect(failure.reasons.join()).toMatch(/"key" holds another key/);
    expect(pairs()).toMatchObject([{ publicKey: publicKeys.ed25519, description: "theirs", hosted: false }]);
  });
});

describe("an update", () => {
  test.each<[string, Record<string, unknown>, Operation]>([
    ["description", { description: "new" }, "UpdateKeypairDescription"],
    ["hosting", { keyProtection }, "ImportPrivateKey"],
  ])("of the %s whose answer is lost is settled", async (_what, change, operation) => {
    for (const [, action] of [...lostAnswers.slice(0, 4), ...lostCalls]) {
      const pair = newPair();
      await pair.up({ name, publicKey });
      fail(simulator, operation, action, { times: 1 });
      expect(await pair.up({ name, publicKey, ...change })).toBe("update");
      expect(pair.preview({ name, publicKey, ...change })).toEqual(noChange);
      expect(pairs()[0]).toMatchObject({
        description: change.description ?? "",
        hosted: change.keyProtection !== undefined,
      });
      await pair.destroy();
      simulator.clearFaults();
    }
  });

  test("that ends hosting whose answer is lost is settled", async () => {
    for (const [, action] of [...lostAnswers.slice(0, 4), ...lostCalls]) {
      const pair = newPair();
      await pair.up({ name, publicKey, keyProtection });
      fail(simulator, "ClearPrivateKey", action, { times: 1 });
      expect(await pair.up({ name, publicKey })).toBe("update");
      expect(pair.preview({ name, publicKey })).toEqual(noChange);
      expect(pairs()[0]?.hosted).toBe(false);
      await pair.destroy();
      simulator.clearFaults();
    }
  });

  test("that fails in the middle records what was done, and the next one does the rest", async () => {
    const pair = newPair();
    const inputs = { name, publicKey, keyProtection };
    await pair.up(inputs);
    const changed = {
      ...inputs,
      description: "new",
      keyProtection: { ...keyProtection, encryption: { type: "default" } },
    };
    fail(simulator, "ImportPrivateKey", broken);
    const failure = await partialFailure(pair.up(changed));
    expect(failure.reasons.join()).toMatch(/KPS ImportPrivateKey failed: .*KPS\.0003/);
    expect(pair.state).toMatchObject({ description: "new", keyProtected: false });
    expect(pair.state.keyProtection).toBeUndefined();
    expect(pair.preview(changed)).toMatchObject({ changed: ["keyProtection"], replaces: [] });
    simulator.clearFaults();
    simulator.clearCalls();
    expect(await pair.up(changed)).toBe("update");
    expect(callsOf(simulator, "UpdateKeypairDescription")).toEqual([]);
    expect(pairs()[0]).toMatchObject({ description: "new", hosted: true, encryption: { type: "default" } });
    expect(pair.preview(changed)).toEqual(noChange);
  });

  test("that names a private key of another pair says which inputs belong together", async () => {
    const refused = { type: "status", status: 400, code: "KPS.6011", message: "No match." } as const;
    const advice = "Give the private key that belongs to `publicKey`.";
    const pair = newPair();
    await pair.up({ name, publicKey });
    fail(simulator, "ImportPrivateKey", refused);
    const { reasons } = await partialFailure(pair.up({ name, publicKey, keyProtection }));
    expect(reasons).toEqual([
      expect.stringMatching(/^KPS ImportPrivateKey failed: No match\. \(HTTP 400, KPS\.6011, .*\) /),
    ]);
    expect(reasons[0]?.endsWith(`) ${advice}`)).toBe(true);
    fail(simulator, "CreateKeypair", refused);
    await expect(newPair().up({ name: "another", publicKey, keyProtection })).rejects.toThrow(advice);
  });

  test("does not host twice what a lost answer hosted already", async () => {
    const pair = newPair();
    await pair.up({ name, publicKey });
    fail(simulator, "ImportPrivateKey", { type: "reset", when: "after" }, { times: 1 });
    await pair.up({ name, publicKey, keyProtection });
    expect(callsOf(simulator, "ImportPrivateKey")).toHaveLength(1);
    expect(callsOf(simulator, "ClearPrivateKey")).toHaveLength(0);
  });

  test("brings an imported pair back that vanished", async () => {
    const pair = newPair();
    await pair.up({ name, publicKey, keyProtection });
    simulator.deleteKeypair(region, name);
    const inputs = { name, publicKey, keyProtection, description: "mine" };
    expect(await pair.up(inputs)).toBe("update");
    await expectAllWell(pair, inputs);
  });

  test.each([false, true])(
    "brings a generated pair back that vanished, with its own key (refreshed: %s)",
    async (refreshed) => {
      const pair = newPair();
      await pair.up({ name, description: "mine" });
      const { privateKey: own, publicKey: ownPublicKey } = pair.state;
      simulator.deleteKeypair(region, name);
      const context = contextOf(cloud);
      if (refreshed) await pair.refresh(context);
      expect(context.warnings).toHaveLength(refreshed ? 1 : 0);
      const inputs = { name, description: refreshed ? "mine" : "changed" };
      expect(await pair.up(inputs)).toBe("update");
      expect(pairs()).toMatchObject([{ name, publicKey: ownPublicKey, description: inputs.description }]);
      expect(pair.state.privateKey).toBe(own);
      expect(pair.preview(inputs)).toEqual(noChange);
    },
  );

  test("puts the key of a generated pair back that was replaced by hand, once a refresh has shown it", async () => {
    const pair = newPair();
    await pair.up({ name });
    const { privateKey: own, publicKey: ownPublicKey } = pair.state;
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519 });
    const unseen = await partialFailure(pair.up({ name, description: "mine" }));
    expect(unseen.message).toMatch(/"key" holds another key.*`pulumi up --refresh`/);
    const context = contextOf(cloud);
    await pair.refresh(context);
    expect(context.warnings).toEqual([expect.stringMatching(/was replaced .* private key is kept in the state/)]);
    expect(pair.state.privateKey).toBe(own);
    expect(await pair.up({ name })).toBe("update");
    expect(pairs()).toMatchObject([{ name, publicKey: ownPublicKey }]);
    expect(pair.state.privateKey).toBe(own);
    expect(pair.preview({ name })).toEqual(noChange);
  });

  describe("of a generated pair whose own public key the program gives by now", () => {
    /** With the public key as the program gives it, in another text than the service's. */
    async function generated() {
      const pair = newPair();
      await pair.up({ name, description: "mine" });
      const { privateKey: own, publicKey: ownPublicKey } = pair.state;
      const given = { name, publicKey: `${ownPublicKey} me@example.com`, description: "mine" };
      expect(await pair.up(given)).toBe("same");
      return { pair, own, given };
    }

    async function expectHealed(pair: ReturnType<typeof newPair>, own: unknown, inputs: Record<string, unknown>) {
      expect(own).toEqual(expect.any(String));
      expect(pair.state).toMatchObject({ privateKey: own, publicKey: inputs.publicKey });
      expect(isSameKey(String(inputs.publicKey), pairs()[0]?.publicKey ?? "")).toBe(true);
      expect(pairs()).toMatchObject([{ name, description: inputs.description }]);
      expect(pair.preview(inputs)).toEqual(noChange);
      await pair.refresh();
      expect(pair.state.privateKey).toBe(own);
      expect(await pair.up(inputs)).toBe("same");
    }

    test.each([false, true])("brings it back with its private key where it vanished (refreshed: %s)", async (seen) => {
      const { pair, own, given } = await generated();
      simulator.deleteKeypair(region, name);
      if (seen) await pair.refresh();
      const inputs = { ...given, description: seen ? "mine" : "changed" };
      const context = contextOf(cloud);
      expect(await pair.up(inputs, context)).toBe("update");
      expect(context.infos).toEqual([expect.stringMatching(/"key" was gone: its own public key is imported again/)]);
      await expectHealed(pair, own, inputs);
    });

    test.each([false, true])(
      "puts its key back where it was replaced by hand, once a refresh has shown it (adoptExisting: %s)",
      async (adoptExisting) => {
        const { pair, own, given } = await generated();
        await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519 });
        await pair.refresh();
        const inputs = { ...given, adoptExisting };
        expect(await pair.up(inputs)).toBe("update");
        await expectHealed(pair, own, inputs);
      },
    );
  });

  test("leaves a pair alone that carries another key by now, and says so", async () => {
    const pair = newPair();
    await pair.up({ name, publicKey });
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519, description: "theirs" });
    const failure = await partialFailure(pair.up({ name, publicKey, description: "mine" }));
    expect(failure.reasons.join()).toMatch(/"key" holds another key.*`pulumi up --refresh`/);
    expect(pairs()[0]?.description).toBe("theirs");
    await pair.refresh();
    expect(await pair.up({ name, publicKey, description: "mine" })).toBe("replace");
    await expectAllWell(pair, { publicKey, description: "mine" });
  });
});

describe("only a real not-found means gone", () => {
  const doubts: [string, CallAction][] = [
    ["a proxy's 404", { type: "html", status: 404 }],
    ["the gateway's 404", { type: "status", status: 404, code: "APIGW.0101" }],
    ["the gateway's 404 of another prefix", { type: "status", status: 404, code: "APIG.0101" }],
    ["a 404 without a body", { type: "body", status: 404, body: undefined }],
    ["a framework's 404", { type: "status", status: 404, body: { status: 404, error: "Not Found" } }],
    ["a 404 with an unknown code", { type: "status", status: 404, code: "KPS.9999" }],
    ["no permission", forbidden],
    ["refused credentials", { type: "status", status: 401 }],
    ["an error of the service", broken],
    ["silence", { type: "reset" }],
    ["another code", { type: "status", status: 400, code: "KPS.0002" }],
  ];

  test.each(doubts)("to a read, %s does not", async (_what, action) => {
    const pair = newPair();
    await pair.up({ name, publicKey });
    fail(simulator, "ListKeypairDetail", action);
    await plainFailure(pair.refresh());
    await plainFailure(newPair().import(name));
    expect(pair.exists).toBe(true);
  });

  const passing = doubts.filter(([what]) => what !== "refused credentials");
  test.each(passing)("to a delete, %s does not", async (_what, action) => {
    const pair = newPair();
    await pair.up({ name, publicKey });
    fail(simulator, "DeleteKeypair", action);
    await plainFailure(pair.destroy());
    expect(pair.exists).toBe(true);
    simulator.clearFaults();
    await pair.destroy();
    expect(pairs()).toEqual([]);
  });

  test.each(lostAnswers.slice(0, 1))("a delete whose answer was %s is done", async (_what, action) => {
    const pair = newPair();
    await pair.up({ name, publicKey });
    fail(simulator, "DeleteKeypair", action, { times: 1 });
    await pair.destroy();
    expect(pairs()).toEqual([]);
  });

  test("a delete of what is gone is done", async () => {
    const pair = newPair();
    await pair.up({ name, publicKey });
    simulator.deleteKeypair(region, name);
    await pair.destroy();
  });
});

test("of a private key's file the key alone is sent, at creation and later", async () => {
  const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  const inputs = { name, publicKey: publicKeys.ecdsa256 };
  const pair = newPair();
  const hosted = () => cloud.kps(region, contextOf(cloud)).exportPrivateKey(name);
  for (const before of ["\uFEFF", parameters]) {
    const privateKey = before + privateKeys.ecdsa256;
    await pair.up({ ...inputs, keyProtection: { ...hosting, privateKey } });
    expect(await hosted()).toBe(privateKeys.ecdsa256);
    // What the program gives is what the state compares.
    expect(pair.preview({ ...inputs, keyProtection: { ...hosting, privateKey } })).toEqual(noChange);
  }
  expect(callsOf(simulator, "CreateKeypair")).toHaveLength(1);
  expect(callsOf(simulator, "ImportPrivateKey")).toHaveLength(1);
});

describe("an existing pair is taken over", () => {
  const inputs = { name, publicKey, description: "mine", adoptExisting: true };

  test("and gets the hosting that is wanted, whoever hosted it before", async () => {
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.rsa });
    simulator.changeKeypair(region, name, { privateKey: privateKeys.rsa });
    const pair = newPair();
    await pair.up({ ...inputs, keyProtection });
    expect(pairs()[0]).toMatchObject({ hosted: true, encryption: { type: "kms" }, description: "mine" });
    await expectAllWell(pair, { ...inputs, keyProtection });
  });

  test("and keeps the hosting that the program says nothing about", async () => {
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.rsa });
    simulator.changeKeypair(region, name, { privateKey: privateKeys.rsa });
    const pair = newPair();
    await pair.up(inputs);
    expect(pair.state.keyProtected).toBe(true);
    expect(pairs()[0]?.hosted).toBe(true);
    expect(pair.preview(inputs)).toEqual(noChange);
  });

  test("and made where there is none", async () => {
    const pair = newPair();
    await pair.up(inputs);
    await expectAllWell(pair, inputs);
  });

  test("not where its private key would be needed", async () => {
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.rsa });
    const pair = newPair();
    await plainFailure(pair.up({ name, adoptExisting: true }));
    expect(pair.exists).toBe(false);
    expect(pairs()).toHaveLength(1);
  });

  test("not where looking at it fails", async () => {
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.rsa });
    fail(simulator, "ListKeypairDetail", forbidden);
    const pair = newPair();
    await plainFailure(pair.up(inputs));
    expect(pair.exists).toBe(false);
  });
});

describe("a generated pair whose hosted private key is missing in the answer", () => {
  const inputs = { name, description: "mine", keyProtection: hosting };

  beforeEach(() => {
    const kps = cloud.kps.bind(cloud);
    jest.spyOn(cloud, "kps").mockImplementation((...given) => {
      const client = kps(...given);
      const create = client.createKeypair.bind(client);
      client.createKeypair = async (request) => ({ ...(await create(request)), privateKey: undefined });
      return client;
    });
  });

  test("gets it from the hosting, and is not replaced", async () => {
    const pair = newPair();
    await pair.up(inputs);
    await expectAllWell(pair, inputs);
  });

  test("is recorded where the export fails", async () => {
    fail(simulator, "ExportPrivateKey", forbidden);
    const pair = newPair();
    const failure = await partialFailure(pair.up(inputs));
    expect(failure.reasons.join()).toMatch(/^KPS ExportPrivateKey failed: .*KPS\.9003/);
    expect(pair.id).toBe(pairs()[0]?.name);
    simulator.clearFaults();
    expect(await pair.up(inputs)).toBe("replace");
    await expectAllWell(pair, inputs);
  });
});

test("a replacement with a given name deletes first, one with a made-up name creates first", async () => {
  const named = newPair();
  await named.up({ name, publicKey });
  const made = newPair();
  await made.up({ publicKey });
  const before = made.id;
  simulator.clearCalls();
  expect(await named.up({ name, publicKey: publicKeys.ed25519 })).toBe("replace");
  expect(await made.up({ publicKey: publicKeys.ed25519 })).toBe("replace");
  expect(made.id).not.toBe(before);
  const order = simulator.calls().map(({ operation }) => operation);
  expect(order.filter((operation) => operation !== "ListKeypairDetail")).toEqual([
    "DeleteKeypair",
    "CreateKeypair",
    "CreateKeypair",
    "DeleteKeypair",
  ]);
  expect(pairs().map((pair) => pair.name)).toEqual([name, made.id]);
});

test("a certificate of type x509 and of the whole account is imported, kept and read", async () => {
  const pair = newPair();
  const inputs = { name, publicKey: certificate.cert, type: "x509", scope: "domain" };
  await pair.up(inputs);
  expect(pairs()).toMatchObject([{ type: "x509", scope: "domain" }]);
  expect(pair.preview(inputs)).toEqual(noChange);
  await pair.refresh();
  expect(pair.preview(inputs)).toEqual(noChange);
  const imported = newPair();
  await imported.import(name);
  expect(imported.preview(inputs)).toEqual(noChange);
});

test("no failure shows a private key", async () => {
  const pair = newPair();
  fail(simulator, "ImportPrivateKey", {
    type: "status",
    status: 400,
    code: "KPS.0002",
    message: `bad ${privateKeys.rsa}`,
  });
  await pair.up({ name, publicKey });
  const failure = await partialFailure(pair.up({ name, publicKey, keyProtection }));
  expect(failure.message).toContain("KPS.0002");
  const secret = privateKeys.rsa.split("\n")[3] ?? "";
  expect(secret).toHaveLength(64);
  expect(everyFormOf(new Error(failure.message))).not.toContain(secret);
});
