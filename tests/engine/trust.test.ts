/** Which key servers trust, and who has its private half: what a binding and a generated key pair must know besides names. */
import type * as pulumi from "@pulumi/pulumi";
import { CloudPhoneKeypairBinding, Keypair, KeypairSet, type KeypairArgs } from "pulumi-huaweicloud-cph";
import { newKey, projectId, startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";
import type { EngineRun, InlineStack } from "./harnessInline";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 3 });
});

beforeEach(async () => {
  cloud.simulator.reset();
  await cloud.simulator.replaceKeypair(projectId, "earlier");
  for (const id of cloud.serverIds) cloud.simulator.changeServer(projectId, id, { keypairName: "earlier" });
});

interface Fleet {
  stack: InlineStack;
  change: (args: KeypairArgs, options?: Options) => void;
}

interface Options {
  key?: pulumi.CustomResourceOptions;
  deletionPolicy?: "retain" | "restore";
  /** The binding names the key pair by text, and comes first in the program. */
  literal?: string;
}

/** A key pair on every server, bound without a fingerprint. */
async function fleetOf(args: KeypairArgs, options: Options = {}): Promise<Fleet> {
  const programOf =
    (keypair: KeypairArgs, { key: opts, deletionPolicy, literal }: Options) =>
    () => {
      const bind = (keypairName: pulumi.Input<string>) =>
        new CloudPhoneKeypairBinding("fleet", { keypairName, serverIds: cloud.serverIds, deletionPolicy });
      if (literal !== undefined) bind(literal);
      const key = new Keypair("key", keypair, opts);
      if (literal === undefined) bind(key.name);
      return Promise.resolve({ name: key.name, privateKey: key.privateKey });
    };
  const stack = await createWorkspace().createStack(programOf(args, options), cloud.config);
  return {
    stack,
    change: (changed, changedOptions = options) => {
      stack.setProgram(programOf(changed, changedOptions));
    },
  };
}

function keypairs() {
  return cloud.simulator.state().projects[0]?.keypairs ?? [];
}

/** The keys that the servers trust, without comments. */
function trusted(): string[] {
  const servers = cloud.simulator.state().projects[0]?.servers ?? [];
  return [...new Set(servers.map(({ trustedKey }) => keyOf(String(trustedKey))))];
}

function keyOf(publicKey: string): string {
  return publicKey.split(" ").slice(0, 2).join(" ");
}

/** What a run does to a resource, by the name that it has in the program, after it has refreshed it. */
function operationOn({ events }: EngineRun, logicalName: string): string | undefined {
  return events
    .map(({ resourcePreEvent }) => resourcePreEvent?.metadata)
    .findLast((metadata) => metadata?.urn.endsWith(`::${logicalName}`))?.op;
}

