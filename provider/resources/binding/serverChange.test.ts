import { isNeedless, type Purpose } from "./serverChange";

test.each<[string, Purpose, Record<string, boolean>]>([
  ["to bind", { type: "bind", isNewKey: false, hadName: false }, { key: true, other: false }],
  ["to bind with a new key", { type: "bind", isNewKey: true, hadName: false }, { key: false, other: false }],
  ["to restore", { type: "restore", given: ["ours"] }, { key: true, ours: false, other: true }],
  ["to bind again", { type: "rebind", instead: "late" }, { key: true, late: false, other: true }],
])("a change %s is needless or not by what the server carries", (_, purpose, expected) => {
  const change = { serverId: "server", keypairName: "key", carried: "before", purpose };
  const found = Object.keys(expected).map((carried) => [carried, isNeedless(change, carried)]);
  expect(Object.fromEntries(found)).toEqual(expected);
});
