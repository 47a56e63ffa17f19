/** A YAML program by the plain CLI: what a user of any language sees of the plugin. */
import { newKey, projectId, startCloud, type TestCloud } from "../cloud";
import { createWorkspace } from "../harness";
import { YamlStack, type YamlProgram, type YamlResource } from "../harnessYaml";

/** Of servers, as the vendor numbers them. */
const status = { normal: 5, starting: 13 };

let cloud: TestCloud;
let serverIds: string[];

beforeAll(async () => {
  cloud = await startCloud({ servers: 4 });
  serverIds = [...cloud.serverIds].sort();
});

beforeEach(async () => {
  cloud.simulator.reset();
  await cloud.simulator.replaceKeypair(projectId, "other");
});

const keypair = (properties: object, options?: object): YamlResource => ({
  type: "huaweicloud-cph:Keypair",
  properties,
  options,
});

const binding = (properties: object, options?: object): YamlResource => ({
  type: "huaweicloud-cph:CloudPhoneKeypairBinding",
  properties,
  options,
});

function stackOf(program: YamlProgram): Promise<YamlStack> {
  return YamlStack.create(createWorkspace(), program, cloud.config);
}

function keypairs() {
  return (cloud.simulator.state().projects[0]?.keypairs ?? []).filter(({ name }) => name !== "other");
}

/** A generated pair on the first of the servers. */
function fleetOf(description: string, servers: readonly string[]): YamlProgram {
  return {
    resources: {
      key: keypair({ description }),
      fleet: binding({ keypairName: "${key.name}", keypairFingerprint: "${key.fingerprint}", serverIds: servers }),
    },
    outputs: { name: "${key.name}", privateKey: "${key.privateKey}", bindings: "${fleet.bindings}" },
  };
}

test("a program is previewed, applied, changed in place and destroyed, and a second run writes nothing", async () => {
  const [first = "", second = "", third = "", fourth = ""] = serverIds;
  const stack = await stackOf(fleetOf("one", [third, first, second]));
  expect((await stack.preview()).output).toContain("+ 3 to create");
  expect(cloud.writes()).toEqual([]);

  const { output } = await stack.up();
  expect(output).toMatch(/CloudPhoneKeypairBinding fleet created .*3 of 3 servers bound to key pair "key-[0-9a-f]{7}"/);
  const { name, privateKey, bindings } = await stack.outputs();
  expect(keypairs()).toMatchObject([{ name, description: "one" }]);
  expect(privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
  expect(bindings).toMatchObject([first, second, third].map((serverId) => ({ serverId, keypairName: name })));
  expect(serverIds.map((id) => cloud.keypairOf(id))).toEqual([name, name, name, ""]);

  cloud.writes();
  await stack.preview(["--expect-no-changes"]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  await stack.up(["--expect-no-changes"]);
  expect(cloud.writes()).toEqual([]);

  // A new description leaves the fingerprint as it is: the binding has nothing to do.
  stack.setProgram(fleetOf("two", [third, first, second]));
  expect((await stack.preview()).output).toMatch(/~ 1 to update\s+2 unchanged/);
  stack.setProgram(fleetOf("two", [first, third, fourth]));
  const preview = await stack.preview(["--diff"]);
  expect(preview.output).toContain('~ description: "one" => "two"');
  expect(preview.output).toMatch(
    new RegExp(`~ serverIds: \\[\\s+- \\[1\\]: "${second}"\\s+\\+ \\[2\\]: "${fourth}"\\s+\\]`),
  );
  const update = await stack.up();
  expect(cloud.writes()).toEqual(["UpdateKeypairDescription", "UpdateKeypair"]);
  expect(update.output).toMatch(
    /Diagnostics:[^]*1 server keeps key pair "key-\w+": the service cannot take a key pair away/,
  );

  await stack.destroy();
  expect(cloud.writes()).toEqual(["DeleteKeypair"]);
  expect(keypairs()).toEqual([]);
  expect((await stack.exportState()).resources).toEqual([]);
});

test("drift is shown beside its resource, with exit code 7, and healed with the calls that it needs", async () => {
  const [first = "", second = ""] = serverIds;
  const stack = await stackOf(fleetOf("declared", [first, second]));
  await stack.up();
  const name = String((await stack.outputs()).name);
  cloud.simulator.changeServer(projectId, second, { keypairName: "other" });
  cloud.simulator.changeKeypair(projectId, name, { description: "by hand" });
  cloud.writes();

  const drift = await stack.previewRefresh();
  expect(drift.exitCode).toBe(7);
  expect(drift.output).toContain('~ description: "by hand" => "declared"');
  expect(drift.output).toMatch(new RegExp(`~ serverIds: \\[\\s+\\+ \\[1\\]: "${second}"`));
  const summary = await stack.preview(["--refresh"]);
  expect(summary.output).toMatch(
    new RegExp(
      `CloudPhoneKeypairBinding \\(fleet\\):\\s+warning: Server ${second} \\(\\S+\\) carries key pair "other"`,
    ),
  );
  expect(cloud.writes()).toEqual([]);
  await stack.up(["--refresh"]);
  expect(cloud.writes().sort()).toEqual(["UpdateKeypair", "UpdateKeypairDescription"]);

  // A generated pair that is gone comes back with its own key.
  const { privateKey } = await stack.outputs();
  cloud.simulator.deleteKeypair(projectId, name);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 7 });
  const healing = await stack.up(["--refresh"]);
  expect(healing.output).toMatch(/Keypair \(key\):[^]*its own public key is imported again/);
  expect(await stack.outputs()).toMatchObject({ name, privateKey });
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
});

