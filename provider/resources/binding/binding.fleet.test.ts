import type { Server } from "../../schema/types";
import { useBindingFleet } from "../../testing/bindingFleet";
import { checkContextOf } from "../../testing/checkContext";
import { addServers, callsOf, serverOf } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { anyFailure, partialFailure, plainFailure } from "../../testing/managedResource";
import { region } from "../../testing/simulatedCloud";
import { cloudPhoneKeypairBinding } from "./binding";
import { logKept, warnNotRestored } from "./reports";

const { simulator, newBinding, newContext } = useBindingFleet();

/** Ids of servers that do not exist, sorted. */
function unknownIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `unknown-${String(index).padStart(5, "0")}`);
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

/** Looks at servers so far: pages of lists and single ones. */
function looksMade(): { pages: number; details: number } {
  return {
    pages: callsOf(simulator, "ListCloudPhoneServers").length,
    details: callsOf(simulator, "ShowCloudPhoneServerDetail").length,
  };
}

describe("thousands of ids that no server has", () => {
  test("cost three calls and are told in one line", async () => {
    const ids = unknownIds(5_000);
    const { message } = await plainFailure(newBinding().up({ keypairName: "one", serverIds: ids }));
    expect(message).toBe(
      `servers ${ids.slice(0, 10).join(", ")} and 4990 more: they do not exist in region ${region}; take them out of serverIds`,
    );
    expect(looksMade()).toEqual({ pages: 2, details: 1 });
  });

  test("keep no other server from being bound", async () => {
    const live = await newServers(250);
    const binding = newBinding();
    const { reasons } = await partialFailure(
      binding.up({ keypairName: "one", serverIds: [...live, ...unknownIds(5_000)] }),
    );
    expect(reasons).toEqual([expect.stringMatching(/^servers unknown-00000, .* and 4990 more: they do not exist/)]);
    expect(binding.state.serverIds).toEqual(live);
    // Two lists before, and one to confirm what was bound.
    expect(looksMade()).toEqual({ pages: 9, details: 1 });
  });

  test("that are gone again cost a refresh three calls", async () => {
    const live = await newServers(12);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: live });
    for (const id of live.slice(1)) simulator.removeServer(region, id);
    simulator.clearCalls();
    await binding.refresh();
    expect(binding.state.serverIds).toEqual(live.slice(0, 1));
    expect(looksMade()).toEqual({ pages: 2, details: 1 });
  });
});

describe("names that are given as ids", () => {
  test("are told as such, where a list showed their servers", async () => {
    const ids = await newServers(8);
    const [first = ""] = ids.map(nameOf).sort();
    const failure = await anyFailure(newBinding().up({ keypairName: "one", serverIds: ids.map(nameOf) }));
    expect(failure.message).toMatch(new RegExp(`^servers ${first}, .*: they do not exist in region ${region}; `));
    expect(failure.message).toContain(
      `"${first}" is the name of server ${ids.find((id) => nameOf(id) === first) ?? ""}`,
    );
    expect(looksMade()).toEqual({ pages: 2, details: 1 });
  });

  test("cost one list where they are few, and nothing where an unknown id has an id's form", async () => {
    const [id = ""] = await newServers(1);
    const failure = await anyFailure(newBinding().up({ keypairName: "one", serverIds: [nameOf(id)] }));
    expect(failure.message).toContain(`"${nameOf(id)}" is the name of server ${id}; give its id`);
    expect(looksMade()).toEqual({ pages: 1, details: 1 });
    const unknown = "0".repeat(32);
    const other = await anyFailure(newBinding().up({ keypairName: "one", serverIds: [unknown] }));
    expect(other.message).toBe(`server ${unknown}: it does not exist in region ${region}; take it out of serverIds`);
    expect(looksMade()).toEqual({ pages: 1, details: 2 });
  });

  test("are told by an import as well", async () => {
    const ids = await newServers(8);
    const [named = "", ...others] = ids;
    const context = newContext();
    for (const id of others) simulator.changeServer(region, id, { keypairName: "one" });
    await newBinding().import(`one/${[nameOf(named), ...others].join()}`, context);
    expect(context.warnings).toEqual([
      `Server ${nameOf(named)} no longer exists; "${nameOf(named)}" is the name of server ${named}; give its id.`,
    ]);
  });
});

test("many servers that fail alike share a line, with requests of theirs", async () => {
  const ids = await newServers(40);
  for (const serverId of ids) {
    const action = { type: "entryError", code: "CPS.1028", message: "frozen" } as const;
    simulator.addFault({ match: { serverId }, action });
  }
  const { message } = await plainFailure(newBinding().up({ keypairName: "one", serverIds: ids }));
  const named = ids.slice(0, 10).map((id) => `${id} (${nameOf(id)})`);
  expect(message.startsWith(`servers ${named.join(", ")} and 30 more: CPH UpdateKeypair failed: frozen. `)).toBe(true);
  expect(message).toMatch(/\(CPS\.1028, request \w{32}\) .* The others: requests \w{32}, \w{32}, \w{32}\.$/);
});

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
    for (const [index, id] of live.entries())
      simulator.changeServer(region, id, { keypairName: `key-${index > 4 ? index : 4}` });

    const context = newContext();
    await binding.refresh(context);
    expect(context.warnings).toHaveLength(11);
    expect(context.warnings[0]).toMatch(/^Servers .* carry key pair "key-4" instead of "one"\.$/);
    const others = live.slice(14).map((id) => `${id} (${nameOf(id)})`);
    expect(context.warnings.at(-1)).toBe(`Servers ${others.join(", ")} carry something else than this binding gave.`);
  });

  test("are likewise few where servers keep what they carry", () => {
    const context = newContext();
    logKept(context.log, servers);
    expect(context.infos).toHaveLength(11);
    expect(context.infos[0]).toMatch(/^11 servers keep key pair "key-10": the service cannot take/);
    expect(context.infos.at(-1)).toMatch(/^10 servers keep another key pair: the service cannot take/);
  });

  test("are likewise few where nothing can be given back", () => {
    const context = newContext();
    warnNotRestored(context.log, ids, new Map(servers.map((server) => [server.serverId, server])), "so it is");
    expect(context.warnings).toHaveLength(11);
    expect(context.warnings[0]).toMatch(/^Servers s-0, .*, s-9 and 1 more keep key pair "key-10": so it is\.$/);
    expect(context.warnings.at(-1)).toBe(`Servers ${ids.slice(20).join(", ")} keep another key pair: so it is.`);
  });

  test("name a few of the key pairs that a destroy gives back", async () => {
    const live = await newServers(7, (index) => `key-${index}`);
    const binding = newBinding();
    await binding.up({ keypairName: "one", serverIds: live, deletionPolicy: "restore" });
    const context = newContext();
    await binding.destroy(context);
    expect(context.infos).toEqual([
      '7 of 7 servers given back key pair "key-0", "key-1", "key-2", "key-3", "key-4" and 2 more',
    ]);
  });
});

test("a preview tells a few of the entries that are no ids, and how many more there are", () => {
  const serverIds = Array.from({ length: 5_000 }, (_, index) => `no id ${index}`);
  const news = { keypairName: "one", serverIds };
  const { problems } = cloudPhoneKeypairBinding.check(undefined, news, checkContextOf("fleet", region));
  expect(problems).toHaveLength(21);
  expect(problems[0]?.property).toBe("serverIds[0]");
  expect(problems.at(-1)).toEqual({ property: "serverIds", reason: "has 4980 more mistakes" });
});
