/** Runs that are interrupted or killed: the next `up` ends with the cloud as declared. */
import { newKey, projectId, startCloud, type TestCloud } from "../cloud";
import { differences } from "../host";
import { DeclaredStack, type Declaration } from "./declaredStack";
import { until } from "./moments";
import { ended, isRunning, runningProcesses, type RunProcesses } from "./processes";
import { expectSettled, takeChanges } from "./settled";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 3, jobSeconds: 1.5 });
});

beforeEach(async () => {
  cloud.simulator.reset();
  await cloud.simulator.replaceKeypair(projectId, "other");
});

const others = ["other"];

function keypairNames(): string[] {
  return (cloud.simulator.state().projects[0]?.keypairs ?? []).map(({ name }) => name);
}

function jobs(): number {
  return cloud.simulator.state().projects[0]?.jobs.length ?? 0;
}

/** Runs `pulumi up` and ends a process in its middle, when something has come about in the cloud. */
async function upUntil(stack: DeclaredStack, isSo: () => boolean, end: (run: RunProcesses) => void): Promise<void> {
  // What such a run reports, and whether it can, is the engine's business.
  const run = stack.engine.up({ exitCode: -1 }).catch(() => undefined);
  await until(isSo);
  const processes = runningProcesses();
  end(processes);
  await run;
  await ended(processes.provider);
}

function killEngine({ engine }: RunProcesses): void {
  process.kill(engine, "SIGKILL");
}

function killProvider({ provider }: RunProcesses): void {
  process.kill(provider, "SIGKILL");
}

function interruptTwice({ engine }: RunProcesses): void {
  process.kill(engine, "SIGINT");
  setTimeout(() => {
    if (differences.interruptWaits || isRunning(engine)) process.kill(engine, "SIGINT");
  }, 300);
}

const victims: [string, (run: RunProcesses) => void][] = [
  ["engine", killEngine],
  ["provider", killProvider],
];

/** Jobs that still run when the next run begins, of servers that take no other key pair meanwhile. */
function playLongJobs(): void {
  cloud.simulator.setVariants({ jobSeconds: 6, busyServer: "refused" });
}

/** What a user does after a kill: takes the lock away, runs again, and has the engine forget the creations that it saw begin. */
async function upAgain(stack: DeclaredStack): Promise<void> {
  cloud.simulator.clearFaults();
  await stack.engine.pulumi(["cancel", "--yes"]);
  await stack.up();
  const { pendingOperations } = await stack.engine.exportState();
  if (pendingOperations.length > 0) await stack.engine.refresh({ clearPendingCreates: true });
}

test("the engine is killed while key pairs are created: nothing is left behind, and the next up makes them", async () => {
  const declaration: Declaration = {
    keypairs: {
      given: { name: "given", publicKey: newKey().publicKey },
      made: { publicKey: newKey().publicKey },
      generated: {},
      // The service generates this one: a pair that is there already could not be taken over.
      unadoptable: { name: "unadoptable", adoptExisting: true },
    },
  };
  const stack = await DeclaredStack.create(cloud, declaration);
  cloud.simulator.addFault({ match: { method: "POST" }, action: { type: "hang", when: "after" } });
  await upUntil(stack, () => keypairNames().length === 5, killEngine);
  await upAgain(stack);
  await expectSettled(stack, cloud, { others });
});

test("the provider is killed while a key pair is created: the next up takes it over where the program allows it", async () => {
  const given = { name: "given", publicKey: newKey().publicKey, adoptExisting: true };
  const stack = await DeclaredStack.create(cloud, { keypairs: { given } });
  cloud.simulator.addFault({ match: { method: "POST" }, action: { type: "hang", when: "after" } });
  await upUntil(stack, () => keypairNames().includes("given"), killProvider);
  await upAgain(stack);
  await expectSettled(stack, cloud, { others });
});

test.each(victims)("the %s is killed while servers are bound: the next up binds them", async (_name, kill) => {
  playLongJobs();
  const fleet = { keypair: "other", serverIds: cloud.serverIds };
  const stack = await DeclaredStack.create(cloud, { bindings: { fleet } });
  await upUntil(stack, () => jobs() > 0, kill);
  await upAgain(stack);
  await expectSettled(stack, cloud, { others });
});

test.each(victims)(
  "the %s is killed while key pairs are changed and deleted: the next up finishes it",
  async (_name, kill) => {
    const { publicKey } = newKey();
    const stays = { name: "stays", publicKey, description: "one" };
    const goes = { name: "goes", publicKey };
    const leaves = { name: "leaves", publicKey };
    const stack = await DeclaredStack.create(cloud, { keypairs: { stays, goes, leaves } });
    await stack.up();
    cloud.simulator.addFault({ match: { method: "DELETE", path: "goes" }, action: { type: "hang", when: "after" } });
    cloud.simulator.addFault({ match: { method: "DELETE", path: "leaves" }, action: { type: "hang" } });
    stack.declare({ keypairs: { stays: { ...stays, description: "two" } } });
    const isDeleting = () => cloud.simulator.calls().filter(({ method }) => method === "DELETE").length === 2;
    await upUntil(stack, isDeleting, kill);
    await upAgain(stack);
    await expectSettled(stack, cloud, { others });
  },
);

test("an interrupted run finishes what it has begun, and there is nothing left to do", async () => {
  const fleet = { keypair: "other", serverIds: cloud.serverIds };
  const stack = await DeclaredStack.create(cloud, { bindings: { fleet } });
  await upUntil(
    stack,
    () => jobs() > 0,
    ({ engine }) => process.kill(engine, "SIGINT"),
  );
  takeChanges(cloud);
  await stack.up();
  expect(takeChanges(cloud)).toEqual([]);
  await expectSettled(stack, cloud, { others });
});

test("a run that is interrupted twice stops, and the next up binds the servers", async () => {
  playLongJobs();
  const fleet = { keypair: "other", serverIds: cloud.serverIds };
  const stack = await DeclaredStack.create(cloud, { bindings: { fleet } });
  await upUntil(stack, () => jobs() > 0, interruptTwice);
  await upAgain(stack);
  await expectSettled(stack, cloud, { others });
});

test("a run that is interrupted twice leaves no key pair behind that the state does not know", async () => {
  const stack = await DeclaredStack.create(cloud, {
    keypairs: { given: { name: "given", publicKey: newKey().publicKey } },
  });
  cloud.simulator.addFault({ match: { method: "POST" }, action: { type: "hang", when: "after" } });
  await upUntil(stack, () => keypairNames().includes("given"), interruptTwice);
  await upAgain(stack);
  await expectSettled(stack, cloud, { others });
});
