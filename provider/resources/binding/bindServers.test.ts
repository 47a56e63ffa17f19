import type { CallAction, ServerAction } from "../../../simulator/index";
import { useSimulator } from "../../../simulator/testing/suite";
import { addServers, callsOf, fail, projectOf, serverOf, serversOfCalls, serversWithJobs } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { contextOf, type NotedContext } from "../../testing/managedResource";
import { cloudOf, region, useShortBackoff, useShortPauses } from "../../testing/simulatedCloud";
import { bindServers as bindServersIn } from "./bindServers";
import { propertiesOf } from "./forms";
import { bindingAdvice } from "./inputAdvice";
import type { ServerChange, ServerOutcome } from "./serverChange";
import { Fleets } from "../../fleet/fleet";

const simulator = useSimulator({ servers: 0, jobSeconds: 0.01 });
useShortBackoff();
useShortPauses();

beforeEach(async () => {
  await simulator.replaceKeypair(region, "before", { publicKey: publicKeys.rsa });
  await simulator.replaceKeypair(region, "key", { publicKey: publicKeys.ed25519 });
});

function newContext(options?: { seconds?: number; signal?: AbortSignal; fleets?: Fleets }): NotedContext {
  return contextOf(cloudOf(simulator), options);
}

/** Servers that carry another key pair. */
function newServers(count: number): string[] {
  const ids = addServers(simulator, count);
  for (const id of ids) simulator.changeServer(region, id, { keypairName: "before" });
  return ids;
}

const advice = bindingAdvice(propertiesOf({ type: "list" }));

/** To a key pair with a new key, so that it is wanted whatever a server shows. */
const purpose = { type: "bind", isNewKey: true, hadName: false } as const;

function bindServers(context: NotedContext, changes: readonly ServerChange[]) {
  const fleet = context.fleets.in(region);
  return bindServersIn({ ...context, fleet, ownLog: context.log, isClaimed: () => false, advice }, changes);
}

function bind(ids: readonly string[], context = newContext(), keypairName = "key") {
  return bindServers(
    context,
    ids.map((serverId) => ({ serverId, keypairName, carried: "before", purpose })),
  );
}

function messageOf(outcomes: ReadonlyMap<string, ServerOutcome>, serverId = ""): string {
  return outcomes.get(serverId)?.error?.message ?? "no error";
}

/** Servers without an error, in the order asked for. */
function bound(ids: readonly string[], outcomes: ReadonlyMap<string, ServerOutcome>): string[] {
  expect(outcomes.size).toBe(ids.length);
  return ids.filter((id) => outcomes.has(id) && outcomes.get(id)?.error === undefined);
}

test("every server gets its key pair, tells its job, and is called once", async () => {
  const ids = newServers(23);
  const outcomes = await bind(ids);
  expect(bound(ids, outcomes)).toEqual(ids);
  for (const id of ids) expect(serverOf(simulator, id)?.keypairName).toBe("key");
  for (const { id, serverId } of projectOf(simulator).jobs) expect(outcomes.get(serverId)?.jobId).toBe(id);
  expect(serversWithJobs(simulator).sort()).toEqual([...ids].sort());
  expect(serversOfCalls(simulator)).toHaveLength(3);
});

test("nothing wanted is nothing called", async () => {
  expect(await bind([])).toEqual(new Map());
  expect(simulator.calls()).toEqual([]);
});

test("servers may get different key pairs at the same time", async () => {
  const [one = "", two = ""] = newServers(2);
  const outcomes = await bindServers(newContext(), [
    { serverId: one, keypairName: "key", carried: "before", purpose },
    { serverId: two, keypairName: "before", carried: "before", purpose },
  ]);
  expect(bound([one, two], outcomes)).toEqual([one, two]);
  expect([one, two].map((id) => serverOf(simulator, id)?.keypairName)).toEqual(["key", "before"]);
});

