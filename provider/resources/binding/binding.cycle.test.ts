import type { CallAction } from "../../../simulator/index";
import { useSimulator } from "../../../simulator/testing/suite";
import { Fleets } from "../../fleet/fleet";
import type { HuaweiCloud } from "../../huawei/huaweiCloud";
import { addServers, callsOf, fail, projectOf, serverOf, serversOfCalls, serversWithJobs } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import {
  anyFailure,
  contextOf,
  ManagedResource,
  noChange,
  partialFailure,
  plainFailure,
} from "../../testing/managedResource";
import { cloudOf, region, useShortBackoff, useShortPauses } from "../../testing/simulatedCloud";
import { cloudPhoneKeypairBinding } from "./binding";
import type { CloudPhoneKeypairBindingState } from "./state";
import { keypair } from "../keypair/keypair";

const simulator = useSimulator({ servers: 0, jobSeconds: 0.005 });
useShortBackoff();
useShortPauses();

let cloud: HuaweiCloud;

beforeEach(async () => {
  cloud = cloudOf(simulator);
  for (const [name, publicKey] of [
    ["original", publicKeys.rsa],
    ["one", publicKeys.ed25519],
    ["two", publicKeys.ecdsa256],
    ["three", publicKeys.ecdsa384],
    ["theirs", publicKeys.dss],
  ] as const) {
    await simulator.replaceKeypair(region, name, { publicKey });
  }
});

function newBinding() {
  return new ManagedResource(cloudPhoneKeypairBinding, cloud);
}

type Binding = ReturnType<typeof newBinding>;

/** Servers that carry the original key pair, sorted by id. */
function newServers(count: number): string[] {
  const ids = addServers(simulator, count);
  for (const id of ids) simulator.changeServer(region, id, { keypairName: "original" });
  return ids.sort();
}

/** The key pairs of servers; empty where a server is gone. */
function carried(ids: readonly string[]): string[] {
  return ids.map((id) => serverOf(simulator, id)?.keypairName ?? "");
}

function previous(binding: Binding): (string | undefined)[] {
  return binding.state.bindings.map(({ previousKeypairName }) => previousKeypairName);
}

/** Fails servers, each inside the answer. */
function refuse(ids: readonly string[], times?: number): void {
  for (const serverId of ids) {
    const action = { type: "entryError", code: "CPS.1028", message: "frozen" } as const;
    simulator.addFault({ match: { serverId }, times, action });
  }
}

describe("where part of a fleet fails", () => {
  test("what settled is recorded, every failure is named, and the next up does only the rest", async () => {
    const ids = newServers(12);
    const [frozen = "", failed = "", endless = "", ...fine] = ids;
    const bad = [frozen, failed, endless];
    refuse([frozen]);
    simulator.addFault({
      match: { serverId: failed },
      action: { type: "jobFailed", code: "CPS.0054", message: "slow" },
    });
    simulator.addFault({ match: { serverId: endless }, action: { type: "jobWithoutEffect" } });
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: ids };
    const { reasons } = await partialFailure(binding.up(inputs));
    expect(reasons).toHaveLength(3);
    const nameOf = (id: string) => `server ${id} (${serverOf(simulator, id)?.name ?? ""})`;
    expect(reasons.find((reason) => reason.startsWith(nameOf(frozen)))).toMatch(/frozen.*CPS\.1028.*request \w{32}/);
    expect(reasons.find((reason) => reason.startsWith(nameOf(failed)))).toMatch(
      /CPH job \w{32} failed: slow.*CPS\.0054/,
    );
    expect(reasons.find((reason) => reason.startsWith(nameOf(endless)))).toMatch(/"original" instead of "one" \(job/);
    expect(binding.state.serverIds).toEqual(fine);
    expect(binding.state.bindings.map(({ serverId, keypairName }) => [serverId, keypairName])).toEqual(
      ids.map((id) => [id, bad.includes(id) ? "original" : "one"]),
    );
    expect(binding.preview(inputs)).toMatchObject({ changed: ["serverIds"], replaces: [] });

    // Again with one that still fails, and at last with none.
    simulator.clearFaults();
    refuse([frozen]);
    simulator.clearCalls();
    const again = await partialFailure(binding.up(inputs));
    expect(again.reasons).toEqual([expect.stringContaining(frozen)]);
    expect(serversOfCalls(simulator).flat().sort()).toEqual([...bad].sort());
    expect(binding.state.serverIds).toEqual(ids.slice(1));
    simulator.clearFaults();
    simulator.clearCalls();
    expect(await binding.up(inputs)).toBe("update");
    expect(serversOfCalls(simulator)).toEqual([[frozen]]);
    expect(binding.preview(inputs)).toEqual(noChange);
    expect(previous(binding)).toEqual(ids.map(() => "original"));
    expect(binding.state.bindings.every(({ jobId }) => jobId !== undefined)).toBe(true);
  });

  test("a refresh before the next up changes nothing about what is left to do", async () => {
    const ids = newServers(3);
    refuse(ids.slice(0, 1), 1);
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: ids };
    await partialFailure(binding.up(inputs));
    await binding.refresh();
    expect(binding.preview(inputs).changed).toEqual(["serverIds"]);
    simulator.clearCalls();
    await binding.up(inputs);
    expect(serversOfCalls(simulator)).toEqual([[ids[0]]]);
    expect(binding.preview(inputs)).toEqual(noChange);
    expect(previous(binding)).toEqual(["original", "original", "original"]);
  });

  test("a job that is not over when time is up is recorded and told with its job", async () => {
    const ids = newServers(3);
    simulator.addFault({ match: { serverId: ids[0] ?? "" }, action: { type: "jobNeverEnds" } });
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: ids };
    const { reasons } = await partialFailure(binding.up(inputs, contextOf(cloud, { seconds: 2 })));
    const job = projectOf(simulator).jobs.find(({ serverId }) => serverId === ids[0]);
    expect(reasons).toEqual([expect.stringContaining(`job ${job?.id ?? ""} (request ${job?.requestId ?? ""})`)]);
    expect(binding.state.serverIds).toEqual(ids.slice(1));
    expect(binding.state.bindings.find(({ serverId }) => serverId === ids[0])?.jobId).toBe(job?.id);
    simulator.clearFaults();
    await binding.up(inputs);
    expect(binding.preview(inputs)).toEqual(noChange);
  });

  test("when the operation is stopped, jobs that run are recorded, and the next up binds what they left", async () => {
    const ids = newServers(3);
    simulator.setVariants({ jobSeconds: 100 });
    const stop = new AbortController();
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: ids };
    const up = partialFailure(binding.up(inputs, contextOf(cloud, { signal: stop.signal })));
    while (callsOf(simulator, "ListJobs").length < 2) await new Promise(setImmediate);
    stop.abort();
    expect((await up).reasons).toHaveLength(3);
    expect(binding.state.bindings.map(({ jobId }) => jobId).every((jobId) => jobId !== undefined)).toBe(true);
    simulator.advanceClock(200);
    simulator.setVariants({ jobSeconds: 0 });
    await binding.up(inputs);
    expect(carried(ids)).toEqual(["one", "one", "one"]);
    expect(binding.preview(inputs)).toEqual(noChange);
    expect(previous(binding)).toEqual(["original", "original", "original"]);
  });
});

