/**
 * A name is not an identity: whatever a program does with fixed names, after an up that succeeds every declared key pair is in the
 * cloud, and after one that fails none that was declared before is gone.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { KeypairArgs } from "pulumi-huaweicloud-cph";
import { newKey, projectId, startCloud, type TestCloud } from "./cloud";
import { CloudPhoneKeypairBinding, Keypair } from "./host";
import { createWorkspace } from "./harness";
import type { InlineStack } from "./harnessInline";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 2 });
});

beforeEach(() => {
  cloud.simulator.reset();
});

interface DeclaredKeypair extends KeypairArgs {
  name?: string;
  publicKey?: string;
  options?: () => pulumi.CustomResourceOptions;
}

type Declaration = Record<string, DeclaredKeypair>;

class KeypairStack {
  private constructor(
    readonly engine: InlineStack,
    private declaration: Declaration,
  ) {}

  static async of(declaration: Declaration): Promise<KeypairStack> {
    const engine = await createWorkspace().createStack(programOf(declaration), cloud.config);
    const stack = new KeypairStack(engine, declaration);
    await engine.up();
    cloud.simulator.clearCalls();
    return stack;
  }

  declare(declaration: Declaration): this {
    this.declaration = declaration;
    this.engine.setProgram(programOf(declaration));
    return this;
  }

  /** What must hold after every up that succeeds. */
  async expectTrue(): Promise<void> {
    for (const { name, publicKey } of Object.values(this.declaration))
      if (name !== undefined) expect(cloudKeys()).toHaveProperty(name, publicKey ?? expect.any(String));

    const { exitCode, output } = await this.engine.previewRefresh();
    expect({ exitCode, output }).toEqual({ exitCode: 0, output });
  }

  async urnOf(logicalName: string): Promise<string> {
    const [urn = ""] = await this.urnsOf([logicalName]);
    return urn;
  }

  async urnsOf(logicalNames: string[]): Promise<string[]> {
    const { resources } = await this.engine.exportState();
    return logicalNames.map((name) => resources.find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? "");
  }

  /** The state as a run leaves it that ends between the deletion and the creation of a replacement. */
  async markPending(logicalName: string): Promise<void> {
    const file = join(this.engine.folder, "state.json");
    await this.engine.pulumi(["stack", "export", "--file", file]);
    const state = JSON.parse(readFileSync(file, "utf8")) as {
      deployment: { resources: { urn: string; pendingReplacement?: boolean }[] };
    };
    for (const resource of state.deployment.resources)
      if (resource.urn.endsWith(`::${logicalName}`)) resource.pendingReplacement = true;

    writeFileSync(file, JSON.stringify(state));
    await this.engine.pulumi(["stack", "import", "--file", file]);
  }

  async privateKeyOf(logicalName: string): Promise<unknown> {
    const { stdout } = await this.engine.pulumi(["stack", "export", "--show-secrets"]);
    const { deployment } = JSON.parse(stdout) as {
      deployment: { resources: { urn: string; outputs?: { privateKey?: { plaintext: string } } }[] };
    };
    return deployment.resources.find(({ urn }) => urn.endsWith(`::${logicalName}`))?.outputs?.privateKey?.plaintext;
  }
}

function programOf(declaration: Declaration): pulumi.automation.PulumiFn {
  return () => {
    for (const [logicalName, { options, ...args }] of Object.entries(declaration))
      new Keypair(logicalName, args, options?.());

    return Promise.resolve();
  };
}

/** The public keys in the cloud, by name. */
function cloudKeys(): Record<string, string> {
  const keypairs = cloud.simulator.state().projects[0]?.keypairs ?? [];
  return Object.fromEntries(keypairs.map(({ name, publicKey }) => [name, publicKey]));
}

function refuse(operation: "CreateKeypair" | "DeleteKeypair", times?: number): void {
  const action = { type: "status", status: 403, code: "KPS.9003", message: "No operation permission." } as const;
  cloud.simulator.addFault({ match: { operation }, action, ...(times !== undefined && { times }) });
}

const { publicKey } = newKey();

