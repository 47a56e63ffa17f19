/** Key pairs that others delete, replace or create in the middle, and that the service refuses. */
import { newKey, projectId, startCloud, type TestCloud } from "../cloud";
import { DeclaredStack, type Declaration } from "./declaredStack";
import { whenCalled } from "./moments";
import { expectSettled, serviceError, takeChanges } from "./settled";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 2 });
});

beforeEach(() => {
  cloud.simulator.reset();
});

test("a pair that is deleted between its creation and its description is created again by the next up", async () => {
  const key = { name: "key", publicKey: newKey().publicKey, description: "one" };
  const stack = await DeclaredStack.create(cloud, { keypairs: { key } });
  const [errors] = await Promise.all([
    stack.failingUp(),
    whenCalled(cloud, ["UpdateKeypairDescription"], () => {
      cloud.simulator.deleteKeypair(projectId, "key");
    }),
  ]);
  expect(errors.key).toMatch(serviceError("KPS.4016"));
  takeChanges(cloud);
  await stack.up();
  expect(takeChanges(cloud)).toEqual(["create key", "describe key"]);
  await expectSettled(stack, cloud);
});

test("a pair that is replaced by hand before it is described is not touched, and up --refresh replaces it", async () => {
  const keypairs = { key: { name: "key", publicKey: newKey().publicKey, description: "one" } };
  const stack = await DeclaredStack.create(cloud, { keypairs });
  await stack.up();
  await cloud.simulator.replaceKeypair(projectId, "key", { description: "theirs" });
  stack.declare({ keypairs: { key: { ...keypairs.key, description: "two" } } });
  takeChanges(cloud);
  const errors = await stack.failingUp();
  expect(errors.key).toContain('Key pair "key" holds another key than it should.');
  expect(takeChanges(cloud)).toEqual([]);
  await stack.engine.up({ refresh: true });
  expect(takeChanges(cloud)).toEqual(["create key", "delete key", "describe key"]);
  await expectSettled(stack, cloud);
});

test("a key pair that goes while servers are bound to it is named, and the next up makes it anew and binds them", async () => {
  const declaration: Declaration = {
    keypairs: { key: { name: "key", publicKey: newKey().publicKey } },
    bindings: { fleet: { keypair: "key", serverIds: cloud.serverIds } },
  };
  const stack = await DeclaredStack.create(cloud, declaration);
  const [errors] = await Promise.all([
    stack.failingUp(),
    whenCalled(cloud, ["UpdateKeypair"], () => {
      cloud.simulator.deleteKeypair(projectId, "key");
    }),
  ]);
  for (const serverId of cloud.serverIds)
    expect(errors.fleet).toMatch(new RegExp(`server ${serverId} .*${serviceError("CPS.0067").source}`));

  takeChanges(cloud);
  await stack.engine.up({ refresh: true });
  expect(takeChanges(cloud)).toEqual(["bind 1 to key", "bind 2 to key", "create key"]);
  await expectSettled(stack, cloud);
});