describe("two changes of one server", () => {
  const change = (context: NotedContext, serverId: string, keypairName: string, isNewKey = true) =>
    bindServers(context, [{ serverId, keypairName, carried: "before", purpose: { ...purpose, isNewKey } }]);

  test("go one after the other, also where the first is sent again", async () => {
    const [id = ""] = newServers(1);
    fail(simulator, "UpdateKeypair", { type: "status", status: 503 }, { times: 1 });
    const fleets = new Fleets(cloudOf(simulator));
    const first = change(newContext({ fleets }), id, "key");
    const second = change(newContext({ fleets }), id, "before");
    expect(messageOf(await second, id)).toBe("no error");
    expect((await second).get(id)?.seen?.keypairName).toBe("key");
    // What the first confirmed is overtaken by then.
    await first;
    expect(serverOf(simulator, id)?.keypairName).toBe("before");
    expect(projectOf(simulator).jobs.map(({ keypairName }) => keypairName)).toEqual(["key", "before"]);
  });

  test("go one after the other where nobody saw the end of the first", async () => {
    const [id = ""] = newServers(1);
    const fleets = new Fleets(cloudOf(simulator));
    simulator.setVariants({ jobSeconds: 3 });
    const first = await change(newContext({ fleets, seconds: 1 }), id, "key");
    simulator.setVariants({ jobSeconds: 0.005 });
    expect(messageOf(first, id)).toMatch(/had not ended when time ran out/);
    expect(fleets.in(region).changes.pendingOf(id)).toMatchObject([
      { jobId: first.get(id)?.jobId, keypairName: "key" },
    ]);
    simulator.clearCalls();
    const second = await change(newContext({ fleets }), id, "before");
    expect(messageOf(second, id)).toBe("no error");
    const operations = simulator.calls().map(({ operation }) => operation);
    expect(operations.indexOf("ListJobs")).toBeLessThan(operations.indexOf("UpdateKeypair"));
    expect(serverOf(simulator, id)?.keypairName).toBe("before");
  });

  test("are one where the first did what the second wants", async () => {
    const [id = ""] = newServers(1);
    const fleets = new Fleets(cloudOf(simulator));
    const outcomes = await Promise.all(["first", "second"].map(() => change(newContext({ fleets }), id, "key", false)));
    for (const outcome of outcomes) expect(messageOf(outcome, id)).toBe("no error");
    expect(serversOfCalls(simulator)).toHaveLength(1);
  });
});

describe("progress", () => {
  test("is told at the end of a short run", async () => {
    const context = newContext();
    await bind(newServers(7), context);
    expect(context.infos).toEqual(['7 of 7 servers bound to key pair "key"']);
  });

  test("is told in between where it takes long", async () => {
    const ids = newServers(7);
    for (const id of ids.slice(4))
      simulator.addFault({ match: { serverId: id }, action: { type: "jobTakes", seconds: 5 } });
    const context = newContext();
    await bind(ids, context);
    expect(context.infos).toEqual(['4 of 7 servers bound to key pair "key"', '7 of 7 servers bound to key pair "key"']);
  });

  test("tells which key pairs are given back", async () => {
    const ids = newServers(5);
    simulator.addFault({ match: { serverId: ids[4] ?? "" }, action: { type: "jobFailed", code: "CPS.0054" } });
    const context = newContext();
    const restore = { type: "restore", given: ["before"] } as const;
    await simulator.replaceKeypair(region, "old", { publicKey: publicKeys.rsa });
    await bindServers(
      context,
      ids.map((serverId, index) => ({
        serverId,
        carried: "before",
        ...(index < 2 ? { keypairName: "key", purpose } : { keypairName: "old", purpose: restore }),
      })),
    );
    expect(context.infos).toEqual(['2 of 2 servers bound to key pair "key"; 2 of 3 servers given back key pair "old"']);
  });

  test("counts only what was done", async () => {
    const ids = newServers(3);
    simulator.addFault({ match: { serverId: ids[0] ?? "" }, action: { type: "jobFailed", code: "CPS.0054" } });
    const context = newContext();
    await bind(ids, context);
    expect(context.infos).toEqual(['2 of 3 servers bound to key pair "key"']);
  });
});

