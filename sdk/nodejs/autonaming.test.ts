import * as pulumi from "@pulumi/pulumi";
import { recordRegistrations, valueOf, type Registration } from "../../provider/testing/registrations";
import { autonamingOf } from "./autonaming";
import { CloudPhoneKeypairBinding } from "./cloudPhoneKeypairBinding";
import { Keypair } from "./keypair";

const token = "huaweicloud-cph:index:Keypair";
let registrations: Registration[];

beforeEach(async () => {
  registrations = await recordRegistrations();
});

afterEach(() => {
  pulumi.runtime.setAllConfig({});
  jest.restoreAllMocks();
});

function configure(autonaming: object, others: Record<string, string> = {}): void {
  pulumi.runtime.setAllConfig({ "pulumi:autonaming": JSON.stringify(autonaming), ...others });
}

test("nothing is said of names without a configuration", () => {
  expect(autonamingOf(token, "key")).toBeUndefined();
});

describe("what comes of a pattern", () => {
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

  test.each<[string, RegExp, boolean]>([
    ["fixed", /^fixed$/, false],
    ["${name}", /^key$/, false],
    ["${project}-${stack}-${name}${name}", /^project-stack-keykey$/, false],
    ["${config.team}/${config.none}", /^qa\/\$\{config\.none\}$/, false],
    ["${hex(0)}", /^$/, false],
    ["${hex(40)}", /^[0-9a-f]{40}$/, true],
    ["${alphanum(40)}", /^[a-z0-9]{40}$/, true],
    ["${string(40)}", /^[a-z]{40}$/, true],
    ["${num(40)}", /^[0-9]{40}$/, true],
    ["${uuid}", uuid, true],
    ["${name}-${hex(4)}${hex(4)}", /^key-[0-9a-f]{8}$/, true],
    ["${name}-${hex(7)}", /^key-[0-9a-f]{7}$/, true],
    // Somebody else may well have such a name.
    ["${name}-${num(1)}", /^key-[0-9]$/, false],
    ["${name}-${hex(6)}", /^key-[0-9a-f]{6}$/, false],
    // What the engine does not know either stays as it is.
    [
      "${nmae} ${constructor} ${constructor(3)} ${name(3)} ${stack.key} ${hex} ${hex(x)} $name {name}",
      /^\$\{nmae\} \$\{constructor\} \$\{constructor\(3\)\} \$\{name\(3\)\} \$\{stack\.key\} \$\{hex\} \$\{hex\(x\)\} \$name \{name\}$/,
      false,
    ],
  ])("%s", (pattern, name, isUnique) => {
    configure({ pattern }, { "project:team": "qa" });
    expect(autonamingOf(token, "key")).toEqual({ name: expect.stringMatching(name) as string, isUnique });
  });

  test("is random each time", () => {
    configure({ pattern: "${hex(20)}" });
    const names = Array.from({ length: 10 }, () => autonamingOf(token, "key")?.name);
    expect(new Set(names).size).toBe(10);
  });

  test("does not take a name for a pattern", () => {
    configure({ pattern: "${name}" });
    expect(autonamingOf(token, "${uuid}")).toEqual({ name: "${uuid}", isUnique: false });
  });
});

describe("that every replacement is deleted first", () => {
  async function deletedFirst(resource: pulumi.Resource): Promise<unknown> {
    await valueOf(resource.urn);
    return registrations.at(-1)?.inputs.__deleteBeforeReplace;
  }
  const [given, options] = [{ name: "given" }, { deleteBeforeReplace: false }];
  const binding = { keypairName: "key", serverIds: ["id"] };

  test.each<[string, object]>([
    ["the logical name", { mode: "verbatim" }],
    ["none at all", { mode: "disabled" }],
    ["a name with nothing random", { pattern: "a-${name}", providers: { aws: { mode: "default" } } }],
    ["the logical name, of dynamic resources alone", { providers: { "pulumi-nodejs": { mode: "verbatim" } } }],
  ])("is the engine's doing, whatever the program says, where everything gets %s", async (_, autonaming) => {
    configure(autonaming);
    expect(await deletedFirst(new Keypair("one", given, options))).toBe(true);
    expect(await deletedFirst(new CloudPhoneKeypairBinding("two", binding, options))).toBe(true);
  });

  test.each<[string, object, boolean | undefined]>([
    ["unless the program says otherwise", { mode: "verbatim" }, true],
    ["not where names differ", { pattern: "${name}-${num(9)}" }, undefined],
  ])("is this package's where it alone has such names, %s", async (_, ofPackage, expected) => {
    configure({ providers: { "huaweicloud-cph": ofPackage } });
    expect(await deletedFirst(new Keypair("one"))).toBe(expected);
    expect(await deletedFirst(new Keypair("two", {}, options))).toBe(false);
    expect(await deletedFirst(new CloudPhoneKeypairBinding("three", binding, options))).toBe(false);
  });
});
