import * as pulumi from "@pulumi/pulumi";
import type { CloudPhoneKeypairBindingArgs } from "pulumi-huaweicloud-cph";
import { newKey, projectId, startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";
import type { InlineStack } from "./harnessInline";
import { CloudPhoneKeypairBinding, Keypair } from "./host";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 4 });
});

/** Each test begins with the servers carrying key pair "before" and with two more key pairs at hand. */
beforeEach(async () => {
  cloud.simulator.reset();
  for (const name of ["before", "key-a", "key-b"])
    await cloud.simulator.replaceKeypair(projectId, name, { publicKey: newKey().publicKey });

  for (const serverId of cloud.serverIds) carry(serverId, "before");
});

/** Gives a server a key pair behind the provider's back. */
function carry(serverId: string, keypairName: string): void {
  cloud.simulator.changeServer(projectId, serverId, { keypairName });
}

async function stackOf(
  args: CloudPhoneKeypairBindingArgs,
  opts?: pulumi.CustomResourceOptions,
): Promise<{ stack: InlineStack; change: (args: CloudPhoneKeypairBindingArgs) => void }> {
  const programOf = (current: CloudPhoneKeypairBindingArgs) => () => {
    const binding = new CloudPhoneKeypairBinding("fleet", current, opts);
    return Promise.resolve({ bindings: binding.bindings, serverIds: binding.serverIds });
  };
  const stack = await createWorkspace().createStack(programOf(args), cloud.config);
  return {
    stack,
    change: (changed) => {
      stack.setProgram(programOf(changed));
    },
  };
}

/** The servers that open-access calls named since the last look, call by call. */
function boundServers(): string[][] {
  const calls = cloud.simulator.calls().filter(({ operation }) => operation === "UpdateKeypair");
  cloud.simulator.clearCalls();
  return calls.map(({ body }) =>
    (body as { servers: { server_id: string }[] }).servers.map((entry) => entry.server_id).sort(),
  );
}

function carried(): string[] {
  return cloud.serverIds.map((serverId) => cloud.keypairOf(serverId));
}

test("a fleet is bound in one call, order and duplicates do not matter, and added servers are called alone", async () => {
  const [one = "", two = "", three = "", four = ""] = [...cloud.serverIds].sort();
  const { stack, change } = await stackOf({ keypairName: "key-a", serverIds: [three, one, three] });
  const { output } = await stack.up();
  const outputs = await stack.outputs();
  expect(boundServers()).toEqual([[one, three]]);
  expect(output).toMatch(/fleet\b.* 2 of 2 servers bound to key pair "key-a"/);
  expect(outputs.bindings?.value).toMatchObject([
    {
      serverId: one,
      keypairName: "key-a",
      previousKeypairName: "before",
      jobId: expect.stringMatching(/\w+/) as string,
    },
    { serverId: three, keypairName: "key-a", previousKeypairName: "before" },
  ]);
  expect((await stack.previewRefresh()).exitCode).toBe(0);

  change({ keypairName: "key-a", serverIds: [one, three] });
  expect((await stack.up()).changes).toEqual({ same: 2 });
  change({ keypairName: "key-a", serverIds: [four, three, two, one] });
  await stack.up();
  expect(boundServers()).toEqual([[two, four].sort()]);
  expect(carried()).toEqual(["key-a", "key-a", "key-a", "key-a"]);
});

test("another key pair or fingerprint binds every server anew", async () => {
  const serverIds = cloud.serverIds;
  const { stack, change } = await stackOf({ keypairName: "key-a", keypairFingerprint: "one", serverIds });
  await stack.up();
  boundServers();
  change({ keypairName: "key-a", keypairFingerprint: "two", serverIds });
  await stack.up();
  expect(boundServers()).toEqual([[...serverIds].sort()]);
  change({ keypairName: "key-b", keypairFingerprint: "two", serverIds });
  await stack.up();
  expect(boundServers()).toEqual([[...serverIds].sort()]);
  expect(carried()).toEqual(["key-b", "key-b", "key-b", "key-b"]);
});

