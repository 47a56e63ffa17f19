/** Another key pair, or another key, on the same servers. */
import { previousOf, useBindingFleet, type Binding } from "../../testing/bindingFleet";
import { fail, serverOf } from "../../testing/fleet";
import { anyFailure, noChange, partialFailure } from "../../testing/managedResource";
import { region } from "../../testing/simulatedCloud";
import { cloudPhoneKeypairBinding } from "./binding";

const { simulator, newBinding, newContext, newServers, carried, refuse } = useBindingFleet();

describe("a server whose rotation was refused", () => {
  const inputs = { keypairName: "one", deletionPolicy: "restore" };
  const rotated = { ...inputs, keypairName: "two" };

  /** All but the first carry key pair two; the first is frozen with key pair one. */
  async function halfRotated(): Promise<{ binding: Binding; ids: string[]; frozen: string; rest: string[] }> {
    const ids = newServers(3);
    const [frozen = "", ...rest] = ids;
    const binding = newBinding();
    await binding.up({ ...inputs, serverIds: ids });
    refuse([frozen]);
    await partialFailure(binding.up({ ...rotated, serverIds: ids }));
    simulator.clearFaults();
    return { binding, ids, frozen, rest };
  }

  test.each([
    ["", false],
    [", also after a refresh", true],
  ])("gets its earlier key pair back when it leaves%s", async (_, refreshed) => {
    const { binding, frozen, rest } = await halfRotated();
    if (refreshed) await binding.refresh();
    const context = newContext();
    await binding.up({ ...rotated, serverIds: rest }, context);
    expect(carried([frozen])).toEqual(["original"]);
    expect(context.warnings).toEqual([]);
    expect(binding.preview({ ...rotated, serverIds: rest })).toEqual(noChange);
  });

  test("gets it back from a destroy, also after more rotations that failed", async () => {
    const { binding, ids, frozen } = await halfRotated();
    refuse([frozen]);
    await partialFailure(binding.up({ ...rotated, keypairName: "three", serverIds: ids }));
    simulator.clearFaults();
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original", "original"]);
  });

  test("gets it back although it carries a key pair whose job ended late", async () => {
    const { binding, ids, frozen } = await halfRotated();
    simulator.changeServer(region, frozen, { keypairName: "two" });
    refuse([frozen]);
    await partialFailure(binding.up({ ...rotated, keypairName: "three", serverIds: ids }));
    simulator.clearFaults();
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original", "original"]);
  });

  test("stays known when it is the last one that carries a key pair of ours", async () => {
    const { binding, ids, rest } = await halfRotated();
    for (const id of rest) simulator.changeServer(region, id, { keypairName: "theirs" });
    await binding.refresh();
    expect(binding.state.serverIds).toEqual([]);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "theirs", "theirs"]);
  });

  test("keeps a key pair that it got by another hand", async () => {
    const { binding, frozen, rest } = await halfRotated();
    simulator.changeServer(region, frozen, { keypairName: "theirs" });
    await binding.refresh();
    const context = newContext();
    await binding.up({ ...rotated, serverIds: rest }, context);
    expect(carried([frozen])).toEqual(["theirs"]);
    expect(context.warnings).toEqual([]);
  });

  test("is told to keep the key pair that it carries, with retain", async () => {
    const { binding, rest } = await halfRotated();
    const context = newContext();
    await binding.up({ ...rotated, deletionPolicy: "retain", serverIds: rest }, context);
    expect(context.infos).toEqual([expect.stringMatching(/^1 server keeps key pair "one"/)]);
  });

  test("is told with a warning where a state of version 0.1.0 does not say who gave it what it carries", async () => {
    const { binding, ids, frozen } = await halfRotated();
    const state = { ...binding.state, __given: undefined };
    const context = newContext();
    await cloudPhoneKeypairBinding.delete(context, binding.id, state);
    expect(carried(ids)).toEqual(["one", "original", "original"]);
    expect(context.warnings).toEqual([
      `Server ${frozen} (${serverOf(simulator, frozen)?.name ?? ""}) keeps key pair "one": ` +
        "the state does not tell whether this binding gave it.",
    ]);
  });

  test("is bound again by the next update, and then carries that key pair alone of ours", async () => {
    const { binding, ids, frozen, rest } = await halfRotated();
    await binding.up({ ...rotated, serverIds: ids });
    expect(binding.preview({ ...rotated, serverIds: ids })).toEqual(noChange);
    simulator.changeServer(region, frozen, { keypairName: "one" });
    await binding.up({ ...rotated, serverIds: rest });
    expect(carried([frozen])).toEqual(["one"]);
  });
});

