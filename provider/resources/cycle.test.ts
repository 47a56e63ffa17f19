import { variantTable, type KeypairState, type Variants } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import { Fleets } from "../fleet/fleet";
import type { HuaweiCloud } from "../huawei/huaweiCloud";
import { callsOf, fail, projectOf } from "../testing/fleet";
import { privateKeys, publicKeys } from "../testing/keys";
import { contextOf, ManagedResource, noChange } from "../testing/managedResource";
import { accessKeyOf, connect, region, userOf, useShortBackoff, useShortPauses } from "../testing/simulatedCloud";
import { everyVariant } from "../testing/variants";
import { cloudPhoneKeypairBinding } from "./binding/binding";
import { keypair } from "./keypair/keypair";
import { isSameKey, privateKeyProblem } from "./sshKeys";

const simulator = useSimulator({ servers: 7, jobSeconds: 0.005 });
useShortBackoff();
useShortPauses();

let cloud: HuaweiCloud;

beforeEach(() => {
  cloud = connect(simulator, userOf(simulator));
});

/** Every switch at a value that is not its default; of those with several, one of them. */
function allAt(pick: <T>(values: readonly T[]) => T | undefined): Partial<Variants> {
  const pairs = Object.keys(variantTable).map((name) => [
    name,
    pick(everyVariant.filter(([, variants]) => name in variants).flatMap(([, variants]) => Object.values(variants))),
  ]);
  return Object.fromEntries(pairs) as Partial<Variants>;
}

const variants: [string, Partial<Variants>][] = [
  ["every default", {}],
  ...everyVariant,
  ["all of the first other values at once", allAt((values) => values[0])],
  ["all of the last values at once", allAt((values) => values.at(-1))],
];

test("every value of every switch is tried", () => {
  const tried = new Set(variants.flatMap(([, variant]) => Object.entries(variant).map((entry) => entry.join(" "))));
  for (const [name, entry] of Object.entries(variantTable)) {
    if ("amount" in entry) expect([...tried].some((text) => text.startsWith(`${name} `))).toBe(true);
    else for (const value of entry.values.slice(1)) expect(tried).toContain(`${name} ${value}`);
  }
});

