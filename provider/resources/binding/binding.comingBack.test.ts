/** Servers that were to get their earlier key pair back, and that the program names again. */
import { useBindingFleet, type Binding } from "../../testing/bindingFleet";
import { fail, serverOf } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { noChange, partialFailure } from "../../testing/managedResource";
import { region } from "../../testing/simulatedCloud";

const { simulator, newBinding, newContext, newServers, carried, refuse } = useBindingFleet();

const terms = { keypairName: "one", deletionPolicy: "restore" };

/** Servers of two that are bound: the first one leaves. */
async function boundServers(
  form: "list" | "map",
): Promise<{ binding: Binding; leaves: string; both: object; rest: object }> {
  const ids = newServers(2);
  const [leaves = "", stays = ""] = ids;
  const { keypairName, deletionPolicy } = terms;
  const naming = (serverIds: readonly string[]) =>
    form === "list"
      ? { ...terms, serverIds }
      : { deletionPolicy, keypairNames: Object.fromEntries(serverIds.map((id) => [id, keypairName])) };
  const binding = newBinding();
  const [both, rest] = [naming(ids), naming([stays])];
  await binding.up({ ...both });
  return { binding, leaves, both, rest };
}

/** A restoring that was begun, and of which it is not known what became of it. */
const unknownEnds: [string, (binding: Binding, rest: object) => Promise<unknown>][] = [
  [
    "its job was not seen to end",
    async (binding, rest) => {
      simulator.addFault({ action: { type: "jobTakes", seconds: 100 } });
      await partialFailure(binding.up({ ...rest }, newContext({ seconds: 1 })));
      simulator.advanceClock(200);
    },
  ],
  [
    "the answer was lost that would have named its job",
    async (binding, rest) => {
      fail(simulator, "UpdateKeypair", { type: "html", when: "after" });
      await partialFailure(binding.up({ ...rest }));
    },
  ],
  [
    "the server could not be looked at after its job",
    async (binding, rest) => {
      const match = { service: "cph", method: "GET", path: "/servers" } as const;
      simulator.addFault({ match, skip: 1, action: { type: "status", status: 403, code: "CPS.0001" } });
      await partialFailure(binding.up({ ...rest }));
    },
  ],
];

describe.each(unknownEnds)("a server that got its earlier key pair back, where %s", (_, leave) => {
  test.each(["list", "map"] as const)("is bound again where it comes back, in a %s", async (form) => {
    const { binding, leaves, both, rest } = await boundServers(form);
    await leave(binding, rest);
    simulator.clearFaults();
    expect(carried([leaves])).toEqual(["original"]);
    await binding.up({ ...both });
    expect(carried([leaves])).toEqual(["one"]);
    expect(binding.preview({ ...both })).toEqual(noChange);
    await binding.destroy();
    expect(carried([leaves])).toEqual(["original"]);
  });

  test("is let go by the next update where it does not", async () => {
    const { binding, leaves, rest } = await boundServers("list");
    await leave(binding, rest);
    simulator.clearFaults();
    expect(await binding.up({ ...rest })).toBe("update");
    expect(carried([leaves])).toEqual(["original"]);
    expect(binding.state.bindings.map(({ serverId }) => serverId)).not.toContain(leaves);
    expect(binding.preview({ ...rest })).toEqual(noChange);
  });
});

describe("a server that trusts an earlier key of the same name, and could not get its earlier key pair back", () => {
  const renewed = { ...terms, keypairFingerprint: "new" };

  async function expectNewKey(binding: Binding, serverIds: readonly string[]): Promise<void> {
    simulator.clearFaults();
    await binding.up({ ...renewed, serverIds });
    const trusting = serverIds.filter((id) => {
      return publicKeys.ecdsa384.startsWith(serverOf(simulator, id)?.trustedKey ?? "none");
    });
    expect(trusting).toEqual(serverIds);
    expect(binding.preview({ ...renewed, serverIds })).toEqual(noChange);
  }

  /** Servers whose key pair holds another key than they trust. */
  async function outdated(count: number): Promise<{ binding: Binding; ids: string[] }> {
    const ids = newServers(count);
    const binding = newBinding();
    await binding.up({ ...terms, keypairFingerprint: "old", serverIds: ids });
    await simulator.replaceKeypair(region, terms.keypairName, { publicKey: publicKeys.ecdsa384 });
    return { binding, ids };
  }

  test("is bound to the new one where it comes back after it was refused", async () => {
    const { binding, ids } = await outdated(3);
    const [refused = "", leaves = "", stays = ""] = ids;
    refuse([refused]);
    await partialFailure(binding.up({ ...renewed, serverIds: ids }));
    const { message } = await partialFailure(binding.up({ ...renewed, serverIds: [stays] }));
    expect(message).toContain(refused);
    expect(carried([refused, leaves])).toEqual(["one", "original"]);
    await expectNewKey(binding, ids);
  });

  test("is bound to the new one where it comes back after it was refused while the others got that one", async () => {
    const { binding, ids } = await outdated(2);
    refuse(ids.slice(0, 1));
    await partialFailure(binding.up({ ...renewed, serverIds: ids.slice(1) }));
    await expectNewKey(binding, ids);
  });

  test("is bound to the new one where it comes back after an earlier job was waited for in vain", async () => {
    const { binding, ids } = await outdated(2);
    simulator.addFault({ action: { type: "jobTakes", seconds: 100 } });
    simulator.addFault({ action: { type: "jobFailed", code: "CPS.0054" } });
    await partialFailure(binding.up({ ...renewed, serverIds: ids }, newContext({ seconds: 1 })));
    simulator.clearFaults();
    await partialFailure(binding.up({ ...renewed, serverIds: ids.slice(1) }, newContext({ seconds: 1 })));
    simulator.advanceClock(200);
    await expectNewKey(binding, ids);
  });
});
