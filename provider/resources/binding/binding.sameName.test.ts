/** Another key under the same name, where nobody saw the end of the job that was to give it: servers show names, and no keys. */
import type { ServerAction } from "../../../simulator/index";
import { useBindingFleet, type Binding } from "../../testing/bindingFleet";
import { callsOf, serverOf } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { anyFailure, noChange, partialFailure } from "../../testing/managedResource";
import { region } from "../../testing/simulatedCloud";

const { simulator, newBinding, newContext, newFleets, newServers, carried } = useBindingFleet();

/** The key pair whose key is another one by and by, and its keys. */
const keypairName = "one";
const keys = { first: publicKeys.ed25519, second: publicKeys.ecdsa384, third: publicKeys.ecdsa521 };

/** Which of these keys opens a server. */
function trusted(serverId: string): string | undefined {
  const key = serverOf(simulator, serverId)?.trustedKey ?? "none";
  return Object.entries(keys).find(([, publicKey]) => publicKey.startsWith(key))?.[0];
}

/** Gives the key pair another key, and tells what the program passes then. */
async function renew(key: keyof typeof keys): Promise<{ keypairName: string; keypairFingerprint: string }> {
  await simulator.replaceKeypair(region, keypairName, { publicKey: keys[key] });
  return { keypairName, keypairFingerprint: key };
}

/** What befalls the jobs of servers from now on, which run until the clock is advanced. */
function delayJobs(...actions: ServerAction[]): void {
  for (const action of [{ type: "jobTakes", seconds: 100 } as const, ...actions]) simulator.addFault({ action });
}

/** Ends the jobs, and has those that come take no time. */
function endJobs(): void {
  simulator.advanceClock(200);
  simulator.clearFaults();
  simulator.clearCalls();
}

/** A binding of a server that has the first key, and a change of it to the second one that was begun, and not seen to end. */
async function halfRenewed(...actions: ServerAction[]): Promise<{ binding: Binding; id: string; inputs: object }> {
  const [id = ""] = newServers(1);
  const binding = newBinding();
  await binding.up({ ...(await renew("first")), serverIds: [id] });
  const inputs = { ...(await renew("second")), serverIds: [id] };
  delayJobs(...actions);
  await partialFailure(binding.up({ ...inputs }, newContext({ seconds: 1 })));
  expect(trusted(id)).toBe("first");
  return { binding, id, inputs };
}

test("is not given once more where its job ended well", async () => {
  const { binding, id, inputs } = await halfRenewed();
  endJobs();
  await binding.up({ ...inputs });
  expect(callsOf(simulator, "UpdateKeypair")).toEqual([]);
  expect(trusted(id)).toBe("second");
  expect(binding.preview({ ...inputs })).toEqual(noChange);
});

test.each<[string, ServerAction[]]>([
  ["failed", [{ type: "jobFailed", code: "CPS.0054" }]],
  ["is not known to the service", [{ type: "jobNotFound" }, { type: "jobWithoutEffect" }]],
  ["still runs", [{ type: "jobNeverEnds" }]],
])("is given once more where its job %s", async (_, actions) => {
  for (const isRefreshed of [false, true]) {
    const { binding, id, inputs } = await halfRenewed(...actions);
    endJobs();
    if (isRefreshed) await binding.refresh();
    await binding.up({ ...inputs }, newContext({ seconds: 4 }));
    expect(trusted(id)).toBe("second");
    expect(binding.preview({ ...inputs })).toEqual(noChange);
  }
});

test("is given once more also where the binding that the server leaves saw its job fail", async () => {
  const { binding, id, inputs } = await halfRenewed({ type: "jobFailed", code: "CPS.0054" });
  endJobs();
  const [stays = ""] = newServers(1);
  const fleets = newFleets();
  const to = newBinding("to");
  await Promise.all([
    binding.up({ ...inputs, serverIds: [stays] }, newContext({ fleets })),
    to.up({ ...inputs }, newContext({ fleets })),
  ]);
  expect(trusted(id)).toBe("second");
});

test("is not believed of a job that began before the key pair held it, and that was waited for in vain", async () => {
  const { binding, id } = await halfRenewed();
  const inputs = { ...(await renew("third")), serverIds: [id] };
  await anyFailure(binding.up(inputs, newContext({ seconds: 1 })));
  endJobs();
  expect(trusted(id)).toBe("second");
  await binding.up(inputs);
  expect(trusted(id)).toBe("third");
  expect(binding.preview(inputs)).toEqual(noChange);
});

test("of a server that had another key pair before is told by the name, whatever is known of the job", async () => {
  const [id = ""] = newServers(1);
  const binding = newBinding();
  const inputs = { keypairName, serverIds: [id] };
  delayJobs({ type: "jobNotFound" });
  await partialFailure(binding.up(inputs, newContext({ seconds: 1 })));
  endJobs();
  expect(carried([id])).toEqual([keypairName]);
  await binding.up(inputs, newContext({ seconds: 4 }));
  expect(callsOf(simulator, "UpdateKeypair")).toEqual([]);
  expect(binding.preview(inputs)).toEqual(noChange);
});