describe("where nothing came of it", () => {
  test.each<[string, (ids: string[]) => void, RegExp]>([
    [
      "every server is refused",
      (ids) => {
        refuse(ids);
      },
      /CPS\.1028[^]*CPS\.1028/,
    ],
    [
      "no server exists",
      (ids) => {
        ids.forEach((id) => simulator.removeServer(region, id));
      },
      /does not exist in region/,
    ],
    ["the key pair does not exist", () => simulator.deleteKeypair(region, "one"), /CPS\.0067.*Create the key pair/],
    [
      "the call is forbidden",
      () => {
        fail(simulator, "UpdateKeypair", { type: "status", status: 403 });
      },
      /HTTP 403/,
    ],
    [
      "servers cannot be looked at",
      () =>
        simulator.addFault({ match: { service: "cph" }, action: { type: "status", status: 500, code: "CPS.0003" } }),
      /CPS\.0003/,
    ],
  ])("because %s, a create leaves nothing behind", async (_, spoil, reason) => {
    const ids = newServers(2);
    spoil(ids);
    const binding = newBinding();
    expect((await plainFailure(binding.up({ keypairName: "one", serverIds: ids }))).message).toMatch(reason);
    expect(binding.exists).toBe(false);
    expect(serversWithJobs(simulator)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["rotation", { keypairName: "two" }],
    ["new fingerprint", { keypairName: "one", keypairFingerprint: "new" }],
  ])("a %s leaves the state as it was, so that a destroy still puts all back", async (_, change) => {
    const ids = newServers(3);
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: ids, deletionPolicy: "restore" };
    await binding.up(inputs);
    const { state } = binding;
    refuse(ids);
    await anyFailure(binding.up({ ...inputs, ...change }));
    expect(binding.state).toEqual(state);
    expect(binding.preview({ ...inputs, ...change }).changed).toEqual(Object.keys(change).slice(-1));
    await binding.refresh();
    expect(binding.exists).toBe(true);
    expect(binding.preview(inputs)).toEqual(noChange);
    simulator.clearFaults();
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original", "original"]);
  });

  test("servers that do not exist are told together with what is to be done", async () => {
    const [gone = "", fine = ""] = newServers(2);
    simulator.removeServer(region, gone);
    const binding = newBinding();
    const { reasons } = await partialFailure(binding.up({ keypairName: "one", serverIds: [gone, fine] }));
    expect(reasons).toEqual([`server ${gone}: it does not exist in region ${region}; take it out of serverIds`]);
    expect(binding.state.serverIds).toEqual([fine]);
    expect(await binding.up({ keypairName: "one", serverIds: [fine] })).toBe("update");
    expect(binding.preview({ keypairName: "one", serverIds: [fine] })).toEqual(noChange);
  });
});

describe("a server that vanishes in the middle", () => {
  test("of a create is told, and can be taken out", async () => {
    simulator.setVariants({ jobSeconds: 0.1 });
    const ids = newServers(3);
    const binding = newBinding();
    const up = partialFailure(binding.up({ keypairName: "one", serverIds: ids }));
    while (serversWithJobs(simulator).length === 0) await new Promise(setImmediate);
    simulator.removeServer(region, ids[1] ?? "");
    expect((await up).reasons).toEqual([expect.stringMatching(/the server no longer exists/)]);
    const rest = [ids[0] ?? "", ids[2] ?? ""];
    expect(binding.state.serverIds).toEqual(rest);
    await binding.up({ keypairName: "one", serverIds: rest });
    expect(binding.preview({ keypairName: "one", serverIds: rest })).toEqual(noChange);
    expect(binding.state.bindings.map(({ serverId }) => serverId)).toEqual(rest);
  });

  test("of the life of a binding is no hindrance to a destroy that restores", async () => {
    const ids = newServers(3);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
    simulator.removeServer(region, ids[1] ?? "");
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "", "original"]);
  });
});

