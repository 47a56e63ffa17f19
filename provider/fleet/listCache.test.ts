import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import type { CallAction } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import type { Operation } from "../operation/operation";
import { addServers, callsOf, fail } from "../testing/fleet";
import { publicKeys } from "../testing/keys";
import {
  cloudOf,
  failureOf,
  operation,
  region,
  stoppable,
  useShortBackoff,
  useShortPauses,
} from "../testing/simulatedCloud";
import { Fleet } from "./fleet";
import { clock } from "../operation/clock";
import { ListCache, type ListSource, type ReadOptions } from "./listCache";

const simulator = useSimulator({ servers: 0 });
useShortBackoff();
useShortPauses();

let fleet: Fleet;
const now = performance.now.bind(performance);
let passed = 0;

beforeEach(() => {
  passed = 0;
  fleet = new Fleet(cloudOf(simulator), region);
});

/** So many key pairs in the simulator. */
async function addKeypairs(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `key-${index}`);
  for (const name of names) await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519 });
  return names;
}

function read(name: string, { on = operation(), ...options }: ReadOptions & { on?: Operation } = {}) {
  return fleet.keypairs.get(name, on, options);
}

async function namesSeen(names: readonly string[], options: ReadOptions = {}): Promise<(string | undefined)[]> {
  const seen = await Promise.all(names.map((name) => read(name, options)));
  return seen.map((keypair) => keypair?.name);
}

/** Pages and single looks since this was last asked. */
function readsMade(): { pages: number; details: number } {
  const made = {
    pages: callsOf(simulator, "ListKeypairs").length,
    details: callsOf(simulator, "ListKeypairDetail").length,
  };
  simulator.clearCalls();
  return made;
}

function pass(milliseconds: number): void {
  passed += milliseconds;
  jest.spyOn(performance, "now").mockImplementation(() => now() + passed);
}

async function callsArrived(operation: "ListKeypairs" | "ListKeypairDetail", count: number): Promise<void> {
  while (callsOf(simulator, operation).length < count) await sleep(1);
}

const isMalformed = (id: string) => !id.startsWith("id-");

/** Of a list of something else. */
function cacheOf(source: Partial<ListSource<string>>): ListCache<string> {
  return new ListCache({
    operation: "CPH ShowCloudPhoneServerDetail",
    pageSize: 100,
    listsAll: true,
    list: () => Promise.resolve(new Map([["other", "other"]])),
    detail: (id) => {
      return isMalformed(id) ? Promise.reject(new Error("no id")) : Promise.resolve(undefined);
    },
    isRefusedId: (error) => error instanceof Error && error.message === "no id",
    isWellFormed: (id) => !isMalformed(id),
    ...source,
  });
}

