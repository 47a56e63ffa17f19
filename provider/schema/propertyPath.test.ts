import { differsAt, parsePropertyPath, propertyPath } from "./propertyPath";
import { unknownValue } from "./unknown";

describe("a path", () => {
  test.each([
    ["name", ["name"]],
    ["*", ["*"]],
    ["keyProtection.encryption.type", ["keyProtection", "encryption", "type"]],
    ["serverIds[0]", ["serverIds", "0"]],
    ["serverIds[*]", ["serverIds", "*"]],
    ["bindings[12].serverId", ["bindings", "12", "serverId"]],
    ['["name"]', ["name"]],
    ['map["a.b"].c', ["map", "a.b", "c"]],
    ['map["say \\"x\\" \\\\"]', ["map", 'say "x" \\']],
    ["", []],
  ])("%s", (text, path) => {
    expect(parsePropertyPath(text)).toEqual(path);
  });

  test.each([".", "name.", "a..b", "a[", "a[x]", "a[-1]", 'a["b', "a]", 'a"b"'])("is not %s", (text) => {
    expect(parsePropertyPath(text)).toBeUndefined();
  });
});

test.each<[(string | number)[], string]>([
  [["keypairs", "alice", "publicKey"], "keypairs.alice.publicKey"],
  [["keypairs", "007"], "keypairs.007"],
  [["serverIds", 0], "serverIds[0]"],
  [["keypairs", "a.b", "publicKey"], 'keypairs["a.b"].publicKey'],
  [["keypairs", 'say "x" \\'], 'keypairs["say \\"x\\" \\\\"]'],
  [["keypairs", ""], 'keypairs[""]'],
  [[], ""],
])("%j is written as the path %s", (steps, path) => {
  expect(propertyPath(steps)).toBe(path);
  expect(parsePropertyPath(path)).toEqual(steps.map(String));
});

describe("values differ at a path", () => {
  const one = { a: [{ b: 1, c: 1 }, { b: 2 }], d: { e: "f" } };

  test.each<[string, unknown, boolean]>([
    ["a", { ...one, a: [] }, true],
    ["a", { ...one, d: {} }, false],
    ["a[0].b", { a: [{ b: 2, c: 1 }] }, true],
    ["a[0].c", { a: [{ b: 2, c: 1 }] }, false],
    ["a[*].b", { a: [{ b: 1 }, { b: 3 }] }, true],
    ["a[*].b", { a: [{ b: 1 }, { b: 2, c: 1 }] }, false],
    ["a[*]", { a: [...one.a, { b: 3 }] }, true],
    ["d.e", {}, true],
    ["d.x", {}, false],
    ["d.toString", { d: { toString: undefined } }, false],
    ["d.e.length", { d: { e: "ff" } }, false],
    ["d.e", { d: unknownValue }, true],
    ["a[1].b", { a: [{ b: 1, c: 1 }, { b: unknownValue }] }, true],
  ])("%s, where the other is %j: %s", (text, other, expected) => {
    expect(differsAt(parsePropertyPath(text) ?? [], one, other)).toBe(expected);
  });
});