describe("the earlier key pair", () => {
  test("stays the first one over rotations, partial failures, drift and healing", async () => {
    const ids = newServers(3);
    const [first = "", second = "", third = ""] = ids;
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: ids, deletionPolicy: "restore" };
    await binding.up(inputs);
    refuse([first], 1);
    await partialFailure(binding.up({ ...inputs, keypairName: "two" }));
    expect(carried(ids)).toEqual(["one", "two", "two"]);
    await binding.refresh();
    await binding.up({ ...inputs, keypairName: "two" });
    simulator.changeServer(region, second, { keypairName: "theirs" });
    await binding.refresh();
    await binding.up({ ...inputs, keypairName: "two" });
    await binding.up({ ...inputs, keypairName: "three" });
    expect(previous(binding)).toEqual(["original", "original", "original"]);
    await binding.up({ ...inputs, keypairName: "three", serverIds: [first, second] });
    expect(carried([third])).toEqual(["original"]);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original", "original"]);
  });

  test("is looked at anew for a server that left and comes back", async () => {
    const [first = "", second = ""] = newServers(2);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: [first, second] });
    await binding.up({ keypairName: "one", serverIds: [first] });
    simulator.changeServer(region, second, { keypairName: "theirs" });
    await binding.up({ keypairName: "one", serverIds: [first, second] });
    expect(previous(binding)).toEqual(["original", "theirs"]);
  });

  test("that is none cannot be put back: the user is told", async () => {
    const [id = ""] = addServers(simulator, 1);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: [id], deletionPolicy: "restore" });
    expect(previous(binding)).toEqual([""]);
    simulator.clearCalls();
    const context = contextOf(cloud);
    await binding.destroy(context);
    expect(context.warnings).toEqual([expect.stringMatching(/keeps key pair "one": no earlier one is known/)]);
    expect(callsOf(simulator, "UpdateKeypair")).toEqual([]);
  });

  test("that is none, or no longer exists, is told in one line each for many servers", async () => {
    const ids = addServers(simulator, 14).sort();
    const [bare, theirs] = [ids.slice(0, 12), ids.slice(12)];
    for (const id of theirs) simulator.changeServer(region, id, { keypairName: "theirs" });
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
    simulator.deleteKeypair(region, "theirs");
    const context = contextOf(cloud);
    await binding.destroy(context);
    const named = (id: string) => `${id} (${serverOf(simulator, id)?.name ?? ""})`;
    expect(context.warnings).toEqual([
      `Servers ${bare.slice(0, 10).map(named).join(", ")} and 2 more keep key pair "one": no earlier one is known, and the ` +
        "service cannot take a key pair away.",
      `Servers ${theirs.map(named).join(", ")} keep key pair "one": the earlier one no longer exists.`,
    ]);
  });

  test("is not put back on a server that carries a key pair by another hand", async () => {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
    simulator.changeServer(region, ids[0] ?? "", { keypairName: "theirs" });
    await binding.destroy();
    expect(carried(ids)).toEqual(["theirs", "original"]);
  });
});

describe("a destroy that restores", () => {
  test("and fails for some is done again for those only", async () => {
    const ids = newServers(4);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
    refuse(ids.slice(0, 1), 1);
    expect((await anyFailure(binding.destroy())).message).toMatch(new RegExp(`server ${ids[0] ?? ""}.*CPS\\.1028`));
    expect(carried(ids)).toEqual(["one", "original", "original", "original"]);
    simulator.clearCalls();
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original", "original", "original"]);
    expect(serversOfCalls(simulator)).toEqual([[ids[0]]]);
  });

  test("and fails in part says that the state does not show it, and what to do", async () => {
    const ids = newServers(2);
    const wanted = { keypairName: "one", serverIds: ids, deletionPolicy: "restore" };
    const binding = newBinding();
    await binding.up(wanted);
    refuse(ids.slice(0, 1), 1);
    expect((await anyFailure(binding.destroy())).message).toMatch(/delete again, or run `pulumi refresh` before/);
    await binding.refresh();
    expect(await binding.up(wanted)).toBe("update");
    expect(carried(ids)).toEqual(["one", "one"]);
    refuse(ids, 1);
    expect((await anyFailure(binding.destroy())).message).not.toContain("pulumi refresh");
  });

  test("ends where the earlier key pair is gone, and tells the user", async () => {
    const ids = newServers(2);
    simulator.changeServer(region, ids[1] ?? "", { keypairName: "theirs" });
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
    simulator.deleteKeypair(region, "original");
    const context = contextOf(cloud);
    await binding.destroy(context);
    expect(context.warnings).toEqual([expect.stringMatching(/keeps key pair "one": the earlier one no longer exists/)]);
    expect(carried(ids)).toEqual(["one", "theirs"]);
  });

  test("is not one where the policy is retain: nothing is called and the user is told", async () => {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids });
    simulator.clearCalls();
    const context = contextOf(cloud);
    await binding.destroy(context);
    expect(simulator.calls()).toEqual([]);
    expect(context.infos).toEqual([expect.stringMatching(/^2 servers keep key pair "one"/)]);
  });

  test("follows the policy of the last up", async () => {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids });
    simulator.clearCalls();
    expect(await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" })).toBe("update");
    expect(callsOf(simulator, "UpdateKeypair")).toEqual([]);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original"]);
  });
});

