import { setTimeout as sleep } from "node:timers/promises";
import type { CallAction } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import { useAnsweringServer } from "../testing/answeringServer";
import { addServers, callsOf, fail, projectOf, serverOf, serversOfCalls, serversWithJobs } from "../testing/fleet";
import { publicKeys } from "../testing/keys";
import { cloudOf, failureOf, madeUpCloud, operation, region, useShortBackoff } from "../testing/simulatedCloud";
import type { ServerKeypair } from "../huawei/cph";
import { OpenAccessQueue, type AcceptedServer } from "./openAccessQueue";

const simulator = useSimulator({ servers: 0, jobSeconds: 0 });
const server = useAnsweringServer();
useShortBackoff();

beforeEach(async () => {
  for (const name of ["key", "other"]) await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519 });
});

/** A queue on behalf of one operation. */
function newQueue(serversPerCall?: number, signal?: AbortSignal): Queue {
  return queueFor(sharedQueue(serversPerCall), signal);
}

function sharedQueue(serversPerCall = 10, cloud = cloudOf(simulator)): OpenAccessQueue {
  return new OpenAccessQueue((operation) => cloud.cph(region, operation), serversPerCall);
}

interface Queue {
  submit(server: ServerKeypair): Promise<AcceptedServer>;
}

function queueFor(queue: OpenAccessQueue, signal?: AbortSignal): Queue {
  const submitting = operation({ signal });
  return { submit: (server) => queue.submit(server, submitting) };
}

function submitAll(queue: Queue, serverIds: readonly string[], keypairName = "key") {
  return serverIds.map((serverId) => queue.submit({ serverId, keypairName }));
}

