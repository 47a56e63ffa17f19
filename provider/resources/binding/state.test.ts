import { knownFrom, stateOf, type CloudPhoneKeypairBindingState } from "./state";

const declared = { keypairName: "two", deletionPolicy: "restore", region: "cn-north-4" } as const;

/** As version 0.1.0 wrote it: server b was not rotated, and server c drifted. */
const ofVersion01: CloudPhoneKeypairBindingState = {
  ...declared,
  serverIds: ["a"],
  bindings: [
    { serverId: "a", serverName: "first", keypairName: "two", previousKeypairName: "original", jobId: "job" },
    { serverId: "b", keypairName: "one", previousKeypairName: "original" },
    { serverId: "c", keypairName: "", previousKeypairName: "original" },
  ],
};

const ofToday: CloudPhoneKeypairBindingState = {
  ...ofVersion01,
  serverIds: ["a", "d"],
  keypairFingerprint: "aa:bb",
  __given: [{ serverId: "b", keypairNames: ["one", "two"] }],
  __key: "digest",
  __pending: [
    { serverId: "b", requestId: "request", jobId: "job", keypairName: "two", isOfEarlierKey: true },
    { serverId: "b", keypairName: "one" },
  ],
};

test.each([
  ["version 0.1", ofVersion01],
  ["today", ofToday],
])("a state of %s says the same after it was read and written", (_, state) => {
  expect(stateOf(knownFrom(state))).toEqual(state);
});

test("a server is known by all that the lists say of it", () => {
  const { servers } = knownFrom(ofToday);
  expect([...servers.keys()]).toEqual(["a", "b", "c", "d"]);
  expect(servers.get("b")).toEqual({
    serverId: "b",
    keypairName: undefined,
    lastSeen: ofToday.bindings[1],
    given: ["one", "two"],
    pending: [
      { requestId: "request", jobId: "job", keypairName: "two", isOfEarlierKey: true },
      { requestId: undefined, jobId: undefined, keypairName: "one" },
    ],
  });
  expect(servers.get("d")).toEqual({ serverId: "d", keypairName: "two", given: ["two"], pending: [] });
});

test("a state of version 0.1 does not tell who gave a server what it shows", () => {
  const { servers } = knownFrom(ofVersion01);
  expect([...servers.values()].map(({ given, perhapsGiven }) => [given, perhapsGiven])).toEqual([
    [["two"], "two"],
    [["two"], "one"],
    [["two"], undefined],
  ]);
});

test("what no server in the set or beside it is recorded with is dropped", () => {
  const pending = [{ serverId: "gone", requestId: "request", keypairName: "two" }];
  expect(stateOf(knownFrom({ ...ofToday, __pending: pending })).__pending).toEqual([]);
});