describe("how objects are looked at", () => {
  test("many at the same moment by one list, for all operations", async () => {
    const names = await addKeypairs(60);
    expect(await namesSeen(names)).toEqual(names);
    expect(readsMade()).toEqual({ pages: 2, details: 0 });
  });

  test("servers likewise", async () => {
    const serverIds = addServers(simulator, 250);
    const seen = await Promise.all(serverIds.map((serverId) => fleet.servers.get(serverId, operation())));
    expect(seen.map((server) => server?.serverId)).toEqual(serverIds);
    expect(simulator.calls().map(({ operation }) => operation)).toEqual(
      Array.from({ length: 3 }, () => "ListCloudPhoneServers"),
    );
  });

  test("few one by one", async () => {
    const names = await addKeypairs(5);
    expect(await namesSeen(names)).toEqual(names);
    expect(readsMade()).toEqual({ pages: 0, details: 5 });
  });

  test("many that come one after the other by a list, once they are many", async () => {
    const names = await addKeypairs(20);
    for (const name of names) expect((await read(name))?.name).toBe(name);
    expect(readsMade()).toEqual({ pages: 1, details: 5 });
  });

  test("one that many ask for by one look", async () => {
    const [name = ""] = await addKeypairs(1);
    expect(await namesSeen(Array.from({ length: 20 }, () => name))).toEqual(Array.from({ length: 20 }, () => name));
    expect(readsMade()).toEqual({ pages: 0, details: 1 });
  });

  test("one that others asked for a moment ago by their look where that is wanted, but anew where it showed nothing", async () => {
    await addKeypairs(1);
    for (const name of ["key-0", "key-0", "key-1", "key-1"]) await read(name, { shareLook: true });
    expect(readsMade()).toEqual({ pages: 0, details: 3 });
    await read("key-0");
    expect(readsMade()).toEqual({ pages: 0, details: 1 });
    pass(1_001);
    await read("key-0", { shareLook: true });
    expect(readsMade()).toEqual({ pages: 0, details: 1 });
  });

  test("few at a time one by one, also when others were looked at long before", async () => {
    const names = await addKeypairs(10);
    await namesSeen(names.slice(0, 5));
    pass(11_000);
    await namesSeen(names.slice(5));
    expect(readsMade()).toEqual({ pages: 0, details: 10 });
  });

  test("by a list that serves those who come soon after, and nobody later", async () => {
    const names = await addKeypairs(6);
    await namesSeen(names);
    pass(9_000);
    await namesSeen(names);
    expect(readsMade()).toEqual({ pages: 1, details: 0 });
    simulator.changeKeypair(region, "key-0", { publicKey: publicKeys.rsa });
    pass(2_000);
    await namesSeen(names);
    expect((await read("key-0"))?.publicKey).toBe(publicKeys.rsa);
    expect(readsMade()).toEqual({ pages: 1, details: 0 });
  });

  test("once it is known what a list costs, by whatever costs less", async () => {
    const names = await addKeypairs(351);
    await namesSeen(names);
    expect(readsMade()).toEqual({ pages: 8, details: 0 });
    pass(11_000);
    await namesSeen(names.slice(0, 8));
    expect(readsMade()).toEqual({ pages: 0, details: 8 });
    pass(11_000);
    await namesSeen(names.slice(0, 9));
    expect(readsMade()).toEqual({ pages: 8, details: 0 });
  });

  test("two by a list that is one call", async () => {
    const names = await addKeypairs(6);
    await namesSeen(names);
    pass(11_000);
    simulator.clearCalls();
    await namesSeen(names.slice(0, 2));
    expect(readsMade()).toEqual({ pages: 1, details: 0 });
  });
});

describe("what a list does not show", () => {
  test("is confirmed by a single look, for a list of key pairs need not show those of others", async () => {
    const names = await addKeypairs(8);
    fail(simulator, "ListKeypairs", { type: "body", body: { keypairs: [] } }, { times: 1 });
    expect(await namesSeen([...names, "gone"])).toEqual([...names, undefined]);
    expect(readsMade()).toEqual({ pages: 1, details: 9 });
  });

  test("is believed to be absent by those who want that", async () => {
    const free = Array.from({ length: 8 }, (_, index) => `free-${index}`);
    expect(await namesSeen(free, { trustAbsence: true })).toEqual(free.map(() => undefined));
    expect(readsMade()).toEqual({ pages: 1, details: 0 });
  });
});