/** `accepted`, or the code of the error, of each submission. */
async function outcomesOf(submissions: Promise<unknown>[]): Promise<(string | undefined)[]> {
  return Promise.all(
    submissions.map((submission) =>
      submission.then(
        () => "accepted",
        async () => (await failureOf(submission)).code,
      ),
    ),
  );
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

test("servers submitted at the same moment share calls of as many as one may name", async () => {
  const ids = addServers(simulator, 25);
  await Promise.all(submitAll(newQueue(), ids));
  expect(serversOfCalls(simulator).sort((a, b) => ids.indexOf(a[0] ?? "") - ids.indexOf(b[0] ?? ""))).toEqual([
    ids.slice(0, 10),
    ids.slice(10, 20),
    ids.slice(20),
  ]);
});

test("every server gets its own job and the request that it went with", async () => {
  const ids = addServers(simulator, 13);
  const accepted = await Promise.all(submitAll(newQueue(), ids));
  const { jobs } = projectOf(simulator);
  for (const [index, { jobId, requestId }] of accepted.entries())
    expect(jobs.find(({ id }) => id === jobId)).toMatchObject({ serverId: ids[index], requestId });
});

test("servers that get different key pairs share a call", async () => {
  const [one = "", two = ""] = addServers(simulator, 2);
  const queue = newQueue();
  await Promise.all([
    queue.submit({ serverId: one, keypairName: "key" }),
    queue.submit({ serverId: two, keypairName: "other" }),
  ]);
  expect(callsOf(simulator, "UpdateKeypair").map(({ body }) => body)).toEqual([
    {
      servers: [
        { server_id: one, keypair_name: "key" },
        { server_id: two, keypair_name: "other" },
      ],
    },
  ]);
});

test("what is submitted later goes in a later call", async () => {
  const [one = "", two = ""] = addServers(simulator, 2);
  const queue = newQueue();
  await Promise.all(submitAll(queue, [one]));
  await Promise.all(submitAll(queue, [two]));
  expect(serversOfCalls(simulator)).toEqual([[one], [two]]);
});

test("at most eight calls run at once", async () => {
  fail(simulator, "UpdateKeypair", { type: "hang" }, { skip: 1 });
  const stop = new AbortController();
  const queue = newQueue(1, stop.signal);
  const [first = "", ...others] = addServers(simulator, 20);
  // The first accepted call lets the others go side by side.
  await Promise.all(submitAll(queue, [first]));
  const outcomes = outcomesOf(submitAll(queue, others));
  while (serversOfCalls(simulator).length < 9) await sleep(5);
  await sleep(50);
  expect(serversOfCalls(simulator)).toHaveLength(9);
  stop.abort();
  expect(await outcomes).toEqual(times(19, undefined));
});

describe("where the service takes fewer servers a call than thought", () => {
  test.each([
    [1, 10],
    [2, 10],
    [3, 10],
    [9, 10],
    [10, 25],
  ])("%d instead of %d: calls are halved until they fit, and each server is asked for once", async (most, expected) => {
    simulator.setVariants({ serversPerCall: most });
    const ids = addServers(simulator, 25);
    expect(await outcomesOf(submitAll(newQueue(expected), ids))).toEqual(times(25, "accepted"));
    expect(serversWithJobs(simulator).sort()).toEqual([...ids].sort());
  });

  test("also where it says so server by server", async () => {
    const ids = addServers(simulator, 4);
    const tooMany = { type: "entryError", code: "CPS.0096" } as const;
    for (const serverId of ids.slice(2)) simulator.addFault({ match: { serverId }, times: 1, action: tooMany });
    expect(await outcomesOf(submitAll(newQueue(), ids))).toEqual(times(4, "accepted"));
    expect(serversOfCalls(simulator)).toEqual([ids, ids.slice(2)]);
  });

  test("it is remembered", async () => {
    simulator.setVariants({ serversPerCall: 3 });
    const queue = newQueue();
    await Promise.all(submitAll(queue, addServers(simulator, 10)));
    simulator.clearCalls();
    await Promise.all(submitAll(queue, addServers(simulator, 9)));
    expect(serversOfCalls(simulator).map(({ length }) => length)).toEqual([3, 3, 3]);
  });

  test("an error even for one server is that server's error and says what to set", async () => {
    simulator.setVariants({ serversPerCall: 0 });
    const [submission = Promise.reject(new Error("none"))] = submitAll(newQueue(), addServers(simulator, 1));
    const failure = await failureOf(submission);
    expect(failure.code).toBe("CPS.0096");
    expect(failure.message).toContain("huaweicloud-cph:serversPerCall");
  });
});

describe.each(["alone", "the-whole-call"] as const)("an entry that cannot be served fails %s", (rejectedEntry) => {
  beforeEach(() => {
    simulator.setVariants({ rejectedEntry });
  });

  test.each<[string, string, (serverId: string) => void]>([
    ["does not exist", "CPS.0159", (id) => simulator.removeServer(region, id)],
    [
      "is frozen",
      "CPS.1028",
      (id) => {
        simulator.changeServer(region, id, { status: 8 });
      },
    ],
    [
      "is not ready",
      "CPS.0099",
      (id) => {
        simulator.changeServer(region, id, { status: 13 });
      },
    ],
  ])("a server that %s does not keep its neighbours from going through", async (_, code, spoil) => {
    const ids = addServers(simulator, 10);
    const bad = [ids[2] ?? "", ids[9] ?? ""];
    bad.forEach(spoil);
    const outcomes = await outcomesOf(submitAll(newQueue(), ids));
    expect(outcomes).toEqual(ids.map((id) => (bad.includes(id) ? code : "accepted")));
    expect(serversWithJobs(simulator).sort()).toEqual(ids.filter((id) => !bad.includes(id)).sort());
  });

  test("a key pair that does not exist fails its own servers only", async () => {
    const ids = addServers(simulator, 12);
    const queue = newQueue(4);
    const outcomes = await outcomesOf(
      ids.map((serverId, index) => queue.submit({ serverId, keypairName: index % 3 === 0 ? "missing" : "key" })),
    );
    expect(outcomes).toEqual(ids.map((_id, index) => (index % 3 === 0 ? "CPS.0067" : "accepted")));
    expect(serversWithJobs(simulator).sort()).toEqual(ids.filter((_id, index) => index % 3 !== 0).sort());
  });
});

test.each(["the-whole-call", "alone"] as const)(
  "servers that waited with one that was refused for its key pair are not sent (entries fail %s)",
  async (rejectedEntry) => {
    simulator.setVariants({ rejectedEntry });
    const queue = newQueue(2);
    const ids = addServers(simulator, 60);
    expect(await outcomesOf(submitAll(queue, ids, "missing"))).toEqual(times(60, "CPS.0067"));
    // Those that ran side by side, of 30.
    expect(serversOfCalls(simulator).length).toBeLessThanOrEqual(8);
    expect(await outcomesOf(submitAll(queue, ids, "key"))).toEqual(times(60, "accepted"));
  },
);

test("a key pair that did not exist may exist later", async () => {
  const queue = newQueue();
  const ids = addServers(simulator, 3);
  expect(await outcomesOf(submitAll(queue, ids, "late"))).toEqual(times(3, "CPS.0067"));
  await simulator.replaceKeypair(region, "late", { publicKey: publicKeys.ed25519 });
  expect(await outcomesOf(submitAll(queue, ids, "late"))).toEqual(times(3, "accepted"));
});

describe("for several operations", () => {
  test("their servers share calls", async () => {
    const queue = sharedQueue();
    const ids = addServers(simulator, 15);
    await Promise.all(ids.map((serverId) => queueFor(queue).submit({ serverId, keypairName: "key" })));
    expect(serversOfCalls(simulator).map(({ length }) => length)).toEqual([10, 5]);
  });

  test("a server that is wanted twice goes in two calls, and the later key pair stays", async () => {
    const queue = sharedQueue();
    const [serverId = "", other = ""] = addServers(simulator, 2);
    const [first, , second] = await Promise.all([
      queueFor(queue).submit({ serverId, keypairName: "key" }),
      queueFor(queue).submit({ serverId: other, keypairName: "key" }),
      queueFor(queue).submit({ serverId, keypairName: "other" }),
    ]);
    expect(serversOfCalls(simulator)).toEqual([[serverId, other], [serverId]]);
    expect(first.jobId).not.toBe(second.jobId);
    expect(serverOf(simulator, serverId)?.keypairName).toBe("other");
  });

  test("one that has to stop before its call is sent takes its server out, and no other", async () => {
    const queue = sharedQueue();
    const [kept = "", dropped = ""] = addServers(simulator, 2);
    const stop = new AbortController();
    const accepted = queueFor(queue).submit({ serverId: kept, keypairName: "key" });
    const stopped = failureOf(queueFor(queue, stop.signal).submit({ serverId: dropped, keypairName: "key" }));
    stop.abort();
    expect((await stopped).outcomeUnknown).toBe(false);
    expect((await accepted).jobId).toBeDefined();
    expect(serversOfCalls(simulator)).toEqual([[kept]]);
  });

  test("one that has to stop does not wait for the answer that others wait for", async () => {
    const queue = sharedQueue();
    const [kept = "", stopped = ""] = addServers(simulator, 2);
    await queueFor(queue).submit({ serverId: kept, keypairName: "key" });
    fail(simulator, "UpdateKeypair", { type: "delay", milliseconds: 500 });
    const stop = new AbortController();
    const accepted = queueFor(queue).submit({ serverId: kept, keypairName: "key" });
    const failed = failureOf(queueFor(queue, stop.signal).submit({ serverId: stopped, keypairName: "key" }));
    while (serversOfCalls(simulator).length < 2) await sleep(5);
    stop.abort();
    expect(await failed).toMatchObject({
      message: expect.stringContaining("the run was interrupted before an answer came") as string,
      outcomeUnknown: true,
    });
    expect(serverOf(simulator, stopped)?.keypairName).toBe("");
    expect((await accepted).jobId).toBeDefined();
  });
});

describe("a call that fails as a whole", () => {
  test.each<[string, CallAction, string | undefined, number]>([
    ["for lack of permission", { type: "status", status: 403, code: "CPS.0001" }, "CPS.0001", 1],
    ["for its credentials", { type: "status", status: 401 }, "APIGW.0301", 1],
    ["on the service's side, also when repeated", { type: "status", status: 500, code: "CPS.0003" }, "CPS.0003", 3],
    ["on the way, also when repeated", { type: "reset" }, undefined, 3],
  ])("%s fails its servers, which are not tried one by one", async (_, action, code, calls) => {
    fail(simulator, "UpdateKeypair", action);
    const ids = addServers(simulator, 5);
    expect(await outcomesOf(submitAll(newQueue(), ids))).toEqual(times(5, code));
    expect(serversOfCalls(simulator)).toHaveLength(calls);
  });

  test.each<[string, CallAction]>([
    ["was reset", { type: "reset", when: "after" }],
    ["ended in the middle", { type: "truncate" }],
    ["was a proxy's error page", { type: "html", when: "after" }],
  ])("whose answer %s is sent again, and the second answer counts", async (_, action) => {
    fail(simulator, "UpdateKeypair", action, { times: 1 });
    const [id = ""] = addServers(simulator, 1);
    const [accepted] = await Promise.all(submitAll(newQueue(), [id]));
    const { jobs } = projectOf(simulator);
    expect(jobs).toHaveLength(2);
    expect(accepted?.jobId).toBe(jobs[1]?.id);
  });
});

describe("an answer", () => {
  function madeUpQueue(body: unknown): Queue {
    return queueFor(sharedQueue(10, madeUpCloud(server, { body })));
  }

  test("in another order is matched by server", async () => {
    const queue = madeUpQueue({
      request_id: "r",
      jobs: [
        { server_id: "b", job_id: "job b" },
        { server_id: "a", job_id: "job a" },
      ],
    });
    expect(await Promise.all(submitAll(queue, ["a", "b"]))).toEqual([
      { requestId: "r", jobId: "job a" },
      { requestId: "r", jobId: "job b" },
    ]);
  });

  test("that leaves a server out names no job for it", async () => {
    const queue = madeUpQueue({ request_id: "r", jobs: [{ server_id: "a", job_id: "job a" }] });
    expect(await Promise.all(submitAll(queue, ["a", "b"]))).toEqual([
      { requestId: "r", jobId: "job a" },
      { requestId: "r", jobId: undefined },
    ]);
  });
});