test("a pair is replaced before the old one goes where its name was made up, and after where it was given", async () => {
  const imported = (made: string, given: string) => ({
    resources: {
      made: keypair({ publicKey: made }),
      given: keypair({ name: "given", publicKey: given }),
      fleet: binding({ keypairName: "${made.name}", serverIds }),
    },
    outputs: { made: "${made.name}" },
  });
  const [first, second, third] = [newKey(), newKey(), newKey()].map(({ publicKey }) => publicKey) as [
    string,
    string,
    string,
  ];
  const stack = await stackOf(imported(first, first));
  await stack.up();
  const before = await stack.outputs();
  cloud.writes();

  stack.setProgram(imported(first, second));
  const preview = await stack.preview(["--diff"]);
  expect(preview.output).toMatch(/Keypair: \(replace\)\s+\[id=given\]\s+\[urn=\S+\]\s+~ publicKey: "ssh-ed25519/);
  await stack.up();
  expect(cloud.writes()).toEqual(["DeleteKeypair", "CreateKeypair"]);

  stack.setProgram(imported(third, second));
  await stack.up();
  expect(cloud.writes()).toEqual(["CreateKeypair", "UpdateKeypair", "DeleteKeypair"]);
  const { made } = await stack.outputs();
  expect(made).not.toEqual(before.made);
  expect(serverIds.map((id) => cloud.keypairOf(id))).toEqual(serverIds.map(() => made));
  expect(
    keypairs()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["given", made]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
});

test("the option replaceOnChanges replaces where a property changes that is changed in place otherwise", async () => {
  const { publicKey } = newKey();
  const described = (description: string) => ({
    resources: { key: keypair({ publicKey, description }, { replaceOnChanges: ["description"] }) },
  });
  const stack = await stackOf(described("one"));
  await stack.up();
  stack.setProgram(described("two"));
  expect((await stack.preview()).output).toContain("+-1 to replace");
});

test("everything that is wrong with the inputs fails the preview, at the resource and by its path", async () => {
  const stack = await stackOf({
    resources: {
      key: keypair({ name: "a name", description: "x".repeat(256) }),
    },
  });
  const keypairRun = await stack.preview([], { exitCode: 1 });
  expect(keypairRun.output).toMatch(/Keypair resource 'key' has a problem: name .*"a name"/);
  expect(keypairRun.output).toContain("description is 256 characters long; at most 255 are allowed");
  stack.setProgram({
    resources: { fleet: binding({ keypairName: "other", serverIds: ["one!", serverIds[0], "two!"] }) },
  });
  const { output } = await stack.preview([], { exitCode: 1 });
  expect(output).toContain('serverIds[0] may hold letters, digits, "_" and "-" only, not "one!"');
  expect(output).toContain('serverIds[2] may hold letters, digits, "_" and "-" only, not "two!"');
  expect(output).not.toContain("<nil>");
  expect(cloud.writes()).toEqual([]);
});

test("what exists is read by get, and looked up by functions", async () => {
  const [first = ""] = serverIds;
  cloud.simulator.changeServer(projectId, first, { keypairName: "other" });
  const stack = await stackOf({
    resources: {
      seen: { type: "huaweicloud-cph:Keypair", get: { id: "other" } },
      bound: { type: "huaweicloud-cph:CloudPhoneKeypairBinding", get: { id: `other/${first}` } },
    },
    variables: {
      servers: {
        "fn::invoke": {
          function: "huaweicloud-cph:getServers",
          arguments: { keypairName: "other" },
          return: "servers",
        },
      },
    },
    outputs: { fingerprint: "${seen.fingerprint}", bindings: "${bound.bindings}", found: "${servers[0].serverId}" },
  });
  await stack.up();
  expect(await stack.outputs()).toMatchObject({
    fingerprint: expect.stringMatching(/\w/) as string,
    bindings: [{ serverId: first, keypairName: "other" }],
    found: first,
  });
  expect(cloud.writes()).toEqual([]);
  stack.setProgram({ resources: { seen: { type: "huaweicloud-cph:Keypair", get: { id: "nowhere" } } } });
  expect((await stack.up([], { exitCode: 1 })).output).toContain('"nowhere" does not exist.');
  await stack.destroy();
  expect(cloud.writes()).toEqual([]);
});

test("what fails in part is recorded, and the next run does the rest", async () => {
  const [first = "", second = ""] = serverIds;
  cloud.simulator.changeServer(projectId, second, { status: status.starting });
  const timeouts = { customTimeouts: { create: "8s" } };
  const stack = await stackOf({
    resources: { fleet: binding({ keypairName: "other", serverIds: [first, second] }, timeouts) },
  });
  const { output } = await stack.up([], { exitCode: 1 });
  expect(output).toMatch(new RegExp(`server ${second} \\(\\S+\\)`));
  expect((await stack.exportState()).resources.at(-1)).toMatchObject({
    id: expect.stringMatching(/\w/) as string,
    inputs: { serverIds: [first, second] },
    outputs: { serverIds: [first] },
    initErrors: [expect.stringContaining(second)],
  });
  await stack.preview(["--expect-no-changes"], { exitCode: 7 });
  cloud.simulator.changeServer(projectId, second, { status: status.normal });
  cloud.writes();
  await stack.up();
  expect(cloud.writes()).toEqual(["UpdateKeypair"]);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
});
