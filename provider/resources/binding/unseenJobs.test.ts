/** Servers that leave a binding while nobody knows whether a job of theirs has ended. */
import { previousOf, useBindingFleet, type Binding } from "../../testing/bindingFleet";
import { callsOf, fail, serversWithJobs } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { anyFailure, ManagedResource, noChange, partialFailure } from "../../testing/managedResource";
import { region } from "../../testing/simulatedCloud";
import { keypair } from "../keypair/keypair";

const fleet = useBindingFleet();
const { simulator, newBinding, newContext, newFleets, newServers, carried } = fleet;

/** The servers that the state of a binding knows, and those of them whose jobs were not seen to end. */
function recorded({ state }: Binding) {
  return {
    serverIds: state.serverIds,
    known: state.bindings.map(({ serverId }) => serverId),
    pending: (state.__pending ?? []).map(({ serverId }) => serverId),
  };
}

/** Waits until there are jobs, and then until they are asked for. */
async function jobsPolled(): Promise<void> {
  while (serversWithJobs(simulator).length === 0) await new Promise(setImmediate);
  simulator.clearCalls();
  while (callsOf(simulator, "ListJobs").length === 0) await new Promise(setImmediate);
}

/** A binding that sent servers key pair "one", and was stopped while the jobs ran. */
async function stoppedBinding(ids: readonly string[], deletionPolicy: string): Promise<Binding> {
  const binding = newBinding("from");
  simulator.setVariants({ jobSeconds: 100 });
  const stop = new AbortController();
  const inputs = { keypairName: "one", serverIds: ids, deletionPolicy };
  const failure = partialFailure(binding.up(inputs, newContext({ signal: stop.signal })));
  await jobsPolled();
  stop.abort();
  await failure;
  simulator.setVariants({ jobSeconds: 0.005 });
  return binding;
}

/** Runs what finds jobs running, and ends them once it has asked for them. */
async function whileJobsEnd<T>(run: () => Promise<T>): Promise<T> {
  const running = run();
  await jobsPolled();
  simulator.advanceClock(200);
  return running;
}