describe.each(variants)("with %s", (_, variant) => {
  beforeEach(() => {
    simulator.setVariants(variant);
  });

  function found(name: string): KeypairState | undefined {
    return projectOf(simulator).keypairs.find((candidate) => candidate.name === name);
  }

  test("an imported key pair lives its whole life", async () => {
    fail(simulator, "ListKeypairDetail", { type: "throttle" }, { skip: 1, times: 1 });
    fail(simulator, "ListKeypairDetail", { type: "expireToken" }, { skip: 3, times: 1 });
    const name = "imported";
    const publicKey = `${publicKeys.rsa} me@example.com`;
    const pair = new ManagedResource(keypair, cloud);
    const inputs = { name, publicKey, description: "first" };

    await pair.up(inputs);
    expect(pair.id).toBe(name);
    expect(pair.state).toMatchObject({
      ...inputs,
      type: "ssh",
      scope: "user",
      keyProtected: false,
      frozenState: 0,
      region,
    });
    expect(Object.values(found(name)?.fingerprints ?? {})).toContain(pair.state.fingerprint);
    expect(Date.parse(pair.state.createdAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
    expect(pair.preview(inputs)).toEqual(noChange);

    const { state } = pair;
    await pair.refresh();
    expect(pair.state).toEqual(state);
    expect(pair.preview(inputs)).toEqual(noChange);

    for (const description of ["second", "😀".repeat(255), ""]) {
      expect(await pair.up({ ...inputs, description })).toBe("update");
      expect(found(name)?.description).toBe(description);
      expect(pair.preview({ ...inputs, description })).toEqual(noChange);
    }

    const kms = { privateKey: privateKeys.rsa, encryption: { type: "kms", kmsKeyName: "kps/default" } };
    const standard = { privateKey: privateKeys.rsa, encryption: { type: "default" } };
    for (const keyProtection of [kms, standard, undefined, kms]) {
      const protectedInputs = { name, publicKey, keyProtection };
      expect(await pair.up(protectedInputs)).toBe("update");
      expect(found(name)?.hosted).toBe(keyProtection !== undefined);
      expect(found(name)?.encryption?.type).toBe(keyProtection?.encryption.type);
      expect(pair.state.keyProtected).toBe(keyProtection !== undefined);
      expect(pair.preview(protectedInputs)).toEqual(noChange);
      await pair.refresh();
      expect(pair.preview(protectedInputs)).toEqual(noChange);
    }

    // Drift of each kind is seen and healed.
    const wanted = { name, publicKey, description: "mine", keyProtection: kms };
    await pair.up(wanted);
    simulator.changeKeypair(region, name, { description: "theirs", privateKey: null });
    await pair.refresh();
    expect(pair.state).toMatchObject({ description: "theirs", keyProtected: false });
    expect(pair.preview(wanted)).toMatchObject({ changed: ["description", "keyProtection"], replaces: [] });
    expect(await pair.up(wanted)).toBe("update");
    expect(found(name)).toMatchObject({ description: "mine", hosted: true });
    await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ecdsa256 });
    await pair.refresh();
    expect(pair.preview(wanted)).toMatchObject({
      changed: ["publicKey", "description", "keyProtection"],
      replaces: ["publicKey"],
      deleteBeforeReplace: true,
    });
    expect(await pair.up(wanted)).toBe("replace");
    expect(isSameKey(found(name)?.publicKey ?? "", publicKey)).toBe(true);
    expect(pair.preview(wanted)).toEqual(noChange);
    simulator.deleteKeypair(region, name);
    await pair.refresh();
    expect(pair.exists).toBe(false);
    expect(await pair.up(wanted)).toBe("create");
    expect(found(name)?.hosted).toBe(true);

    await pair.destroy();
    expect(found(name)).toBeUndefined();
    await pair.import(name);
    expect(pair.exists).toBe(false);
  });

  test("a generated key pair lives its whole life", async () => {
    const pair = new ManagedResource(keypair, cloud, "made");
    const inputs = { keyProtection: { encryption: { type: "default" } } };
    await pair.up(inputs);
    const { id, state } = pair;
    expect(id).toMatch(/^made-[0-9a-f]{7}$/);
    expect(privateKeyProblem(state.privateKey ?? "", state.publicKey)).toBeUndefined();
    expect(found(id)).toMatchObject({ generated: true, hosted: true });
    expect(pair.preview(inputs)).toEqual(noChange);
    await pair.refresh();
    expect(pair.state).toEqual(state);
    expect(pair.preview(inputs)).toEqual(noChange);
    expect(await pair.up({ description: "no longer hosted" })).toBe("update");
    expect(found(id)).toMatchObject({ hosted: false, description: "no longer hosted" });
    expect(pair.state.privateKey).toBe(state.privateKey);
    await pair.up(inputs);
    expect(found(id)?.hosted).toBe(true);
    expect(pair.preview(inputs)).toEqual(noChange);
    await pair.destroy();
    expect(found(id)).toBeUndefined();
  });

  test("a key pair that exists is refused, taken over where that is asked for, or imported into the state", async () => {
    const name = "theirs";
    await simulator.replaceKeypair(region, name, { publicKey: `${publicKeys.ed25519} them`, description: "theirs" });
    const pair = new ManagedResource(keypair, cloud);
    const inputs = { name, publicKey: publicKeys.ed25519, description: "ours" };
    await expect(pair.up(inputs)).rejects.toThrow(/"theirs" exists already, with the same key.*adoptExisting: true/);
    await expect(pair.up({ name })).rejects.toThrow(/"theirs" exists already, with another key/);
    await expect(pair.up({ name, publicKey: publicKeys.rsa, adoptExisting: true })).rejects.toThrow(
      /holds another key/,
    );
    await expect(pair.up({ ...inputs, scope: "domain", adoptExisting: true })).rejects.toThrow(/scope is "user"/);
    expect(pair.exists).toBe(false);
    expect(found(name)).toMatchObject({ publicKey: `${publicKeys.ed25519} them`, description: "theirs" });

    expect(await pair.up({ ...inputs, adoptExisting: true })).toBe("create");
    expect(found(name)?.description).toBe("ours");
    expect(pair.preview({ ...inputs, adoptExisting: true })).toEqual(noChange);
    await pair.refresh();
    expect(pair.preview({ ...inputs, adoptExisting: true })).toEqual(noChange);

    const imported = new ManagedResource(keypair, cloud);
    await imported.import(name);
    expect(imported.preview(inputs)).toEqual(noChange);
    await imported.destroy();
    expect(found(name)).toBeUndefined();
  });

  test("of key pairs that are imported together, each is made or refused for itself", async () => {
    const fleets = new Fleets(cloud);
    const imports = [{ name: "good" }, { name: "refused", userId: "nobody" }, { name: "too" }].map((inputs) =>
      new ManagedResource(keypair, cloud).up({ publicKey: publicKeys.rsa, ...inputs }, contextOf(cloud, { fleets })),
    );
    const [good, refused, too] = await Promise.allSettled(imports);
    expect([good, too]).toEqual(new Array(2).fill({ status: "fulfilled", value: "create" }));
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "KPS.0006" } });
    expect(["good", "refused", "too"].map((name) => found(name)?.name)).toEqual(["good", undefined, "too"]);
    expect(callsOf(simulator, "BatchImportKeypair")).toHaveLength(1);
  });

  test("a binding lives its whole life", async () => {
    fail(simulator, "UpdateKeypair", { type: "expireToken" }, { skip: 1, times: 1 });
    await simulator.replaceKeypair(region, "first", { publicKey: publicKeys.ed25519 });
    await simulator.replaceKeypair(region, "second", { publicKey: publicKeys.rsa });
    await simulator.replaceKeypair(region, "original", { publicKey: publicKeys.ecdsa256 });
    const ids = projectOf(simulator).servers.map(({ id }) => id);
    for (const id of ids) simulator.changeServer(region, id, { keypairName: "original" });
    const [one = "", two = ""] = ids;
    const six = ids.slice(0, 6);
    const binding = new ManagedResource(cloudPhoneKeypairBinding, cloud);

    /** The key pair of every server, in the order of `ids`: what it shows, and what it really trusts. */
    function carried(): string[] {
      return projectOf(simulator).servers.map(({ keypairName, trustedKey }) => {
        expect(isSameKey(trustedKey ?? "", found(keypairName)?.publicKey ?? "none")).toBe(true);
        return keypairName;
      });
    }
    function recorded(): (string | undefined)[] {
      return ids.map((id) => binding.state.bindings.find(({ serverId }) => serverId === id)?.keypairName);
    }
    function times(count: number, name: string): string[] {
      return new Array<string>(count).fill(name);
    }

    const inputs = { keypairName: "first", serverIds: six, deletionPolicy: "restore" };
    await binding.up(inputs);
    expect(carried()).toEqual([...times(6, "first"), "original"]);
    expect(recorded()).toEqual([...times(6, "first"), undefined]);
    expect(binding.state.bindings.map((entry) => entry.previousKeypairName)).toEqual(times(6, "original"));
    expect(binding.state.bindings.every(({ jobId }) => jobId !== undefined)).toBe(true);
    expect(binding.preview(inputs)).toEqual(noChange);
    const { state } = binding;
    await binding.refresh();
    expect(binding.state).toEqual(state);
    expect(binding.preview({ ...inputs, serverIds: [...six, ...six].reverse() })).toEqual(noChange);

    // Only the added server is called.
    const all = { ...inputs, serverIds: ids };
    simulator.clearCalls();
    expect(await binding.up(all)).toBe("update");
    const named = simulator.calls().flatMap(({ operation, body }) => (operation === "UpdateKeypair" ? [body] : []));
    expect(new Set(named.map((body) => JSON.stringify(body)))).toEqual(
      new Set([JSON.stringify({ servers: [{ server_id: ids[6], keypair_name: "first" }] })]),
    );
    expect(carried()).toEqual(times(7, "first"));
    expect(binding.preview(all)).toEqual(noChange);

    const rotated = { ...all, keypairName: "second" };
    expect(await binding.up(rotated)).toBe("update");
    expect(carried()).toEqual(times(7, "second"));
    expect(recorded()).toEqual(times(7, "second"));
    expect(binding.state.bindings.map((entry) => entry.previousKeypairName)).toEqual(times(7, "original"));
    expect(binding.preview(rotated)).toEqual(noChange);

    // The same name, another key: the fingerprint tells.
    await simulator.replaceKeypair(region, "second", { publicKey: publicKeys.dss });
    const fingerprinted = { ...rotated, keypairFingerprint: "new" };
    expect(await binding.up(fingerprinted)).toBe("update");
    expect(carried()).toEqual(times(7, "second"));
    expect(binding.preview(fingerprinted)).toEqual(noChange);

    simulator.changeServer(region, one, { keypairName: "original" });
    simulator.removeServer(region, two);
    const context = contextOf(cloud);
    await binding.refresh(context);
    expect(context.warnings).toHaveLength(2);
    expect(context.warnings.find((text) => text.includes(one))).toMatch(
      /carries key pair "original" instead of "second"/,
    );
    expect(context.warnings.find((text) => text.includes(two))).toMatch(/no longer exists/);
    expect(binding.state.serverIds).toEqual(ids.slice(2).sort());
    expect(recorded().slice(0, 2)).toEqual(["original", undefined]);
    const healed = { ...fingerprinted, serverIds: ids.filter((id) => id !== two) };
    expect(binding.preview(healed)).toMatchObject({ changed: ["serverIds"], replaces: [] });
    await binding.up(healed);
    expect(carried()).toEqual(times(6, "second"));
    expect(binding.preview(healed)).toEqual(noChange);

    // A server that leaves, and then all, get the first key pair of all back.
    const fewer = { ...healed, serverIds: ids.slice(2) };
    await binding.up(fewer);
    expect(carried()).toEqual(["original", ...times(5, "second")]);
    expect(binding.preview(fewer)).toEqual(noChange);
    await binding.refresh();
    expect(binding.preview(fewer)).toEqual(noChange);
    await binding.destroy();
    expect(carried()).toEqual(times(6, "original"));

    await binding.import(`second/${ids.slice(2).join()}`);
    expect(binding.exists).toBe(false);
    await binding.import(`original/${ids.slice(2).join()}`);
    expect(binding.preview({ keypairName: "original", serverIds: ids.slice(2) })).toEqual(noChange);
    simulator.clearCalls();
    await binding.destroy();
    expect(simulator.calls()).toEqual([]);
  });

  test("a binding whose key pair is deleted while its jobs run is healed once there is one of that name again", async () => {
    const takesLong = { type: "jobTakes", seconds: 1000 } as const;
    const fault = simulator.addFault({ match: { operation: "UpdateKeypair" }, action: takesLong });
    await simulator.replaceKeypair(region, "first", { publicKey: publicKeys.ed25519 });
    const serverIds = projectOf(simulator).servers.map(({ id }) => id);
    const inputs = { keypairName: "first", serverIds };
    const binding = new ManagedResource(cloudPhoneKeypairBinding, cloud);
    const failure = binding.up(inputs).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    while (projectOf(simulator).jobs.length < serverIds.length) await new Promise(setImmediate);
    simulator.deleteKeypair(region, "first");
    simulator.advanceClock(takesLong.seconds);
    const { keypairDeletedDuringJob } = simulator.variants();
    expect(/CPS\.?0067/.test((await failure) ?? "")).toBe(keypairDeletedDuringJob === "fails");

    simulator.removeFault(fault);
    await simulator.replaceKeypair(region, "first", { publicKey: publicKeys.rsa });
    await binding.refresh();
    expect(await binding.up(inputs)).toBe("update");
    for (const { keypairName, trustedKey } of projectOf(simulator).servers)
      expect([keypairName, isSameKey(trustedKey ?? "", publicKeys.rsa)]).toEqual(["first", true]);

    expect(binding.preview(inputs)).toEqual(noChange);
  });
});

