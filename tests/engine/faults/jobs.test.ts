/** Jobs that end badly, not at all or without effect, and refusals inside a 200: server by server. */
import type { ServerAction } from "pulumi-huaweicloud-cph/simulator";
import { projectId, startCloud, type TestCloud } from "../cloud";
import { DeclaredStack, errorsOf, type Declaration } from "./declaredStack";
import { expectSettled, serviceError, takeChanges } from "./settled";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 7 });
});

beforeEach(async () => {
  cloud.simulator.reset();
  await cloud.simulator.replaceKeypair(projectId, "other");
});

/** What befalls one server, and what is said of it. */
interface Fate {
  action: ServerAction;
  error: RegExp;
}

const fates: Fate[] = [
  {
    action: { type: "jobFailed", code: "CPS.0054", message: "Handle job timeout." },
    error: /CPH job \w+ failed: Handle job timeout\. \(CPS\.0054, request \w+\)/,
  },
  {
    action: { type: "jobNeverEnds" },
    error: /job \w+ \(request \w+\) had not ended when time ran out \(last status: running\)/,
  },
  {
    action: { type: "jobStatus", status: 7 },
    error: /job \w+ \(request \w+\) had not ended when time ran out \(last status: 7\)/,
  },
  {
    action: { type: "jobWithoutEffect" },
    error: /the job succeeded, but the server carries key pair "" instead of "other" \(job \w+\)/,
  },
  {
    action: { type: "entryError", code: "CPS.1028", message: "Server is frozen." },
    error: /Server is frozen\. \(CPS\.1028, request \w+\)/,
  },
];

test("each server says what became of its job, the next up binds only those, and the others are left alone", async () => {
  for (const [index, { action }] of fates.entries())
    cloud.simulator.addFault({ match: { serverId: cloud.serverIds[index] }, action });

  cloud.simulator.addFault({ match: { serverId: cloud.serverIds[fates.length] }, action: { type: "jobNotFound" } });
  const declaration: Declaration = {
    bindings: { fleet: { keypair: "other", serverIds: cloud.serverIds } },
    customTimeouts: { create: "12s" },
  };
  const stack = await DeclaredStack.create(cloud, declaration);
  const errors = await stack.failingUp();
  for (const [index, { error }] of fates.entries()) {
    expect(errors.fleet).toMatch(
      new RegExp(`server ${cloud.serverIds[index]} \\(cph-server-${index + 1}\\): .*${error.source}`),
    );
  }
  // The job of one more is never found, but it does its work, and the server shows that.
  for (const bound of cloud.serverIds.slice(fates.length)) expect(errors.fleet).not.toContain(bound);

  cloud.simulator.clearFaults();
  takeChanges(cloud);
  await stack.up();
  expect(takeChanges(cloud)).toEqual(fates.map((_fate, index) => `bind ${index + 1} to other`));
  await expectSettled(stack, cloud, { others: ["other"] });
});

test("servers that are busy or not ready for a while are asked again, and the others once", async () => {
  const [busy, starting, scaling, refused] = cloud.serverIds;
  const refuse = (serverId: string | undefined, code: string, times: number) =>
    cloud.simulator.addFault({ match: { serverId }, times, action: { type: "entryError", code } });
  refuse(busy, "CPS.0042", 2);
  refuse(starting, "CPS.0099", 1);
  refuse(scaling, "CPS.1027", 1);
  refuse(refused, "CPS.0098", 1);
  const stack = await DeclaredStack.create(cloud, {
    bindings: { fleet: { keypair: "other", serverIds: cloud.serverIds } },
  });
  await stack.up();
  const changes = takeChanges(cloud);
  const times = cloud.serverIds.map(
    (_id, index) => changes.filter((text) => text.startsWith(`bind ${index + 1} `)).length,
  );
  expect(times).toEqual([3, 2, 2, 2, 1, 1, 1]);
  await expectSettled(stack, cloud, { others: ["other"] });
});

test("servers that are refused for want of their key pair are not waited for, and the error names it", async () => {
  const stack = await DeclaredStack.create(cloud, {
    bindings: { fleet: { keypair: "other", serverIds: cloud.serverIds } },
  });
  cloud.simulator.deleteKeypair(projectId, "other");
  cloud.simulator.addFault({ action: { type: "entryError", code: "CPS.0098" } });
  expect((await stack.failingUp()).fleet).toMatch(
    /^servers .*: .*\(CPS\.0098, request \w+\) KPS shows no key pair "other" in this region and project/m,
  );
  expect(takeChanges(cloud)).toHaveLength(cloud.serverIds.length);

  cloud.simulator.clearFaults();
  await cloud.simulator.replaceKeypair(projectId, "other");
  await stack.up();
  await expectSettled(stack, cloud, { others: ["other"] });
});

test("a destroy that cannot restore every server says so, and the next one restores the rest", async () => {
  await cloud.simulator.replaceKeypair(projectId, "earlier");
  for (const id of cloud.serverIds) cloud.simulator.changeServer(projectId, id, { keypairName: "earlier" });
  const [failing = "", endless = ""] = cloud.serverIds;
  const fleet = { keypair: "other", serverIds: cloud.serverIds, deletionPolicy: "restore" } as const;
  const stack = await DeclaredStack.create(cloud, { bindings: { fleet }, customTimeouts: { delete: "8s" } });
  await stack.up();
  const fail = { type: "jobFailed", code: "CPS.0054" } as const;
  cloud.simulator.addFault({ match: { serverId: failing }, action: fail });
  cloud.simulator.addFault({ match: { serverId: endless }, action: { type: "jobNeverEnds" } });
  const { fleet: error } = errorsOf(await stack.engine.destroy({ exitCode: 1 }));
  expect(error).toMatch(new RegExp(`server ${failing} .*${serviceError("CPS.0054").source}`));
  expect(error).toMatch(new RegExp(`server ${endless} .*had not ended when time ran out \\(last status: running\\)`));

  cloud.simulator.clearFaults();
  takeChanges(cloud);
  await stack.engine.destroy();
  expect(takeChanges(cloud)).toEqual(["bind 1 to earlier", "bind 2 to earlier"]);
  expect(cloud.serverIds.map((id) => cloud.keypairOf(id))).toEqual(cloud.serverIds.map(() => "earlier"));
  expect((await stack.engine.exportState()).resources).toEqual([]);
});