describe("a server that leaves before the end of its job is seen", () => {
  test.each([
    ["the policy is retain", "retain", "original"],
    ["no earlier key pair is known", "restore", ""],
  ])("stays recorded until then where %s, and is no input", async (_, deletionPolicy, earlier) => {
    const leaving = newServers(2, earlier);
    const [stays = ""] = newServers(1);
    const binding = await stoppedBinding(leaving, deletionPolicy);
    const inputs = { keypairName: "one", serverIds: [stays], deletionPolicy };
    const context = newContext({ seconds: 4 });
    await binding.up(inputs, context);
    expect(context.warnings).toEqual([
      `Servers ${leaving.join(", ")} may get key pair "one" yet: the end of the job was not seen, ` +
        "and the next update looks for it again.",
    ]);
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [...leaving, stays].sort(), pending: leaving });

    // A refresh forgets nothing, and the next update does not either while the jobs run.
    await binding.refresh();
    expect(binding.preview(inputs).changed).toEqual(["bindings"]);
    expect(await binding.up(inputs, newContext({ seconds: 4 }))).toBe("update");
    expect(recorded(binding).pending).toEqual(leaving);
    simulator.advanceClock(200);
    simulator.clearCalls();
    const last = newContext();
    expect(await binding.up(inputs, last)).toBe("update");
    expect(callsOf(simulator, "UpdateKeypair")).toEqual([]);
    const kept =
      /^Servers .* keep key pair "one": no earlier one is known, and the service cannot take a key pair away\.$/;
    expect(last.warnings).toEqual(deletionPolicy === "restore" ? [expect.stringMatching(kept)] : []);
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [stays], pending: [] });
    expect(binding.preview(inputs)).toEqual(noChange);
  });

  test.each<[string, (binding: Binding, stays: string) => Promise<unknown>]>([
    [
      "an update",
      (binding, stays) => binding.up({ keypairName: "one", serverIds: [stays], deletionPolicy: "restore" }),
    ],
    ["a destroy", (binding) => binding.destroy()],
  ])("gets its earlier key pair back by %s, also where an update waited for the end in vain", async (_, finish) => {
    for (const isRefreshed of [false, true]) {
      const [leaves = "", stays = ""] = newServers(2);
      const binding = await stoppedBinding([leaves, stays], "restore");
      const inputs = { keypairName: "one", serverIds: [stays], deletionPolicy: "restore" };
      await anyFailure(binding.up(inputs, newContext({ seconds: 2 })));
      simulator.advanceClock(200);
      expect(carried([leaves])).toEqual(["one"]);
      if (isRefreshed) await binding.refresh();
      await finish(binding, stays);
      expect(carried([leaves])).toEqual(["original"]);
    }
  });

  test("is let go at once where it is seen to end meanwhile", async () => {
    const [leaves = "", stays = ""] = newServers(2);
    const binding = await stoppedBinding([leaves], "retain");
    const context = newContext();
    await whileJobsEnd(() => binding.up({ keypairName: "one", serverIds: [stays] }, context));
    expect(context.warnings).toEqual([]);
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [stays], pending: [] });
  });

  test("is waited for, and bound after it, where it comes back", async () => {
    const [leaves = "", stays = ""] = newServers(2);
    const binding = await stoppedBinding([leaves], "retain");
    await binding.up({ keypairName: "two", serverIds: [stays] }, newContext({ seconds: 4 }));
    expect(recorded(binding).pending).toEqual([leaves]);
    const inputs = { keypairName: "two", serverIds: [leaves, stays] };
    await whileJobsEnd(() => binding.up(inputs));
    simulator.advanceClock(100);
    expect(carried([leaves, stays])).toEqual(["two", "two"]);
    expect(binding.preview(inputs)).toEqual(noChange);
    expect(previousOf(binding)).toEqual(["original", "original"]);
  });

  test("is forgotten once it no longer exists", async () => {
    const [leaves = "", stays = ""] = newServers(2);
    const binding = await stoppedBinding([leaves], "retain");
    const inputs = { keypairName: "one", serverIds: [stays] };
    await binding.up(inputs, newContext({ seconds: 4 }));
    simulator.removeServer(region, leaves);
    await binding.refresh();
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [stays], pending: [] });
    expect(binding.preview(inputs)).toEqual(noChange);
  });

  test("is let go with a warning where nobody can ask for the job", async () => {
    const [leaves = "", stays = ""] = newServers(2);
    const binding = newBinding();
    fail(simulator, "UpdateKeypair", { type: "hang", when: "after" });
    await partialFailure(binding.up({ keypairName: "one", serverIds: [leaves] }, newContext({ seconds: 1 })));
    simulator.clearFaults();
    const inputs = { keypairName: "one", serverIds: [stays] };
    const context = newContext();
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
  function runWithClaim(serverIds: readonly string[], seconds = 4) {
    const context = newContext({ seconds });
    context.fleets.record.bindings.declare({ logicalName: "to" }, region, serverIds);
    return context;
  }

  test.each(["restore", "retain"])("stays recorded with the one that it leaves, with %s", async (deletionPolicy) => {
    const [leaves = "", stays = ""] = newServers(2);
    const binding = await stoppedBinding([leaves], deletionPolicy);
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
    const [leaves = "", stays = ""] = newServers(2);
    const binding = await stoppedBinding([leaves], "restore");
    const inputs = { keypairName: "one", serverIds: [stays], deletionPolicy: "restore" };
    const context = newContext({ seconds: 4 });
    simulator.clearCalls();
    const update = binding.up(inputs, context);
    while (callsOf(simulator, "ListJobs").length < 2) await new Promise(setImmediate);
    context.fleets.record.bindings.declare({ logicalName: "to" }, region, [leaves]);
    expect(await update).toBe("update");
    expect(recorded(binding)).toEqual({ serverIds: [stays], known: [leaves, stays].sort(), pending: [leaves] });
  });

  test("stays recorded also where the one that it leaves was giving back what it had", async () => {
    const [leaves = "", stays = ""] = newServers(2);
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: [leaves, stays], deletionPolicy: "restore" };
    await binding.up(inputs);
    simulator.setVariants({ jobSeconds: 100 });
    const context = newContext({ seconds: 4 });
    const update = binding.up({ ...inputs, serverIds: [stays] }, context);
    while (callsOf(simulator, "UpdateKeypair").length < 2) await new Promise(setImmediate);
    context.fleets.record.bindings.declare({ logicalName: "to" }, region, [leaves]);
    expect(await update).toBe("update");
    expect(binding.state.__pending).toMatchObject([{ serverId: leaves, keypairName: "original" }]);
    expect(recorded(binding).serverIds).toEqual([stays]);
  });
});

