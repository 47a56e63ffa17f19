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

describe("within a map", () => {
  const alice = { publicKey: "k", keyProtection: secret({ privateKey: secret("p") }) };
  const carol = { publicKey: "k", keyProtection: { privateKey: secret("p") } };

  test("secrets arrive by their paths", () => {
    const keypairs = { alice, bob: secret({ publicKey: "k" }), carol, dave: { publicKey: "k" } };
    expect(received(struct({ keypairs }), ["keypairs"])).toEqual({
      values: {
        keypairs: {
          alice: { publicKey: "k", keyProtection: { privateKey: "p" } },
          bob: { publicKey: "k" },
          carol: { publicKey: "k", keyProtection: { privateKey: "p" } },
          dave: { publicKey: "k" },
        },
      },
      secrets: ["keypairs/alice/keyProtection", "keypairs/bob", "keypairs/carol/keyProtection"],
    });
    expect(received(struct({ keypairs: secret(keypairs) }), ["keypairs"]).secrets).toEqual(["keypairs"]);
  });

  test("secrets are marked at their paths, and never twice", () => {
    const values = {
      keypairs: { alice: { publicKey: "k", keyProtection: { privateKey: "p" } }, bob: { publicKey: "k" } },
    };
    const paths = ["keypairs/alice/keyProtection", "keypairs/bob/keyProtection", "keypairs/nobody/keyProtection"];
    expect(sent(values, paths).toJavaScript()).toEqual({
      keypairs: { alice: { publicKey: "k", keyProtection: secret({ privateKey: "p" }) }, bob: { publicKey: "k" } },
    });
    expect(sent(values, ["keypairs", ...paths]).toJavaScript()).toEqual({ keypairs: secret(values.keypairs) });
  });
});