describe("a rotation that is over before any of its jobs", () => {
  const inputs = { keypairName: "one", deletionPolicy: "restore" };

  async function timedOut(change: Record<string, unknown>): Promise<{ binding: Binding; ids: string[] }> {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ ...inputs, serverIds: ids });
    simulator.setVariants({ jobSeconds: 100 });
    await partialFailure(binding.up({ ...inputs, ...change, serverIds: ids }, newContext({ seconds: 1 })));
    simulator.setVariants({ jobSeconds: 0.005 });
    return { binding, ids };
  }

  test.each<[string, Record<string, unknown>]>([
    ["another key pair", { keypairName: "two" }],
    ["a new key under the same name", { keypairFingerprint: "new" }],
  ])("is recorded as incomplete, for %s", async (_, change) => {
    const { binding, ids } = await timedOut(change);
    expect(binding.state).toMatchObject({ ...change, serverIds: [] });
    expect(binding.state.bindings.map(({ serverId, keypairName }) => [serverId, keypairName])).toEqual(
      ids.map((id) => [id, "one"]),
    );
    await binding.refresh();
    expect(binding.preview({ ...inputs, ...change, serverIds: ids }).changed).toEqual(["serverIds"]);
  });

  test("is not forgotten by a refresh after the jobs ended, and the earlier key pairs are given back at last", async () => {
    const { binding, ids } = await timedOut({ keypairName: "two" });
    simulator.advanceClock(200);
    expect(carried(ids)).toEqual(["two", "two"]);
    await binding.refresh();
    expect(binding.exists).toBe(true);
    const wanted = { ...inputs, keypairName: "two", serverIds: ids };
    await binding.up(wanted);
    expect(binding.preview(wanted)).toEqual(noChange);
    expect(previousOf(binding)).toEqual(["original", "original"]);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original"]);
  });

  test("is followed by a destroy that gives the earlier key pairs back after the jobs ended, and not before", async () => {
    const { binding, ids } = await timedOut({ keypairName: "two" });
    await anyFailure(binding.destroy(newContext({ seconds: 1 })));
    expect(binding.exists).toBe(true);
    simulator.advanceClock(200);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original"]);
  });

  test("is followed by a destroy that tells which key pair the servers keep, with retain", async () => {
    const { binding } = await timedOut({ keypairName: "two", deletionPolicy: "retain" });
    const context = newContext();
    await binding.destroy(context);
    expect(context.infos).toEqual([expect.stringMatching(/^2 servers keep key pair "one"/)]);
  });

  test("can be taken back", async () => {
    const { binding, ids } = await timedOut({ keypairName: "two" });
    simulator.advanceClock(200);
    await binding.up({ ...inputs, serverIds: ids });
    expect(carried(ids)).toEqual(["one", "one"]);
    expect(binding.preview({ ...inputs, serverIds: ids })).toEqual(noChange);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original"]);
  });
});

test("a new key under the same name is not taken for bound where its job is not known", async () => {
  const ids = newServers(2);
  const binding = newBinding();
  const inputs = { keypairName: "one", keypairFingerprint: "old", serverIds: ids };
  await binding.up(inputs);
  fail(simulator, "UpdateKeypair", { type: "body", body: { jobs: [] } });
  const failure = await anyFailure(binding.up({ ...inputs, keypairFingerprint: "new" }));
  expect(failure.message).toMatch(/whether the server carries the new key cannot be seen/);
  simulator.clearFaults();
  expect(binding.preview({ ...inputs, keypairFingerprint: "new" }).changed).toEqual(["serverIds"]);
});

test("that a new key under the same name cannot be seen is told", async () => {
  const ids = newServers(2);
  const binding = newBinding();
  const inputs = { keypairName: "one", keypairFingerprint: "old", serverIds: ids };
  const told = /^2 servers had a key pair of the same name before\. .* told by the jobs alone\.$/m;
  const context = newContext();
  await binding.up(inputs, context);
  expect(context.infos.join("\n")).not.toMatch(told);
  await binding.up({ ...inputs, keypairFingerprint: "new" }, context);
  expect(context.infos.join("\n")).toMatch(told);
});

test("a change of region is a replacement", async () => {
  const ids = newServers(1);
  const binding = newBinding();
  await binding.up({ keypairName: "one", serverIds: ids });
  const change = binding.preview({ keypairName: "one", serverIds: ids, region: "cn-south-1" });
  expect(change).toEqual({ changed: ["region"], replaces: ["region"], deleteBeforeReplace: false, stables: [] });
});
