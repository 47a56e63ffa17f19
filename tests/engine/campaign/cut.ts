/** Runs that are cut short in their middle. */
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { callsEnded, foreignKeypairs, keypairsOf } from "../../campaign/disturbance";
import type { PlayedCall, PlayedCloud } from "../../campaign/playedCloud";
import { ended as endOf, runningProcesses, type RunProcesses } from "../faults/processes";

/** Who cuts a run short, and when. */
export interface Cut {
  how: "kill engine" | "kill provider" | "interrupt" | "interrupt twice";
  /** So many calls with an effect are let through first. */
  calls: number;
  /** Calls with an effect take a while, so that it is in the middle of one that the run is cut short. */
  slow: boolean;
}

export const cut: fc.Arbitrary<Cut> = fc.record({
  how: fc.constantFrom("kill engine", "kill provider", "interrupt", "interrupt twice"),
  calls: fc.nat({ max: 4 }),
  slow: fc.boolean(),
});

/** What a cut came to. */
export interface Aftermath {
  /** Whether the state may lack what the run did. */
  readonly isKilled: boolean;
  /** Tells of a key pair that the state does not know whether nobody could have recorded or undone it. */
  isLost(name: string): boolean;
}

/** How long a process may go on after its run was cut short, in seconds: it stops what it does, and takes back what it made. */
const timeToEnd = 20;

/** How long a process may go on as if nothing were, in milliseconds: it learns of the engine's end a moment later. */
const timeToNotice = 200;

/** For how long a provider without an engine looks for what it was making, in milliseconds. */
const timeToTakeBack = 4_000;

/** Cuts a run short in its time; undefined where the run was faster. The run is one that is never rejected. */
export async function cutShort(
  cloud: PlayedCloud,
  run: Promise<unknown>,
  { how, calls, slow }: Cut,
): Promise<Aftermath | undefined> {
  if (slow) {
    for (const method of ["POST", "PUT", "DELETE"])
      cloud.addFault({ match: { method }, action: { type: "delay", milliseconds: 300 } });
  }
  let ended = false;
  const isOver = () => ended;
  const over = run.finally(() => {
    ended = true;
  });
  while (!isOver() && effects(cloud) <= calls) await sleep(20);
  const processes = isOver() ? undefined : processesNow();
  if (processes === undefined) return undefined;
  await end(processes, how);
  await sleep(timeToNotice);
  const answered = answeredCalls(cloud);
  await over;
  await endsIn(processes.provider);
  await callsEnded(cloud);
  return {
    isKilled: how !== "interrupt",
    // A killed provider records and undoes nothing. Where the engine is killed, the provider takes back what it is making; only what it
    // had made, and the engine had not written down yet, is lost, and what the cloud took too long to make.
    isLost: (name) => {
      const calls = callsAbout(cloud, name);
      const isMadeBefore = calls.every(({ number }) => answered.has(number));
      return how === "kill provider" || isMadeBefore || calls.some((call) => (call.milliseconds ?? 0) > timeToTakeBack);
    },
  };
}

/** Waits until a process has ended, but not for ever. */
export async function endsIn(id: number): Promise<void> {
  const over = new AbortController();
  const late = sleep(timeToEnd * 1000, true, { signal: over.signal });
  const isLate = await Promise.race([endOf(id).then(() => false), late]);
  over.abort();
  late.catch(() => undefined);
  if (isLate) throw new Error(`process ${id} is left behind`);
}

/** Undefined where there is no run. */
export function processesNow(): RunProcesses | undefined {
  try {
    return runningProcesses();
  } catch {
    return undefined;
  }
}

async function end({ engine, provider }: RunProcesses, how: Cut["how"]): Promise<void> {
  if (how === "kill engine") signal(engine, "SIGKILL");
  else if (how === "kill provider") signal(provider, "SIGKILL");
  else signal(engine, "SIGINT");
  if (how !== "interrupt twice") return;
  await sleep(300);
  signal(engine, "SIGINT");
}

/** Signals a process, unless it has ended by itself. */
function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // There is nothing to end.
  }
}

function effects(cloud: PlayedCloud): number {
  return cloud.calls().filter(({ method, service }) => method !== "GET" && service !== "iam").length;
}

function answeredCalls(cloud: PlayedCloud): Set<number> {
  return new Set(cloud.calls().flatMap(({ number, milliseconds }) => (milliseconds === null ? [] : [number])));
}

function callsAbout(cloud: PlayedCloud, name: string): PlayedCall[] {
  return cloud
    .calls()
    .filter(({ path, body }) => path.includes(`/${name}`) || JSON.stringify([body]).includes(`"${name}"`));
}

/** Key pairs that no state knows. */
export function unknownKeypairs(cloud: PlayedCloud, known: readonly string[]): string[] {
  const accounted = [...Object.values<string>(foreignKeypairs), ...known];
  return keypairsOf(cloud)
    .map(({ name }) => name)
    .filter((name) => !accounted.includes(name));
}