describe("a resource that is renamed or moved without aliases", () => {
  const underParent = () => ({ parent: new pulumi.ComponentResource("test:Group", "group") });

  test("keeps its pair where it takes over what exists", async () => {
    const renamed = { name: "renamed", publicKey, adoptExisting: true };
    const moved = { name: "moved", publicKey, adoptExisting: true };
    const stack = await KeypairStack.of({ before: renamed, moved });
    await stack.declare({ after: renamed, moved: { ...moved, options: underParent } }).engine.up();
    expect(cloud.writes()).toEqual([]);
    await stack.expectTrue();
    await stack.engine.destroy();
    expect(cloudKeys()).toEqual({});
  });

  test.each<[string, DeclaredKeypair]>([
    ["imported", { name: "shared", publicKey }],
    ["generated", { name: "shared" }],
  ])("is told of aliases, and loses nothing (%s)", async (_, args) => {
    const stack = await KeypairStack.of({ before: args });
    const keys = cloudKeys();
    for (const continueOnError of [false, true]) {
      const { output } = await stack.declare({ after: args }).engine.up({ exitCode: 1, continueOnError });
      expect(output).toMatch(/"shared" exists already.*`aliases`/);
      expect(cloudKeys()).toEqual(keys);
    }
    await stack.declare({ after: { ...args, options: () => ({ aliases: [{ name: "before" }] }) } }).engine.up();
    expect(cloudKeys()).toEqual(keys);
    await stack.expectTrue();
  });
});

describe("a replacement under a given name", () => {
  const other = newKey().publicKey;
  const before = { name: "given", publicKey };

  test.each<[string, DeclaredKeypair]>([
    ["another key", { ...before, publicKey: other }],
    ["another scope", { ...before, scope: "domain" }],
    ["another key, taking over what exists", { ...before, publicKey: other, adoptExisting: true }],
    ["another name", { name: "another", publicKey }],
  ])("that is refused puts the earlier pair back (%s)", async (_, after) => {
    const stack = await KeypairStack.of({ key: before });
    refuse("CreateKeypair", 1);
    const failed = await stack.declare({ key: after }).engine.up({ exitCode: 1 });
    expect(failed.output).toMatch(/KPS\.9003/);
    expect(failed.output).toContain("has been put back");
    expect(cloudKeys()).toEqual({ given: publicKey });
    await stack.declare({ key: before }).engine.up();
    expect(cloudKeys()).toEqual({ given: publicKey });
    await stack.expectTrue();
    await stack.declare({ key: after }).engine.up();
    await stack.expectTrue();
    await stack.engine.destroy();
    expect(cloudKeys()).toEqual({});
  });

  test.each<[string, DeclaredKeypair, DeclaredKeypair]>([
    ["another key", before, { ...before, publicKey: other }],
    ["another scope of a generated pair", { name: "given" }, { name: "given", scope: "domain" }],
  ])("that goes on being refused is healed once the edit is taken back (%s)", async (_, first, after) => {
    const stack = await KeypairStack.of({ key: first });
    const keys = cloudKeys();
    const privateKey = await stack.privateKeyOf("key");
    refuse("CreateKeypair");
    await stack.declare({ key: after }).engine.up({ exitCode: 1 });
    await stack.engine.up({ exitCode: 1 });
    cloud.simulator.clearFaults();
    await stack.declare({ key: first }).engine.up();
    expect(cloudKeys()).toEqual(keys);
    expect(await stack.privateKeyOf("key")).toBe(privateKey);
    await stack.expectTrue();
    await stack.engine.destroy();
    expect(cloudKeys()).toEqual({});
  });

  test("whose deletion is refused leaves everything as it was", async () => {
    const stack = await KeypairStack.of({ key: before });
    refuse("DeleteKeypair");
    await stack.declare({ key: { ...before, publicKey: other } }).engine.up({ exitCode: 1 });
    expect(cloudKeys()).toEqual({ given: publicKey });
    cloud.simulator.clearFaults();
    await stack.declare({ key: before }).engine.up();
    await stack.expectTrue();
  });

  test("by force makes the pair anew, be it imported, taken over or generated", async () => {
    const declaration = {
      imported: { name: "imported", publicKey },
      takingOver: { name: "taking-over", publicKey, adoptExisting: true },
      generated: { name: "generated" },
    };
    const stack = await KeypairStack.of(declaration);
    const urns = await stack.urnsOf(Object.keys(declaration));
    const generated = [cloudKeys().generated];
    const expectAnew = async () => {
      expect(cloud.writes().filter((operation) => operation === "DeleteKeypair")).toHaveLength(3);
      await stack.expectTrue();
      expect(generated).not.toContain(cloudKeys().generated);
      generated.push(cloudKeys().generated);
    };
    await stack.engine.up({ replace: urns });
    await expectAnew();
    await stack.engine.pulumi(["state", "taint", ...urns, "--yes"]);
    await stack.engine.up();
    await expectAnew();
  });

  test("by force that is refused together with another name keeps the pair", async () => {
    const stack = await KeypairStack.of({ key: before });
    refuse("CreateKeypair", 1);
    stack.declare({ key: { ...before, name: "another" } });
    await stack.engine.up({ replace: [await stack.urnOf("key")], exitCode: 1 });
    expect(cloudKeys()).toEqual({ given: publicKey });
    await stack.engine.up();
    expect(cloudKeys()).toEqual({ another: publicKey });
    await stack.expectTrue();
  });

  test("whose deletion an earlier run left takes the pair with it", async () => {
    const stack = await KeypairStack.of({ key: before });
    await stack.markPending("key");
    await stack.declare({ key: { ...before, name: "another" } }).engine.up();
    expect(cloudKeys()).toEqual({ another: publicKey });
    await stack.expectTrue();
  });

  test("that an earlier run began keeps the pair of a made-up name when it is taken back", async () => {
    const stack = await KeypairStack.of({ key: {} });
    const keys = cloudKeys();
    await stack.markPending("key");
    await stack.engine.up();
    expect(cloudKeys()).toEqual(keys);
    await stack.expectTrue();
    expect((await stack.engine.up()).changes).toEqual({ same: 2 });
    expect(cloudKeys()).toEqual(keys);
  });

  test("by force that is refused keeps the pair, and the next up makes what is wanted", async () => {
    const stack = await KeypairStack.of({ key: { name: "given" } });
    const keys = cloudKeys();
    refuse("CreateKeypair", 1);
    await stack.engine.up({ replace: [await stack.urnOf("key")], exitCode: 1 });
    expect(cloudKeys()).toEqual(keys);
    await stack.engine.up();
    expect(cloudKeys()).toEqual(keys);
    await stack.expectTrue();
  });
});

