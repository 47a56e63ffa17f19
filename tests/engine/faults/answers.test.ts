/** Answers that are errors, that are no answers at all, or that get lost: the work is done all the same, and done once. */
import type { FaultRule, Operation } from "pulumi-huaweicloud-cph/simulator";
import { newKey, startCloud, type TestCloud } from "../cloud";
import { DeclaredStack, type Declaration } from "./declaredStack";
import { expectSettled, takeChanges } from "./settled";

let cloud: TestCloud;
let before: Declaration;
let after: Declaration;

beforeAll(async () => {
  cloud = await startCloud({ servers: 3 });
});

/** Between the two declarations every call that changes something is made. */
beforeEach(() => {
  cloud.simulator.reset();
  const [imported, hosted, leaving] = [newKey(), newKey(), newKey()];
  const { publicKey, privateKey } = hosted;
  before = {
    keypairs: {
      imported: { name: "imported", publicKey: imported.publicKey, description: "one" },
      hosted: { name: "hosted", publicKey, keyProtection: { privateKey, encryption: { type: "default" } } },
      leaving: { name: "leaving", publicKey: leaving.publicKey },
    },
    bindings: { fleet: { keypair: "imported", serverIds: cloud.serverIds } },
  };
  after = {
    keypairs: {
      imported: {
        name: "imported",
        publicKey: imported.publicKey,
        description: "two",
        keyProtection: { privateKey: imported.privateKey, encryption: { type: "default" } },
      },
      hosted: { name: "hosted", publicKey },
      generated: { name: "generated" },
    },
    bindings: { fleet: { keypair: "generated", serverIds: cloud.serverIds } },
  };
});

/** Takes the stack through a life in which the faults strike in turn, one at every fourth answer. */
async function liveWith(...actions: FaultRule["action"][]): Promise<void> {
  for (const [index, action] of actions.entries())
    cloud.simulator.addFault({ skip: 1 + 4 * index, every: 4 * actions.length, action });

  const stack = await DeclaredStack.create(cloud, before);
  await stack.up();
  stack.declare(after);
  await stack.up();
  await expectSettled(stack, cloud);
}

test("a life goes well where every fourth call is refused in passing", () =>
  liveWith(
    { type: "status", status: 503 },
    { type: "html" },
    { type: "reset" },
    { type: "status", status: 500 },
    { type: "throttle" },
  ));

test("a life goes well where every fourth answer is lost after the work was done", () =>
  liveWith(
    { type: "status", status: 500, when: "after" },
    { type: "html", when: "after" },
    { type: "reset", when: "after" },
    { type: "status", status: 504, when: "after" },
  ));

test("a life goes well where every fourth answer is half a JSON", () => liveWith({ type: "truncate" }));

test.each<[string, FaultRule["action"]]>([
  ["reset", { type: "reset", when: "after" }],
  ["a proxy's 502", { type: "html", when: "after" }],
  ["a page of a proxy", { type: "html", status: 200, when: "after" }],
])("no key pair is created twice where the answer is %s", async (_name, action) => {
  const lose = (operation: Operation, times: number) => {
    cloud.simulator.addFault({ match: { operation }, times, action });
  };
  lose("CreateKeypair", 3);
  lose("BatchImportKeypair", 1);
  const stack = await DeclaredStack.create(cloud, before);
  await stack.up();
  expect(takeChanges(cloud)).toEqual([
    ...["bind 1 to imported", "bind 2 to imported", "bind 3 to imported"],
    ...["create hosted", "create imported", "create leaving", "describe imported"],
  ]);

  cloud.simulator.clearFaults();
  for (const operation of ["CreateKeypair", "UpdateKeypairDescription", "ImportPrivateKey"] as const)
    lose(operation, 1);
  for (const operation of ["ClearPrivateKey", "UpdateKeypair"] as const) lose(operation, 1);
  cloud.simulator.addFault({ match: { operation: "DeleteKeypair", path: "leaving" }, times: 1, action });
  stack.declare(after);
  await stack.up();
  const changes = takeChanges(cloud);
  // The private key of a generated pair goes with the answer: that pair is of no use, and another takes its place.
  expect(changes.filter((change) => change.endsWith("e generated"))).toEqual([
    ...["create generated", "create generated", "delete generated"],
  ]);
  expect(changes.filter((change) => change.startsWith("host"))).toEqual(["host imported"]);
  await expectSettled(stack, cloud);
});