describe("a success is believed only once the server shows the key pair", () => {
  test("a job without effect is an error that names what the server carries", async () => {
    const [one = "", two = ""] = newServers(2);
    simulator.addFault({ match: { serverId: one }, action: { type: "jobWithoutEffect" } });
    const outcomes = await bind([one, two]);
    expect(bound([one, two], outcomes)).toEqual([two]);
    expect(messageOf(outcomes, one)).toBe(
      `the job succeeded, but the server carries key pair "before" instead of "key" (job ${outcomes.get(one)?.jobId ?? ""})`,
    );
  });

  test.each([1, 8])("a view of %d servers that lags behind is waited out", async (count) => {
    simulator.setVariants({ keypairNameLag: 0.08 });
    const ids = newServers(count);
    expect(bound(ids, await bind(ids))).toEqual(ids);
  });

  test("a server that is gone by then is told", async () => {
    simulator.setVariants({ jobSeconds: 0.1 });
    const ids = newServers(2);
    const binding = bind(ids);
    while (serversWithJobs(simulator).length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    simulator.removeServer(region, ids[0] ?? "");
    const outcomes = await binding;
    expect(bound(ids, outcomes)).toEqual(ids.slice(1));
    expect(messageOf(outcomes, ids[0])).toMatch(/but the server no longer exists/);
  });

  test("a look that fails in passing is repeated", async () => {
    const ids = newServers(2);
    fail(simulator, "ShowCloudPhoneServerDetail", { type: "status", status: 403, code: "CPS.0001" }, { times: 4 });
    expect(bound(ids, await bind(ids))).toEqual(ids);
  });

  test("where looking is impossible, nothing is claimed", async () => {
    const ids = newServers(2);
    const match = { service: "cph", method: "GET", path: "/servers" } as const;
    simulator.addFault({ match, action: { type: "status", status: 403, code: "CPS.0001" } });
    const outcomes = await bind(ids);
    expect(bound(ids, outcomes)).toEqual([]);
    expect(messageOf(outcomes, ids[0])).toMatch(/whether the server carries the key pair is not known: .*CPS\.0001/);
    expect(outcomes.get(ids[0] ?? "")?.jobId).toBeDefined();
  });

  test("a job that can never be found is not called a success, and the server decides", async () => {
    const [one = "", two = ""] = newServers(2);
    simulator.addFault({ action: { type: "jobNotFound" } });
    simulator.addFault({ match: { serverId: one }, action: { type: "jobWithoutEffect" } });
    const context = newContext({ seconds: 300 });
    const { now } = Date;
    setTimeout(() => jest.spyOn(Date, "now").mockImplementation(() => now() + 30_000), 50);
    const outcomes = await bind([one, two], context);
    expect(bound([one, two], outcomes)).toEqual([two]);
    expect(messageOf(outcomes, one)).toMatch(
      /^the service does not know the job, and the server carries key pair "before" instead of "key" \(job \w+\)$/,
    );
  });
});

describe("servers that are not ready", () => {
  test.each<[string, ServerAction]>([
    ["busy", { type: "entryError", code: "CPS.0042" }],
    ["no key pair or not ready", { type: "entryError", code: "CPS.0098" }],
    ["not ready", { type: "entryError", code: "CPS.0099" }],
    ["scaled up", { type: "entryError", code: "CPS.1027" }],
    ["spelled without the dot", { type: "entryError", code: "CPS0099" }],
  ])("(%s) are waited for, the others go ahead", async (_, action) => {
    const ids = newServers(3);
    simulator.addFault({ match: { serverId: ids[1] ?? "" }, times: 3, action });
    expect(bound(ids, await bind(ids))).toEqual(ids);
    expect(serversOfCalls(simulator)).toEqual([ids, [ids[1]], [ids[1]], [ids[1]]]);
  });

  describe("or lack their key pair (CPS.0098)", () => {
    const refusal: ServerAction = { type: "entryError", code: "CPS.0098", message: "No keypair, or not ready." };

    test("fail at once where it is missing, after one look for all of them, which names it", async () => {
      const ids = newServers(4);
      simulator.addFault({ action: refusal });
      const outcomes = await bind(ids, newContext({ seconds: 3600 }), "gone");
      expect(bound(ids, outcomes)).toEqual([]);
      for (const id of ids) {
        expect(messageOf(outcomes, id)).toMatch(
          /No keypair, or not ready\. \(CPS\.0098, request \w+\) KPS shows no key pair "gone" in this region and project: create it first, or correct the name\. If it is another user's, run again once the server is ready\.$/,
        );
      }
      expect(serversOfCalls(simulator)).toEqual([ids]);
      // The second is to see what was only just made.
      expect(callsOf(simulator, "ListKeypairDetail")).toHaveLength(2);
    });

    test("are waited for where it is there, after one look", async () => {
      const ids = newServers(3);
      simulator.addFault({ match: { serverId: ids[1] ?? "" }, times: 3, action: refusal });
      expect(bound(ids, await bind(ids))).toEqual(ids);
      expect(callsOf(simulator, "ListKeypairDetail")).toHaveLength(1);
    });

    test.each<[string, CallAction]>([
      ["the account may not see key pairs", { type: "status", status: 403, code: "KPS.9003" }],
      ["looking fails", { type: "status", status: 400, code: "KPS.0005" }],
    ])("are waited for where %s", async (_, action) => {
      const ids = newServers(2);
      simulator.addFault({ times: 4, action: refusal });
      fail(simulator, "ListKeypairDetail", action);
      expect(bound(ids, await bind(ids))).toEqual(ids);
      expect(callsOf(simulator, "ListKeypairDetail")).toHaveLength(1);
    });

    test("are waited for where it shows a moment after it was made", async () => {
      const ids = newServers(2);
      simulator.addFault({ times: 2, action: refusal });
      fail(simulator, "ListKeypairDetail", { type: "status", status: 400, code: "KPS.4016" }, { times: 1 });
      expect(bound(ids, await bind(ids))).toEqual(ids);
      expect(callsOf(simulator, "ListKeypairDetail")).toHaveLength(2);
    });
  });

  test("are told with the reasons, not for every round", async () => {
    const ids = newServers(4);
    for (const [index, code] of ["CPS.0099", "CPS.0042", "CPS.0099"].entries())
      simulator.addFault({ match: { serverId: ids[index] ?? "" }, times: 3, action: { type: "entryError", code } });

    const context = newContext();
    await bind(ids, context);
    expect(context.infos).toEqual([
      expect.stringMatching(
        /^3 of 4 servers are not ready yet \(CPS\.0042, CPS\.0099\); asking again until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      ),
      '4 of 4 servers bound to key pair "key"',
    ]);
  });

  test("are told again after half a minute, as many as are left", async () => {
    const ids = newServers(2);
    for (const [index, times] of [2, 5].entries()) {
      const action = { type: "entryError", code: "CPS.0099" } as const;
      simulator.addFault({ match: { serverId: ids[index] ?? "" }, times, action });
    }
    const context = newContext();
    const binding = bind(ids, context);
    while (callsOf(simulator, "UpdateKeypair").length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    const now = performance.now.bind(performance);
    jest.spyOn(performance, "now").mockImplementation(() => now() + 30_000);
    await binding;
    expect(context.infos.slice(0, -1)).toEqual([
      expect.stringMatching(/^2 of 2 servers are not ready yet \(CPS\.0099\);/),
      expect.stringMatching(/^1 of 2 servers is not ready yet \(CPS\.0099\);/),
    ]);
  });

  test("are asked again together, so that a busy service costs few calls", async () => {
    const ids = newServers(30);
    const busy = { type: "status", status: 400, code: "CPS.0042", message: "System busy" } as const;
    fail(simulator, "UpdateKeypair", busy, { times: 6 });
    expect(bound(ids, await bind(ids))).toEqual(ids);
    expect(serversOfCalls(simulator)).toHaveLength(9);
  });

  test("are asked again also where it is their job that fails so", async () => {
    const [id = ""] = newServers(1);
    simulator.addFault({ match: { serverId: id }, times: 1, action: { type: "jobFailed", code: "CPS.0099" } });
    expect(bound([id], await bind([id]))).toEqual([id]);
    expect(serversWithJobs(simulator)).toEqual([id, id]);
  });

  test("are waited for also where the whole call is refused for them", async () => {
    simulator.setVariants({ rejectedEntry: "the-whole-call" });
    const ids = newServers(5);
    simulator.changeServer(region, ids[3] ?? "", { status: 13 });
    setTimeout(() => {
      simulator.changeServer(region, ids[3] ?? "", { status: 5 });
    }, 60);
    expect(bound(ids, await bind(ids))).toEqual(ids);
    expect(serversWithJobs(simulator).sort()).toEqual([...ids].sort());
  });

  test("until the end are told with the vendor's reason, and the others are confirmed", async () => {
    const ids = newServers(2);
    simulator.changeServer(region, ids[0] ?? "", { scalingUp: true });
    const outcomes = await bind(ids, newContext({ seconds: 2 }));
    expect(bound(ids, outcomes)).toEqual(ids.slice(1));
    expect(messageOf(outcomes, ids[0])).toMatch(/CPS\.1027/);
  });

  test("until the end are told with it also where the end cuts the last answer off, which may have begun a job", async () => {
    const [id = ""] = newServers(1);
    simulator.changeServer(region, id, { status: 13 });
    simulator.addFault({ match: { operation: "UpdateKeypair" }, skip: 1, action: { type: "hang" } });
    const { error } = (await bind([id], newContext({ seconds: 1 }))).get(id) ?? {};
    expect(error?.message).toMatch(
      /^CPH UpdateKeypair failed: The server is not ready; asked again: the operation's time ran out before an answer came\. \(CPS\.0099, request \w+\)/,
    );
    expect(error).toMatchObject({ outcomeUnknown: true });
  });

  test("until the end are told with it also where another failure came before the last silence", async () => {
    const [id = ""] = newServers(1);
    simulator.changeServer(region, id, { status: 13 });
    fail(simulator, "UpdateKeypair", { type: "status", status: 503 }, { skip: 1, times: 1 });
    fail(simulator, "UpdateKeypair", { type: "hang" }, { skip: 2 });
    const { error } = (await bind([id], newContext({ seconds: 3 }))).get(id) ?? {};
    expect(callsOf(simulator, "UpdateKeypair")).toHaveLength(3);
    expect(error?.message).toMatch(
      /^CPH UpdateKeypair failed: The server is not ready; asked again: .* \(CPS\.0099, request \w+\)/,
    );
    expect(error).toMatchObject({ outcomeUnknown: true });
  });
});

describe("a job whose end nobody saw", () => {
  test.each(["SUSPENDED", 7])("(status %p) is taken for done where the server shows the key pair", async (status) => {
    const ids = newServers(2);
    simulator.addFault({ match: { serverId: ids[0] ?? "" }, action: { type: "jobStatus", status } });
    const binding = bind(ids, newContext({ seconds: 2 }));
    while (serversWithJobs(simulator).length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    simulator.changeServer(region, ids[0] ?? "", { keypairName: "key" });
    expect(bound(ids, await binding)).toEqual(ids);
  });

  test("is not where the service says that it still runs", async () => {
    const ids = newServers(1);
    simulator.addFault({ action: { type: "jobNeverEnds" } });
    const binding = bind(ids, newContext({ seconds: 2 }));
    while (serversWithJobs(simulator).length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    simulator.changeServer(region, ids[0] ?? "", { keypairName: "key" });
    const outcomes = await binding;
    expect(messageOf(outcomes, ids[0])).toMatch(/last status: running/);
  });
});

describe("where waiting cannot help", () => {
  test.each<[string, RegExp, (id: string) => void]>([
    [
      "a frozen server",
      /CPS\.1028.*Unfreeze the server/,
      (id) => {
        simulator.changeServer(region, id, { status: 8 });
      },
    ],
    ["a server that is gone", /CPS\.0159/, (id) => simulator.removeServer(region, id)],
  ])("%s fails at once", async (_, reason, spoil) => {
    const ids = newServers(3);
    spoil(ids[1] ?? "");
    const outcomes = await bind(ids);
    expect(bound(ids, outcomes)).toEqual([ids[0], ids[2]]);
    expect(messageOf(outcomes, ids[1])).toMatch(reason);
    expect(serversOfCalls(simulator)).toHaveLength(1);
  });

  test("a key pair that does not exist fails at once, saying what to do", async () => {
    const ids = newServers(3);
    const outcomes = await bind(ids, newContext(), "missing");
    expect(bound(ids, outcomes)).toEqual([]);
    expect(messageOf(outcomes, ids[1])).toMatch(/CPS\.0067.*Create the key pair in the same region and project first/);
    expect(serversOfCalls(simulator)).toHaveLength(1);
  });
});

test("of many servers each fails for its own reason, with its codes and ids, and the others are bound", async () => {
  const ids = newServers(12);
  const [refused = "", failed = "", ineffective = "", ...fine] = ids;
  simulator.addFault({ match: { serverId: refused }, action: { type: "entryError", code: "CPS.0001", message: "no" } });
  simulator.addFault({
    match: { serverId: failed },
    action: { type: "jobFailed", code: "CPS.0054", message: "Handle job timeout." },
  });
  simulator.addFault({ match: { serverId: ineffective }, action: { type: "jobWithoutEffect" } });
  const outcomes = await bind(ids);
  expect(bound(ids, outcomes)).toEqual(fine);
  expect(messageOf(outcomes, refused)).toMatch(/: no\. \(CPS\.0001, request \w{32}\)/);
  const job = projectOf(simulator).jobs.find(({ serverId }) => serverId === failed);
  expect(messageOf(outcomes, failed)).toBe(
    `CPH job ${job?.id ?? ""} failed: Handle job timeout. (CPS.0054, request ${job?.requestId ?? ""})`,
  );
  expect(outcomes.get(failed)?.jobId).toBe(job?.id);
});

describe("at the deadline", () => {
  test("servers that settled are confirmed, those that did not are told with job, request and status", async () => {
    const [endless = "", strange = "", ...fine] = newServers(8);
    simulator.addFault({ match: { serverId: endless }, action: { type: "jobNeverEnds" } });
    simulator.addFault({ match: { serverId: strange }, action: { type: "jobStatus", status: 9 } });
    const context = newContext({ seconds: 1 });
    const outcomes = await bind([endless, strange, ...fine], context);
    expect(bound([endless, strange, ...fine], outcomes)).toEqual(fine);
    expect(context.signal.aborted).toBe(false);
    expect(messageOf(outcomes, endless)).toMatch(
      /^job \w{32} \(request \w{32}\) had not ended .* \(last status: running\)/,
    );
    expect(messageOf(outcomes, strange)).toMatch(/^job \w{32} \(request \w{32}\) had not ended .* \(last status: 9\)/);
    expect(outcomes.get(endless)?.jobId).toBeDefined();
  });

  test("a call that hangs is given up, and nothing is thrown", async () => {
    fail(simulator, "UpdateKeypair", { type: "hang" });
    const ids = newServers(2);
    const outcomes = await bind(ids, newContext({ seconds: 0.3 }));
    expect(bound(ids, outcomes)).toEqual([]);
    expect(messageOf(outcomes, ids[0])).toMatch(
      /CPH UpdateKeypair failed: the operation's time ran out before an answer came/,
    );
  });
});

test("when the operation is stopped, it ends with what is known of each job", async () => {
  const ids = newServers(2);
  simulator.addFault({ action: { type: "jobNeverEnds" } });
  const stop = new AbortController();
  const binding = bind(ids, newContext({ signal: stop.signal }));
  while (callsOf(simulator, "ListJobs").length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  stop.abort();
  const outcomes = await binding;
  for (const id of ids) {
    expect(messageOf(outcomes, id)).toMatch(
      /^job \w{32} .* had not ended when the run was interrupted \(last status: running\)/,
    );
    expect(outcomes.get(id)?.jobId).toMatch(/^\w{32}$/);
  }
});

test.each<[string, CallAction]>([
  ["reset", { type: "reset", when: "after" }],
  ["cut off", { type: "truncate" }],
  ["a proxy's error page", { type: "html", when: "after" }],
])("an answer that was %s leaves no server out, also where busy servers refuse a second job", async (_, action) => {
  simulator.setVariants({ busyServer: "refused", jobSeconds: 0.05 });
  const ids = newServers(4);
  fail(simulator, "UpdateKeypair", action, { times: 1 });
  expect(bound(ids, await bind(ids))).toEqual(ids);
  for (const id of ids) expect(serverOf(simulator, id)?.keypairName).toBe("key");
  expect(callsOf(simulator, "UpdateKeypair").length).toBeGreaterThan(1);
});
