import { useSimulator } from "../../simulator/testing/suite";
import type { Job } from "../huawei/cph";
import { clock } from "../operation/clock";
import type { Operation } from "../operation/operation";
import { addServers, callsOf } from "../testing/fleet";
import { publicKeys } from "../testing/keys";
import { cloudOf, operation, region, useShortBackoff } from "../testing/simulatedCloud";
import { JobWatcher, type WatchedJob } from "./jobWatcher";

/** Time passes in pauses alone, here and in the simulator; operations end when their deadline has come. */
const time = {
  now: 0,
  operations: [] as { deadline: number; stop: () => void }[],
  /** In milliseconds, as they were asked for. */
  pauses: [] as number[],
  onPause: undefined as ((milliseconds: number) => void) | undefined,
};

async function pause(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  time.pauses.push(milliseconds);
  time.onPause?.(milliseconds);
  const until = time.now + milliseconds;
  for (;;) {
    await new Promise(setImmediate);
    if (signal?.aborted) return false;
    const [ending] = time.operations.filter(({ deadline }) => deadline <= until);
    if (ending === undefined) break;
    time.operations.shift();
    time.now = ending.deadline;
    ending.stop();
  }
  time.now = until;
  return true;
}

const simulator = useSimulator({ servers: 0 });
useShortBackoff();

let watcher: JobWatcher;

beforeEach(async () => {
  Object.assign(time, { now: Date.now(), operations: [], pauses: [], onPause: undefined });
  jest.spyOn(Date, "now").mockImplementation(() => time.now);
  jest.spyOn(clock, "sleep").mockImplementation(pause);
  await simulator.replaceKeypair(region, "key", { publicKey: publicKeys.ed25519 });
  const cloud = cloudOf(simulator);
  watcher = new JobWatcher((operation) => cloud.cph(region, operation));
});

/** An operation that has to stop after so many seconds. */
function endingAfter(seconds: number): Operation {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  const ending = operation({ seconds, signal: controller.signal });
  time.operations.push({ deadline: ending.deadline, stop });
  time.operations.sort((a, b) => a.deadline - b.deadline);
  return ending;
}

/** Starts jobs that take so many seconds, each server in a request of its own unless told otherwise. */
async function startJobs(count: number, seconds: number, perRequest = 1): Promise<WatchedJob[]> {
  simulator.setVariants({ jobSeconds: seconds, serversPerCall: perRequest });
  const cph = cloudOf(simulator).cph(region, operation());
  const ids = addServers(simulator, count);
  const started: WatchedJob[] = [];
  for (let first = 0; first < count; first += perRequest) {
    const servers = ids.slice(first, first + perRequest).map((serverId) => ({ serverId, keypairName: "key" }));
    const { requestId, servers: entries } = await cph.changeKeypairs(servers);
    started.push(...entries.map(({ serverId, jobId }) => ({ serverId, jobId, requestId })));
  }
  return started;
}

function settleAll(jobs: readonly WatchedJob[], on: Operation): Promise<(Job | undefined)[]> {
  return Promise.all(jobs.map((job) => watcher.settled(job, on)));
}

function looks(): number {
  return callsOf(simulator, "ListJobs").length;
}

test("the first look comes soon after the first job, and a short job costs few", async () => {
  await settleAll(await startJobs(1, 1), endingAfter(600));
  expect(time.pauses[0]).toBe(400);
  expect(looks()).toBe(3);
});

test("pauses grow while nothing happens, up to five seconds", async () => {
  await settleAll(await startJobs(1, 120), endingAfter(600));
  const growing = time.pauses.slice(1);
  expect(growing).toEqual([...growing].sort((a, b) => a - b));
  expect(growing.at(-1)).toBeGreaterThan(4_000);
  expect(Math.max(...growing)).toBeLessThanOrEqual(5_500);
  // At the first pause there would be 300.
  expect(looks()).toBeLessThan(60);
});

test.each([10, 10.1, 10.2, 10.3])(
  "the last of many jobs of %d s is looked at when it is about to end",
  async (seconds) => {
    const on = endingAfter(600);
    const begin = time.now;
    const at = (job: number) => begin + job * 100;
    const started: WatchedJob[][] = [];
    for (let job = 0; job < 20; job++) {
      time.now = at(job);
      started.push(await startJobs(1, seconds));
    }
    const settled = started.map((jobs, job) => {
      time.now = at(job);
      return settleAll(jobs, on);
    });
    await Promise.all(settled);
    expect(time.now - at(19) - seconds * 1000).toBeLessThan(120);
  },
);

test("there are few looks a second, however many jobs there are", async () => {
  const jobs = await startJobs(2_000, 30, 100);
  const others = await startJobs(100, 31);
  const settled = await settleAll([...jobs, ...others], endingAfter(600));
  expect(settled.every((job) => job?.status === 2)).toBe(true);
  // In a row only for what was not looked at since the first end was seen: 20 looks for the 2,000, 5 for the others.
  expect(time.pauses.filter((pause) => pause < 300).length).toBeLessThanOrEqual(2 * 25);
});

test("once one job has ended, the others are looked at side by side", async () => {
  await settleAll(await startJobs(180, 0), endingAfter(600));
  expect(looks()).toBe(9);
  // Before the first look, and before each four after it.
  expect(time.pauses).toEqual([400, 1, 1]);
});

test("new work ends a long pause", async () => {
  const [long, short] = [...(await startJobs(1, 120)), ...(await startJobs(1, 0))];
  const on = endingAfter(600);
  let status: Promise<unknown> | undefined;
  let pausesBefore = 0;
  time.onPause = (milliseconds) => {
    if (milliseconds < 3_000 || status !== undefined || short === undefined) return;
    pausesBefore = time.pauses.length;
    status = Promise.resolve().then(async () => (await watcher.settled(short, on))?.status);
  };
  await settleAll(long === undefined ? [] : [long], on);
  expect(await status).toBe(2);
  expect(time.pauses[pausesBefore]).toBe(400);
});

test("the job of each operation is looked at shortly before that operation ends", async () => {
  const [endless, other] = [...(await startJobs(1, 10_000)), ...(await startJobs(1, 40.3))];
  const first = settleAll(endless === undefined ? [] : [endless], endingAfter(40));
  const second = settleAll(other === undefined ? [] : [other], endingAfter(42));
  await expect(first).rejects.toThrow("(last status: running)");
  expect((await second)[0]?.status).toBe(2);
});

test("operations that end one after the other do not make for more looks a second", async () => {
  const jobs = await startJobs(30, 10_000);
  const ends = jobs.map((job, index) => settleAll([job], endingAfter(30 + index / 50)));
  for (const end of ends) await expect(end).rejects.toThrow("(last status: running)");
  expect(Math.min(...time.pauses)).toBeGreaterThanOrEqual(300);
});

test("jobs whose operation ends are looked at before others, however many there are", async () => {
  const [ours, ...others] = [...(await startJobs(1, 39)), ...(await startJobs(200, 10_000))];
  const all = settleAll(others, endingAfter(100));
  const settled = settleAll(ours === undefined ? [] : [ours], endingAfter(42));
  expect((await settled)[0]?.status).toBe(2);
  await expect(all).rejects.toThrow("(last status: running)");
});