describe("a server with an unseen job that another binding takes in the same run", () => {
  const taking = { keypairName: "two", deletionPolicy: "restore" };

  function newRun(fleets = newFleets()) {
    return (seconds?: number) => newContext({ seconds, fleets });
  }

  /** However late jobs end, the servers carry the key pair of the binding, and get back at last what they had before any. */
  async function expectTaken(binding: Binding, ids: readonly string[]): Promise<void> {
    simulator.advanceClock(200);
    expect(carried(ids)).toEqual(ids.map(() => "two"));
    expect(previousOf(binding)).toEqual(ids.map(() => "original"));
    expect(binding.preview({ ...taking, serverIds: ids })).toEqual(noChange);
    await binding.destroy();
    expect(carried(ids)).toEqual(ids.map(() => "original"));
  }

  test.each(["retain", "restore"])("is bound after it where a binding with %s was deleted before", async (policy) => {
    const ids = newServers(2);
    const earlier = await stoppedBinding(ids, policy);
    const inThisRun = newRun();
    const binding = newBinding("to");
    // One that restores would wait itself, were the servers not named by the program already.
    const named = { logicalName: "to" };
    const { bindings } = inThisRun().fleets.record;
    if (policy === "restore") bindings.declare(named, region, ids);
    await earlier.destroy(inThisRun());
    bindings.declare(named, region, []);
    await whileJobsEnd(() => binding.up({ ...taking, serverIds: ids }, inThisRun()));
    await expectTaken(binding, ids);
  });

  test("is bound after it where it leaves a binding that stays", async () => {
    const [stays = "", ...ids] = newServers(3);
    const earlier = await stoppedBinding(ids, "restore");
    const inThisRun = newRun();
    const binding = newBinding("to");
    const rest = { keypairName: "one", serverIds: [stays], deletionPolicy: "restore" };
    await whileJobsEnd(() =>
      Promise.all([earlier.up(rest, inThisRun()), binding.up({ ...taking, serverIds: ids }, inThisRun())]),
    );
    await expectTaken(binding, ids);
  });

  test("is bound after it where it moves to a binding that was there before", async () => {
    const [stays = "", there = "", moves = ""] = newServers(3);
    const binding = newBinding("to");
    await binding.up({ ...taking, serverIds: [there] });
    const earlier = await stoppedBinding([moves], "restore");
    const inThisRun = newRun();
    const rest = { keypairName: "one", serverIds: [stays], deletionPolicy: "restore" };
    const both = [there, moves].sort();
    await whileJobsEnd(() =>
      Promise.all([earlier.up(rest, inThisRun()), binding.up({ ...taking, serverIds: both }, inThisRun())]),
    );
    await expectTaken(binding, both);
  });

  test("is bound again where the binding that it leaves is deleted after it was bound", async () => {
    const ids = newServers(2);
    const earlier = await stoppedBinding(ids, "retain");
    const inThisRun = newRun();
    const binding = newBinding("to");
    await binding.up({ ...taking, serverIds: ids }, inThisRun());
    const context = inThisRun();
    await whileJobsEnd(() => earlier.destroy(context));
    expect(context.infos).toEqual(['2 of 2 servers bound to key pair "two"']);
    expect(context.warnings).toEqual([]);
    await expectTaken(binding, ids);
  });

  test.each(["retain", "restore"])("keeps a binding with %s in the state until it is seen to end", async (policy) => {
    const ids = newServers(2);
    const earlier = await stoppedBinding(ids, policy);
    const binding = newBinding("to");
    const first = newRun();
    await binding.up({ ...taking, serverIds: ids }, first());
    const { message } = await anyFailure(earlier.destroy(first(1)));
    expect(message).toMatch(/^server \w+: job \w+ \(request \w+\) had not ended when time ran out/);
    expect(message).toContain("Where a job never ends, `pulumi state delete` forgets the binding");
    expect(earlier.exists).toBe(true);
    simulator.advanceClock(200);
    expect(carried(ids)).toEqual(["one", "one"]);

    // The next run learns from the state alone what the servers are to carry.
    const second = newRun();
    expect(await binding.up({ ...taking, serverIds: ids }, second())).toBe("same");
    await earlier.destroy(second());
    await expectTaken(binding, ids);
  });

  test("keeps the binding that it leaves in the state where it cannot be bound again", async () => {
    const ids = newServers(1);
    const earlier = await stoppedBinding(ids, "retain");
    const inThisRun = newRun();
    const binding = newBinding("to");
    await binding.up({ ...taking, serverIds: ids }, inThisRun());
    fail(simulator, "UpdateKeypair", { type: "status", status: 400, code: "CPS.1028", message: "frozen" });
    const { message } = await anyFailure(whileJobsEnd(() => earlier.destroy(inThisRun())));
    expect(message).toMatch(new RegExp(`^server ${ids[0] ?? ""}: .*frozen.*CPS\\.1028`));
    expect(earlier.exists).toBe(true);
    simulator.clearFaults();
    await earlier.destroy(inThisRun());
    await expectTaken(binding, ids);
  });

  test("is bound again also where the key pair of that name holds another key by now", async () => {
    const [moves = "", stays = ""] = newServers(2);
    const earlier = await stoppedBinding([moves], "retain");
    await simulator.replaceKeypair(region, "one", { publicKey: publicKeys.ecdsa256 });
    const inThisRun = newRun();
    const rest = { keypairName: "two", serverIds: [stays] };
    const wanted = { keypairName: "one", serverIds: [moves] };
    await whileJobsEnd(() => Promise.all([earlier.up(rest, inThisRun()), newBinding("to").up(wanted, inThisRun())]));
    const bound = callsOf(simulator, "UpdateKeypair").flatMap(({ body }) => JSON.stringify(body));
    expect(bound).toContain(`{"servers":[{"server_id":"${moves}","keypair_name":"one"}]}`);
  });

  test("is bound again where the run makes its key pair anew, and the earlier job ends after that", async () => {
    const ids = newServers(2);
    const earlier = await stoppedBinding(ids, "retain");
    const inThisRun = newRun();
    simulator.deleteKeypair(region, "one");
    await new ManagedResource(keypair, fleet.cloud, "pair").up(
      { name: "one", publicKey: publicKeys.ecdsa384 },
      inThisRun(),
    );
    await newBinding("to").up({ ...taking, keypairName: "one", serverIds: ids }, inThisRun());
    const context = inThisRun();
    await whileJobsEnd(() => earlier.destroy(context));
    expect(context.infos).toEqual(['2 of 2 servers bound to key pair "one"']);
  });

  test("is not bound to what the state says of a binding that is to have another key pair", async () => {
    const [stays = "", comes = "", there = ""] = newServers(3);
    const to = newBinding("to");
    await to.up({ keypairName: "one", serverIds: [comes, stays] });
    const from = newBinding("from");
    await from.up({ keypairName: "two", serverIds: [there] });
    const stop = new AbortController();
    simulator.setVariants({ jobSeconds: 100 });
    const both = { keypairName: "two", serverIds: [there, comes] };
    const failure = partialFailure(from.up(both, newContext({ signal: stop.signal })));
    await jobsPolled();
    stop.abort();
    await failure;
    simulator.setVariants({ jobSeconds: 0.005 });
    const inThisRun = newRun();
    const wanted = { keypairName: "two", serverIds: [comes, stays] };
    await whileJobsEnd(() =>
      Promise.all([to.up(wanted, inThisRun()), from.up({ keypairName: "two", serverIds: [there] }, inThisRun())]),
    );
    simulator.advanceClock(200);
    expect(carried([comes, stays])).toEqual(["two", "two"]);
  });

  test("is not waited for where both give the same key pair", async () => {
    const ids = newServers(2);
    const earlier = await stoppedBinding(ids, "retain");
    const inThisRun = newRun();
    await newBinding("to").up({ ...taking, keypairName: "one", serverIds: ids }, inThisRun());
    simulator.clearCalls();
    await earlier.destroy(inThisRun());
    expect(simulator.calls()).toEqual([]);
  });
});
