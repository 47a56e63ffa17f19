/** Sets of key pairs: their life, what fails of them, and pairs that move into a set and out of it. */
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { KeypairSetArgs } from "pulumi-huaweicloud-cph";
import { newKey, projectId, startCloud, type TestCloud, type TestKey } from "./cloud";
import { until } from "./faults/moments";
import { ended, runningProcesses } from "./faults/processes";
import { createWorkspace } from "./harness";
import type { InlineStack } from "./harnessInline";
import { CloudPhoneKeypairBinding, differences, host, Keypair, KeypairSet } from "./host";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 3 });
});

beforeEach(() => {
  cloud.simulator.reset();
});

type Pairs = Record<string, { publicKey: string; description?: string; keyProtection?: object }>;

const [alice, bob, carol] = [newKey("alice"), newKey("bob"), newKey("carol")].map(({ publicKey }) => ({
  publicKey,
})) as [{ publicKey: string }, { publicKey: string }, { publicKey: string }];

/** A program with one set, and single pairs by their names. */
function programOf(keypairs: Pairs | undefined, more: Partial<KeypairSetArgs> = {}, singles: Pairs = {}): PulumiFn {
  return () => {
    if (keypairs !== undefined) new KeypairSet("team", { keypairs: keypairs as never, ...more });
    for (const [name, pair] of Object.entries(singles))
      new Keypair(`single-${name}`, { name, ...(pair as object), adoptExisting: more.adoptExisting });

    return Promise.resolve();
  };
}

function stackOf(program: PulumiFn): Promise<InlineStack> {
  return createWorkspace().createStack(program, cloud.config);
}

/** Keys by name, as the cloud has them. */
function live(): Record<string, string> {
  const pairs = cloud.simulator.state().projects[0]?.keypairs ?? [];
  return Object.fromEntries(pairs.map(({ name, publicKey }) => [name, publicKey.split(" ").slice(0, 2).join(" ")]));
}

function keysOf(pairs: Pairs): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pairs).map(([name, { publicKey }]) => [name, publicKey.split(" ").slice(0, 2).join(" ")]),
  );
}

/** The cloud is as wanted, and there is nothing left to do. */
async function expectSettled(stack: InlineStack, pairs: Pairs): Promise<void> {
  expect(live()).toEqual(keysOf(pairs));
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  const { resources, pendingOperations } = await stack.exportState();
  expect([pendingOperations, resources.flatMap(({ initErrors = [] }) => initErrors)]).toEqual([[], []]);
}

test("the life of a set", async () => {
  const stack = await stackOf(programOf({ alice, bob }));
  await stack.up();
  expect(cloud.writes()).toEqual(["BatchImportKeypair"]);
  await expectSettled(stack, { alice, bob });
  expect((await stack.up()).changes).toEqual({ same: 2 });

  const edited = { bob: { ...bob, description: "the builder" }, carol };
  stack.setProgram(programOf(edited));
  const { changes } = await stack.up();
  expect(changes).toEqual({ same: 1, update: 1 });
  expect(cloud.writes().sort()).toEqual(["CreateKeypair", "DeleteKeypair", "UpdateKeypairDescription"]);
  await expectSettled(stack, edited);

  // Drift: one is gone, and one is another.
  cloud.simulator.deleteKeypair(projectId, "bob");
  await cloud.simulator.replaceKeypair(projectId, "carol", { publicKey: alice.publicKey });
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 7 });
  await stack.up({ refresh: true });
  await expectSettled(stack, edited);

  stack.setProgram(programOf(edited, { scope: "domain" }));
  expect((await stack.up()).changes).toEqual({ same: 1, replace: 1 });
  await expectSettled(stack, edited);
  await stack.destroy();
  expect(live()).toEqual({});
});

test("a private key is in no state, whether or not the program calls it secret", async () => {
  const key: TestKey = newKey();
  const keyProtection = { privateKey: key.privateKey, encryption: { type: "default" } };
  const pairs = { alice, hosted: { publicKey: key.publicKey, keyProtection } };
  const stack = await stackOf(programOf(pairs));
  const line = key.privateKey.split("\n")[1] ?? "";
  const outputs = [(await stack.up()).output, (await stack.preview({ diff: true })).output];
  cloud.simulator.addFault({
    match: { operation: "UpdateKeypairDescription" },
    action: { type: "status", status: 403 },
    times: 1,
  });
  stack.setProgram(programOf({ ...pairs, hosted: { ...pairs.hosted, description: "two" } }));
  outputs.push((await stack.up({ exitCode: 1 })).output);
  const texts = [(await stack.exportState()).text];
  await stack.refresh();
  texts.push((await stack.exportState()).text);
  await stack.up();
  texts.push((await stack.exportState()).text);
  for (const text of [...outputs, ...texts]) expect(text).not.toContain(line);
  // The other pair stays readable.
  for (const text of texts) expect(text.split(alice.publicKey)).toHaveLength(3);
});