test("drift is told server by server and healed by calling only the servers that drifted", async () => {
  const [drifted = "", gone = ""] = cloud.serverIds;
  const { stack } = await stackOf({ keypairName: "key-a", serverIds: cloud.serverIds.slice(0, 3) });
  await stack.up();
  boundServers();
  carry(drifted, "key-b");
  const drift = await stack.previewRefresh();
  expect(drift.exitCode).toBe(7);
  expect(drift.output).toMatch(new RegExp(`Server ${drifted} .*carries key pair "key-b" instead of "key-a"`));
  expect(boundServers()).toEqual([]);
  await stack.up({ refresh: true });
  expect(boundServers()).toEqual([[drifted]]);
  expect((await stack.previewRefresh()).exitCode).toBe(0);

  cloud.simulator.removeServer(projectId, gone);
  const missing = await stack.up({ refresh: true, exitCode: 1 });
  expect(missing.output).toContain(`Server ${gone} no longer exists`);
  expect(missing.output).toContain(`server ${gone}: it does not exist`);
});

test("what failed is named, what settled is recorded, and the next up does only the rest", async () => {
  const [failing = "", refused = "", fine = ""] = cloud.serverIds;
  const faults = [
    { match: { serverId: failing }, action: { type: "jobFailed", code: "CPS.0054", message: "Handle job timeout." } },
    { match: { serverId: refused }, action: { type: "entryError", code: "CPS.1028", message: "Server is frozen." } },
  ] as const;
  for (const fault of faults) cloud.simulator.addFault(fault);
  const { stack } = await stackOf({ keypairName: "key-a", serverIds: [failing, refused, fine] });
  const failed = await stack.up({ exitCode: 1 });
  expect(failed.output).toMatch(
    new RegExp(`server ${failing} .*CPH job \\w+ failed: Handle job timeout\\. \\(CPS\\.0054, request \\w+\\)`),
  );
  expect(failed.output).toMatch(
    new RegExp(`server ${refused} .*Server is frozen\\. \\(CPS\\.1028, request \\w+\\) Unfreeze`),
  );
  expect(carried().slice(0, 3)).toEqual(["before", "before", "key-a"]);
  boundServers();
  expect((await stack.previewRefresh()).exitCode).toBe(7);

  cloud.simulator.clearFaults();
  await stack.up();
  expect(boundServers()).toEqual([[failing, refused].sort()]);
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs.serverIds?.value).toHaveLength(3);
  expect((await stack.previewRefresh()).exitCode).toBe(0);
});

test("servers that are busy or not ready are waited for", async () => {
  const [busy = "", starting = ""] = cloud.serverIds;
  cloud.simulator.addFault({ match: { serverId: busy }, times: 2, action: { type: "entryError", code: "CPS.0042" } });
  cloud.simulator.addFault({
    match: { serverId: starting },
    times: 1,
    action: { type: "entryError", code: "CPS.0099" },
  });
  const { stack } = await stackOf({ keypairName: "key-a", serverIds: [busy, starting] });
  await stack.up();
  expect(carried().slice(0, 2)).toEqual(["key-a", "key-a"]);
});

test("customTimeouts bound the wait, and what settled in time is recorded", async () => {
  const [endless = "", fine = ""] = cloud.serverIds;
  cloud.simulator.addFault({ match: { serverId: endless }, action: { type: "jobNeverEnds" } });
  const { stack } = await stackOf(
    { keypairName: "key-a", serverIds: [endless, fine] },
    { customTimeouts: { create: "8s" } },
  );
  const failed = await stack.up({ exitCode: 1 });
  expect(failed.output).toMatch(
    new RegExp(
      `server ${endless} .*job \\w+ \\(request \\w+\\) had not ended when time ran out \\(last status: running\\)`,
    ),
  );
  cloud.simulator.clearFaults();
  carry(endless, "before");
  boundServers();
  await stack.up();
  expect(boundServers()).toEqual([[endless]]);
});

test("a missing key pair fails at once, with the way out, and leaves nothing in the state", async () => {
  const { stack } = await stackOf({ keypairName: "missing", serverIds: cloud.serverIds });
  const failed = await stack.up({ exitCode: 1 });
  expect(failed.output).toContain("CPS.0067");
  expect(failed.output).toContain("Create the key pair in the same region and project first");
  expect((await stack.exportState()).text).not.toContain(":CloudPhoneKeypairBinding");
});