describe("a binding without a fingerprint", () => {
  const [first, second] = [keyOf(newKey().publicKey), keyOf(newKey().publicKey)];

  test("binds every server anew in the run that gives its key pair another key under the same name, and previews it", async () => {
    const { stack, change } = await fleetOf({ name: "fixed", publicKey: first });
    await stack.up();
    expect(trusted()).toEqual([first]);
    change({ name: "fixed", publicKey: second });
    expect(operationOn(await stack.preview(), "fleet")).toBe("update");
    await stack.up();
    expect(trusted()).toEqual([second]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });

  test("binds every server anew where its key pair is made anew by force", async () => {
    const { stack } = await fleetOf({ name: "fixed" });
    await stack.up();
    const before = trusted();
    const { resources } = await stack.exportState();
    await stack.up({ replace: [resources.find(({ urn }) => urn.endsWith("::key"))?.urn ?? ""] });
    expect(trusted()).not.toEqual(before);
    expect(trusted()).toEqual(
      keypairs().flatMap(({ name, publicKey }) => (name === "fixed" ? [keyOf(publicKey)] : [])),
    );
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });

  test("shows, and heals, that its key pair was replaced by hand", async () => {
    const stack = await createWorkspace().createStack(() => {
      new CloudPhoneKeypairBinding("fleet", { keypairName: "theirs", serverIds: cloud.serverIds });
      return Promise.resolve();
    }, cloud.config);
    await cloud.simulator.replaceKeypair(projectId, "theirs", { publicKey: first });
    await stack.up();
    expect((await stack.previewRefresh()).exitCode).toBe(0);
    await cloud.simulator.replaceKeypair(projectId, "theirs", { publicKey: second });
    const drifted = await stack.previewRefresh();
    expect(drifted.exitCode).toBe(7);
    expect(drifted.output).toContain(
      'fleet: Key pair "theirs" holds another key by now: 3 servers trust the earlier one',
    );
    await stack.up({ refresh: true });
    expect(trusted()).toEqual([second]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });

  test("costs a refresh one look at the key pair, whatever the number of servers", async () => {
    const { stack } = await fleetOf({ publicKey: first });
    await stack.up();
    cloud.simulator.clearCalls();
    await stack.refresh();
    const looks = cloud.simulator.calls().filter(({ service }) => service === "kps");
    expect(looks.length).toBeLessThanOrEqual(2);
  });

  test("that lost every server keeps their earlier key pairs, and shows an update", async () => {
    const { stack } = await fleetOf({ publicKey: first }, { deletionPolicy: "restore" });
    await stack.up();
    await cloud.simulator.replaceKeypair(projectId, "theirs");
    for (const id of cloud.serverIds) cloud.simulator.changeServer(projectId, id, { keypairName: "theirs" });
    await stack.refresh();
    expect(operationOn(await stack.preview(), "fleet")).toBe("update");
    await stack.up();
    expect(trusted()).toEqual([first]);
    await stack.destroy();
    expect(cloud.serverIds.map((id) => cloud.keypairOf(id))).toEqual(["earlier", "earlier", "earlier"]);
  });

  test.each([
    ["and comes after it", false],
    ["and takes its time", true],
  ])("waits for a key pair that the program names by text %s", async (_, isSlow) => {
    if (isSlow) {
      const action = { type: "delay", milliseconds: 2_000 } as const;
      cloud.simulator.addFault({ match: { operation: "CreateKeypair" }, action });
    }
    const { stack } = await fleetOf({ name: "literal", publicKey: first }, { literal: "literal" });
    await stack.up();
    expect(trusted()).toEqual([first]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });

  test("that is found unchanged before its key pair is made anew is named, with what to write", async () => {
    const { stack, change } = await fleetOf({ name: "literal", publicKey: first }, { literal: "literal" });
    await stack.up();
    change({ name: "literal", publicKey: second });
    const { output } = await stack.up();
    if (trusted()[0] !== second) {
      expect(output).toMatch(/"fleet" was found unchanged before key pair "literal" was made: .*pass key\.name/);
      await stack.up({ refresh: true });
    }
    expect(trusted()).toEqual([second]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });

  test("that is found unchanged before the pairs of a set are made anew is named once, with what to write", async () => {
    const programOf = (publicKey: string) => () => {
      const names = Object.fromEntries(cloud.serverIds.map((id, index) => [id, index === 0 ? "a" : "b"]));
      new CloudPhoneKeypairBinding("fleet", { keypairNames: names });
      new KeypairSet("team", { keypairs: { a: { publicKey }, b: { publicKey } } });
      return Promise.resolve();
    };
    const stack = await createWorkspace().createStack(programOf(first), cloud.config);
    await stack.up();
    stack.setProgram(programOf(second));
    const { output } = await stack.up();
    if (trusted()[0] !== second) {
      expect(output).toMatch(/"fleet" was found unchanged before 2 key pairs were made \("a", "b"\): .*dependsOn/);
      await stack.up({ refresh: true });
    }
    expect(trusted()).toEqual([second]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });
});

describe("a generated pair", () => {
  async function generatedFleet() {
    const fleet = await fleetOf({});
    await fleet.stack.up();
    const outputs = await fleet.stack.outputs();
    const name = String(outputs.name?.value);
    return { ...fleet, name, privateKey: String(outputs.privateKey?.value) };
  }

  test.each(["deleted", "replaced"])("that was %s by hand is healed with its own key", async (what) => {
    const { stack, name, privateKey } = await generatedFleet();
    const own = trusted();
    if (what === "deleted") cloud.simulator.deleteKeypair(projectId, name);
    else await cloud.simulator.replaceKeypair(projectId, name);
    const drifted = await stack.previewRefresh();
    expect(drifted.exitCode).toBe(7);
    expect(operationOn(drifted, "key")).toBe("update");
    expect(drifted.output).toMatch(
      /key: Key pair ".*" (no longer exists|was replaced).* private key is kept in the state/,
    );
    await stack.up({ refresh: true });
    const outputs = await stack.outputs();
    expect(outputs.privateKey?.value).toBe(privateKey);
    expect(outputs.name?.value).toBe(name);
    expect(
      keypairs()
        .find((keypair) => keypair.name === name)
        ?.publicKey.split(" ")[1],
    ).toBe(own[0]?.split(" ")[1]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
    expect(trusted()).toEqual(own);
  });

  test("that was replaced by hand makes way for a new one by force, once a refresh has shown it", async () => {
    const { stack } = await fleetOf({ name: "fixed" });
    await stack.up();
    const outputs = await stack.outputs();
    await cloud.simulator.replaceKeypair(projectId, "fixed");
    await stack.refresh();
    const { resources } = await stack.exportState();
    await stack.up({ replace: [resources.find(({ urn }) => urn.endsWith("::key"))?.urn ?? ""] });
    expect((await stack.outputs()).privateKey?.value).not.toBe(outputs.privateKey?.value);
    expect(trusted()).toEqual(
      keypairs().flatMap(({ name, publicKey }) => (name === "fixed" ? [keyOf(publicKey)] : [])),
    );
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });

  test.each(["destroyed", "taken out", "replaced"])("that is %s while servers trust it says how many", async (what) => {
    const { stack, change, name } = await generatedFleet();
    const warning = new RegExp(
      `3 servers still trust key pair "${name}" \\(.*\\)\\. Its private key goes with this resource`,
    );
    if (what === "destroyed") expect((await stack.destroy()).output).toMatch(warning);
    if (what === "taken out") {
      stack.setProgram(() => Promise.resolve());
      expect((await stack.up()).output).toMatch(warning);
    }
    if (what === "replaced") {
      change({ scope: "domain" }, { literal: "earlier" });
      // Bound to another key pair by then, no server trusts it any more.
      expect((await stack.up()).output).not.toMatch(warning);
    }
  });

  test("does not take the place of an imported one because its public key is missing, unless that is meant", async () => {
    const { stack, change } = await fleetOf({ name: "imported", publicKey: newKey().publicKey });
    await stack.up();
    change({ name: "imported", publicKey: undefined });
    const { output } = await stack.preview({ exitCode: 1 });
    expect(output).toMatch(/publicKey is missing, but this key pair was imported with one.*`pulumi up --replace`/);
    const { resources } = await stack.exportState();
    await stack.up({ replace: [resources.find(({ urn }) => urn.endsWith("::key"))?.urn ?? ""] });
    expect((await stack.up()).changes).toEqual({ same: 3 });
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });
});
