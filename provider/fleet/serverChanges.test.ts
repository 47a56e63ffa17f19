import { operation } from "../testing/simulatedCloud";
import { JobWatcher } from "./jobWatcher";
import { ServerChanges } from "./serverChanges";

function refuse(): never {
  throw new Error("no job is asked for");
}

test("changes whose answers were lost are told apart by what they give", () => {
  const changes = new ServerChanges(new JobWatcher(refuse));
  changes.note("server", { keypairName: "one" });
  changes.note("server", { keypairName: "two" });
  changes.note("server", { keypairName: "two" });
  expect(changes.pendingOf("server")).toEqual([{ keypairName: "one" }, { keypairName: "two" }]);
  expect(changes.serversGetting("one")).toEqual(["server"]);
  changes.end("server", { keypairName: "two" });
  expect(changes.pendingOf("server")).toEqual([{ keypairName: "one" }]);
});

test("of a change that is noted once more, what was known of it is not forgotten", () => {
  const changes = new ServerChanges(new JobWatcher(refuse));
  const job = { requestId: "request", jobId: "job", keypairName: "one" };
  changes.note("server", { ...job, isOfEarlierKey: true });
  changes.note("server", job);
  expect(changes.pendingOf("server")).toEqual([{ ...job, isOfEarlierKey: true }]);
});

test("a change that the service does not know any more has ended, and is not known to have succeeded", async () => {
  const changes = new ServerChanges(new JobWatcher(refuse));
  expect(changes.haveAllSucceeded("server")).toBe(true);
  // Of a request without an id there is nothing to know.
  const job = { requestId: "", keypairName: "one" };
  changes.note("server", job);
  expect(changes.haveAllSucceeded("server")).toBe(false);
  await changes.waitForEnd("server", [job], operation());
  expect(changes.pendingOf("server")).toEqual([]);
  expect(changes.haveAllSucceeded("server")).toBe(false);
  expect(changes.haveAllSucceeded("other")).toBe(true);
});