describe("servers that a list does not show", () => {
  /** Ids of servers that do not exist. */
  function unknown(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `unknown-${index}`);
  }

  async function idsSeen(serverIds: readonly string[]): Promise<string[]> {
    const seen = await Promise.all(serverIds.map((serverId) => fleet.servers.get(serverId, operation())));
    return seen.flatMap((server) => server?.serverId ?? []);
  }

  /** Pages and single looks since this was last asked. */
  function callsMade(): { pages: number; details: number } {
    const made = {
      pages: callsOf(simulator, "ListCloudPhoneServers").length,
      details: callsOf(simulator, "ShowCloudPhoneServerDetail").length,
    };
    simulator.clearCalls();
    return made;
  }

  const emptyList: CallAction = { type: "body", body: { count: 0, servers: [] } };

  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 1],
    [300, 1],
  ])("and are %d cost %d single looks, and a second list where that is less", async (count, details) => {
    const live = addServers(simulator, 8);
    expect(await idsSeen([...live, ...unknown(count)])).toEqual(live);
    expect(callsMade()).toEqual({ pages: count > 2 ? 2 : 1, details });
  });

  test("are confirmed by whatever costs less where a list takes many calls", async () => {
    const live = addServers(simulator, 350);
    expect(await idsSeen([...live, ...unknown(5)])).toEqual(live);
    expect(callsMade()).toEqual({ pages: 4, details: 5 });
    pass(11_000);
    expect(await idsSeen([...live, ...unknown(6)])).toEqual(live);
    expect(callsMade()).toEqual({ pages: 8, details: 1 });
  });

  test("for they moved while it was read are shown by the second one", async () => {
    const live = addServers(simulator, 8);
    fail(simulator, "ListCloudPhoneServers", emptyList, { times: 1 });
    expect(await idsSeen([...live, ...unknown(4)])).toEqual(live);
    expect(callsMade()).toEqual({ pages: 2, details: 1 });
  });

  test("for they appeared only after it, and moved while the next was read, are shown by a third one", async () => {
    await idsSeen(addServers(simulator, 8));
    const added = addServers(simulator, 4);
    fail(simulator, "ListCloudPhoneServers", emptyList, { times: 1 });
    expect(await idsSeen(added)).toEqual(added);
    expect(callsMade()).toEqual({ pages: 3, details: 0 });
  });

  test("cost single looks after a list that was read before, until two more would cost less", async () => {
    await idsSeen(addServers(simulator, 8));
    callsMade();
    expect(await idsSeen(unknown(3))).toEqual([]);
    expect(callsMade()).toEqual({ pages: 0, details: 3 });
    expect(await idsSeen(unknown(4))).toEqual([]);
    expect(callsMade()).toEqual({ pages: 2, details: 1 });
  });

  test("and that we change between two lists are not taken for gone by the first one", async () => {
    addServers(simulator, 1);
    const live = simulator.addServer(region).id;
    const list =
      simulator
        .state()
        .projects[0]?.servers.slice(0, 1)
        .map(({ id }) => ({ server_id: id })) ?? [];
    fail(simulator, "ListCloudPhoneServers", { type: "body", body: { count: 1, servers: list } }, { times: 2 });
    const seen = idsSeen([...unknown(8), live]);
    while (fleet.servers.lastShown.size === 0) await new Promise(setImmediate);
    fleet.servers.forget(live);
    expect(await seen).toEqual([live]);
    expect(callsMade()).toEqual({ pages: 2, details: 2 });
  });

  test("for lists hide them are seen one by one", async () => {
    const live = addServers(simulator, 8);
    fail(simulator, "ListCloudPhoneServers", emptyList);
    expect(await idsSeen(live)).toEqual(live);
    expect(callsMade()).toEqual({ pages: 2, details: 8 });
  });

  test("are not taken for gone where the service refuses to show them", async () => {
    addServers(simulator, 1);
    fail(simulator, "ShowCloudPhoneServerDetail", { type: "status", status: 403, code: "CPS.0001" });
    const failures = await Promise.all(unknown(8).map((serverId) => failureOf(idsSeen([serverId]))));
    expect(failures.map(({ code }) => code)).toEqual(failures.map(() => "CPS.0001"));
  });

  test("do not exist where the service takes the id of the first for none", async () => {
    const live = addServers(simulator, 8);
    fail(simulator, "ShowCloudPhoneServerDetail", { type: "status", status: 400, code: "CPS.0016" });
    expect(await idsSeen([...live, ...unknown(8)])).toEqual(live);
    expect(callsMade()).toEqual({ pages: 2, details: 1 });
  });

  test("are looked at one by one where the second list is refused", async () => {
    const live = addServers(simulator, 8);
    fail(simulator, "ListCloudPhoneServers", { type: "status", status: 403, code: "CPS.0001" }, { skip: 1 });
    expect(await idsSeen([...live, ...unknown(8)])).toEqual(live);
    expect(callsMade()).toEqual({ pages: 2, details: 8 });
  });

  test("are not taken for gone where the second list fails", async () => {
    const live = addServers(simulator, 8);
    fail(simulator, "ListCloudPhoneServers", { type: "html", status: 502 }, { skip: 1 });
    expect((await failureOf(idsSeen([...live, ...unknown(8)]))).operation).toBe("CPH ListCloudPhoneServers");
  });

  test("are not among what the last list showed", async () => {
    expect(fleet.servers.lastShown.size).toBe(0);
    const live = addServers(simulator, 8);
    await idsSeen([...live, ...unknown(8)]);
    expect([...fleet.servers.lastShown.keys()].sort()).toEqual(live.sort());
  });
});

