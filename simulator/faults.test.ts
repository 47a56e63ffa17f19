import type { FaultAction } from "./index";
import {
  binding,
  call,
  cph,
  kps,
  pick,
  pickText,
  send,
  serverIds,
  signIn,
  withSimulator,
  type Answer,
} from "./testing/client";
import { sampleKeys } from "./testing/keys";
import { useSimulator } from "./testing/suite";

const simulator = useSimulator({ jobSeconds: 10 });

function create(name: string): Promise<Answer> {
  return call(simulator, `POST ${kps}`, { body: { keypair: { name, public_key: sampleKeys.ed25519.text } } });
}

function list(): Promise<Answer> {
  return call(simulator, `GET ${kps}`);
}

function keypairs(): string[] {
  return (simulator.state().projects[0]?.keypairs ?? []).map(({ name }) => name);
}

async function statuses(count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let number = 0; number < count; number++) seen.push((await list()).status);

  return seen;
}

describe("which calls a rule strikes", () => {
  const action: FaultAction = { type: "status", status: 500 };

  test("all, unless told otherwise", async () => {
    simulator.addFault({ action });
    expect((await list()).status).toBe(500);
    expect((await call(simulator, `GET ${cph}/servers`)).status).toBe(500);
    expect((await call(simulator, "GET /v3/projects")).status).toBe(500);
  });

  test.each([
    [{ service: "cph" }],
    [{ operation: "CreateKeypair" }],
    [{ method: "DELETE" }],
    [{ path: "/keypairs/.+" }],
    [{ serverId: "any" }],
    [{ service: "kps", method: "POST" }],
  ] as const)("not a list of key pairs where it is for %j", async (match) => {
    simulator.addFault({ match, action });
    expect((await list()).status).toBe(200);
    expect(simulator.faults()).toMatchObject([{ matched: 0, struck: 0 }]);
  });

  test.each([
    [{ service: "kps" }],
    [{ operation: "ListKeypairs" }],
    [{ method: "get" }],
    [{ path: "/keypairs$" }],
  ] as const)("a list of key pairs where it is for %j", async (match) => {
    simulator.addFault({ match, action });
    expect((await list()).status).toBe(500);
    expect(simulator.faults()).toMatchObject([{ matched: 1, struck: 1 }]);
  });

  test("so many, after so many, and every so many", async () => {
    simulator.addFault({ skip: 1, every: 2, times: 2, action });
    expect(await statuses(7)).toEqual([200, 500, 200, 500, 200, 200, 200]);
  });

  test("until it is taken away", async () => {
    const id = simulator.addFault({ action });
    expect(simulator.removeFault(id)).toBe(true);
    expect(simulator.removeFault(id)).toBe(false);
    simulator.addFault({ action });
    simulator.clearFaults();
    expect((await list()).status).toBe(200);
    expect(simulator.faults()).toEqual([]);
  });

  test("and the log says so", async () => {
    simulator.addFault({ action: { type: "delay", milliseconds: 0 } });
    simulator.addFault({ action });
    await list();
    expect(simulator.calls()).toMatchObject([{ faults: ["delay", "status"], status: 500, errorCode: "APIGW.0705" }]);
  });
});

describe("an error", () => {
  test("comes in the envelope of the service, and nothing is done", async () => {
    simulator.addFault({ action: { type: "status", status: 500, code: "KPS.0003", message: "Dependency down." } });
    const answer = await create("a");
    expect([answer.status, answer.body]).toEqual([500, { error_code: "KPS.0003", error_msg: "Dependency down." }]);
    expect(keypairs()).toEqual([]);
  });

  test("comes in the envelope of the gateway for a gateway's code", async () => {
    simulator.addFault({ action: { type: "status", status: 504, code: "APIG.0201" } });
    const answer = await list();
    expect([answer.status, answer.body]).toMatchObject([504, { error_code: "APIGW.0201" }]);
    expect(answer.body).toHaveProperty("request_id", answer.headers.get("x-request-id"));
  });

  test("comes in CPH's and IAM's envelopes", async () => {
    simulator.addFault({ match: { service: "cph" }, action: { type: "status", status: 400, code: "CPS.0042" } });
    simulator.addFault({ match: { service: "iam" }, action: { type: "status", status: 403, code: "403" } });
    expect((await call(simulator, `GET ${cph}/servers`)).body).toMatchObject({
      request_id: expect.any(String) as string,
      error_code: "CPS.0042",
    });
    expect((await call(simulator, "GET /v3/projects")).body).toMatchObject({
      error: { code: 403, title: "Forbidden" },
    });
  });

  test("has any body and headers", async () => {
    const body = [null, "strange"];
    simulator.addFault({ action: { type: "status", status: 418, body, headers: { "X-Strange": "yes" } } });
    const answer = await list();
    expect([answer.status, answer.body, answer.headers.get("x-strange")]).toEqual([418, body, "yes"]);
  });

  test.each<FaultAction>([
    { type: "status", status: 404, body: "" },
    { type: "body", status: 404, body: "" },
  ])("has no body where that is an empty text: %j", async (action) => {
    simulator.addFault({ action });
    const response = await fetch(`${simulator.url}/v3/projects`);
    expect([response.status, await response.text()]).toEqual([404, ""]);
  });

  test("can come after the operation was done", async () => {
    simulator.addFault({ times: 1, action: { type: "status", status: 502, when: "after" } });
    expect((await create("a")).status).toBe(502);
    expect(keypairs()).toEqual(["a"]);
  });

  test("can be a proxy's page", async () => {
    simulator.addFault({ action: { type: "html" } });
    const answer = await list();
    expect(answer.status).toBe(502);
    expect(answer.headers.get("content-type")).toBe("text/html");
    expect(answer.text).toMatch(/^<html>.*502 Bad Gateway/);
  });
});