test("a job that succeeds without effect is a failure", async () => {
  const [serverId = ""] = cloud.serverIds;
  cloud.simulator.addFault({ match: { serverId }, action: { type: "jobWithoutEffect" } });
  const { stack } = await stackOf({ keypairName: "key-a", serverIds: [serverId] });
  const failed = await stack.up({ exitCode: 1 });
  expect(failed.output).toContain('the job succeeded, but the server carries key pair "before" instead of "key-a"');
});

test("retain calls nothing on delete, restore gives servers their earlier key pair back", async () => {
  const [one = "", two = "", three = ""] = cloud.serverIds;
  const { stack, change } = await stackOf({ keypairName: "key-a", serverIds: [one, two, three] });
  await stack.up();
  change({ keypairName: "key-a", serverIds: [one, two] });
  await stack.up();
  expect(cloud.keypairOf(three)).toBe("key-a");
  change({ keypairName: "key-b", serverIds: [one, two], deletionPolicy: "restore" });
  await stack.up();
  change({ keypairName: "key-b", serverIds: [one], deletionPolicy: "restore" });
  await stack.up();
  expect(cloud.keypairOf(two)).toBe("before");
  await stack.destroy();
  expect(cloud.keypairOf(one)).toBe("before");

  const retained = await stackOf({ keypairName: "key-a", serverIds: [one] });
  await retained.stack.up();
  cloud.writes();
  expect((await retained.stack.destroy()).output).toContain('1 server keeps key pair "key-a"');
  expect(cloud.writes()).toEqual([]);
});

test("a binding that goes gives no earlier key pair back to servers that another binding has, whenever that was made", async () => {
  const args = { keypairName: "key-a", serverIds: cloud.serverIds, deletionPolicy: "restore" as const };
  const programOf = (name: string, isCutShort: boolean) => () => {
    const binding = new CloudPhoneKeypairBinding(name, args);
    if (isCutShort) new Keypair("refused", {}, { dependsOn: binding });
    return Promise.resolve();
  };
  const stack = await createWorkspace().createStack(programOf("old", false), cloud.config);
  await stack.up();
  // The new one in a run of its own, which ends before anything is deleted.
  cloud.simulator.addFault({
    match: { operation: "CreateKeypair" },
    action: { type: "status", status: 403, code: "KPS.9003" },
  });
  stack.setProgram(programOf("renamed", true));
  await stack.up({ exitCode: 1 });
  stack.setProgram(programOf("renamed", false));
  await stack.up();
  expect(new Set(carried())).toEqual(new Set(["key-a"]));
  expect((await stack.previewRefresh()).exitCode).toBe(0);
});

