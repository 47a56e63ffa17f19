/** A list that changes while it is read: no server that is still there leaves a binding because of that. */
import { CloudPhoneKeypairBinding, getServers } from "pulumi-huaweicloud-cph";
import { projectId, startCloud, type TestCloud } from "../cloud";
import { createWorkspace } from "../harness";
import type { InlineStack } from "../harnessInline";
import { until } from "./moments";

let cloud: TestCloud;
let stack: InlineStack;

beforeAll(async () => {
  cloud = await startCloud({ servers: 150, variants: { serversPerCall: 100 } });
  await cloud.simulator.replaceKeypair(projectId, "fleet");
  await cloud.simulator.replaceKeypair(projectId, "earlier");
  for (const id of cloud.serverIds) cloud.simulator.changeServer(projectId, id, { keypairName: "earlier" });
  const program = async () => {
    const { servers } = await getServers({});
    const serverIds = servers.map(({ serverId }) => serverId);
    new CloudPhoneKeypairBinding("fleet", { keypairName: "fleet", serverIds, deletionPolicy: "restore" });
  };
  stack = await createWorkspace().createStack(program, {
    ...cloud.config,
    "huaweicloud-cph:serversPerCall": { value: "100" },
  });
  await stack.up();
});

/** Key pairs of the servers that are there. */
function carried(): Set<string> {
  return new Set(cloud.simulator.state().projects[0]?.servers.map(({ keypairName }) => keypairName));
}

test("a server that is deleted between two pages takes no other one with it", async () => {
  expect(carried()).toEqual(new Set(["fleet"]));
  cloud.simulator.clearCalls();
  cloud.simulator.addFault({
    match: { operation: "ListCloudPhoneServers", path: "offset=[1-9]" },
    action: { type: "delay", milliseconds: 1_000 },
  });
  const run = stack.up();
  await until(() => cloud.simulator.calls().some(({ path }) => /servers\?offset=[1-9]/.test(path)));
  // The newest are on the first page.
  cloud.simulator.removeServer(projectId, cloud.serverIds.at(-1) ?? "");
  cloud.simulator.clearFaults();
  await run;
  expect(carried()).toEqual(new Set(["fleet"]));
});