// Where a service hides it instead ("missing"), the hosts know by the project in the state.
test.each(["forbidden", "invalid"] as const)(
  "what a refresh looks for in a project of another account, %s, is an error and not gone",
  async (foreignProject) => {
    simulator.setVariants({ foreignProject });
    await simulator.replaceKeypair(region, "mine", { publicKey: publicKeys.ed25519 });
    const [serverId = ""] = projectOf(simulator).servers.map(({ id }) => id);
    const pair = new ManagedResource(keypair, cloud);
    await pair.import("mine");
    const binding = new ManagedResource(cloudPhoneKeypairBinding, cloud);
    await binding.up({ keypairName: "mine", serverIds: [serverId] });
    const foreign = "e".repeat(32);
    simulator.addProject(region, foreign, "elsewhere");
    const elsewhere = connect(simulator, { ...accessKeyOf(simulator), projectId: foreign });
    await expect(pair.refresh(contextOf(elsewhere))).rejects.toThrow("KPS.9003");
    await expect(binding.refresh(contextOf(elsewhere))).rejects.toThrow(/CPS\.00(01|46)/);
    expect([pair.exists, binding.exists, binding.state.serverIds]).toEqual([true, true, [serverId]]);
  },
);

test.each(["gateway", "iam"] as const)(
  "a wrong secret key that the %s finds while the project is looked up is told as such, and tried once",
  async (iamUnauthorized) => {
    simulator.setVariants({ iamUnauthorized });
    const { accessKey } = accessKeyOf(simulator);
    const wrong = connect(simulator, { accessKey, secretKey: "wrong" });
    const up = new ManagedResource(keypair, wrong).up({ name: "mine" });
    await expect(up).rejects.toThrow(/^IAM KeystoneListProjects failed: .*HTTP 401.*accessKey.*secretKey/);
    expect(simulator.calls()).toMatchObject([{ operation: "KeystoneListProjects", status: 401 }]);
  },
);