describe("servers that leave", () => {
  test("keep their key pair with retain, without a call", async () => {
    const ids = newServers(3);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids });
    simulator.clearCalls();
    await binding.up({ keypairName: "one", serverIds: ids.slice(1) });
    expect(simulator.calls()).toEqual([]);
    expect(carried(ids)).toEqual(["one", "one", "one"]);
    expect(binding.state.bindings.map(({ serverId }) => serverId)).toEqual(ids.slice(1));
  });

  test("and could not be given their earlier key pair stay known, and the next up tries again", async () => {
    const ids = newServers(3);
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: ids.slice(1), deletionPolicy: "restore" };
    await binding.up({ ...inputs, serverIds: ids });
    refuse(ids.slice(0, 1), 1);
    await anyFailure(binding.up(inputs));
    expect(binding.state.serverIds).toEqual(ids);
    expect(binding.preview(inputs).changed).toEqual(["serverIds", "bindings"]);
    await binding.up(inputs);
    expect(carried(ids)).toEqual(["original", "one", "one"]);
    expect(binding.preview(inputs)).toEqual(noChange);
  });

  test("and could not be given it while the key pair changed are not forgotten, also after a refresh", async () => {
    const ids = newServers(3);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
    const wanted = { keypairName: "two", serverIds: ids.slice(1), deletionPolicy: "restore" };
    refuse(ids.slice(0, 1), 1);
    await partialFailure(binding.up(wanted));
    expect(carried(ids)).toEqual(["one", "two", "two"]);
    await binding.refresh();
    expect(binding.preview(wanted).changed).toEqual(["bindings"]);
    await binding.up(wanted);
    expect(carried(ids)).toEqual(["original", "two", "two"]);
    expect(binding.preview(wanted)).toEqual(noChange);
  });

  test("and could not be given it while the key pair changed are bound like the others when they come back", async () => {
    const ids = newServers(3);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
    const wanted = { keypairName: "two", serverIds: ids, deletionPolicy: "restore" };
    refuse(ids.slice(0, 1), 1);
    await partialFailure(binding.up({ ...wanted, serverIds: ids.slice(1) }));
    expect(binding.preview(wanted).changed).toEqual(["serverIds"]);
    simulator.clearCalls();
    await binding.up(wanted);
    expect(serversOfCalls(simulator)).toEqual([ids.slice(0, 1)]);
    expect(carried(ids)).toEqual(["two", "two", "two"]);
    expect(binding.preview(wanted)).toEqual(noChange);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original", "original"]);
  });

  test("while others come and the key pair changes, all in one update", async () => {
    const ids = newServers(4);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids.slice(0, 3), deletionPolicy: "restore" });
    const wanted = { keypairName: "two", serverIds: ids.slice(1), deletionPolicy: "restore" };
    simulator.clearCalls();
    expect(await binding.up(wanted)).toBe("update");
    expect(carried(ids)).toEqual(["original", "two", "two", "two"]);
    expect(serversOfCalls(simulator)).toHaveLength(1);
    expect(previous(binding)).toEqual(["original", "original", "original"]);
    expect(binding.preview(wanted)).toEqual(noChange);
  });
});

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
    const context = contextOf(cloud);
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
    const context = contextOf(cloud);
    await binding.up({ ...rotated, serverIds: rest }, context);
    expect(carried([frozen])).toEqual(["theirs"]);
    expect(context.warnings).toEqual([]);
  });

  test("is told to keep the key pair that it carries, with retain", async () => {
    const { binding, rest } = await halfRotated();
    const context = contextOf(cloud);
    await binding.up({ ...rotated, deletionPolicy: "retain", serverIds: rest }, context);
    expect(context.infos).toEqual([expect.stringMatching(/^1 server keeps key pair "one"/)]);
  });

  test("is told with a warning where a state of version 0.1.0 does not say who gave it what it carries", async () => {
    const { binding, ids, frozen } = await halfRotated();
    const state = { ...binding.state, __given: undefined };
    const context = contextOf(cloud);
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
    await partialFailure(binding.up({ ...inputs, ...change, serverIds: ids }, contextOf(cloud, { seconds: 1 })));
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
    expect(previous(binding)).toEqual(["original", "original"]);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original"]);
  });

  test("is followed by a destroy that gives the earlier key pairs back after the jobs ended, and not before", async () => {
    const { binding, ids } = await timedOut({ keypairName: "two" });
    await anyFailure(binding.destroy(contextOf(cloud, { seconds: 1 })));
    expect(binding.exists).toBe(true);
    simulator.advanceClock(200);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original"]);
  });

  test("is followed by a destroy that tells which key pair the servers keep, with retain", async () => {
    const { binding } = await timedOut({ keypairName: "two", deletionPolicy: "retain" });
    const context = contextOf(cloud);
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

test("jobs of added servers that do not end leave the others bound", async () => {
  const [added = "", stays = ""] = newServers(2);
  const binding = newBinding();
  await binding.up({ keypairName: "one", serverIds: [stays] });
  simulator.addFault({ match: { serverId: added }, action: { type: "jobNeverEnds" } });
  const wanted = { keypairName: "one", serverIds: [stays, added] };
  await partialFailure(binding.up(wanted, contextOf(cloud, { seconds: 1 })));
  expect(binding.state.serverIds).toEqual([stays]);
  expect(binding.state.bindings.map(({ serverId }) => serverId)).toEqual([added, stays]);
  simulator.clearFaults();
  simulator.clearCalls();
  await binding.up(wanted);
  expect(serversOfCalls(simulator)).toEqual([[added]]);
});

describe("a read", () => {
  const inputs = { keypairName: "one" };

  test("tells each server's key pair and takes those that differ out of the set", async () => {
    const ids = newServers(4);
    const binding = newBinding();
    await binding.up({ ...inputs, serverIds: ids });
    simulator.changeServer(region, ids[0] ?? "", { keypairName: "theirs" });
    simulator.changeServer(region, ids[1] ?? "", { keypairName: "" });
    simulator.removeServer(region, ids[2] ?? "");
    const context = contextOf(cloud);
    await binding.refresh(context);
    expect(binding.state.serverIds).toEqual([ids[3]]);
    expect(binding.state.bindings.map(({ keypairName }) => keypairName)).toEqual(["theirs", "", "one"]);
    expect(context.warnings).toEqual([
      expect.stringMatching(/carries key pair "theirs" instead of "one"\.$/),
      expect.stringMatching(/carries no key pair instead of "one"\.$/),
      expect.stringMatching(/no longer exists\.$/),
    ]);
  });

  test("tells servers with the same drift in one line, and of many how many more there are", async () => {
    const ids = newServers(25);
    const binding = newBinding();
    await binding.up({ ...inputs, serverIds: ids });
    const named = (id = "") => `${id} (${serverOf(simulator, id)?.name ?? ""})`;
    const [gone, bare, theirs] = [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)];
    const drifts = [
      `Servers ${bare.map(named).join(", ")} carry no key pair instead of "one".`,
      `Servers ${theirs.slice(0, 20).map(named).join(", ")} and 1 more carry key pair "theirs" instead of "one".`,
      `Servers ${gone.join(", ")} no longer exist.`,
    ];
    gone.forEach((id) => simulator.removeServer(region, id));
    for (const id of bare) simulator.changeServer(region, id, { keypairName: "" });
    for (const id of theirs) simulator.changeServer(region, id, { keypairName: "theirs" });
    const context = contextOf(cloud);
    await binding.refresh(context);
    expect(context.warnings).toEqual(drifts);
  });

  test("never adds a server, also where one carries the key pair by another hand", async () => {
    const ids = newServers(3);
    const binding = newBinding();
    await binding.up({ ...inputs, serverIds: ids.slice(0, 2) });
    simulator.changeServer(region, ids[2] ?? "", { keypairName: "one" });
    await binding.refresh();
    expect(binding.state.serverIds).toEqual(ids.slice(0, 2));
    simulator.changeServer(region, ids[0] ?? "", { keypairName: "theirs" });
    await binding.refresh();
    simulator.changeServer(region, ids[0] ?? "", { keypairName: "one" });
    await binding.refresh();
    expect(binding.state.serverIds).toEqual(ids.slice(1, 2));
  });

  test.each<[string, (ids: string[]) => void]>([
    [
      "no longer exist",
      (ids) => {
        ids.forEach((id) => simulator.removeServer(region, id));
      },
    ],
  ])("of servers that all %s means that the binding is gone", async (_, spoil) => {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ ...inputs, serverIds: ids });
    spoil(ids);
    await binding.refresh();
    expect(binding.exists).toBe(false);
  });

  test("of servers that all carry another key pair keeps their earlier ones, and shows an update", async () => {
    const ids = newServers(2);
    const binding = newBinding();
    const restoring = { ...inputs, serverIds: ids, deletionPolicy: "restore" };
    await binding.up(restoring);
    ids.forEach((id) => {
      simulator.changeServer(region, id, { keypairName: "theirs" });
    });
    await binding.refresh();
    expect(binding.state.serverIds).toEqual([]);
    expect(binding.preview(restoring)).toMatchObject({ changed: ["serverIds"], replaces: [] });
    expect(await binding.up(restoring)).toBe("update");
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original"]);
  });

  describe("of a binding that has nothing yet", () => {
    const timedOut = { ...inputs, deletionPolicy: "restore" };

    /** A create that is over before its jobs are. */
    async function timedOutBinding(ids: readonly string[]): Promise<Binding> {
      simulator.setVariants({ jobSeconds: 100 });
      const binding = newBinding();
      await partialFailure(binding.up({ ...timedOut, serverIds: ids }, contextOf(cloud, { seconds: 1 })));
      simulator.setVariants({ jobSeconds: 0.005 });
      return binding;
    }

    test("keeps what was tried, so that its earlier key pairs are not forgotten when the jobs end later", async () => {
      const ids = newServers(2);
      const binding = await timedOutBinding(ids);
      await binding.refresh();
      expect(binding.state.serverIds).toEqual([]);
      simulator.advanceClock(200);
      expect(carried(ids)).toEqual(["one", "one"]);
      await binding.refresh();
      await binding.up({ ...timedOut, serverIds: ids });
      expect(previous(binding)).toEqual(["original", "original"]);
      await binding.destroy();
      expect(carried(ids)).toEqual(["original", "original"]);
    });

    test.each([
      ["destroyed at once", (binding: Binding) => binding.destroy()],
      [
        "left by its servers at once",
        async (binding: Binding, [one = ""]: readonly string[]) => {
          await binding.up({ ...timedOut, serverIds: newServers(1) });
          expect(binding.state.bindings.map(({ serverId }) => serverId)).not.toContain(one);
        },
      ],
    ])("gives servers back their earlier key pair only after their jobs have ended: %s", async (_, leave) => {
      const ids = newServers(2);
      simulator.setVariants({ jobSeconds: 4 });
      const binding = newBinding();
      await partialFailure(binding.up({ ...timedOut, serverIds: ids }, contextOf(cloud, { seconds: 1 })));
      simulator.setVariants({ jobSeconds: 0.005 });
      expect(carried(ids)).toEqual(["original", "original"]);
      await leave(binding, ids);
      simulator.advanceClock(100);
      expect(carried(ids)).toEqual(["original", "original"]);
    });

    test("gives servers back their earlier key pair also where the answer was lost that would have named the jobs", async () => {
      const ids = newServers(2);
      simulator.setVariants({ jobSeconds: 2 });
      fail(simulator, "UpdateKeypair", { type: "hang", when: "after" });
      const binding = newBinding();
      await partialFailure(binding.up({ ...timedOut, serverIds: ids }, contextOf(cloud, { seconds: 1 })));
      simulator.clearFaults();
      expect(carried(ids)).toEqual(["original", "original"]);
      await binding.destroy();
      simulator.advanceClock(100);
      expect(carried(ids)).toEqual(["original", "original"]);
    });

    test("does not let servers go whose jobs have not ended", async () => {
      const ids = newServers(2);
      const binding = await timedOutBinding(ids);
      const failure = await anyFailure(binding.destroy(contextOf(cloud, { seconds: 1 })));
      expect(failure.message).toMatch(/job \w+ \(request \w+\) had not ended when time ran out/);
      expect(binding.exists).toBe(true);
      simulator.advanceClock(200);
      expect(carried(ids)).toEqual(["one", "one"]);
      await binding.destroy();
      expect(carried(ids)).toEqual(["original", "original"]);
    });

    test.each<[string, Record<string, unknown>]>([
      ["retains", { deletionPolicy: "retain" }],
      ["knows no earlier one", { deletionPolicy: "restore" }],
    ])("tells which servers may get its key pair yet where it %s", async (_, policy) => {
      const ids = newServers(2);
      for (const id of ids) simulator.changeServer(region, id, { keypairName: "" });
      simulator.setVariants({ jobSeconds: 100 });
      const binding = newBinding();
      const wanted = { ...timedOut, ...policy, serverIds: ids };
      await partialFailure(binding.up(wanted, contextOf(cloud, { seconds: 1 })));
      const context = contextOf(cloud);
      await binding.destroy(context);
      expect(context.warnings).toEqual([expect.stringMatching(/^Servers .* may get key pair "one" yet/)]);
      const key = new ManagedResource(keypair, cloud);
      await key.up({ name: "generated" });
      context.fleets.in(region).changes.note(ids[0] ?? "", { requestId: "r", keypairName: "generated" });
      await key.destroy(context);
      expect(context.warnings[1]).toMatch(/^1 server may trust key pair "generated"/);
    });

    test("is recorded with what an earlier one knew of the servers where its own creation fails plainly", async () => {
      const ids = newServers(2);
      const binding = newBinding();
      await binding.up({ ...timedOut, serverIds: ids });
      const fleets = new Fleets(cloud);
      const declared = { logicalName: "fleet" };
      fleets.record.bindings.declare(declared, region, ids);
      await cloudPhoneKeypairBinding.delete(contextOf(cloud, { fleets }), binding.id, binding.state);
      fail(simulator, "ShowCloudPhoneServerDetail", { type: "status", status: 403, code: "CPS.0001" });
      const inputs = { ...timedOut, serverIds: [...ids].sort(), region, deletionPolicy: "restore" as const };
      const context = { ...contextOf(cloud, { fleets }), declared };
      const failure = await partialFailure(cloudPhoneKeypairBinding.create(context, inputs));
      const { bindings } = failure.state as CloudPhoneKeypairBindingState;
      expect(bindings.map(({ previousKeypairName }) => previousKeypairName)).toEqual(["original", "original"]);
    });

    test("sends nothing again where its jobs end well in the meantime", async () => {
      const ids = newServers(2);
      const binding = await timedOutBinding(ids);
      simulator.advanceClock(200);
      simulator.clearCalls();
      await binding.up({ ...timedOut, serverIds: ids });
      expect(callsOf(simulator, "UpdateKeypair")).toEqual([]);
      expect(previous(binding)).toEqual(["original", "original"]);
    });

    test("means that it is gone where none of the tried servers exists any longer", async () => {
      const ids = newServers(2);
      const binding = await timedOutBinding(ids);
      ids.forEach((id) => simulator.removeServer(region, id));
      await binding.refresh();
      expect(binding.exists).toBe(false);
    });

    test("is followed by a destroy that tells of no servers", async () => {
      const binding = await timedOutBinding(newServers(1));
      await binding.refresh();
      const context = contextOf(cloud);
      await cloudPhoneKeypairBinding.delete(context, binding.id, { ...binding.state, deletionPolicy: "retain" });
      expect(context.infos).toEqual([]);
    });
  });

  test.each<[string, CallAction]>([
    ["for lack of permission", { type: "status", status: 403, code: "CPS.0001" }],
    ["on the service's side", { type: "status", status: 500, code: "CPS.0003" }],
    ["at a proxy", { type: "html", status: 404 }],
    ["at a framework", { type: "status", status: 404, body: { status: 404, error: "Not Found" } }],
    ["without a word", { type: "body", status: 404, body: undefined }],
    ["at the gateway", { type: "status", status: 404, code: "APIGW.0101" }],
    ["on the way", { type: "reset" }],
  ])("that fails %s is an error and no drift", async (_, action) => {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ ...inputs, serverIds: ids });
    const { state } = binding;
    simulator.addFault({ match: { service: "cph" }, action });
    await anyFailure(binding.refresh());
    await anyFailure(newBinding().import(`one/${ids.join()}`));
    expect(binding.state).toEqual(state);
  });
});