describe("two resources", () => {
  test("that both take over one pair share it until the last of them goes", async () => {
    const args = { name: "shared", publicKey, adoptExisting: true };
    const stack = await KeypairStack.of({ one: args, two: args });
    const { output } = await stack.declare({ two: args }).engine.up();
    expect(output).toContain('Key pair "shared" stays: "two" of this program has it.');
    await stack.expectTrue();
    await stack.declare({ one: args, two: args }).engine.up();
    await stack.engine.up({ replace: [await stack.urnOf("one")] });
    await stack.expectTrue();
    await stack.engine.destroy();
    expect(cloudKeys()).toEqual({});
  });

  test("that come to share one pair with the same inputs leave nothing behind", async () => {
    const other = newKey().publicKey;
    const shared = { name: "shared", publicKey, adoptExisting: true };
    const stack = await KeypairStack.of({ one: { name: "shared", publicKey }, two: { name: "own", publicKey: other } });
    await stack.declare({ one: shared, two: shared }).engine.up();
    expect(cloudKeys()).toEqual({ shared: publicKey });
    await stack.expectTrue();
  });

  test("of one name fail the preview, which names both", async () => {
    const stack = await KeypairStack.of({});
    stack.declare({ one: { name: "shared", publicKey }, two: { name: "shared", publicKey, adoptExisting: true } });
    const { output } = await stack.engine.preview({ exitCode: 1 });
    expect(output).toMatch(/'(one|two)' has a problem: name "shared" is the name of "(one|two)" as well/);
  });

  test("that are to take over different keys under one name fail the preview", async () => {
    const stack = await KeypairStack.of({});
    const args = { name: "shared", adoptExisting: true };
    stack.declare({ one: { ...args, publicKey }, two: { ...args, publicKey: newKey().publicKey } });
    const { output } = await stack.engine.preview({ exitCode: 1 });
    expect(output).toMatch(/'(one|two)' has a problem: name "shared" is the name of "(one|two)" as well/);
  });

  test("swap their names in one run, be they imported or generated", async () => {
    const [ofOne, ofTwo] = [publicKey, newKey().publicKey];
    const stack = await KeypairStack.of({
      one: { name: "a", publicKey: ofOne },
      two: { name: "b", publicKey: ofTwo },
      three: { name: "c" },
      four: { name: "d" },
    });
    const swapped = {
      one: { name: "b", publicKey: ofOne },
      two: { name: "a", publicKey: ofTwo },
      three: { name: "d" },
      four: { name: "c" },
    };
    await stack.declare(swapped).engine.up();
    expect(Object.keys(cloudKeys()).sort()).toEqual(["a", "b", "c", "d"]);
    await stack.expectTrue();
    await stack.engine.destroy();
    expect(cloudKeys()).toEqual({});
  });

  test("hand a name on in one run", async () => {
    const [keyOfOne, keyOfTwo] = [newKey().publicKey, newKey().publicKey];
    const stack = await KeypairStack.of({
      one: { name: "a", publicKey: keyOfOne },
      two: { name: "b", publicKey: keyOfTwo },
    });
    await stack
      .declare({ one: { name: "b", publicKey: keyOfOne }, two: { name: "c", publicKey: keyOfTwo } })
      .engine.up();
    expect(cloudKeys()).toEqual({ b: keyOfOne, c: keyOfTwo });
    await stack.expectTrue();
  });

  test("of which one goes and one comes with its name: the error says how, and nothing is lost", async () => {
    const stack = await KeypairStack.of({ going: { name: "a", publicKey } });
    const coming = { name: "a", publicKey: newKey().publicKey };
    for (const continueOnError of [false, true]) {
      const { output } = await stack.declare({ coming }).engine.up({ exitCode: 1, continueOnError });
      expect(output).toContain("run `pulumi up` without this one first");
      expect(cloudKeys()).toEqual({ a: publicKey });
    }
    await stack.declare({}).engine.up();
    await stack.declare({ coming }).engine.up();
    await stack.expectTrue();
  });
});