test("1,000 pairs take little room in the state, and few lines of output", async () => {
  const pairs = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [
      `phone-key-${index}`,
      { publicKey: newKey(`user-${index}@example.com`).publicKey },
    ]),
  );
  const stack = await stackOf(programOf(pairs));
  const { output } = await stack.up();
  expect(cloud.writes()).toHaveLength(100);
  expect(output.split("\n").length).toBeLessThan(60);
  const { text, resources } = await stack.exportState();
  expect(text.length / 1_000).toBeLessThanOrEqual(600);
  expect(Object.keys(resources.at(-1)?.outputs?.fingerprints as object)).toHaveLength(1_000);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  expect(cloud.simulator.calls().length).toBeLessThanOrEqual(21);
});

test("in a preview those lines are marked that tell of pairs which differ, and of their servers", async () => {
  const pairs: Pairs = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key-${index}`, alice]));
  const [first = "", second = "", third = ""] = cloud.serverIds;
  const fleetOf = (keypairs: Pairs, keypairNames: Record<string, string>) => () => {
    const team = new KeypairSet("team", { keypairs: keypairs as never });
    new CloudPhoneKeypairBinding("fleet", { keypairNames }, { dependsOn: team });
    return Promise.resolve();
  };
  const stack = await stackOf(fleetOf(pairs, { [first]: "key-8", [second]: "key-5", [third]: "key-6" }));
  await stack.up();
  const edited: Pairs = { ...pairs, "key-8": bob, "key-9": { ...alice, description: "x" }, added: carol };
  Reflect.deleteProperty(edited, "key-7");
  stack.setProgram(fleetOf(edited, { [first]: "key-8", [second]: "key-9", [third]: "key-6" }));
  const { output } = await stack.preview({ diff: true });
  const marked = output.split("\n").filter((line) => /^ *[-+~]/.test(line));
  const named = marked.flatMap((line) => /(key-\d+|added) *:/.exec(line)?.[1] ?? []);
  expect(named.sort()).toEqual(["added", "key-7", "key-8", "key-9"]);
  const servers = marked.flatMap((line) => /(\w+): "key-\d+" =>/.exec(line)?.[1] ?? []);
  // The key pair of the first is made anew under its name: Pulumi compares the values of dynamic resources, and sees no difference.
  expect(servers.sort()).toEqual(differences.namesakesAreShown ? [first, second].sort() : [second]);
});

describe("what is wrong is told in the preview", () => {
  test("with its path, all at once", async () => {
    const stack = await stackOf(
      programOf({
        alice: { publicKey: "ssh-ed25519 AAAA" },
        "b c": bob,
        carol: { ...carol, description: "x".repeat(256) },
      }),
    );
    const { output } = await stack.preview({ exitCode: 1 });
    for (const path of [
      "keypairs.alice.publicKey does not parse",
      "keypairs.b c may hold",
      "keypairs.carol.description is 256",
    ])
      expect(output).toContain(path);
  });

  test("also that another resource of the program has a name", async () => {
    const stack = await stackOf(programOf({ alice, bob }, {}, { bob }));
    const { output } = await stack.preview({ exitCode: 1 });
    expect(output).toContain('"bob" is the name of "');
    expect(cloud.writes()).toEqual([]);
  });
});

describe("pairs that move", () => {
  test("from single resources into a set without a deletion, and back without a loss", async () => {
    const pairs = { alice, bob };
    const stack = await stackOf(programOf(undefined, {}, pairs));
    await stack.up();
    cloud.writes();
    stack.setProgram(programOf(pairs, { adoptExisting: true }));
    await stack.up();
    expect(cloud.writes()).toEqual([]);
    await expectSettled(stack, pairs);
    // The state forgets the set, and the cloud keeps what was in it.
    stack.setProgram(programOf({ carol }, { adoptExisting: true }, pairs));
    await stack.up();
    await expectSettled(stack, { ...pairs, carol });
    expect((await stack.up()).changes).toMatchObject({ same: 4 });
  });

  test("from one set to another within one run are there afterwards, and the next run has nothing to do", async () => {
    const two = (one: Pairs, other: Pairs) => () => {
      new KeypairSet("one", { keypairs: one as never });
      new KeypairSet("other", { keypairs: other as never });
      return Promise.resolve();
    };
    const stack = await stackOf(two({ alice, bob }, { carol }));
    await stack.up();
    stack.setProgram(two({ alice }, { bob, carol }));
    await stack.up();
    await expectSettled(stack, { alice, bob, carol });
    stack.setProgram(two({ alice, carol }, { bob }));
    await stack.up();
    await expectSettled(stack, { alice, bob, carol });
    expect((await stack.up()).changes).toEqual({ same: 3 });
  });
});

test("servers are bound anew in the run that gives their pair of a set another key", async () => {
  const bound = (keypairs: Pairs) => () => {
    const team = new KeypairSet("team", { keypairs: keypairs as never });
    const { serverIds } = cloud;
    new CloudPhoneKeypairBinding("fleet", { keypairName: "alice", serverIds }, { dependsOn: team });
    return Promise.resolve();
  };
  const stack = await stackOf(bound({ alice, bob }));
  await stack.up();
  stack.setProgram(bound({ alice: carol, bob }));
  await stack.up();
  const [server] = cloud.simulator.state().projects[0]?.servers ?? [];
  expect(server?.trustedKey).toContain(carol.publicKey.split(" ")[1]);
  await expectSettled(stack, { alice: carol, bob });
});

/** Servers that trust another key than their key pair holds by now. */
function boundWithOtherKeys(): string[] {
  const servers = cloud.simulator.state().projects[0]?.servers ?? [];
  const keys = live();
  const isOther = (name: string, trustedKey: string | null) => !trustedKey?.startsWith(keys[name] ?? "none");
  return servers.filter(({ keypairName, trustedKey }) => isOther(keypairName, trustedKey)).map(({ id }) => id);
}

test("servers are bound anew by the next up where a run ended between their pair and their binding", async () => {
  const { serverIds } = cloud;
  const keypairNames = Object.fromEntries(serverIds.map((id, index) => [id, index === 0 ? "alice" : "bob"]));
  const fleetOf = (keypairs: Pairs, ...blocker: string[]) => {
    return () => {
      const team = new KeypairSet("team", { keypairs: keypairs as never });
      const blockers = blocker.map((name) => new Keypair("blocker", { name, publicKey: carol.publicKey }));
      new CloudPhoneKeypairBinding("fleet", { keypairNames }, { dependsOn: [team, ...blockers] });
      return Promise.resolve();
    };
  };
  await cloud.simulator.replaceKeypair(projectId, "taken");
  const stack = await stackOf(fleetOf({ alice, bob }));
  await stack.up();
  stack.setProgram(fleetOf({ alice: carol, bob }, "taken"));
  await stack.up({ exitCode: 1 });
  expect(boundWithOtherKeys()).toEqual(serverIds.slice(0, 1));

  stack.setProgram(fleetOf({ alice: carol, bob }));
  cloud.simulator.clearCalls();
  expect((await stack.up()).changes).toEqual({ same: 2, update: 1 });
  expect(cloud.writes()).toEqual(["UpdateKeypair"]);
  expect(boundWithOtherKeys()).toEqual([]);
  expect((await stack.up()).changes).toEqual({ same: 3 });
});

describe("a failure", () => {
  test("of some pairs is told by their names, and the next up does the rest", async () => {
    await cloud.simulator.replaceKeypair(projectId, "bob");
    const stack = await stackOf(programOf({ alice, bob, carol }));
    const { output } = await stack.up({ exitCode: 1 });
    expect(output).toMatch(/"bob": .*exists already, with another key/);
    expect(Object.keys(live()).sort()).toEqual(["alice", "bob", "carol"]);
    cloud.simulator.deleteKeypair(projectId, "bob");
    cloud.writes();
    await stack.up();
    expect(cloud.writes()).toEqual(["CreateKeypair"]);
    await expectSettled(stack, { alice, bob, carol });
  });

  test("of another key puts the old pair back, and heals where the edit is taken back", async () => {
    const stack = await stackOf(programOf({ alice, bob }));
    await stack.up();
    cloud.simulator.addFault({
      match: { operation: "CreateKeypair" },
      times: 1,
      action: { type: "status", status: 403, code: "KPS.9003" },
    });
    stack.setProgram(programOf({ alice, bob: carol }));
    expect((await stack.up({ exitCode: 1 })).output).toMatch(/"bob" was deleted for it, and has been put back/);
    expect(live()).toEqual(keysOf({ alice, bob }));
    stack.setProgram(programOf({ alice, bob }));
    await stack.up();
    await expectSettled(stack, { alice, bob });
  });

  test("of another scope leaves the pairs as they are, and the next up makes them anew", async () => {
    const stack = await stackOf(programOf({ alice, bob }));
    await stack.up();
    const action = { type: "status", status: 403, code: "KPS.9003" } as const;
    cloud.simulator.addFault({ match: { operation: "BatchImportKeypair" }, action, times: 1 });
    cloud.simulator.addFault({ match: { operation: "CreateKeypair" }, action, times: 2 });
    stack.setProgram(programOf({ alice, bob }, { scope: "domain" }));
    await stack.up({ exitCode: 1 });
    const scopes = () => (cloud.simulator.state().projects[0]?.keypairs ?? []).map(({ scope }) => scope);
    expect(scopes()).toEqual(["user", "user"]);
    await stack.up();
    expect(scopes()).toEqual(["domain", "domain"]);
    await expectSettled(stack, { alice, bob });
  });

  test("to hear an answer is settled by looking", async () => {
    cloud.simulator.addFault({
      match: { operation: "BatchImportKeypair" },
      times: 1,
      action: { type: "reset", when: "after" },
    });
    const stack = await stackOf(programOf({ alice, bob, carol }));
    await stack.up();
    expect(cloud.writes()).toEqual(["BatchImportKeypair"]);
    await expectSettled(stack, { alice, bob, carol });
  });

  /** Runs `pulumi up` up to a moment, ends a process, and does what a user does then. */
  async function upAfterKill(stack: InlineStack, victim: "engine" | "provider", isSo: () => boolean): Promise<void> {
    const run = stack.up({ exitCode: -1 }).catch(() => undefined);
    await until(isSo);
    const processes = runningProcesses();
    process.kill(processes[victim], "SIGKILL");
    await run;
    await ended(processes.provider);
    cloud.simulator.clearFaults();
    await stack.pulumi(["cancel", "--yes"]);
    await stack.up();
    await stack.refresh({ clearPendingCreates: true });
  }

  test.each([
    ["engine", {}],
    // Nobody is left to undo anything, so that the program has to allow it to take over what it made.
    ["provider", { adoptExisting: true }],
  ] as const)("of the %s, which is killed in an update: the next up finishes it", async (victim, more) => {
    const stack = await stackOf(programOf({ alice, bob }, more));
    await stack.up();
    cloud.simulator.addFault({ match: { method: "DELETE" }, times: 1, action: { type: "hang", when: "after" } });
    const wanted = { bob: { ...bob, description: "two" }, carol };
    stack.setProgram(programOf(wanted, more));
    await upAfterKill(stack, victim, () => !("alice" in live()) && "carol" in live());
    await expectSettled(stack, wanted);
  });

  test("of the engine, which is killed while a set is made: the next up makes it", async () => {
    const stack = await stackOf(programOf({ alice, bob, carol }));
    cloud.simulator.addFault({ match: { operation: "BatchImportKeypair" }, action: { type: "hang", when: "after" } });
    await upAfterKill(stack, "engine", () => Object.keys(live()).length === 3);
    await expectSettled(stack, { alice, bob, carol });
  });
});

if (host === "dynamic") {
  test("get reads pairs without managing them", async () => {
    for (const [name, pair] of Object.entries({ alice, bob }))
      await cloud.simulator.replaceKeypair(projectId, name, pair);
    const stack = await stackOf(() => {
      const { keypairs, fingerprints } = KeypairSet.get("seen", "alice,bob");
      return Promise.resolve({ keypairs, fingerprints });
    });
    await stack.up();
    const { keypairs } = await stack.outputs();
    expect(keypairs?.value).toEqual({ alice: { publicKey: alice.publicKey }, bob: { publicKey: bob.publicKey } });
    await stack.destroy();
    expect(Object.keys(live())).toHaveLength(2);
  });
}