describe("an import", () => {
  test("takes the servers that carry the key pair, in any order and with blanks", async () => {
    const ids = newServers(3);
    for (const id of ids.slice(1)) simulator.changeServer(region, id, { keypairName: "one" });
    const binding = newBinding();
    await binding.import(`one/${[...ids].reverse().join(" , ")}`);
    expect(binding.state).toMatchObject({
      keypairName: "one",
      serverIds: ids.slice(1),
      deletionPolicy: "retain",
      region,
    });
    expect(binding.preview({ keypairName: "one", serverIds: ids.slice(1) })).toEqual(noChange);
    expect(binding.preview({ keypairName: "one", serverIds: ids }).changed).toEqual(["serverIds"]);
    await binding.refresh();
    expect(binding.preview({ keypairName: "one", serverIds: ids.slice(1) })).toEqual(noChange);
  });

  test("of servers that carry another key pair finds nothing", async () => {
    const binding = newBinding();
    await binding.import(`one/${newServers(2).join()}`);
    expect(binding.exists).toBe(false);
  });

  test.each([
    ["", /its id must be <keypairName>\/<serverId>,<serverId>,…$/],
    ["one", /its id must be/],
    ["one/", /its id must be/],
    ["/id", /its id must be/],
    ["one/a/b", /its id must be/],
    ["one/a,,b", /a server id is empty/],
    ["one/a,b c", /a server id may hold letters, digits, "_" and "-" only, not "b c"/],
    [`one/${"a".repeat(33)}`, /a server id is 33 bytes long; at most 32/],
  ])("by the id %p says what is wrong, without a call", async (id, reason) => {
    expect((await plainFailure(newBinding().import(id))).message).toMatch(reason);
    expect(simulator.calls()).toEqual([]);
  });

  test("without a region says where to set it", async () => {
    const binding = new ManagedResource(cloudPhoneKeypairBinding, cloudOf(simulator, { region: undefined }));
    expect((await plainFailure(binding.import("one/id"))).message).toMatch(
      /no region is set \(huaweicloud-cph:region\)/,
    );
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
  expect(binding.preview({ ...inputs, keypairFingerprint: "new" }).changed).toEqual(["keypairFingerprint"]);
});

test("an id that the service does not take for one fails alone", async () => {
  const [id = ""] = newServers(1);
  const code = { status: 400, code: "CPS.0016", message: "server_id is invalid" };
  simulator.addFault({ match: { path: "servers/odd" }, action: { type: "status", ...code } });
  const failure = await anyFailure(newBinding().up({ keypairName: "one", serverIds: [id, "odd"] }));
  expect(failure.message).toMatch(/^server odd: .*server_id is invalid.*CPS\.0016/);
  expect(carried([id])).toEqual(["one"]);
});

test("a change of region is a replacement", async () => {
  const ids = newServers(1);
  const binding = newBinding();
  await binding.up({ keypairName: "one", serverIds: ids });
  const change = binding.preview({ keypairName: "one", serverIds: ids, region: "cn-south-1" });
  expect(change).toEqual({ changed: ["region"], replaces: ["region"], deleteBeforeReplace: false, stables: [] });
});

test("servers that leave a binding which retains are told to keep the key pair", async () => {
  const [stays = "", leaves = ""] = newServers(2);
  const binding = newBinding();
  await binding.up({ keypairName: "one", serverIds: [stays, leaves] });
  const context = contextOf(cloud);
  await binding.up({ keypairName: "one", serverIds: [stays] }, context);
  expect(context.infos).toEqual([expect.stringMatching(/^1 server keeps key pair "one"/)]);
  expect(carried([stays, leaves])).toEqual(["one", "one"]);
});

describe("servers whose jobs did their work although nobody saw it", () => {
  /** Adds servers while nothing can be seen of them after their jobs. */
  async function addUnseen(before: readonly string[], added: readonly string[]): Promise<Binding> {
    const binding = newBinding();
    const inputs = { keypairName: "one", deletionPolicy: "restore" };
    await binding.up({ ...inputs, serverIds: before });
    const match = { service: "cph", method: "GET", path: "/servers" } as const;
    simulator.addFault({ match, skip: 1, action: { type: "status", status: 403, code: "CPS.0001" } });
    await partialFailure(binding.up({ ...inputs, serverIds: [...before, ...added] }));
    simulator.clearFaults();
    expect(binding.state.serverIds).toEqual(before);
    expect(carried([...before, ...added])).toEqual([...before, ...added].map(() => "one"));
    return binding;
  }

  test("get their earlier key pair back after the next update", async () => {
    const [one = "", two = ""] = newServers(2);
    const binding = await addUnseen([one], [two]);
    await binding.up({ keypairName: "one", serverIds: [one, two], deletionPolicy: "restore" });
    await binding.destroy();
    expect(carried([one, two])).toEqual(["original", "original"]);
  });

  test("get it back also where the answer was lost that named their jobs", async () => {
    const ids = newServers(2);
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: ids, deletionPolicy: "restore" };
    fail(simulator, "UpdateKeypair", { type: "html", when: "after" });
    await partialFailure(binding.up(inputs));
    simulator.clearFaults();
    expect(carried(ids)).toEqual(["one", "one"]);
    await binding.refresh();
    expect(binding.exists).toBe(true);
    expect(binding.preview(inputs).changed).toEqual(["serverIds"]);
    await binding.up(inputs);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original", "original"]);
  });

  test("get it back from a destroy that comes first", async () => {
    const [one = "", two = ""] = newServers(2);
    const binding = await addUnseen([one], [two]);
    await binding.destroy();
    expect(carried([one, two])).toEqual(["original", "original"]);
  });
});

test("the earlier key pair of a server that the service refuses to look up is not forgotten", async () => {
  const ids = newServers(2);
  const binding = newBinding();
  await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
  const match = { operation: "ShowCloudPhoneServerDetail", path: ids[0] } as const;
  simulator.addFault({ match, action: { type: "status", status: 400, code: "CPS.0016" } });
  const wanted = { keypairName: "two", serverIds: ids, deletionPolicy: "restore" };
  await partialFailure(binding.up(wanted));
  simulator.clearFaults();
  await binding.up(wanted);
  await binding.destroy();
  expect(carried(ids)).toEqual(["original", "original"]);
});

describe("a server that another binding takes in the same run", () => {
  /** A binding with the original key pair to give back, and the run that comes next. */
  async function restoringBinding(ids: readonly string[]) {
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
    const fleets = new Fleets(cloud);
    return { binding, inThisRun: () => contextOf(cloud, { fleets }) };
  }

  test.each(["one", "two"])("keeps key pair %s when the binding was renamed", async (keypairName) => {
    const ids = newServers(2);
    const { binding, inThisRun } = await restoringBinding(ids);
    const renamed = newBinding();
    await renamed.up({ keypairName, serverIds: ids, deletionPolicy: "restore" }, inThisRun());
    await binding.destroy(inThisRun());
    expect(carried(ids)).toEqual([keypairName, keypairName]);
  });

  test("keeps the key pair of the binding that it moved to, at the same time too", async () => {
    const [moved = "", stays = ""] = newServers(2);
    const { binding, inThisRun } = await restoringBinding([moved, stays]);
    await Promise.all([
      newBinding().up({ keypairName: "two", serverIds: [moved] }, inThisRun()),
      binding.up({ keypairName: "one", serverIds: [stays], deletionPolicy: "restore" }, inThisRun()),
    ]);
    expect(carried([moved, stays])).toEqual(["two", "one"]);
  });

  test("keeps its key pair also where the other binding was made in an earlier run", async () => {
    const ids = newServers(2);
    const { binding, inThisRun } = await restoringBinding(ids);
    const renamed = newBinding();
    const inputs = { keypairName: "two", serverIds: ids, deletionPolicy: "restore" };
    await renamed.up(inputs);
    await renamed.up({ ...inputs, keypairName: "one" });
    expect(await renamed.up({ ...inputs, keypairName: "one" }, inThisRun())).toBe("same");
    await binding.destroy(inThisRun());
    expect(carried(ids)).toEqual(["one", "one"]);
  });

  test("is not told to keep the key pair of the binding that it leaves, which retains", async () => {
    const [gone = "", moved = "", stays = "", added = ""] = newServers(4);
    const inputs = { keypairName: "one", serverIds: [moved, stays] };
    const [leaving, ending] = [newBinding(), newBinding()];
    await leaving.up(inputs);
    await ending.up({ ...inputs, serverIds: [gone] });
    const fleets = new Fleets(cloud);
    const context = contextOf(cloud, { fleets });
    await Promise.all([
      leaving.up({ ...inputs, serverIds: [stays, added] }, context),
      newBinding().up({ keypairName: "two", serverIds: [gone, moved] }, contextOf(cloud, { fleets })),
    ]);
    await ending.destroy(context);
    expect(context.infos).toEqual(['1 of 1 servers bound to key pair "one"']);
    expect(carried([gone, moved, stays])).toEqual(["two", "two", "one"]);
  });

  test("gets its earlier key pair back in a later run", async () => {
    const ids = newServers(1);
    const { binding } = await restoringBinding(ids);
    await binding.destroy();
    expect(carried(ids)).toEqual(["original"]);
  });
});