describe("our own writes", () => {
  function change(name: string): Promise<void> {
    return fleet.keypairs.whileChanging(name, () => {
      simulator.changeKeypair(region, name, { publicKey: publicKeys.rsa });
      return Promise.resolve();
    });
  }

  test("are seen by the next look, which costs the others nothing", async () => {
    const names = await addKeypairs(60);
    await namesSeen(names);
    readsMade();
    await change("key-3");
    expect((await read("key-3"))?.publicKey).toBe(publicKeys.rsa);
    expect(readsMade()).toEqual({ pages: 0, details: 1 });
    await namesSeen(names.filter((name) => name !== "key-3"));
    expect(readsMade()).toEqual({ pages: 0, details: 0 });
  });

  test("are seen by the next look, where one was made a moment ago or is under way", async () => {
    const [name = ""] = await addKeypairs(1);
    await read(name);
    await change(name);
    expect((await read(name, { shareLook: true }))?.publicKey).toBe(publicKeys.rsa);
    pass(1_001);
    const body = listedBefore(name);
    fail(simulator, "ListKeypairDetail", { type: "body", body }, { times: 1 });
    fail(simulator, "ListKeypairDetail", { type: "delay", milliseconds: 20 }, { times: 1 });
    const first = read(name);
    await callsArrived("ListKeypairDetail", 3);
    const second = read(name, { shareLook: true });
    await change(name);
    expect((await first)?.publicKey).toBe(publicKeys.ed25519);
    expect((await second)?.publicKey).toBe(publicKeys.rsa);
  });

  test("are seen by many looks through one new list", async () => {
    const names = await addKeypairs(20);
    await namesSeen(names);
    readsMade();
    await Promise.all(names.map(change));
    const seen = await Promise.all(names.map((name) => read(name)));
    expect(new Set(seen.map((keypair) => keypair?.publicKey))).toEqual(new Set([publicKeys.rsa]));
    expect(readsMade()).toEqual({ pages: 1, details: 0 });
  });

  test("that failed may have been done all the same", async () => {
    const names = await addKeypairs(60);
    await namesSeen(names);
    const failing = fleet.keypairs.whileChanging("key-3", () => {
      simulator.deleteKeypair(region, "key-3");
      return Promise.reject(new Error("no answer"));
    });
    await expect(failing).rejects.toThrow("no answer");
    expect(await read("key-3")).toBeUndefined();
  });

  test("are seen by looks that a list was being read for", async () => {
    const names = await addKeypairs(10);
    fail(simulator, "ListKeypairs", { type: "body", body: { keypairs: names.map(listedBefore) } }, { times: 1 });
    fail(simulator, "ListKeypairs", { type: "delay", milliseconds: 20 }, { times: 1 });
    const seen = Promise.all(names.map((name) => read(name)));
    await callsArrived("ListKeypairs", 1);
    await change("key-3");
    expect((await seen).map((keypair) => keypair?.publicKey)).toEqual(
      names.map((name) => (name === "key-3" ? publicKeys.rsa : publicKeys.ed25519)),
    );
    expect(readsMade()).toEqual({ pages: 1, details: 1 });
  });

  test("that end while a list is read are not looked up in it", async () => {
    const names = await addKeypairs(10);
    fail(simulator, "ListKeypairs", { type: "body", body: { keypairs: names.map(listedBefore) } }, { times: 1 });
    fail(simulator, "ListKeypairs", { type: "delay", milliseconds: 20 }, { times: 1 });
    const seen = namesSeen(names.slice(4));
    await callsArrived("ListKeypairs", 1);
    await change("key-3");
    expect((await read("key-3"))?.publicKey).toBe(publicKeys.rsa);
    await seen;
    expect((await read("key-3"))?.publicKey).toBe(publicKeys.rsa);
  });

  test("are remembered only while a list may serve that does not show them", async () => {
    await namesSeen(await addKeypairs(60));
    fleet.keypairs.forget("before");
    expect(inspect(fleet.keypairs)).toContain("before");
    pass(10_001);
    fleet.keypairs.forget("after");
    expect(inspect(fleet.keypairs)).not.toMatch(/before|after/);
  });

  function listedBefore(name: string): object {
    return { keypair: { name, type: "ssh", public_key: publicKeys.ed25519, fingerprint: "f" } };
  }
});

