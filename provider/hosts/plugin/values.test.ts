import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { received, sent } from "./values";

function secret(value: unknown): Record<string, unknown> {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

function struct(values: Record<string, unknown>): Struct {
  return Struct.fromJavaScript(values as Record<string, JavaScriptValue>);
}

test("what arrives is plain, and the names of what is secret are told, however deep it lies", () => {
  const keyProtection = { privateKey: secret("pem"), encryption: secret({ type: secret("kms") }) };
  const values = { name: secret("it"), plain: 1, list: ["a", secret("b")], keyProtection, like: { value: "x" } };
  expect(received(struct(values))).toEqual({
    values: {
      name: "it",
      plain: 1,
      list: ["a", "b"],
      keyProtection: { privateKey: "pem", encryption: { type: "kms" } },
      like: { value: "x" },
    },
    secrets: ["keyProtection", "list", "name"],
  });
  expect(received(undefined)).toEqual({ values: {}, secrets: [] });
});

test("what is sent is marked by name, and has no undefined values", () => {
  const values = { a: "x", b: { c: undefined, d: 1 }, e: undefined, f: [1] };
  expect(sent(values, ["b", "e", "missing"]).toJavaScript()).toEqual({ a: "x", b: secret({ d: 1 }), f: [1] });
});
