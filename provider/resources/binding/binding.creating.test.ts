/** Servers that a binding gets: what settles, what fails, and what is done next. */
import { previousOf, useBindingFleet } from "../../testing/bindingFleet";
import { callsOf, fail, projectOf, serverOf, serversOfCalls, serversWithJobs } from "../../testing/fleet";
import { anyFailure, noChange, partialFailure, plainFailure } from "../../testing/managedResource";
import { region } from "../../testing/simulatedCloud";

const { simulator, newBinding, newContext, newServers, carried, refuse } = useBindingFleet();

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
    expect(previousOf(binding)).toEqual(ids.map(() => "original"));
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
    expect(previousOf(binding)).toEqual(["original", "original", "original"]);
  });

  test("a job that is not over when time is up is recorded and told with its job", async () => {
    const ids = newServers(3);
    simulator.addFault({ match: { serverId: ids[0] ?? "" }, action: { type: "jobNeverEnds" } });
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: ids };
    const { reasons } = await partialFailure(binding.up(inputs, newContext({ seconds: 2 })));
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
    const up = partialFailure(binding.up(inputs, newContext({ signal: stop.signal })));
    while (callsOf(simulator, "ListJobs").length < 2) await new Promise(setImmediate);
    stop.abort();
    expect((await up).reasons).toHaveLength(3);
    expect(binding.state.bindings.map(({ jobId }) => jobId).every((jobId) => jobId !== undefined)).toBe(true);
    simulator.advanceClock(200);
    simulator.setVariants({ jobSeconds: 0 });
    await binding.up(inputs);
    expect(carried(ids)).toEqual(["one", "one", "one"]);
    expect(binding.preview(inputs)).toEqual(noChange);
    expect(previousOf(binding)).toEqual(["original", "original", "original"]);
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

test("an id that the service does not take for one fails alone", async () => {
  const [id = ""] = newServers(1);
  const code = { status: 400, code: "CPS.0016", message: "server_id is invalid" };
  simulator.addFault({ match: { path: "servers/odd" }, action: { type: "status", ...code } });
  const failure = await anyFailure(newBinding().up({ keypairName: "one", serverIds: [id, "odd"] }));
  expect(failure.message).toMatch(/^server odd: .*server_id is invalid.*CPS\.0016/);
  expect(carried([id])).toEqual(["one"]);
});