describe("a reset connection", () => {
  test("before the operation", async () => {
    simulator.addFault({ action: { type: "reset" } });
    await expect(create("a")).rejects.toThrow("fetch failed");
    expect(keypairs()).toEqual([]);
    expect(simulator.calls()).toMatchObject([{ status: null, milliseconds: expect.any(Number) as number }]);
  });

  test("after the operation", async () => {
    simulator.addFault({ action: { type: "reset", when: "after" } });
    await expect(create("a")).rejects.toThrow("fetch failed");
    expect(keypairs()).toEqual(["a"]);
  });
});

describe("a call without an answer", () => {
  test.each([
    ["before", []],
    ["after", ["a"]],
  ] as const)("%s the operation, ends when the simulator does", async (when, expected) => {
    await withSimulator({}, async (own) => {
      own.addFault({ action: { type: "hang", when } });
      const body = { keypair: { name: "a", public_key: sampleKeys.ed25519.text } };
      const hanging = call(own, `POST ${kps}`, { body }).catch(() => "cut off");
      while (own.calls().length === 0) await new Promise(setImmediate);

      // Long enough for an answer, if one came.
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(own.state().projects[0]?.keypairs.map(({ name }) => name)).toEqual(expected);
      expect(own.calls()).toMatchObject([{ status: null, milliseconds: null }]);
      await own.close();
      expect(await hanging).toBe("cut off");
    });
  });
});

describe("a spoilt answer", () => {
  test("ends in the middle, though the operation was done", async () => {
    simulator.addFault({ action: { type: "truncate" } });
    const answer = await create("a");
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/^\{"keypair":/);
    expect(answer.body).toBeUndefined();
    expect(keypairs()).toEqual(["a"]);
  });

  test.each([[null], [[]], ["text"], [{ keypairs: "many" }]])("is %j", async (body) => {
    simulator.addFault({ action: { type: "body", body } });
    expect((await list()).body).toEqual(body);
  });

  test("can have another status", async () => {
    simulator.addFault({ action: { type: "body", body: {}, status: 202 } });
    expect((await list()).status).toBe(202);
  });
});