describe("a key pair for each server", () => {
  test("is bound in one call, and later changes call the servers whose key pair differs, in either form", async () => {
    const [one = "", two = "", three = ""] = [...cloud.serverIds].sort();
    const restoring = { deletionPolicy: "restore" as const };
    const { stack, change } = await stackOf({ keypairNames: { [one]: "key-a", [two]: "key-b" }, ...restoring });
    const { output } = await stack.up();
    expect(output).toMatch(/fleet\b.* 2 of 2 servers bound(?! to)/);
    expect(boundServers()).toEqual([[one, two]]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);

    change({ keypairNames: { [one]: "key-a", [two]: "key-a", [three]: "key-b" }, ...restoring });
    await stack.up();
    expect(boundServers()).toEqual([[two, three]]);
    expect((await stack.up()).changes).toEqual({ same: 2 });
    change({ keypairName: "key-a", serverIds: [one, two, three], ...restoring });
    expect((await stack.up()).changes).toEqual({ same: 1, update: 1 });
    expect(boundServers()).toEqual([[three]]);
    change({ keypairNames: { [one]: "key-a", [two]: "key-a", [three]: "key-a" }, ...restoring });
    expect((await stack.up()).changes).toEqual({ same: 1, update: 1 });
    expect(boundServers()).toEqual([]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
    await stack.destroy();
    expect(new Set(carried())).toEqual(new Set(["before"]));
  });

  test("shows drift as the entry of its server, and heals that alone", async () => {
    const [drifted = "", fine = ""] = cloud.serverIds;
    const { stack } = await stackOf({ keypairNames: { [drifted]: "key-a", [fine]: "key-b" } });
    await stack.up();
    boundServers();
    carry(drifted, "before");
    const drift = await stack.previewRefresh();
    expect(drift.exitCode).toBe(7);
    expect(drift.output).toMatch(new RegExp(`Server ${drifted} .*carries key pair "before" instead of "key-a"`));
    await stack.refresh();
    const { output } = await stack.preview({ diff: true });
    expect(output).toMatch(new RegExp(`${drifted}: "before" => "key-a"`));
    expect(output).not.toContain(`${fine}: "key-b" =>`);
    await stack.up();
    expect(boundServers()).toEqual([[drifted]]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });

  test("is recorded where it settled, and the next up does only the rest", async () => {
    const [refused = "", fine = ""] = cloud.serverIds;
    cloud.simulator.addFault({
      match: { serverId: refused },
      action: { type: "entryError", code: "CPS.1028", message: "Server is frozen." },
    });
    const { stack } = await stackOf({ keypairNames: { [refused]: "key-a", [fine]: "key-b" } });
    const failed = await stack.up({ exitCode: 1 });
    expect(failed.output).toMatch(new RegExp(`server ${refused} .*Server is frozen\\. .*take it out of .keypairNames`));
    expect(carried().slice(0, 2)).toEqual(["before", "key-b"]);
    boundServers();
    cloud.simulator.clearFaults();
    await stack.up();
    expect(boundServers()).toEqual([[refused]]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
  });

  test("is read by get", async () => {
    const [one = "", two = ""] = [...cloud.serverIds].sort();
    carry(two, "key-a");
    const stack = await createWorkspace().createStack(() => {
      const found = CloudPhoneKeypairBinding.get("found", `${two}=key-a,${one}=before`);
      return Promise.resolve({ keypairNames: found.keypairNames });
    }, cloud.config);
    await stack.up();
    expect((await stack.outputs()).keypairNames?.value).toEqual({ [one]: "before", [two]: "key-a" });
    cloud.writes();
  });
});

test("two bindings of one server fail the preview, which names both and the server", async () => {
  const [first = "", shared = "", last = ""] = cloud.serverIds;
  const stack = await createWorkspace().createStack(() => {
    new CloudPhoneKeypairBinding("one", { keypairName: "key-a", serverIds: [first, shared] });
    new CloudPhoneKeypairBinding("two", { keypairName: "key-b", serverIds: [shared, last] });
    return Promise.resolve();
  }, cloud.config);
  const { output } = await stack.preview({ exitCode: 1 });
  // Whichever of them the engine checks last is told of the other.
  expect(output).toMatch(
    new RegExp(
      `('two' has a problem: serverIds names server "${shared}", as "one")|('one' .* "${shared}", as "two") does`,
    ),
  );
});

test("get reads what servers carry", async () => {
  const [one = "", two = ""] = [...cloud.serverIds].sort();
  const stack = await createWorkspace().createStack(() => {
    const found = CloudPhoneKeypairBinding.get("found", `before/${two},${one}`);
    return Promise.resolve({ serverIds: found.serverIds });
  }, cloud.config);
  await stack.up();
  expect((await stack.outputs()).serverIds?.value).toEqual([one, two]);
  await stack.destroy();
  expect(cloud.writes()).toEqual([]);
});

test("a fleet is rotated without a gap: the new key is bound before the old one goes", async () => {
  const programOf = (publicKey: string) => () => {
    const key = new Keypair("rotating", { publicKey });
    new CloudPhoneKeypairBinding("fleet", {
      keypairName: key.name,
      keypairFingerprint: key.fingerprint,
      serverIds: cloud.serverIds,
    });
    return Promise.resolve();
  };
  const stack = await createWorkspace().createStack(programOf(newKey().publicKey), cloud.config);
  await stack.up();
  const [earlier = ""] = carried();
  cloud.writes();
  stack.setProgram(programOf(newKey().publicKey));
  await stack.up();
  expect(cloud.writes()).toEqual(["CreateKeypair", "UpdateKeypair", "DeleteKeypair"]);
  const [current = ""] = carried();
  expect(current).toMatch(/^rotating-/);
  expect(current).not.toBe(earlier);
  expect((await stack.previewRefresh()).exitCode).toBe(0);
});
