/** Servers that are not ready, frozen or gone when they are to get a key pair, or become so in the middle. */
import { projectId, startCloud, type TestCloud } from "../cloud";
import { DeclaredStack, type DeclaredBinding } from "./declaredStack";
import { until, whenCalled } from "./moments";
import { expectSettled, serviceError, takeChanges } from "./settled";

const status = { normal: 5, frozen: 8, starting: 13 };

let cloud: TestCloud;
let fleet: DeclaredBinding;

beforeAll(async () => {
  cloud = await startCloud({ servers: 4 });
});

beforeEach(async () => {
  cloud.simulator.reset();
  await cloud.simulator.replaceKeypair(projectId, "other");
  fleet = { keypair: "other", serverIds: cloud.serverIds };
});

test("servers that become ready in time are bound", async () => {
  const [starting = "", scaling = ""] = cloud.serverIds;
  cloud.simulator.changeServer(projectId, starting, { status: status.starting });
  cloud.simulator.changeServer(projectId, scaling, { scalingUp: true });
  const stack = await DeclaredStack.create(cloud, { bindings: { fleet } });
  const run = stack.up();
  await until(() => cloud.simulator.calls().some(({ operation }) => operation === "UpdateKeypair"));
  cloud.simulator.changeServer(projectId, starting, { status: status.normal });
  cloud.simulator.changeServer(projectId, scaling, { scalingUp: false });
  await run;
  await expectSettled(stack, cloud, { others: ["other"] });
});

test("servers that are frozen, do not become ready or go away are named, and the next up binds the rest", async () => {
  const [frozen = "", starting = "", gone = ""] = cloud.serverIds;
  cloud.simulator.changeServer(projectId, frozen, { status: status.frozen });
  cloud.simulator.changeServer(projectId, starting, { status: status.starting });
  const stack = await DeclaredStack.create(cloud, { bindings: { fleet }, customTimeouts: { create: "8s" } });
  const [errors] = await Promise.all([
    stack.failingUp(),
    whenCalled(cloud, ["UpdateKeypair"], () => {
      cloud.simulator.removeServer(projectId, gone);
    }),
  ]);
  expect(errors.fleet).toMatch(new RegExp(`server ${frozen} .*${serviceError("CPS.1028").source}`));
  expect(errors.fleet).toMatch(new RegExp(`server ${starting} .*${serviceError("CPS.0099").source}`));
  expect(errors.fleet).toMatch(new RegExp(`server ${gone} .*${serviceError("CPS.0159").source}`));

  // Only what can change is asked for again.
  const asked = takeChanges(cloud);
  expect(asked.filter((change) => !change.startsWith("bind 2 "))).toEqual([
    "bind 1 to other",
    "bind 3 to other",
    "bind 4 to other",
  ]);

  for (const id of [frozen, starting]) cloud.simulator.changeServer(projectId, id, { status: status.normal });
  stack.declare({ bindings: { fleet: { ...fleet, serverIds: cloud.serverIds.filter((id) => id !== gone) } } });
  await stack.up();
  expect(takeChanges(cloud)).toEqual(["bind 1 to other", "bind 2 to other"]);
  await expectSettled(stack, cloud, { others: ["other"] });
});

test("a server that goes away while its job runs is named, and the others are bound", async () => {
  const [gone = "", ...others] = cloud.serverIds;
  const stack = await DeclaredStack.create(cloud, { bindings: { fleet } });
  const [errors] = await Promise.all([
    stack.failingUp(),
    whenCalled(cloud, ["ListJobs"], () => {
      cloud.simulator.removeServer(projectId, gone);
    }),
  ]);
  expect(errors.fleet).toMatch(new RegExp(`server ${gone} .*the server no longer exists \\(job \\w+\\)`));
  stack.declare({ bindings: { fleet: { ...fleet, serverIds: others } } });
  takeChanges(cloud);
  await stack.up();
  expect(takeChanges(cloud)).toEqual([]);
  await expectSettled(stack, cloud, { others: ["other"] });
});
