import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import type { KeypairArgs } from "pulumi-huaweicloud-cph";
import { newKey, startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";
import type { InlineStack } from "./harnessInline";
import { stackName } from "./harnessStack";
import { differences, Keypair } from "./host";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud();
});

beforeEach(() => {
  cloud.simulator.reset();
});

const [first, second] = [newKey(), newKey()];

function programOf(args: KeypairArgs) {
  return () => {
    const key = new Keypair("key", args);
    return Promise.resolve({ name: key.name });
  };
}

/** A stack with one key pair, in which `pulumi:autonaming` says this. */
async function stackWith(autonaming: object, config: ConfigMap = cloud.config): Promise<InlineStack> {
  const stack = await createWorkspace().createStack(programOf({ publicKey: first.publicKey }), config);
  configure(stack, autonaming);
  return stack;
}

/** As a user writes it into the stack's file: on the command line it would take one command for each part. */
function configure({ folder }: InlineStack, autonaming: object): void {
  const file = join(folder, `Pulumi.${stackName}.yaml`);
  // JSON is YAML.
  const setting = `config:\n  pulumi:autonaming: ${JSON.stringify(autonaming)}\n`;
  const before = readFileSync(file, "utf8").replace(/ *pulumi:autonaming: .*\n/, "");
  const after = before.replace("config:\n", () => setting);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
}

async function nameIn(stack: InlineStack): Promise<string> {
  return String((await stack.outputs()).name?.value);
}

const keypair = "huaweicloud-cph:index:Keypair";

/** A stack that is only previewed. */
let empty: InlineStack | undefined;

test.each<[string, object, RegExp]>([
  ["for everything", { mode: "verbatim" }, /^key$/],
  ["for the package", { mode: "disabled", providers: { "huaweicloud-cph": { mode: "verbatim" } } }, /^key$/],
  [
    "for the resource",
    { providers: { "huaweicloud-cph": { mode: "disabled", resources: { [keypair]: { mode: "verbatim" } } } } },
    /^key$/,
  ],
  ["for others alone", { providers: { aws: { mode: "disabled" } } }, /^key-[0-9a-f]{7}$/],
  [
    "by the default in place of a rule for everything",
    { mode: "verbatim", providers: { "huaweicloud-cph": { mode: "default" } } },
    /^key-[0-9a-f]{7}$/,
  ],
  [
    "by a pattern",
    { pattern: "${organization}-${project}_${stack}-${name}-${hex(5)}${alphanum(4)}${string(3)}${num(2)}" },
    /^organization-test-project_test-key-[0-9a-f]{5}[a-z0-9]{4}[a-z]{3}[0-9]{2}$/,
  ],
  [
    "by a pattern that is enforced",
    { providers: { "huaweicloud-cph": { resources: { [keypair]: { pattern: "${uuid}", enforce: true } } } } },
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  ],
])("a pair is named as the configuration says: %s", async (_, autonaming, name) => {
  empty ??= await createWorkspace().createStack(programOf({ publicKey: first.publicKey }), cloud.config);
  configure(empty, autonaming);
  const { output } = await empty.preview();
  expect(/^ *name: "(.*)"$/m.exec(output)?.[1]).toMatch(name);
});

describe("a pattern with something random", () => {
  test("gives a name that stays, and a replacement another one, which is made first where that is known to be free", async () => {
    const stack = await stackWith({ pattern: "${name}_${num(9)}" });
    await stack.up();
    const name = await nameIn(stack);
    stack.setProgram(programOf({ publicKey: first.publicKey, description: "changed" }));
    expect((await stack.up()).changes).toMatchObject({ update: 1 });
    expect(await nameIn(stack)).toBe(name);
    cloud.writes();
    stack.setProgram(programOf({ publicKey: second.publicKey }));
    await stack.up();
    const inOrder = ["CreateKeypair", "DeleteKeypair"];
    expect(cloud.writes()).toEqual(differences.randomPatternsAreKnown ? inOrder : inOrder.reverse());
    expect(await nameIn(stack)).toMatch(/^key_\d{9}$/);
    expect(await nameIn(stack)).not.toBe(name);
  });

  test("that comes later changes no name before the pair is replaced", async () => {
    const stack = await createWorkspace().createStack(programOf({ publicKey: first.publicKey }), cloud.config);
    await stack.up();
    const name = await nameIn(stack);
    configure(stack, { pattern: "new-${string(5)}" });
    expect((await stack.up()).changes).toEqual({ same: 2 });
    expect(await nameIn(stack)).toBe(name);
    stack.setProgram(programOf({ publicKey: second.publicKey }));
    await stack.up();
    expect(await nameIn(stack)).toMatch(/^new-[a-z]{5}$/);
  });
});

