import { setTimeout as sleep } from "node:timers/promises";
import type { CallAction } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import type { Cph, Job } from "../huawei/cph";
import type { Operation } from "../operation/operation";
import { addServers, callsOf, fail } from "../testing/fleet";
import { publicKeys } from "../testing/keys";
import { cloudOf, operation, region, stoppable, useShortBackoff, useShortPauses } from "../testing/simulatedCloud";
import { JobWatcher, type WatchedJob } from "./jobWatcher";

const simulator = useSimulator({ servers: 0, jobSeconds: 0.02 });
useShortBackoff();
useShortPauses();

beforeEach(() => simulator.replaceKeypair(region, "key", { publicKey: publicKeys.ed25519 }));

// A look that the end of a test cut off may still be on its way.
afterEach(() => sleep(20));

function cphFor(operation: Operation): Cph {
  return cloudOf(simulator, { maxRetries: 0 }).cph(region, operation);
}

/** An operation that has to stop after so many seconds. */
function endingAfter(seconds: number): Operation {
  return operation({ seconds, signal: AbortSignal.timeout(seconds * 1000) });
}

/** A watcher on behalf of one operation. */
function watcherFor(operation: Operation): { settled(job: WatchedJob): Promise<Job | undefined> } {
  const watcher = newWatcher();
  return { settled: (job) => watcher.settled(job, operation) };
}

function newWatcher(): JobWatcher {
  const cloud = cloudOf(simulator, { maxRetries: 0 });
  return new JobWatcher((operation) => cloud.cph(region, operation));
}

/** Starts a job for each server, so many servers a request. */
async function startJobs(serverIds: readonly string[], perRequest = 100): Promise<(WatchedJob & { jobId: string })[]> {
  const started: (WatchedJob & { jobId: string })[] = [];
  for (let first = 0; first < serverIds.length; first += perRequest) {
    const servers = serverIds.slice(first, first + perRequest).map((serverId) => ({ serverId, keypairName: "key" }));
    const { requestId, servers: entries } = await cphFor(operation()).changeKeypairs(servers);
    started.push(...entries.map(({ serverId, jobId = "" }) => ({ serverId, jobId, requestId })));
  }
  return started;
}

/** Starts the job of a new server. */
async function startJob(): Promise<WatchedJob & { jobId: string }> {
  const [job] = await startJobs(addServers(simulator, 1));
  if (job === undefined) throw new Error("no job was started");
  return job;
}

/** Request ids of each look. */
function looks(): string[][] {
  return callsOf(simulator, "ListJobs").map(
    ({ path }) => new URLSearchParams(path.split("?")[1]).get("request_ids")?.split(",") ?? [],
  );
}

async function messageOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    (value) => `no failure: ${JSON.stringify(value)}`,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

test("each job is told once it succeeded or failed, with the service's reason", async () => {
  const [one = "", two = ""] = addServers(simulator, 2);
  simulator.addFault({ match: { serverId: two }, action: { type: "jobFailed", code: "CPS.0054", message: "timeout" } });
  const jobs = await startJobs([one, two]);
  const watcher = watcherFor(operation());
  const [succeeded, failed] = await Promise.all(jobs.map((job) => watcher.settled(job)));
  expect(succeeded).toMatchObject({ jobId: jobs[0]?.jobId, serverId: one, status: 2 });
  expect(failed).toMatchObject({ jobId: jobs[1]?.jobId, status: -1, errorCode: "CPS.0054", errorMessage: "timeout" });
});

test("a look asks for at most 20 requests, and not again for those that settled", async () => {
  simulator.addFault({ every: 2, action: { type: "jobTakes", seconds: 60 } });
  const jobs = await startJobs(addServers(simulator, 45), 1);
  const slow = jobs.filter((_, index) => index % 2 === 0).map(({ requestId }) => requestId);
  const watcher = watcherFor(operation());
  const settled = Promise.all(jobs.map((job) => watcher.settled(job)));
  while (
    !looks()
      .at(-1)
      ?.every((requestId) => slow.includes(requestId))
  )
    await sleep(1);
  simulator.advanceClock(60);
  expect((await settled).map((job) => job?.jobId)).toEqual(jobs.map(({ jobId }) => jobId));
  expect(Math.max(...looks().map(({ length }) => length))).toBe(20);
  expect(new Set(looks().slice(0, 3).flat())).toEqual(new Set(jobs.map(({ requestId }) => requestId)));
});

test("more jobs than a page holds are all found", async () => {
  simulator.setVariants({ serversPerCall: 1000 });
  const jobs = await startJobs(addServers(simulator, 230), 230);
  const watcher = watcherFor(operation());
  const settled = await Promise.all(jobs.map((job) => watcher.settled(job)));
  expect(settled.map((job) => job?.jobId)).toEqual(jobs.map(({ jobId }) => jobId));
});

test("a job that the service named no id for is found by its server", async () => {
  const [one = "", two = ""] = addServers(simulator, 2);
  const jobs = await startJobs([one, two]);
  const watcher = watcherFor(operation());
  const settled = await Promise.all(jobs.map(({ requestId, serverId }) => watcher.settled({ requestId, serverId })));
  expect(settled.map((job) => job?.jobId)).toEqual(jobs.map(({ jobId }) => jobId));
});

