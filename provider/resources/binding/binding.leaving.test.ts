/** Servers that leave a binding, and what they get back. */
import { previousOf, useBindingFleet } from "../../testing/bindingFleet";
import { addServers, callsOf, serverOf, serversOfCalls } from "../../testing/fleet";
import { anyFailure, noChange, partialFailure } from "../../testing/managedResource";
import { region } from "../../testing/simulatedCloud";

const { simulator, newBinding, newContext, newFleets, newServers, carried, refuse } = useBindingFleet();

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
    expect(previousOf(binding)).toEqual(["original", "original", "original"]);
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
    expect(previousOf(binding)).toEqual(["original", "theirs"]);
  });

  test("that is none cannot be put back: the user is told", async () => {
    const [id = ""] = addServers(simulator, 1);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: [id], deletionPolicy: "restore" });
    expect(previousOf(binding)).toEqual([""]);
    simulator.clearCalls();
    const context = newContext();
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
    const context = newContext();
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

  test("fails where the service may mean that the earlier key pair is gone, for KPS need not show another user's", async () => {
    const [id = ""] = newServers(1);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: [id], deletionPolicy: "restore" });
    simulator.deleteKeypair(region, "original");
    simulator.addFault({ match: { serverId: id }, action: { type: "entryError", code: "CPS.0098" } });
    const { message } = await anyFailure(binding.destroy(newContext({ seconds: 3600 })));
    expect(message).toContain(
      'KPS shows no key pair "original" in this region and project: the server keeps what it has.',
    );
    expect(binding.exists).toBe(true);
    simulator.clearFaults();
    await binding.destroy();
    expect(carried([id])).toEqual(["one"]);
  });

  test("ends where the earlier key pair is gone, and tells the user", async () => {
    const ids = newServers(2);
    simulator.changeServer(region, ids[1] ?? "", { keypairName: "theirs" });
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids, deletionPolicy: "restore" });
    simulator.deleteKeypair(region, "original");
    const context = newContext();
    await binding.destroy(context);
    expect(context.warnings).toEqual([expect.stringMatching(/keeps key pair "one": the earlier one no longer exists/)]);
    expect(carried(ids)).toEqual(["one", "theirs"]);
  });

  test("is not one where the policy is retain: nothing is called and the user is told", async () => {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: ids });
    simulator.clearCalls();
    const context = newContext();
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
    expect(previousOf(binding)).toEqual(["original", "original", "original"]);
    expect(binding.preview(wanted)).toEqual(noChange);
  });
});

test("servers that leave a binding which retains are told to keep the key pair", async () => {
  const [stays = "", leaves = ""] = newServers(2);
  const binding = newBinding();
  await binding.up({ keypairName: "one", serverIds: [stays, leaves] });
  const context = newContext();
  await binding.up({ keypairName: "one", serverIds: [stays] }, context);
  expect(context.infos).toEqual([expect.stringMatching(/^1 server keeps key pair "one"/)]);
  expect(carried([stays, leaves])).toEqual(["one", "one"]);
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
    const fleets = newFleets();
    return { binding, inThisRun: () => newContext({ fleets }) };
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
    const fleets = newFleets();
    const context = newContext({ fleets });
    await Promise.all([
      leaving.up({ ...inputs, serverIds: [stays, added] }, context),
      newBinding().up({ keypairName: "two", serverIds: [gone, moved] }, newContext({ fleets })),
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
