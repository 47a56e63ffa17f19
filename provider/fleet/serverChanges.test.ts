import { JobWatcher } from "./jobWatcher";
import { ServerChanges } from "./serverChanges";

test("changes whose answers were lost are told apart by what they give", () => {
  const refuse = () => {
    throw new Error("no job is asked for");
  };
  const changes = new ServerChanges(new JobWatcher(refuse));
  changes.note("server", { keypairName: "one" });
  changes.note("server", { keypairName: "two" });
  changes.note("server", { keypairName: "two" });
  expect(changes.pendingOf("server")).toEqual([{ keypairName: "one" }, { keypairName: "two" }]);
  expect(changes.serversGetting("one")).toEqual(["server"]);
  changes.end("server", { keypairName: "two" });
  expect(changes.pendingOf("server")).toEqual([{ keypairName: "one" }]);
});