test("a name that another pair takes first is refused with the way out, and the rest of the stack stands", async () => {
  const { publicKey } = newKey();
  await cloud.simulator.replaceKeypair(projectId, "taken");
  await cloud.simulator.replaceKeypair(projectId, "same", { publicKey });
  const free = { name: "free", publicKey: newKey().publicKey };
  const late = { name: "late", publicKey: newKey().publicKey };
  const keypairs = { free, late, taken: { name: "taken", publicKey }, same: { name: "same", publicKey } };
  const stack = await DeclaredStack.create(cloud, { keypairs });
  const [errors] = await Promise.all([
    stack.failingUp(),
    // Nobody has seen this one when the names were looked up.
    whenCalled(cloud, ["BatchImportKeypair", "CreateKeypair"], () =>
      cloud.simulator.replaceKeypair(projectId, "late", { publicKey }),
    ),
  ]);
  expect(errors.taken).toContain('a key pair named "taken" exists already, with another key');
  expect(errors.same).toContain('a key pair named "same" exists already, with the same key');
  expect(errors.same).toContain("adoptExisting: true");
  expect(errors.late).toMatch(/a key pair named "late" exists already, with another key\. \(HTTP 400, KPS\.7004/);

  const renamed = { ...keypairs.taken, name: "renamed" };
  const adopted = { ...keypairs.same, adoptExisting: true };
  stack.declare({ keypairs: { free, late: { ...late, name: "later" }, taken: renamed, same: adopted } });
  takeChanges(cloud);
  await stack.up();
  expect(takeChanges(cloud)).toEqual(["create later", "create renamed"]);
  await expectSettled(stack, cloud, { others: ["taken", "late"] });
});

test("of many imports a few are refused: the others stand, and the next up imports only those few", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `key-${index}`);
  const good = Object.fromEntries(names.map((name) => [name, { name, publicKey: newKey().publicKey }]));
  const bad = { "key-3": { ...good["key-3"], userId: "nobody" }, "key-7": { ...good["key-7"], userId: "nobody" } };
  const stack = await DeclaredStack.create(cloud, { keypairs: { ...good, ...bad } });
  const errors = await stack.failingUp({ parallel: 100 });
  expect(Object.keys(errors).filter((name) => name.startsWith("key-"))).toHaveLength(2);
  for (const name of Object.keys(bad)) expect(errors[name]).toMatch(/User not found\. \(HTTP 400, KPS\.0006/);
  stack.declare({ keypairs: good });
  takeChanges(cloud);
  await stack.up();
  expect(takeChanges(cloud)).toEqual(["create key-3", "create key-7"]);
  await expectSettled(stack, cloud);
});

test("an entry that an answer to a batch forgets is looked for", async () => {
  const names = ["a", "b", "c"];
  const keypairs = Object.fromEntries(names.map((name) => [name, { name, publicKey: newKey().publicKey }]));
  const body = { failed_keypairs: [], succeeded_keypairs: [] };
  cloud.simulator.addFault({ match: { operation: "BatchImportKeypair" }, times: 1, action: { type: "body", body } });
  const stack = await DeclaredStack.create(cloud, { keypairs });
  await stack.up();
  expect(takeChanges(cloud)).toEqual(["create a", "create b", "create c"]);
  await expectSettled(stack, cloud);
});

test("what is gone already is deleted without an error", async () => {
  const key = { publicKey: newKey().publicKey };
  const stack = await DeclaredStack.create(cloud, {
    keypairs: { one: { name: "one", ...key }, two: { name: "two", ...key }, stays: { name: "stays", ...key } },
    bindings: { fleet: { keypair: "stays", serverIds: cloud.serverIds } },
  });
  await stack.up();
  cloud.simulator.deleteKeypair(projectId, "one");
  stack.declare({ keypairs: { stays: { name: "stays", ...key } } });
  await Promise.all([
    stack.up(),
    whenCalled(cloud, ["DeleteKeypair"], () => {
      cloud.simulator.deleteKeypair(projectId, "two");
    }),
  ]);
  await expectSettled(stack, cloud);
});

test("a delete that the service refuses leaves the pair in the state, and the next up deletes it", async () => {
  const key = { publicKey: newKey().publicKey };
  const stack = await DeclaredStack.create(cloud, {
    keypairs: { goes: { name: "goes", ...key }, stays: { name: "stays", ...key } },
  });
  await stack.up();
  cloud.simulator.addFault({
    match: { operation: "DeleteKeypair" },
    times: 1,
    action: { type: "status", status: 403, code: "KPS.9003" },
  });
  stack.declare({ keypairs: { stays: { name: "stays", ...key } } });
  const errors = await stack.failingUp();
  expect(errors.goes).toMatch(serviceError("KPS.9003"));
  await stack.up();
  await expectSettled(stack, cloud);
});