test("without a request id there is nothing to ask for", async () => {
  expect(await watcherFor(operation()).settled({ requestId: "", serverId: "s" })).toBeUndefined();
  expect(simulator.calls()).toEqual([]);
});

test("jobs that come later are watched as well, after a pause too", async () => {
  const watcher = watcherFor(operation());
  const early = watcher.settled(await startJob());
  const late = watcher.settled(await startJob());
  expect([(await early)?.status, (await late)?.status]).toEqual([2, 2]);
  expect((await watcher.settled(await startJob()))?.status).toBe(2);
});

describe("a status that is not documented", () => {
  test.each([0, 3, -2, "QUEUED"])("(%p) is waited out", async (status) => {
    simulator.addFault({ action: { type: "jobStatus", status, ends: true } });
    simulator.setVariants({ jobSeconds: 100 });
    const settled = watcherFor(operation()).settled(await startJob());
    while (looks().length < 2) await sleep(1);
    simulator.advanceClock(100);
    expect((await settled)?.status).toBe(2);
  });

  test.each([3, "QUEUED"])("(%p) that never changes ends with the operation, which tells it", async (status) => {
    simulator.addFault({ action: { type: "jobStatus", status } });
    const job = await startJob();
    expect(await messageOf(watcherFor(endingAfter(0.2)).settled(job))).toBe(
      `job ${job.jobId} (request ${job.requestId}) had not ended when time ran out (last status: ${status})`,
    );
  });
});

test("a job that never ends is told as still running when the operation ends, and others settle before", async () => {
  const [one = "", two = ""] = addServers(simulator, 2);
  simulator.addFault({ match: { serverId: one }, action: { type: "jobNeverEnds" } });
  const jobs = await startJobs([one, two]);
  const watcher = watcherFor(endingAfter(0.3));
  const [endless, other] = jobs.map((job) => watcher.settled(job));
  expect((await other)?.status).toBe(2);
  expect(await messageOf(endless ?? Promise.resolve())).toBe(
    `job ${jobs[0]?.jobId ?? ""} (request ${jobs[0]?.requestId ?? ""}) had not ended when time ran out (last status: running)`,
  );
});

test("a look that the end of the operation cuts off is not told as a failed one", async () => {
  simulator.addFault({ action: { type: "jobNeverEnds" } });
  const job = await startJob();
  fail(simulator, "ListJobs", { type: "hang" }, { skip: 1 });
  expect(await messageOf(watcherFor(endingAfter(0.3)).settled(job))).toBe(
    `job ${job.jobId} (request ${job.requestId}) had not ended when time ran out (last status: running)`,
  );
});

test("an operation that has to stop already asks for nothing", async () => {
  const job = await startJob();
  simulator.clearCalls();
  const stopped = operation({ signal: AbortSignal.abort() });
  expect(await messageOf(watcherFor(stopped).settled(job))).toMatch(
    /when the run was interrupted \(last status: unknown\)/,
  );
  expect(simulator.calls()).toEqual([]);
});

describe.each(["400", "404", "empty-list"] as const)("where unknown requests answer %s", (missingRequest) => {
  beforeEach(() => {
    simulator.setVariants({ missingRequest });
  });

  test("jobs that are not found for a moment are waited for", async () => {
    simulator.setVariants({ jobsVisibleAfter: 0.1 });
    const jobs = await startJobs(addServers(simulator, 3), 2);
    const watcher = watcherFor(operation());
    const settled = await Promise.all(jobs.map((job) => watcher.settled(job)));
    expect(settled.map((job) => job?.status)).toEqual([2, 2, 2]);
  });

  test("a job that is never found is given up in the end, and holds no other up", async () => {
    const [one = "", two = ""] = addServers(simulator, 2);
    simulator.addFault({ match: { serverId: one }, action: { type: "jobNotFound" } });
    const jobs = await startJobs([one, two], 1);
    const watcher = watcherFor(operation({ seconds: 300 }));
    const [lost, other] = jobs.map((job) => watcher.settled(job));
    expect((await other)?.status).toBe(2);
    const { now } = Date;
    jest.spyOn(Date, "now").mockImplementation(() => now() + 30_000);
    expect(await lost).toBeUndefined();
  });
});

test("a job that was seen long after its start is not given up when one look does not find it", async () => {
  simulator.setVariants({ jobSeconds: 100 });
  const settled = watcherFor(operation({ seconds: 300 })).settled(await startJob());
  while (looks().length < 2) await sleep(1);
  const { now } = Date;
  jest.spyOn(Date, "now").mockImplementation(() => now() + 30_000);
  while (looks().length < 4) await sleep(1);
  fail(simulator, "ListJobs", { type: "body", body: { jobs: [] } }, { times: 1 });
  while (simulator.faults()[0]?.struck === 0) await sleep(1);
  simulator.advanceClock(100);
  expect((await settled)?.status).toBe(2);
});