describe("a list", () => {
  test.each([
    { takes: 10, timeLeft: 600, pause: 400 },
    { takes: 3_000, timeLeft: 600, pause: 1_500 },
    { takes: 5_000, timeLeft: 600, pause: 2_000 },
    { takes: 5_000, timeLeft: 5, pause: 500 },
  ])(
    "that took $takes ms begins anew after $pause ms where $timeLeft s are left",
    async ({ takes, timeLeft, pause }) => {
      let time = 0;
      jest.spyOn(performance, "now").mockImplementation(() => time);
      jest.spyOn(clock, "sleep").mockImplementation((milliseconds) => {
        time += milliseconds;
        return Promise.resolve(true);
      });
      const began: number[] = [];
      const list = () => {
        began.push(time);
        time += takes;
        return Promise.resolve(new Map<string, string>());
      };
      const cache = cacheOf({ list });
      await cache.all(operation());
      cache.forget("one");
      await cache.all(operation({ seconds: timeLeft }));
      expect((began[1] ?? 0) - takes).toBeCloseTo(pause, -2);
    },
  );

  test("is shared by those who come while it waits to begin, also for what changed", async () => {
    const names = await addKeypairs(10);
    await fleet.keypairs.all(operation());
    fleet.keypairs.forget("key-0");
    readsMade();
    const all = fleet.keypairs.all(operation());
    fleet.keypairs.forget("key-1");
    simulator.deleteKeypair(region, "key-1");
    expect(await fleet.keypairs.all(operation())).toHaveLength(names.length - 1);
    expect(await all).toHaveLength(names.length - 1);
    expect(readsMade()).toEqual({ pages: 1, details: 0 });
  });
});

describe("a list that fails", () => {
  test("for lack of permission leads to single looks, and is not asked for again", async () => {
    const names = await addKeypairs(8);
    fail(simulator, "ListKeypairs", { type: "status", status: 403, code: "KPS.9003" });
    expect(await namesSeen(names)).toEqual(names);
    expect(await namesSeen([...names, "gone"])).toEqual([...names, undefined]);
    expect(readsMade()).toEqual({ pages: 1, details: 17 });
  });

  test.each<[string, CallAction]>([
    ["with an error of the service", { type: "status", status: 500, code: "KPS.0003" }],
    ["without an answer", { type: "reset" }],
    ["with another answer", { type: "body", body: { keypairs: [{}] } }],
  ])("%s fails all looks, and later ones read it anew", async (_, action) => {
    const names = await addKeypairs(8);
    fail(simulator, "ListKeypairs", action);
    const failures = await Promise.all(names.map((name) => failureOf(read(name))));
    expect(new Set(failures.map(({ operation }) => operation))).toEqual(new Set(["KPS ListKeypairs"]));
    expect(readsMade().details).toBe(0);
    simulator.clearFaults();
    expect(await namesSeen(names)).toEqual(names);
    expect(readsMade()).toEqual({ pages: 1, details: 0 });
  });
});

