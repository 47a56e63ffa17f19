/** What a refresh and an import find. */
import type { CallAction } from "../../../simulator/index";
import { previousOf, useBindingFleet, type Binding } from "../../testing/bindingFleet";
import { callsOf, fail, serverOf } from "../../testing/fleet";
import { anyFailure, ManagedResource, noChange, partialFailure, plainFailure } from "../../testing/managedResource";
import { cloudOf, region } from "../../testing/simulatedCloud";
import { keypair } from "../keypair/keypair";
import { cloudPhoneKeypairBinding } from "./binding";
import type { CloudPhoneKeypairBindingState } from "./state";

const fleet = useBindingFleet();
const { simulator, newBinding, newContext, newFleets, newServers, carried } = fleet;

describe("a read", () => {
  const inputs = { keypairName: "one" };

  test("tells each server's key pair and takes those that differ out of the set", async () => {
    const ids = newServers(4);
    const binding = newBinding();
    await binding.up({ ...inputs, serverIds: ids });
    simulator.changeServer(region, ids[0] ?? "", { keypairName: "theirs" });
    simulator.changeServer(region, ids[1] ?? "", { keypairName: "" });
    simulator.removeServer(region, ids[2] ?? "");
    const context = newContext();
    await binding.refresh(context);
    expect(binding.state.serverIds).toEqual([ids[3]]);
    expect(binding.state.bindings.map(({ keypairName }) => keypairName)).toEqual(["theirs", "", "one"]);
    expect(context.warnings).toEqual([
      expect.stringMatching(/carries key pair "theirs" instead of "one"\.$/),
      expect.stringMatching(/carries no key pair instead of "one"\.$/),
      expect.stringMatching(/no longer exists\.$/),
    ]);
  });

  test("finds nothing where no server exists any longer, also where the key pairs cannot be looked at", async () => {
    const ids = newServers(2);
    const binding = newBinding();
    await binding.up({ ...inputs, serverIds: ids });
    ids.forEach((id) => simulator.removeServer(region, id));
    fail(simulator, "ListKeypairDetail", { type: "status", status: 400, code: "KPS.9999" });
    await binding.refresh();
    expect(binding.exists).toBe(false);
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
    const context = newContext();
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
      await partialFailure(binding.up({ ...timedOut, serverIds: ids }, newContext({ seconds: 1 })));
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
      expect(previousOf(binding)).toEqual(["original", "original"]);
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
      await partialFailure(binding.up({ ...timedOut, serverIds: ids }, newContext({ seconds: 1 })));
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
      await partialFailure(binding.up({ ...timedOut, serverIds: ids }, newContext({ seconds: 1 })));
      simulator.clearFaults();
      expect(carried(ids)).toEqual(["original", "original"]);
      await binding.destroy();
      simulator.advanceClock(100);
      expect(carried(ids)).toEqual(["original", "original"]);
    });

    test("does not let servers go whose jobs have not ended", async () => {
      const ids = newServers(2);
      const binding = await timedOutBinding(ids);
      const failure = await anyFailure(binding.destroy(newContext({ seconds: 1 })));
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
      await partialFailure(binding.up(wanted, newContext({ seconds: 1 })));
      const context = newContext();
      await binding.destroy(context);
      expect(context.warnings).toEqual([expect.stringMatching(/^Servers .* may get key pair "one" yet/)]);
      const key = new ManagedResource(keypair, fleet.cloud);
      await key.up({ name: "generated" });
      context.fleets.in(region).changes.note(ids[0] ?? "", { requestId: "r", keypairName: "generated" });
      await key.destroy(context);
      expect(context.warnings[1]).toMatch(/^1 server may trust key pair "generated"/);
    });

    test("is recorded with what an earlier one knew of the servers where its own creation fails plainly", async () => {
      const ids = newServers(2);
      const binding = newBinding();
      await binding.up({ ...timedOut, serverIds: ids });
      const fleets = newFleets();
      const declared = { logicalName: "fleet" };
      fleets.record.bindings.declare(declared, region, ids);
      await cloudPhoneKeypairBinding.delete(newContext({ fleets }), binding.id, binding.state);
      fail(simulator, "ShowCloudPhoneServerDetail", { type: "status", status: 403, code: "CPS.0001" });
      const inputs = { ...timedOut, serverIds: [...ids].sort(), region, deletionPolicy: "restore" as const };
      const context = { ...newContext({ fleets }), declared };
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
      expect(previousOf(binding)).toEqual(["original", "original"]);
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
      const context = newContext();
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
    [
      "",
      /its id must be <keypairName>\/<serverId>,<serverId>,… or <serverId>=<keypairName>,<serverId>=<keypairName>,…$/,
    ],
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