describe("a name that is always the same", () => {
  test("is as good as given: a pair is deleted before it is replaced, also by force", async () => {
    const stack = await stackWith({ mode: "verbatim" });
    await stack.up();
    cloud.writes();
    stack.setProgram(programOf({ publicKey: second.publicKey }));
    await stack.up();
    expect(cloud.writes()).toEqual(["DeleteKeypair", "CreateKeypair"]);
    const urn = (await stack.exportState()).resources.find(({ type }) => type.endsWith(":Keypair"))?.urn ?? "";
    await stack.up({ replace: [urn] });
    expect(cloud.writes()).toEqual(["DeleteKeypair", "CreateKeypair"]);
    expect(await nameIn(stack)).toBe("key");
    expect(cloud.simulator.state().projects[0]?.keypairs).toMatchObject([{ name: "key", publicKey: second.publicKey }]);
  });

  test("may be taken by a pair that exists, which is told or taken over", async () => {
    await cloud.simulator.replaceKeypair("cn-north-4", "key", { publicKey: first.publicKey });
    const stack = await stackWith({ providers: { "huaweicloud-cph": { pattern: "${name}" } } });
    expect((await stack.up({ exitCode: 1 })).output).toContain('a key pair named "key" exists already');
    stack.setProgram(programOf({ publicKey: first.publicKey, adoptExisting: true }));
    await stack.up();
    expect(cloud.simulator.state().projects[0]?.keypairs).toHaveLength(1);
  });
});

test("a name that is always the same is not taken for one that nobody else can have, where an answer gets lost", async () => {
  await cloud.simulator.replaceKeypair("cn-north-4", "key", { publicKey: first.publicKey });
  cloud.simulator.addFault({ match: { operation: "CreateKeypair" }, times: 1, action: { type: "reset" } });
  const stack = await stackWith({ mode: "verbatim" });
  // The service is to generate this one.
  stack.setProgram(programOf({}));
  expect((await stack.up({ exitCode: 1 })).output).toContain('a key pair named "key" exists already');
  expect(cloud.simulator.state().projects[0]?.keypairs).toMatchObject([{ name: "key", publicKey: first.publicKey }]);
});

describe("where no names are to be made up", () => {
  test("a pair without one fails the preview, unless it has one already", async () => {
    const stack = await createWorkspace().createStack(programOf({ publicKey: first.publicKey }), cloud.config);
    await stack.up();
    configure(stack, { mode: "disabled" });
    expect((await stack.up()).changes).toEqual({ same: 2 });
    const missing = "name is missing; pulumi:autonaming has no names made up, so give one";
    stack.setProgram(programOf({ publicKey: second.publicKey }));
    expect((await stack.preview({ exitCode: "any" })).output).toContain(missing);
    const other = await stackWith({ mode: "disabled" });
    expect((await other.preview({ exitCode: "any" })).output).toContain(missing);
    other.setProgram(programOf({ name: "given", publicKey: first.publicKey }));
    await other.up();
    expect(await nameIn(other)).toBe("given");
  });
});

test("a name that cannot be one fails the preview, which shows it", async () => {
  const stack = await stackWith({ pattern: "${name}.${stack}" });
  const { output } = await stack.preview({ exitCode: "any" });
  expect(output).toContain(
    'name made by pulumi:autonaming may hold letters, digits, "_" and "-" only, not "key.test"; give a name',
  );
});

test("a value of the project's configuration may be part of a name", async () => {
  const config = { ...cloud.config, "test-project:team": { value: "qa" } };
  const stack = await stackWith({ pattern: "${config.team}-${name}" }, config);
  await stack.up();
  expect(await nameIn(stack)).toBe("qa-key");
});