describe("an operation that has to stop", () => {
  test("ends its own look, and the list it began is read on for the others", async () => {
    const names = await addKeypairs(60);
    const on = stoppable();
    fail(simulator, "ListKeypairs", { type: "delay", milliseconds: 20 }, { times: 1 });
    const [first = "", ...others] = names;
    const stopped = read(first, { on });
    const seen = namesSeen(others);
    await callsArrived("ListKeypairs", 1);
    on.stop();
    await expect(stopped).rejects.toThrow("the run was interrupted before an answer came");
    expect(await seen).toEqual(others);
    expect(readsMade()).toEqual({ pages: 2, details: 0 });
  });

  test("is the last one to wait for a list: the call ends, and whoever comes next reads it anew", async () => {
    const names = await addKeypairs(8);
    const on = stoppable();
    fail(simulator, "ListKeypairs", { type: "hang" }, { times: 1 });
    const stopped = names.map((name) => read(name, { on }));
    await callsArrived("ListKeypairs", 1);
    on.stop();
    const seen = namesSeen(names);
    for (const each of stopped) await expect(each).rejects.toThrow("the run was interrupted before an answer came");
    expect(await seen).toEqual(names);
    expect(readsMade()).toEqual({ pages: 2, details: 0 });
  });

  test("soon does not take the others' time for a list", async () => {
    const names = await addKeypairs(8);
    fail(simulator, "ListKeypairs", { type: "throttle", retryAfter: "1" }, { times: 1 });
    const hurried = read("key-0", { on: operation({ seconds: 0.5 }) });
    const seen = namesSeen(names);
    expect((await hurried)?.name).toBe("key-0");
    expect(await seen).toEqual(names);
    expect(readsMade()).toEqual({ pages: 2, details: 0 });
  });

  test("does not wait for its turn to look", async () => {
    const names = await addKeypairs(6);
    fail(simulator, "ListKeypairs", { type: "status", status: 403 });
    fail(simulator, "ListKeypairDetail", { type: "hang" });
    const others = stoppable();
    const looks = names.slice(0, 5).map((name) => read(name, { on: others }));
    const on = stoppable();
    const waiting = read("key-5", { on });
    await callsArrived("ListKeypairDetail", 5);
    on.stop();
    await expect(waiting).rejects.toThrow("the run was interrupted before an answer came");
    expect(readsMade().details).toBe(5);
    others.stop();
    for (const each of looks) await expect(each).rejects.toThrow("the run was interrupted before an answer came");
  });
});

describe("a list of something else", () => {
  test("does not show by an id that is refused as none that others do not exist, which lists hide", async () => {
    const hidden = Array.from({ length: 6 }, (_, index) => `id-${index}`);
    const detail = (id: string) => (isMalformed(id) ? Promise.reject(new Error("no id")) : Promise.resolve(id));
    const cache = cacheOf({ detail });
    const [malformed, ...seen] = await Promise.allSettled(["name", ...hidden].map((id) => cache.get(id, operation())));
    expect(seen).toEqual(hidden.map((value) => ({ status: "fulfilled", value })));
    expect(malformed).toEqual({ status: "fulfilled", value: undefined });
  });

  test("is read anew by who comes when all others had to stop", async () => {
    let lists = 0;
    const list = (on: Operation) =>
      new Promise<Map<string, string>>((resolve, reject) => {
        lists++;
        on.signal.addEventListener("abort", () => setImmediate(reject, new Error("stopped")));
        if (lists === 2) resolve(new Map([["id-1", "one"]]));
      });
    const cache = cacheOf({ list });
    const first = stoppable();
    const stopped = cache.all(first);
    first.stop();
    const [one, two] = await Promise.allSettled([stopped, cache.all(operation())]);
    expect(one).toMatchObject({ status: "rejected" });
    expect(two).toEqual({ status: "fulfilled", value: ["one"] });
  });
});
