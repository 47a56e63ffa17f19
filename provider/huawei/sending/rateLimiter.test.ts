import { setMaxListeners } from "node:events";
import type { FaultRule } from "../../../simulator/index";
import { useSimulator } from "../../../simulator/testing/suite";
import { callsOf } from "../../testing/fleet";
import { accessKeyOf, connect, operation, projectId, region, userOf } from "../../testing/simulatedCloud";
import type { Operation } from "../../operation/operation";
import { RateLimiter, type Turn } from "./rateLimiter";

describe("on a clock of its own", () => {
  let limiter: RateLimiter;

  beforeEach(() => {
    jest.useFakeTimers();
    limiter = new RateLimiter("KPS");
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

  /** Operations that have time for everything. */
  const patient = () => operation({ seconds: 100_000 });

  interface Ask {
    turn?: Turn;
    /** Whether the waiting is over, with a turn or without. */
    ended: boolean;
  }

  function ask(during: Operation = patient(), isRepeated = false): Ask {
    const asked: Ask = { ended: false };
    void limiter.turn(during, isRepeated).then((turn) => {
      asked.turn = turn;
      asked.ended = true;
    });
    return asked;
  }

  function askFor(count: number): Ask[] {
    return Array.from({ length: count }, () => ask());
  }

  const gone = (asked: Ask[]) => asked.filter(({ turn }) => turn !== undefined).length;

  /** So many calls go at once, and those beyond a limit are refused. */
  async function burst(count: number, limit: number): Promise<void> {
    const asked = askFor(count);
    await pass(0);
    for (const { turn } of asked.slice(0, limit)) turn?.accepted();
    for (const { turn } of asked.slice(limit)) turn?.refused(0);
  }

  /** So many are asked for after a refusal; the one that goes as a probe is not refused. */
  async function askAndProbe(count: number): Promise<Ask[]> {
    const asked = askFor(count);
    await pass(400);
    asked[0]?.turn?.accepted();
    return asked;
  }

  /** The next that goes is refused: the time until it went, in milliseconds. */
  async function pauseBeforeProbe(retryAfter = 0): Promise<number> {
    const start = Date.now();
    const probe = ask();
    await pass(0);
    while (!probe.ended) await pass(10);
    probe.turn?.refused(retryAfter);
    return Date.now() - start;
  }

  test("nothing waits until a call is refused", async () => {
    const asked = askFor(1000);
    await pass(0);
    expect(gone(asked)).toBe(1000);
    expect(jest.getTimerCount()).toBe(0);
  });

  test("after a refusal one call goes as a probe, and the others only once it is not refused", async () => {
    await burst(1, 0);
    const asked = askFor(50);
    await pass(300);
    expect(gone(asked)).toBe(0);
    await pass(200);
    expect(gone(asked)).toBe(1);
    await pass(1000);
    expect(gone(asked)).toBe(1);
    asked[0]?.turn?.accepted();
    await pass(2000);
    expect(gone(asked)).toBeGreaterThan(1);
  });

  test("pauses grow by half with every probe that is refused, to a quarter of a minute, and start anew after that", async () => {
    await burst(1, 0);
    const expected = [400, 600, 900, 1350, 2030, 3040, 4560, 6840, 10_260, 15_000, 15_000];
    for (const pause of expected) expect(Math.abs((await pauseBeforeProbe()) - pause)).toBeLessThanOrEqual(10);
    const probe = ask();
    await pass(15_000);
    probe.turn?.accepted();
    await pass(5_000);
    expect(await pauseBeforeProbe()).toBe(0);
    expect(await pauseBeforeProbe()).toBe(400);
  });

  test("pauses are as long as the service asks", async () => {
    await burst(1, 0);
    expect(await pauseBeforeProbe(7000)).toBe(400);
    expect(await pauseBeforeProbe(0)).toBe(7000);
  });

  test("refusals of calls that were under way neither lengthen the pause nor count as probes", async () => {
    const asked = askFor(40);
    await pass(0);
    asked[0]?.turn?.refused(0);
    await pass(200);
    for (const { turn } of asked.slice(1, 39)) turn?.refused(60_000);
    asked[39]?.turn?.accepted();
    await pass(190);
    const waiting = askFor(2);
    await pass(20);
    expect(gone(waiting)).toBe(1);
  });

  test("a probe of which nothing is heard is followed by another", async () => {
    await burst(1, 0);
    const asked = askFor(20);
    await pass(400);
    expect(gone(asked)).toBe(1);
    await pass(2000);
    expect(gone(asked)).toBe(2);
    asked[1]?.turn?.accepted();
    await pass(20_000);
    expect(gone(asked)).toBe(20);
  });

  test("calls go on evenly spaced, at half the rate that was accepted", async () => {
    await burst(60, 20);
    const asked = await askAndProbe(100);
    const times: number[] = [];
    for (let time = 0; time < 450; time += 10) {
      times.push(gone(asked));
      await pass(10);
    }
    expect(times.at(-1)).toBeGreaterThanOrEqual(1 + 4);
    expect(times.at(-1)).toBeLessThanOrEqual(1 + 7);
    for (const [index, count] of times.entries()) expect(count - (times[index - 1] ?? count)).toBeLessThanOrEqual(1);
  });

  test("after a time without calls as many go at once as a second allows, and the others later", async () => {
    await burst(60, 20);
    const asked = await askAndProbe(60);
    await pass(6_000);
    expect(gone(asked)).toBe(60);
    const more = askFor(60);
    await pass(0);
    expect(gone(more)).toBeGreaterThanOrEqual(15);
    expect(gone(more)).toBeLessThanOrEqual(20);
    await pass(990);
    expect(gone(more)).toBeLessThanOrEqual(20);
    await pass(3_000);
    expect(gone(more)).toBe(60);
  });

  test("what other services were asked in the same second counts towards a limit that may be shared", async () => {
    const sent: number[] = [];
    limiter = new RateLimiter("CPH", sent);
    const other = new RateLimiter("KPS", sent);
    for (let call = 0; call < 30; call++) (await other.turn(patient(), false))?.accepted();
    await burst(20, 10);
    const asked = await askAndProbe(60);
    await pass(1_000);
    // Half of 40 a second, and soon more.
    expect(gone(asked)).toBeGreaterThanOrEqual(25);
    expect(gone(asked)).toBeLessThanOrEqual(40);
  });

  test("what other services are asked later holds back none", async () => {
    const sent: number[] = [];
    limiter = new RateLimiter("CPH", sent);
    const other = new RateLimiter("KPS", sent);
    await burst(60, 20);
    const asked = await askAndProbe(80);
    for (let tenth = 0; tenth < 40; tenth++) {
      for (let call = 0; call < 10; call++) (await other.turn(patient(), false))?.accepted();
      await pass(100);
    }
    expect(gone(asked)).toBeGreaterThanOrEqual(60);
  });

  test("calls that are repeated go first, and all in their order", async () => {
    await burst(1, 0);
    const order: string[] = [];
    for (const [name, isRepeated] of [
      ["new 1", false],
      ["again 1", true],
      ["new 2", false],
      ["again 2", true],
    ] as const) {
      void limiter.turn(patient(), isRepeated).then((turn) => {
        order.push(name);
        turn?.accepted();
      });
    }
    await pass(10_000);
    expect(order).toEqual(["again 1", "again 2", "new 1", "new 2"]);
  });

  test("an operation that stops waits no longer, also where it stopped before", async () => {
    await burst(1, 0);
    const stop = new AbortController();
    const stopping = operation({ seconds: 100_000, signal: stop.signal });
    const [first, second] = [ask(stopping), ask()];
    await pass(100);
    stop.abort();
    const late = ask(stopping);
    await pass(0);
    expect([first, late]).toEqual([
      { ended: true, turn: undefined },
      { ended: true, turn: undefined },
    ]);
    expect(second.ended).toBe(false);
    await pass(300);
    expect(second.turn).toBeDefined();
  });

  test("no timer is left where nothing waits any longer", async () => {
    await burst(1, 0);
    const stop = new AbortController();
    ask(operation({ seconds: 100_000, signal: stop.signal }));
    expect(jest.getTimerCount()).toBe(1);
    stop.abort();
    expect(jest.getTimerCount()).toBe(0);
  });

  test("an operation that ends before the pause does is not kept waiting", async () => {
    const [call] = askFor(1);
    await pass(0);
    call?.turn?.refused(0);
    const early = ask(operation({ seconds: 30 }));
    const late = ask(operation({ seconds: 90 }));
    await pass(400);
    early.turn?.refused(60_000);
    const [again, other] = [ask(operation({ seconds: 30 }), true), ask(operation({ seconds: 30 }))];
    await pass(0);
    expect([again, other]).toMatchObject([{ ended: true }, { ended: true }]);
    expect(gone([again, other])).toBe(0);
    expect(late.ended).toBe(false);
    expect(limiter.comesInTime(operation({ seconds: 30 }))).toBe(false);
    expect(limiter.comesInTime(operation({ seconds: 90 }))).toBe(true);
  });

  test("one that waits already is let go as soon as the pause turns out to be too long for it", async () => {
    await burst(1, 0);
    const probe = ask();
    const waiting = ask(operation({ seconds: 30 }));
    await pass(400);
    probe.turn?.refused(60_000);
    await pass(0);
    expect(waiting).toEqual({ ended: true, turn: undefined });
  });

  test("a long pause is told once, to the operation whose call was refused, a short one is not", async () => {
    const told: string[] = [];
    const telling = (): Operation => ({
      ...patient(),
      log: { status: () => undefined, info: (text) => told.push(text), warn: () => undefined },
    });
    const asked = Array.from({ length: 10 }, () => ask(telling()));
    await pass(0);
    for (const { turn } of asked) turn?.refused(0);
    expect(told).toEqual([]);
    const probe = ask(telling());
    askFor(5);
    await pass(400);
    probe.turn?.refused(12_000);
    expect(told).toEqual(["Huawei Cloud throttles KPS calls; going on in 12 s"]);
    await pass(11_000);
    expect(told).toHaveLength(1);
  });

  /** A service that takes so many calls in each window of time and counts those that it refuses as well. */
  function service(limit: number, milliseconds: number): { takes(): boolean; accepted: number; refused: number } {
    const window = { start: -Infinity, calls: 0 };
    return {
      accepted: 0,
      refused: 0,
      takes() {
        const now = Date.now();
        if (now >= window.start + milliseconds) Object.assign(window, { start: now, calls: 0 });
        const taken = ++window.calls <= limit;
        if (taken) this.accepted++;
        else this.refused++;
        return taken;
      },
    };
  }

  /** Calls a service for a time, as many calls at once as there are workers. */
  async function keepCalling(
    called: { takes(): boolean },
    { seconds, workers, latency, told = [] }: { seconds: number; workers: number; latency: number; told?: string[] },
  ): Promise<void> {
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const log = { status: () => undefined, info: (text: string) => told.push(text), warn: () => undefined };
    const during = { ...operation({ seconds: 100_000, signal: stop.signal }), log };
    const work = async () => {
      for (let isRepeated = false; !stop.signal.aborted;) {
        const turn = await limiter.turn(during, isRepeated);
        if (turn === undefined) return;
        const taken = called.takes();
        await new Promise((resolve) => setTimeout(resolve, latency));
        if (taken) turn.accepted();
        else turn.refused(0);
        isRepeated = !taken;
      }
    };
    const all = Array.from({ length: workers }, work);
    await pass(seconds * 1000);
    stop.abort();
    await pass(latency);
    await Promise.all(all);
  }

  test.each([
    { limit: 20, workers: 10, latency: 20, seconds: 120 },
    { limit: 20, workers: 40, latency: 20, seconds: 120 },
    { limit: 20, workers: 80, latency: 300, seconds: 120 },
    { limit: 100, workers: 40, latency: 20, seconds: 60 },
  ])("of $limit calls a second $workers workers use 85 %", async ({ limit, workers, latency, seconds }) => {
    const called = service(limit, 1000);
    await keepCalling(called, { seconds, workers, latency });
    expect(called.accepted).toBeGreaterThanOrEqual(0.85 * limit * seconds);
    // All the workers at first, and now and then some more to see whether the limit still holds.
    expect(called.refused).toBeLessThanOrEqual(workers + 20);
  });

  test("a limit of 200 calls in five minutes is used up in every window, at the cost of few refused calls", async () => {
    const called = service(200, 300_000);
    await keepCalling(called, { seconds: 1000, workers: 40, latency: 20 });
    expect(called.accepted).toBe(800);
    expect(called.refused).toBeLessThanOrEqual(4 * 40);
  });

  test("calls that are held again and again for a short time are told, at most once a minute", async () => {
    const slow = "Huawei Cloud throttles KPS calls; they go more slowly";
    const told: string[] = [];
    const called = service(5, 10_000);
    const keepOn = (seconds: number) => keepCalling(called, { seconds, workers: 10, latency: 20, told });
    const start = Date.now();
    while (told.length === 0) await keepOn(1);
    expect(Date.now() - start).toBeGreaterThan(5_000);
    await pass(120_000);
    await keepOn(3);
    expect(told).toEqual([slow]);
    await keepOn(100);
    expect(told).toEqual([slow, slow, slow]);
  });

  test("a first refusal among few calls slows none down that come after the pause, a second one does", async () => {
    await burst(5, 4);
    const asked = askFor(40);
    await pass(400);
    expect(gone(asked)).toBe(1);
    asked[0]?.turn?.accepted();
    await pass(0);
    expect(gone(asked)).toBe(40);
    await pass(2000);
    const [last] = askFor(1);
    await pass(0);
    last?.turn?.refused(0);
    const others = await askAndProbe(40);
    await pass(300);
    expect(gone(others)).toBeGreaterThan(1);
    expect(gone(others)).toBeLessThanOrEqual(5);
  });

  test("single refusals now and then do not bring calls to a standstill", async () => {
    let calls = 0;
    let accepted = 0;
    const unreliable = { takes: () => ++calls % 10 !== 0 && ++accepted > 0 };
    await keepCalling(unreliable, { seconds: 60, workers: 40, latency: 20 });
    expect(accepted).toBeGreaterThanOrEqual(5 * 60);
  });

  test("a rate that is far too low is soon left behind", async () => {
    await keepCalling(service(1, 1000), { seconds: 20, workers: 40, latency: 20 });
    const atOnce = service(100, 1000);
    await keepCalling(atOnce, { seconds: 3, workers: 40, latency: 20 });
    expect(atOnce.accepted).toBeGreaterThanOrEqual(15);
    await keepCalling(service(100, 1000), { seconds: 20, workers: 40, latency: 20 });
    const called = service(100, 1000);
    await keepCalling(called, { seconds: 5, workers: 40, latency: 20 });
    expect(called.accepted).toBeGreaterThanOrEqual(0.6 * 100 * 5);
  });
});

describe("in front of the simulator", () => {
  const simulator = useSimulator();

  /** Lists key pairs so many times, 20 at a time, and tells how many calls were refused. */
  async function refusedCalls(count: number, limit: FaultRule["action"], configuration: object): Promise<number> {
    simulator.addFault({ action: limit });
    const cloud = connect(simulator, { ...configuration });
    let left = count;
    const work = async () => {
      while (left-- > 0) await cloud.kps(region, operation()).listKeypairs();
    };
    await Promise.all(Array.from({ length: 20 }, work));
    expect(callsOf(simulator, "ListKeypairs").filter(({ status }) => status === 200)).toHaveLength(count);
    return simulator.calls().filter(({ status }) => status === 429).length;
  }

  test.each([
    [90, { type: "rateLimit", calls: 20, seconds: 1 }],
    [90, { type: "rateLimit", calls: 40, seconds: 2 }],
  ] as const)(
    "%d calls all succeed under %j, and few are refused",
    async (count, limit) => {
      const refused = await refusedCalls(count, limit, { ...accessKeyOf(simulator), projectId });
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThanOrEqual(30);
    },
    30_000,
  );

  test.each([
    ["an access key", () => accessKeyOf(simulator)],
    ["a user and password", () => userOf(simulator)],
  ])(
    "%s is signed in, and its project found, while all services throttle",
    async (_, configuration) => {
      simulator.setVariants({ retryAfter: "present" });
      simulator.addFault({ match: { service: "iam" }, times: 1, action: { type: "throttle" } });
      expect(await refusedCalls(25, { type: "rateLimit", calls: 15, seconds: 1 }, configuration())).toBeLessThanOrEqual(
        25,
      );
    },
    30_000,
  );
});