test("a pair that somebody else made under the name is not deleted", async () => {
  const stack = await KeypairStack.of({ key: { name: "given", publicKey } });
  const theirs = newKey().publicKey;
  await cloud.simulator.replaceKeypair(projectId, "given", { publicKey: theirs });
  const { output } = await stack.engine.destroy();
  expect(output).toContain('Key pair "given" holds another key than this stack knows');
  expect(cloudKeys()).toEqual({ given: theirs });
});

test("a binding that is replaced by force still knows the servers' earlier key pairs", async () => {
  const engine = await createWorkspace().createStack(() => {
    const key = new Keypair("key", { publicKey });
    new CloudPhoneKeypairBinding("fleet", {
      keypairName: key.name,
      serverIds: cloud.serverIds,
      deletionPolicy: "restore",
    });
    return Promise.resolve();
  }, cloud.config);
  await cloud.simulator.replaceKeypair(projectId, "earlier");
  for (const id of cloud.serverIds) cloud.simulator.changeServer(projectId, id, { keypairName: "earlier" });
  await engine.up();
  const { resources } = await engine.exportState();
  const urn = resources.find(({ urn }) => urn.endsWith("::fleet"))?.urn ?? "";
  cloud.writes();
  await engine.up({ replace: [urn] });
  expect(cloud.writes()).toEqual(["UpdateKeypair"]);
  expect((await engine.previewRefresh()).exitCode).toBe(0);
  await engine.destroy();
  expect(cloud.serverIds.map((id) => cloud.keypairOf(id))).toEqual(["earlier", "earlier"]);
});