describe("looks that fail", () => {
  test.each<[string, CallAction]>([
    ["with a proxy's page", { type: "html" }],
    ["with an error of the service", { type: "status", status: 500, code: "CPS.0003" }],
    ["with a refusal of another kind", { type: "status", status: 400, code: "CPS.0002" }],
    ["without an answer", { type: "reset" }],
    ["with half an answer", { type: "truncate" }],
    ["with another answer", { type: "body", body: { jobs: [{ job_id: {} }] } }],
  ])("%s end nothing", async (_, action) => {
    const job = await startJob();
    fail(simulator, "ListJobs", action, { times: 5 });
    expect((await watcherFor(operation()).settled(job))?.status).toBe(2);
    expect(looks()).toHaveLength(6);
  });

  test("until the operation ends are told with the last reason", async () => {
    const job = await startJob();
    fail(simulator, "ListJobs", { type: "status", status: 500, code: "CPS.0003" });
    expect(await messageOf(watcherFor(endingAfter(0.2)).settled(job))).toMatch(
      /^job \w+ \(request \w+\) had not ended when .* \(last status: unknown\); the last poll failed: .*CPS\.0003/,
    );
  });

  test.each([401, 403])("with %d end the waiting for all jobs after three of them, with the reason", async (status) => {
    const jobs = await startJobs(addServers(simulator, 3), 1);
    fail(simulator, "ListJobs", { type: "status", status, message: "go away" });
    const watcher = watcherFor(operation());
    const messages = await Promise.all(jobs.map((job) => messageOf(watcher.settled(job))));
    for (const [index, message] of messages.entries())
      expect(message).toMatch(new RegExp(`^job ${jobs[index]?.jobId ?? ""} .*go away.*HTTP ${status}`));

    // Credentials that were never accepted are not tried twice.
    expect(looks()).toHaveLength(status === 401 ? 1 : 3);
  });

  test("for good fail jobs that are accepted later as well, after as many more", async () => {
    const jobs = await startJobs(addServers(simulator, 2), 1);
    fail(simulator, "ListJobs", { type: "status", status: 403 });
    const watcher = watcherFor(operation());
    for (const job of jobs) expect(await messageOf(watcher.settled(job))).toMatch(/the last poll failed: .*HTTP 403/);

    expect(looks()).toHaveLength(6);
  });

  test("side by side count as one", async () => {
    simulator.setVariants({ jobSeconds: 0 });
    const jobs = await startJobs(addServers(simulator, 100), 1);
    fail(simulator, "ListJobs", { type: "status", status: 403 }, { skip: 1, times: 4 });
    const watcher = watcherFor(operation());
    const settled = await Promise.all(jobs.map((job) => watcher.settled(job)));
    expect(settled.every((job) => job?.status === 2)).toBe(true);
    expect(looks()).toHaveLength(5 + 4);
  });

  test("before one that succeeds are not told", async () => {
    simulator.addFault({ action: { type: "jobNeverEnds" } });
    const job = await startJob();
    fail(simulator, "ListJobs", { type: "status", status: 500 }, { times: 1 });
    const stop = new AbortController();
    const message = messageOf(watcherFor(operation({ signal: stop.signal })).settled(job));
    while (looks().length < 3) await sleep(1);
    stop.abort();
    expect(await message).toMatch(/\(last status: running\)$/);
  });
});

describe("for several operations", () => {
  test("jobs share looks", async () => {
    simulator.setVariants({ jobSeconds: 0 });
    const jobs = await startJobs(addServers(simulator, 30), 1);
    const watcher = newWatcher();
    const settled = await Promise.all(jobs.map((job) => watcher.settled(job, operation())));
    expect(settled.map((job) => job?.jobId)).toEqual(jobs.map(({ jobId }) => jobId));
    expect(looks().map(({ length }) => length)).toEqual([20, 10]);
  });

  test("the end of one does not end a look that others wait for", async () => {
    const [one, two] = [await startJob(), await startJob()];
    fail(simulator, "ListJobs", { type: "delay", milliseconds: 20 });
    const watcher = newWatcher();
    const stopping = stoppable();
    const stopped = messageOf(watcher.settled(one, stopping));
    const other = watcher.settled(two, operation());
    while (looks().length === 0) await sleep(1);
    stopping.stop();
    expect(await stopped).toMatch(/\(last status: unknown\)$/);
    expect((await other)?.status).toBe(2);
    expect(looks()).toHaveLength(1);
  });

  test("looks end with the last of them, and begin anew with the next", async () => {
    simulator.addFault({ times: 2, action: { type: "jobNeverEnds" } });
    const jobs = await startJobs(addServers(simulator, 2), 1);
    const watcher = newWatcher();
    const stopping = stoppable();
    const messages = jobs.map((job) => messageOf(watcher.settled(job, stopping)));
    while (looks().length === 0) await sleep(1);
    stopping.stop();
    for (const message of messages) expect(await message).toMatch(/had not ended when/);
    const made = looks().length;
    await sleep(100);
    expect(looks()).toHaveLength(made);
    expect((await watcher.settled(await startJob(), operation()))?.status).toBe(2);
  });
});
