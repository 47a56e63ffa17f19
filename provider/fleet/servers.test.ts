import type { CallAction } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import type { Server } from "../schema/types";
import { addServers, callsOf, fail } from "../testing/fleet";
import { cloudOf, failureOf, operation, region, useShortBackoff } from "../testing/simulatedCloud";
import { Fleet } from "./fleet";
import { readServers } from "./servers";

const simulator = useSimulator({ servers: 0 });
useShortBackoff();

/** Looks with nothing seen before. */
function look(serverIds: readonly string[]): Promise<Map<string, Server>> {
  const fleet = new Fleet(cloudOf(simulator), region);
  return readServers(fleet.servers, serverIds, operation());
}

test("no servers are looked at without any call", async () => {
  expect(await look([])).toEqual(new Map());
  expect(simulator.calls()).toEqual([]);
});

test.each([1, 5])("%d servers are looked at one by one", async (count) => {
  addServers(simulator, 10);
  const ids = addServers(simulator, count);
  const found = await look(ids);
  expect([...found.keys()].sort()).toEqual([...ids].sort());
  expect(callsOf(simulator, "ListCloudPhoneServers")).toHaveLength(0);
});

test("a server named twice is looked at once", async () => {
  const [id = ""] = addServers(simulator, 1);
  expect((await look([id, id])).size).toBe(1);
  expect(simulator.calls()).toHaveLength(1);
});

test("many servers are read from the list, all pages of it", async () => {
  const ids = addServers(simulator, 250);
  const wanted = ids.filter((_id, index) => index % 40 === 0);
  const found = await look(wanted);
  expect([...found.keys()].sort()).toEqual([...wanted].sort());
  expect(callsOf(simulator, "ListCloudPhoneServers")).toHaveLength(3);
  expect(callsOf(simulator, "ShowCloudPhoneServerDetail")).toHaveLength(0);
});

test("servers that a list leaves out are asked for by themselves", async () => {
  const ids = addServers(simulator, 6);
  fail(simulator, "ListCloudPhoneServers", { type: "body", body: { count: 0, servers: [] } }, { times: 1 });
  expect([...(await look(ids)).keys()].sort()).toEqual([...ids].sort());
});

describe.each([2, 8])("of %d servers", (count) => {
  test.each(["inferred", "400"] as const)("those that are gone are absent (statuses %s)", async (cphStatuses) => {
    simulator.setVariants({ cphStatuses });
    const [gone = "", deleted = "", ...kept] = addServers(simulator, count + 2);
    simulator.removeServer(region, gone);
    simulator.changeServer(region, deleted, { status: 6 });
    expect([...(await look([gone, deleted, ...kept])).keys()].sort()).toEqual(kept.sort());
  });

  test.each<[string, CallAction]>([
    ["a lack of permission", { type: "status", status: 403, code: "CPS.0001" }],
    ["an error of the service", { type: "status", status: 500, code: "CPS.0003" }],
    ["a gateway's 404", { type: "status", status: 404, code: "APIGW.0101" }],
    ["a proxy's 404", { type: "html", status: 404 }],
    ["a framework's 404", { type: "status", status: 404, body: { status: 404, error: "Not Found" } }],
    ["a 404 without a body", { type: "body", status: 404, body: undefined }],
    ["a 404 with an unknown code", { type: "status", status: 404, code: "CPS.9999" }],
    ["silence", { type: "reset" }],
  ])("none is taken for gone because of %s", async (_, action) => {
    const ids = addServers(simulator, count);
    simulator.addFault({ match: { service: "cph" }, action });
    await failureOf(look(ids));
    // Also where the list is fine and only the look at a missing one fails.
    simulator.clearFaults();
    fail(simulator, "ShowCloudPhoneServerDetail", action);
    simulator.removeServer(region, ids[0] ?? "");
    await failureOf(look(ids));
  });
});

test("the first refusal ends the looks at all others", async () => {
  addServers(simulator, 1);
  fail(simulator, "ShowCloudPhoneServerDetail", { type: "status", status: 403, code: "CPS.0001" });
  const unknown = Array.from({ length: 200 }, (_, index) => `unknown-${index}`);
  expect((await failureOf(look(unknown))).code).toBe("CPS.0001");
  // Whatever would go on gets its turn.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(callsOf(simulator, "ShowCloudPhoneServerDetail").length).toBeLessThan(20);
});
