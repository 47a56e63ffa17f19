/** Servers that leave a binding while nobody knows whether a job of theirs has ended. */
import { useSimulator } from "../../../simulator/testing/suite";
import type { HuaweiCloud } from "../../huawei/huaweiCloud";
import { addServers, callsOf, fail, serverOf } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { contextOf, ManagedResource, noChange, partialFailure } from "../../testing/managedResource";
import { cloudOf, region, useShortBackoff } from "../../testing/simulatedCloud";
import { cloudPhoneKeypairBinding } from "./binding";

jest.mock("node:timers/promises", () => jest.requireActual<object>("../../testing/shortPauses"));

const simulator = useSimulator({ servers: 0, jobSeconds: 0.005 });
useShortBackoff();

let cloud: HuaweiCloud;

beforeEach(async () => {
  cloud = cloudOf(simulator);
  await simulator.replaceKeypair(region, "original", { publicKey: publicKeys.rsa });
  await simulator.replaceKeypair(region, "one", { publicKey: publicKeys.ed25519 });
  await simulator.replaceKeypair(region, "two", { publicKey: publicKeys.ecdsa256 });
});

function newBinding(logicalName?: string) {
  return new ManagedResource(cloudPhoneKeypairBinding, cloud, logicalName);
}

type Binding = ReturnType<typeof newBinding>;

function newServers(count: number, keypairName: string): string[] {
  const ids = addServers(simulator, count).sort();
  for (const id of ids) simulator.changeServer(region, id, { keypairName });
  return ids;
}

function carried(ids: readonly string[]): string[] {
  return ids.map((id) => serverOf(simulator, id)?.keypairName ?? "");
}

/** The servers that the state of a binding knows, and those of them whose jobs were not seen to end. */
function recorded({ state }: Binding) {
  return {
    serverIds: state.serverIds,
    known: state.bindings.map(({ serverId }) => serverId),
    pending: (state.__pending ?? []).map(({ serverId }) => serverId),
  };
}

/** Servers that key pair "one" was sent to, by jobs that take so long that their end was not seen. */
async function timedOutBinding(ids: readonly string[], deletionPolicy: string, jobSeconds = 100): Promise<Binding> {
  const binding = newBinding("from");
  simulator.setVariants({ jobSeconds });
  const inputs = { keypairName: "one", serverIds: ids, deletionPolicy };
  await partialFailure(binding.up(inputs, contextOf(cloud, { seconds: 1 })));
  simulator.setVariants({ jobSeconds: 0.005 });
  return binding;
}

describe("a server that leaves before the end of its job is seen", () => {
  test.each([
    ["the policy is retain", "retain", "original"],
    ["no earlier key pair is known", "restore", ""],
  ])("stays recorded until then where %s, and is no input", async (_, deletionPolicy, earlier) => {
    const leaving = newServers(2, earlier);
    const [stays = ""] = newServers(1, "original");
    const binding = await timedOutBinding(leaving, deletionPolicy);
    const inputs = { keypairName: "one", serverIds: [stays], deletionPolicy };
    const context = contextOf(cloud, { seconds: 2 });
    await binding.up(inputs, context);
    expect(context.warnings).toEqual([
      `Servers ${leaving.join(", ")} may get key pair "one" yet: the end of the job was not seen, ` +
        "and the next update looks for it again.",
    ]);
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [...leaving, stays].sort(), pending: leaving });

    // A refresh forgets nothing, and the next update does not either while the jobs run.
    await binding.refresh();
    expect(binding.preview(inputs).changed).toEqual(["bindings"]);
    expect(await binding.up(inputs, contextOf(cloud, { seconds: 2 }))).toBe("update");
    expect(recorded(binding).pending).toEqual(leaving);
    simulator.advanceClock(200);
    simulator.clearCalls();
    expect(await binding.up(inputs)).toBe("update");
    expect(callsOf(simulator, "UpdateKeypair")).toEqual([]);
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [stays], pending: [] });
    expect(binding.preview(inputs)).toEqual(noChange);
  });

  test("is let go at once where it is seen to end meanwhile", async () => {
    const [leaves = "", stays = ""] = newServers(2, "original");
    const binding = await timedOutBinding([leaves], "retain", 2);
    const context = contextOf(cloud);
    await binding.up({ keypairName: "one", serverIds: [stays] }, context);
    expect(context.warnings).toEqual([]);
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [stays], pending: [] });
  });

  test("is waited for, and bound after it, where it comes back", async () => {
    const [leaves = "", stays = ""] = newServers(2, "original");
    const binding = await timedOutBinding([leaves], "retain", 6);
    await binding.up({ keypairName: "two", serverIds: [stays] }, contextOf(cloud, { seconds: 2 }));
    expect(recorded(binding).pending).toEqual([leaves]);
    const inputs = { keypairName: "two", serverIds: [leaves, stays] };
    await binding.up(inputs);
    simulator.advanceClock(100);
    expect(carried([leaves, stays])).toEqual(["two", "two"]);
    expect(binding.preview(inputs)).toEqual(noChange);
    expect(binding.state.bindings.map(({ previousKeypairName }) => previousKeypairName)).toEqual([
      "original",
      "original",
    ]);
  });

  test("is forgotten once it no longer exists", async () => {
    const [leaves = "", stays = ""] = newServers(2, "original");
    const binding = await timedOutBinding([leaves], "retain");
    const inputs = { keypairName: "one", serverIds: [stays] };
    await binding.up(inputs, contextOf(cloud, { seconds: 2 }));
    simulator.removeServer(region, leaves);
    await binding.refresh();
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [stays], pending: [] });
    expect(binding.preview(inputs)).toEqual(noChange);
  });

  test("is let go with a warning where nobody can ask for the job", async () => {
    const [leaves = "", stays = ""] = newServers(2, "original");
    const binding = newBinding();
    fail(simulator, "UpdateKeypair", { type: "hang", when: "after" });
    await partialFailure(binding.up({ keypairName: "one", serverIds: [leaves] }, contextOf(cloud, { seconds: 1 })));
    simulator.clearFaults();
    const inputs = { keypairName: "one", serverIds: [stays] };
    const context = contextOf(cloud);
    await binding.up(inputs, context);
    expect(context.warnings).toEqual([
      expect.stringMatching(new RegExp(`^Server ${leaves} may get .* nothing is given back after it`)),
    ]);
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [stays], pending: [] });
    expect(binding.preview(inputs)).toEqual(noChange);
  });
});