test("a delay lasts", async () => {
  simulator.addFault({ action: { type: "delay", milliseconds: 60 } });
  const started = performance.now();
  expect((await list()).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThanOrEqual(58);
});

describe("throttling", () => {
  test("is the gateway's 429", async () => {
    simulator.addFault({ times: 1, action: { type: "throttle" } });
    const answer = await create("a");
    expect([answer.status, answer.body]).toMatchObject([429, { error_code: "APIGW.0308" }]);
    expect(answer.headers.has("retry-after")).toBe(false);
    expect(keypairs()).toEqual([]);
  });

  test("says when to come back, in any form", async () => {
    const date = "Wed, 21 Oct 2037 07:28:00 GMT";
    simulator.addFault({ action: { type: "throttle", retryAfter: date } });
    expect((await list()).headers.get("retry-after")).toBe(date);
  });

  test("sets in beyond a rate, and ends with the window", async () => {
    simulator.setVariants({ retryAfter: "present" });
    simulator.addFault({ action: { type: "rateLimit", calls: 2, seconds: 30 } });
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect(Number((await list()).headers.get("retry-after"))).toBeGreaterThan(28);
    simulator.advanceClock(30);
    expect(await statuses(3)).toEqual([200, 200, 429]);
  });
});

test("a token expires in the middle", async () => {
  const headers = { "x-auth-token": await signIn(simulator) };
  simulator.addFault({ match: { service: "kps" }, skip: 1, times: 1, action: { type: "expireToken" } });
  const seen: number[] = [];
  for (let number = 0; number < 3; number++) seen.push((await send(simulator, `GET ${kps}`, { headers })).status);

  expect(seen).toEqual([200, 401, 401]);
  const renewed = { "x-auth-token": await signIn(simulator) };
  expect((await send(simulator, `GET ${kps}`, { headers: renewed })).status).toBe(200);
});

describe("a job", () => {
  async function bindAll(): Promise<{ answer: Answer; ids: string[]; requestId: string }> {
    await create("blue");
    const ids = serverIds(simulator);
    const answer = await call(simulator, `PUT ${cph}/servers/open-access`, { body: binding("blue", ...ids) });
    return { answer, ids, requestId: pickText(answer.body, "request_id") };
  }

  async function jobsOf(requestId: string): Promise<unknown[]> {
    const answer = await call(simulator, `GET ${cph}/jobs?request_id=${requestId}`);
    return pick(answer.body, "jobs") as unknown[];
  }

  function strikeFirst(action: FaultAction): void {
    simulator.addFault({ match: { serverId: serverIds(simulator)[0] }, action });
  }

  function boundKeypairs(): string[] {
    return (simulator.state().projects[0]?.servers ?? []).map(({ keypairName }) => keypairName);
  }

  test("is refused for one server, inside a success", async () => {
    simulator.addFault({
      skip: 1,
      times: 1,
      action: { type: "entryError", code: "CPS.0042", message: "System busy." },
    });
    const { answer, ids } = await bindAll();
    expect(answer.status).toBe(200);
    expect(pick(answer.body, "jobs", 1)).toEqual({
      server_id: ids[1],
      error_code: "CPS.0042",
      error_msg: "System busy.",
    });
    expect(pick(answer.body, "jobs", 2)).toHaveProperty("job_id");
  });

  test("fails", async () => {
    strikeFirst({ type: "jobFailed", code: "CPS.0054", message: "Handle job timeout." });
    const { requestId } = await bindAll();
    expect((await jobsOf(requestId))[0]).toMatchObject({ status: 1, error_code: "" });
    simulator.advanceClock(10);
    expect(await jobsOf(requestId)).toMatchObject([
      { status: -1, error_code: "CPS.0054", error_msg: "Handle job timeout." },
      { status: 2 },
      { status: 2 },
    ]);
    expect(boundKeypairs()).toEqual(["", "blue", "blue"]);
  });

  test("never ends", async () => {
    strikeFirst({ type: "jobNeverEnds" });
    await bindAll();
    simulator.advanceClock(100_000);
    const states = simulator.state().projects[0]?.jobs.map(({ state }) => state);
    expect(states).toEqual(["running", "succeeded", "succeeded"]);
  });

  test("takes its own time", async () => {
    strikeFirst({ type: "jobTakes", seconds: 30 });
    const { requestId } = await bindAll();
    simulator.advanceClock(11);
    expect(await jobsOf(requestId)).toMatchObject([{ status: 1 }, { status: 2 }, { status: 2 }]);
    simulator.advanceClock(20);
    expect(await jobsOf(requestId)).toMatchObject([{ status: 2 }, { status: 2 }, { status: 2 }]);
  });

  test.each([
    [true, 2],
    [false, 7],
  ])("has an unknown status; ends: %j", async (ends, status) => {
    strikeFirst({ type: "jobStatus", status: 7, ends });
    const { requestId } = await bindAll();
    expect((await jobsOf(requestId))[0]).toMatchObject({ status: 7 });
    simulator.advanceClock(11);
    expect((await jobsOf(requestId))[0]).toMatchObject({ status });
  });

  test("succeeds without effect", async () => {
    strikeFirst({ type: "jobWithoutEffect" });
    const { requestId } = await bindAll();
    simulator.advanceClock(10);
    expect((await jobsOf(requestId))[0]).toMatchObject({ status: 2 });
    expect(boundKeypairs()).toEqual(["", "blue", "blue"]);
  });

  test("is not found, though it runs", async () => {
    strikeFirst({ type: "jobNotFound" });
    const { answer, requestId } = await bindAll();
    const id = pickText(answer.body, "jobs", 0, "job_id");
    expect((await call(simulator, `GET ${cph}/jobs/${id}`)).body).toMatchObject({ error_code: "CPS.0011" });
    expect(await jobsOf(requestId)).toHaveLength(2);
    simulator.advanceClock(10);
    expect(boundKeypairs()).toEqual(["blue", "blue", "blue"]);
  });
});

test("faults given at the start come back with a reset", async () => {
  await withSimulator({ faults: [{ times: 1, action: { type: "status", status: 503 } }] }, async (own) => {
    expect((await call(own, `GET ${kps}`)).status).toBe(503);
    expect((await call(own, `GET ${kps}`)).status).toBe(200);
    own.reset();
    expect((await call(own, `GET ${kps}`)).status).toBe(503);
  });
});
