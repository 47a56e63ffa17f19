/** Jobs that end late, or whose work nobody saw. */
import { useBindingFleet, type Binding } from "../../testing/bindingFleet";
import { fail, serversOfCalls } from "../../testing/fleet";
import { partialFailure } from "../../testing/managedResource";

const { simulator, newBinding, newContext, newServers, carried } = useBindingFleet();

test("jobs of added servers that do not end leave the others bound", async () => {
  const [added = "", stays = ""] = newServers(2);
  const binding = newBinding();
  await binding.up({ keypairName: "one", serverIds: [stays] });
  simulator.addFault({ match: { serverId: added }, action: { type: "jobNeverEnds" } });
  const wanted = { keypairName: "one", serverIds: [stays, added] };
  await partialFailure(binding.up(wanted, newContext({ seconds: 1 })));
  expect(binding.state.serverIds).toEqual([stays]);
  expect(binding.state.bindings.map(({ serverId }) => serverId)).toEqual([added, stays]);
  simulator.clearFaults();
  simulator.clearCalls();
  await binding.up(wanted);
  expect(serversOfCalls(simulator)).toEqual([[added]]);
});

describe("a call whose answer was lost, and that is refused when it is sent again, because of what it began", () => {
  beforeEach(() => {
    simulator.setVariants({ jobSeconds: 50 });
    fail(simulator, "UpdateKeypair", { type: "status", status: 502, when: "after" }, { times: 1 });
    const refusal = { type: "status", status: 400, code: "CPS.0099", message: "not ready" } as const;
    fail(simulator, "UpdateKeypair", refusal, { skip: 1 });
  });

  function endJobs(): void {
    simulator.advanceClock(100);
    simulator.clearFaults();
    simulator.setVariants({ jobSeconds: 0.005 });
  }

  test("has its servers recorded by a creation, with what they had before", async () => {
    const [id = ""] = newServers(1);
    const binding = newBinding();
    const inputs = { keypairName: "one", serverIds: [id], deletionPolicy: "restore" };
    await partialFailure(binding.up(inputs, newContext({ seconds: 3 })));
    endJobs();
    expect(carried([id])).toEqual(["one"]);
    await binding.destroy();
    expect(carried([id])).toEqual(["original"]);
  });

  test("is known to a binding that is rotated, which takes back what it gave", async () => {
    const [id = ""] = newServers(1);
    const binding = newBinding();
    const inputs = { serverIds: [id], deletionPolicy: "restore" };
    simulator.clearFaults();
    simulator.setVariants({ jobSeconds: 0.005 });
    await binding.up({ ...inputs, keypairName: "one" });
    simulator.setVariants({ jobSeconds: 50 });
    fail(simulator, "UpdateKeypair", { type: "status", status: 502, when: "after" }, { times: 1 });
    fail(simulator, "UpdateKeypair", { type: "status", status: 400, code: "CPS.0099" }, { skip: 1 });
    await partialFailure(binding.up({ ...inputs, keypairName: "two" }, newContext({ seconds: 3 })));
    expect(binding.state.__pending).toEqual([{ serverId: id, keypairName: "two" }]);
    endJobs();
    expect(carried([id])).toEqual(["two"]);
    await binding.destroy();
    expect(carried([id])).toEqual(["original"]);
  });
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