describe("a server that another binding of the program claims before the end of its job is seen", () => {
  /** A run in which another binding names the servers, and comes to nothing. */
  function runWithClaim(serverIds: readonly string[], seconds = 2) {
    const context = contextOf(cloud, { seconds });
    context.fleets.record.bindings.declare({ logicalName: "to" }, region, serverIds);
    return context;
  }

  test.each(["restore", "retain"])("stays recorded with the one that it leaves, with %s", async (deletionPolicy) => {
    const [leaves = "", stays = ""] = newServers(2, "original");
    const binding = await timedOutBinding([leaves], deletionPolicy);
    const inputs = { keypairName: "one", serverIds: [stays], deletionPolicy };
    await binding.up(inputs, runWithClaim([leaves]));
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [leaves, stays].sort(), pending: [leaves] });
    expect(binding.preview(inputs).changed).toEqual(["bindings"]);
    simulator.advanceClock(200);
    simulator.clearCalls();
    await binding.up(inputs, runWithClaim([leaves]));
    expect(callsOf(simulator, "UpdateKeypair")).toEqual([]);
    expect(carried([leaves, stays])).toEqual(["one", "one"]);
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [stays], pending: [] });
    expect(binding.preview(inputs)).toEqual(noChange);
  });

  test("stays recorded also where it is claimed while its job is waited for", async () => {
    const [leaves = "", stays = ""] = newServers(2, "original");
    const binding = await timedOutBinding([leaves], "restore");
    const inputs = { keypairName: "one", serverIds: [stays], deletionPolicy: "restore" };
    const context = contextOf(cloud, { seconds: 2 });
    simulator.clearCalls();
    const update = binding.up(inputs, context);
    while (callsOf(simulator, "ListJobs").length < 2) await new Promise(setImmediate);
    context.fleets.record.bindings.declare({ logicalName: "to" }, region, [leaves]);
    expect(await update).toBe("update");
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [leaves, stays].sort(), pending: [leaves] });
  });

  test("stays recorded also where the one that it leaves was giving back what it had", async () => {
    const [leaves = "", stays = ""] = newServers(2, "original");
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: [leaves, stays], deletionPolicy: "restore" };
    await binding.up(inputs);
    simulator.setVariants({ jobSeconds: 100 });
    const context = contextOf(cloud, { seconds: 2 });
    const update = binding.up({ ...inputs, serverIds: [stays] }, context);
    while (callsOf(simulator, "UpdateKeypair").length < 2) await new Promise(setImmediate);
    context.fleets.record.bindings.declare({ logicalName: "to" }, region, [leaves]);
    expect(await update).toBe("update");
    expect(binding.state.__pending).toMatchObject([{ serverId: leaves, keypairName: "original" }]);
    expect(recorded(binding).serverIds).toEqual([stays]);
  });
});
