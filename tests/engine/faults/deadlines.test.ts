/** Faults that do not pass: a run ends soon after its deadline, says what it waited for, and the next one does the rest. */
import type { FaultAction } from "pulumi-huaweicloud-cph/simulator";
import { newKey, projectId, startCloud, type TestCloud } from "../cloud";
import { DeclaredStack } from "./declaredStack";
import { expectSettled, takeChanges } from "./settled";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 2 });
});

/** Room for a first answer on a busy machine: what is not answered at all cannot be told. */
const deadline = 5;
/** In seconds: starting the engine, the update that follows and the look at the end, on a busy machine. */
const otherRuns = 30;
const timeout = (deadline + 10 + otherRuns) * 1000;

const lasting: [string, FaultAction, RegExp][] = [
  ["calls are not answered", { type: "hang" }, /the operation's time ran out before an answer came/],
  ["calls fail", { type: "status", status: 503 }, /\(HTTP 503, APIGW\.0201, request \w+\)/],
  ["calls are throttled", { type: "throttle" }, /\(HTTP 429, APIGW\.0308, request \w+\)/],
  [
    "calls are to come again in an hour",
    { type: "throttle", retryAfter: "3600" },
    /\(HTTP 429, APIGW\.0308, request \w+\)/,
  ],
];

/** How long ago the first call arrived: before it the engine starts, which takes its time. */
function secondsUnderWay(): number {
  const [first] = cloud.simulator.calls();
  return (Date.now() - Date.parse(first?.time ?? "")) / 1000;
}

/** Runs `pulumi up` while every call that changes something suffers from the fault, and then without it. */
async function upTwice(action: FaultAction, error: RegExp): Promise<string[]> {
  cloud.simulator.reset();
  await cloud.simulator.replaceKeypair(projectId, "other");
  for (const method of ["POST", "PUT"]) cloud.simulator.addFault({ match: { method }, action });
  const stack = await DeclaredStack.create(cloud, {
    keypairs: { imported: { name: "imported", publicKey: newKey().publicKey } },
    bindings: { fleet: { keypair: "other", serverIds: cloud.serverIds } },
    customTimeouts: { create: `${deadline}s` },
  });
  const errors = await stack.failingUp();
  expect(secondsUnderWay()).toBeLessThan(deadline + 10);
  expect(errors.imported).toMatch(error);
  for (const serverId of cloud.serverIds)
    expect(errors.fleet).toMatch(new RegExp(`server ${serverId} .*${error.source}`));

  cloud.simulator.clearFaults();
  takeChanges(cloud);
  await stack.up();
  const changes = takeChanges(cloud);
  await expectSettled(stack, cloud, { others: ["other"] });
  return changes;
}

test.each(lasting)(
  "where %s, the run ends and says so, and the next one does the rest",
  async (_name, action, error) => {
    expect(await upTwice(action, error)).toEqual(["bind 1 to other", "bind 2 to other", "create imported"]);
  },
  timeout,
);

test(
  "where calls are done but not answered, the run ends and says so, and the next one creates nothing again",
  async () => {
    const changes = await upTwice(
      { type: "hang", when: "after" },
      /the operation's time ran out before an answer came/,
    );
    expect(changes).toEqual(["bind 1 to other", "bind 2 to other"]);
  },
  timeout,
);
