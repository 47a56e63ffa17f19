import { useSimulator } from "../../simulator/testing/suite";
import type { HuaweiCloud } from "../huawei/huaweiCloud";
import type { Server } from "../schema/types";
import { checkContextOf } from "../testing/checkContext";
import { addServers, serverOf } from "../testing/fleet";
import { publicKeys } from "../testing/keys";
import { contextOf, ManagedResource } from "../testing/managedResource";
import { cloudOf, region, useShortBackoff } from "../testing/simulatedCloud";
import { cloudPhoneKeypairBinding } from "./cloudPhoneKeypairBinding";
import { logKept, warnNotRestored } from "./cloudPhoneKeypairBindingReports";

jest.mock("node:timers/promises", () => jest.requireActual<object>("../testing/shortPauses"));

const simulator = useSimulator({ servers: 0, jobSeconds: 0.005 });
useShortBackoff();

let cloud: HuaweiCloud;

beforeEach(async () => {
  cloud = cloudOf(simulator);
  await simulator.replaceKeypair(region, "one", { publicKey: publicKeys.ed25519 });
});

function newBinding() {
  return new ManagedResource(cloudPhoneKeypairBinding, cloud);
}

/** Servers, sorted, each with a key pair of its own where a name is given for it. */
async function newServers(count: number, keypairOf?: (index: number) => string): Promise<string[]> {
  const ids = addServers(simulator, count).sort();
  for (const [index, id] of ids.entries()) {
    if (keypairOf === undefined) continue;
    await simulator.replaceKeypair(region, keypairOf(index), { publicKey: publicKeys.rsa });
    simulator.changeServer(region, id, { keypairName: keypairOf(index) });
  }
  return ids;
}

function nameOf(id: string): string {
  return serverOf(simulator, id)?.name ?? "";
}

describe("lines that differ by key pair", () => {
  const servers = Array.from({ length: 30 }, (_, index): Server => {
    return {
      serverId: `s-${index}`,
      serverName: "",
      keypairName: `key-${index > 10 ? index : 10}`,
      status: 5,
    };
  });
  const ids = servers.map(({ serverId }) => serverId);

  test("are the largest ten, and one for all others, where servers drifted", async () => {
    const live = await newServers(22);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: live });
    for (const [index, id] of live.entries()) {
      simulator.changeServer(region, id, { keypairName: `key-${index > 4 ? index : 4}` });
    }
    const context = contextOf(cloud);
    await binding.refresh(context);
    expect(context.warnings).toHaveLength(11);
    expect(context.warnings[0]).toMatch(/^Servers .* carry key pair "key-4" instead of "one"\.$/);
    const others = live.slice(14).map((id) => `${id} (${nameOf(id)})`);
    expect(context.warnings.at(-1)).toBe(`Servers ${others.join(", ")} carry something else than this binding gave.`);
  });

  test("are likewise few where servers keep what they carry", () => {
    const context = contextOf(cloud);
    logKept(context.log, servers);
    expect(context.infos).toHaveLength(11);
    expect(context.infos[0]).toMatch(/^11 servers keep key pair "key-10": the service cannot take/);
    expect(context.infos.at(-1)).toMatch(/^10 servers keep another key pair: the service cannot take/);
  });

  test("are likewise few where nothing can be given back", () => {
    const context = contextOf(cloud);
    warnNotRestored(context.log, ids, new Map(servers.map((server) => [server.serverId, server])), "so it is");
    expect(context.warnings).toHaveLength(11);
    expect(context.warnings[0]).toMatch(/^Servers s-0, .*, s-9 and 1 more keep key pair "key-10": so it is\.$/);
    expect(context.warnings.at(-1)).toBe(`Servers ${ids.slice(20).join(", ")} keep another key pair: so it is.`);
  });

  test("name a few of the key pairs that a destroy gives back", async () => {
    const live = await newServers(7, (index) => `key-${index}`);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: live, deletionPolicy: "restore" });
    const context = contextOf(cloud);
    await binding.destroy(context);
    expect(context.infos).toEqual([
      '7 of 7 servers bound to key pair "key-0", "key-1", "key-2", "key-3", "key-4" and 2 more',
    ]);
  });
});

test("a preview tells a few of the entries that are no ids, and how many more there are", () => {
  const serverIds = Array.from({ length: 5_000 }, (_, index) => `no id ${index}`);
  const news = { keypairName: "one", serverIds };
  const { problems } = cloudPhoneKeypairBinding.check(undefined, news, checkContextOf("fleet", region));
  expect(problems).toHaveLength(21);
  expect(problems[0]?.property).toBe("serverIds[0]");
  expect(problems.at(-1)).toEqual({ property: "serverIds", reason: "has 4980 more entries that are no ids" });
});
