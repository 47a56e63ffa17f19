/** Whether a call may have taken effect, where its credentials are renewed or replaced between two attempts. */
import { useSimulator } from "../../../simulator/testing/suite";
import { callsOf, fail } from "../../testing/fleet";
import {
  accessKeyOf,
  connect,
  failureOf,
  operation,
  projectId,
  region,
  useShortBackoff,
} from "../../testing/simulatedCloud";
import type { HuaweiCloud } from "../huaweiCloud";

const simulator = useSimulator({ servers: 1, jobSeconds: 100 });
useShortBackoff();

const change = [{ serverId: "", keypairName: "one" }];
const lost = { type: "status", status: 502, when: "after" } as const;
const refusal = { type: "status", status: 403, code: "CPS.0001" } as const;

beforeEach(async () => {
  await simulator.replaceKeypair(region, "one", {});
  change[0] = { serverId: simulator.state().projects[0]?.servers[0]?.id ?? "", keypairName: "one" };
});

function cloudWithMetadata(): HuaweiCloud {
  simulator.setMachineAgency({ name: "machine-agency" });
  const { url } = simulator;
  return connect(simulator, {
    endpoints: { kms: url, cph: url, iam: url, metadata: url },
    ecsMetadata: true,
    projectId,
  });
}

async function failureOfChange(cloud: HuaweiCloud) {
  const error = await failureOf(cloud.cph(region, operation()).changeKeypairs(change));
  return { status: error.status, outcomeUnknown: error.outcomeUnknown };
}

test("a change whose answer was lost may have taken effect, whatever comes of it with the next key", async () => {
  const cloud = cloudWithMetadata();
  await cloud.kps(region, operation()).listKeypairs();
  fail(simulator, "UpdateKeypair", lost, { times: 1 });
  fail(simulator, "UpdateKeypair", { type: "expireToken" }, { skip: 1, times: 1 });
  fail(simulator, "UpdateKeypair", refusal, { skip: 2 });
  expect(await failureOfChange(cloud)).toEqual({ status: 403, outcomeUnknown: true });
  expect(callsOf(simulator, "UpdateKeypair").map(({ status }) => status)).toEqual([502, 401, 403]);
});

test("nor does it matter what comes of it with credentials in the place of refused ones", async () => {
  const { accessKey, secretKey } = accessKeyOf(simulator);
  const environment = { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey };
  const cloud = connect(simulator, { accessKey: "REVOKED", secretKey: "old", projectId }, environment);
  fail(simulator, "UpdateKeypair", { ...lost, when: "before" }, { times: 1 });
  fail(simulator, "UpdateKeypair", refusal, { skip: 2 });
  expect(await failureOfChange(cloud)).toEqual({ status: 403, outcomeUnknown: true });
});

test("a change that no key could be got for was not sent", async () => {
  const cloud = cloudWithMetadata();
  await cloud.kps(region, operation()).listKeypairs();
  fail(simulator, "UpdateKeypair", { type: "expireToken" }, { times: 1 });
  fail(simulator, "ShowSecurityKey", { type: "status", status: 503 });
  expect(await failureOfChange(cloud)).toEqual({ status: 503, outcomeUnknown: false });
});

test("nor was one whose project could not be looked up", async () => {
  fail(simulator, "KeystoneListProjects", { type: "status", status: 503 });
  const cloud = connect(simulator, accessKeyOf(simulator));
  expect(await failureOfChange(cloud)).toEqual({ status: 503, outcomeUnknown: false });
});
