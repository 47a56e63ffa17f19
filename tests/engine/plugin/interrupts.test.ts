/** Runs that are interrupted or killed: nothing is forgotten, nothing is left, and no process stays. */
import { projectId, newKey, startCloud, type TestCloud } from "../cloud";
import { until } from "../faults/moments";
import { ended, runningProcesses, type RunProcesses } from "../faults/processes";
import { createWorkspace } from "../harness";
import type { CommandResult } from "../harnessCommand";
import { YamlStack, type YamlResource } from "../harnessYaml";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 2, jobSeconds: 6 });
});

beforeEach(async () => {
  cloud.simulator.reset();
  await cloud.simulator.replaceKeypair(projectId, "other");
});

const given: YamlResource = {
  type: "huaweicloud-cph:Keypair",
  properties: { name: "given", publicKey: newKey().publicKey },
};

function fleet(): YamlResource {
  return {
    type: "huaweicloud-cph:CloudPhoneKeypairBinding",
    properties: { keypairName: "other", serverIds: cloud.serverIds },
  };
}

function stackOf(resources: Record<string, YamlResource>): Promise<YamlStack> {
  return YamlStack.create(createWorkspace(), { resources }, cloud.config);
}

function jobs(): number {
  return cloud.simulator.state().projects[0]?.jobs.length ?? 0;
}

function isMade(): boolean {
  return (cloud.simulator.state().projects[0]?.keypairs ?? []).some(({ name }) => name === "given");
}

/** Runs `pulumi up`, and ends a process in its middle. Gives back how the run ended, once the plugin has ended as well. */
async function upUntil(
  stack: YamlStack,
  isSo: () => boolean,
  end: (run: RunProcesses) => void,
): Promise<CommandResult> {
  const run = stack.up([], { exitCode: "any" });
  await until(isSo);
  const processes = runningProcesses();
  end(processes);
  const result = await run;
  await ended(processes.provider);
  return result;
}

function interruptEngine({ engine }: RunProcesses): void {
  process.kill(engine, "SIGINT");
}

function killEngine({ engine }: RunProcesses): void {
  process.kill(engine, "SIGKILL");
}

/** What a user does after a kill: takes the lock away, and runs again. */
async function upAgain(stack: YamlStack): Promise<void> {
  cloud.simulator.clearFaults();
  await stack.pulumi(["cancel", "--yes"]);
  await stack.up();
  const { pendingOperations } = await stack.exportState();
  if (pendingOperations.length > 0) await stack.refresh(["--clear-pending-creates"]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
}

test("an interrupt ends a run while its jobs go on, with all of them recorded, and the next run waits for them", async () => {
  const jobSeconds = 100;
  cloud.simulator.setVariants({ jobSeconds });
  const stack = await stackOf({ fleet: fleet() });
  const { exitCode, output } = await upUntil(stack, () => jobs() === 2, interruptEngine);
  expect(exitCode).toBe(1);
  expect(output).toMatch(/job \w+ \(request \w+\) had not ended when the run was interrupted/);
  // It did not wait for the jobs.
  expect(cloud.serverIds.map((id) => cloud.keypairOf(id))).toEqual(["", ""]);
  const { resources, pendingOperations } = await stack.exportState();
  expect(pendingOperations).toEqual([]);
  const known = cloud.serverIds.map(
    (serverId) => expect.objectContaining({ serverId, keypairName: "other" }) as object,
  );
  expect(resources.at(-1)?.outputs).toMatchObject({ __pending: expect.arrayContaining(known) as object });
  cloud.writes();
  const run = stack.up();
  await until(() => cloud.simulator.calls().some(({ operation }) => operation === "ListJobs"));
  cloud.simulator.advanceClock(jobSeconds);
  await run;
  expect(cloud.writes()).toEqual([]);
  expect(cloud.serverIds.map((id) => cloud.keypairOf(id))).toEqual(["other", "other"]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
});

test("an interrupt while the answer to a creation is awaited loses nothing, and the next run goes on from there", async () => {
  cloud.simulator.addFault({ match: { method: "POST" }, action: { type: "hang", when: "after" } });
  const stack = await stackOf({ given });
  await upUntil(stack, isMade, interruptEngine);
  const { resources, pendingOperations } = await stack.exportState();
  expect(pendingOperations).toEqual([]);
  expect(resources.at(-1)).toMatchObject({ id: "given", initErrors: [expect.any(String)] });
  cloud.simulator.clearFaults();
  cloud.writes();
  await stack.up();
  expect(cloud.writes()).toEqual([]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
});

test("the engine is killed while a key pair is created: it is taken back, and the next run makes it", async () => {
  cloud.simulator.addFault({ match: { method: "POST" }, action: { type: "hang", when: "after" } });
  const stack = await stackOf({ given });
  await upUntil(stack, isMade, killEngine);
  expect(isMade()).toBe(false);
  await upAgain(stack);
  expect(isMade()).toBe(true);
});

test("the engine is killed while servers are bound: the next run binds them", async () => {
  const stack = await stackOf({ fleet: fleet() });
  await upUntil(stack, () => jobs() === 2, killEngine);
  await upAgain(stack);
  expect(cloud.serverIds.map((id) => cloud.keypairOf(id))).toEqual(["other", "other"]);
});

test("the plugin is killed while servers are bound: the run fails, and the next one binds them", async () => {
  const stack = await stackOf({ fleet: fleet() });
  const { exitCode } = await upUntil(
    stack,
    () => jobs() === 2,
    ({ provider }) => {
      process.kill(provider, "SIGKILL");
    },
  );
  expect(exitCode).toBe(1);
  await upAgain(stack);
  expect(cloud.serverIds.map((id) => cloud.keypairOf(id))).toEqual(["other", "other"]);
});
