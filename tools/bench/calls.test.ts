import { countCalls } from "./calls";
import { newCall } from "./testing";

test("calls are told apart by what they are for, and refused ones are none of it", () => {
  const calls = [
    newCall("UpdateKeypair"),
    newCall("BatchImportKeypair"),
    newCall("ListCloudPhoneServers"),
    newCall("ListJobs"),
    newCall("ListJobs", { status: 429 }),
    newCall("CreateKeypair", { status: 500 }),
  ];
  expect(countCalls(calls)).toEqual({ writes: 3, reads: 1, "job looks": 1, refused: 1 });
});
