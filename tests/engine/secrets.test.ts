/** Whatever a run does and however it fails: nothing that it prints or leaves behind holds a secret. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Encryption, KeypairArgs } from "pulumi-huaweicloud-cph";
import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation";
import { accessKey, newKey, secretKey, startCloud, type TestKey } from "./cloud";
import { createWorkspace, type EngineWorkspace } from "./harness";
import type { EngineRun, InlineStack } from "./harnessInline";
import { CloudPhoneKeypairBinding, getServersOutput, Keypair } from "./host";
import { expectNoSecretIn, filesBelow, secretsSeen } from "./secretSearch";
import { startWire, type Wire } from "./wire";

const temporaryKey = {
  accessKey: "TEMPORARYACCESSKEY",
  secretKey: "temporary-secret-key-that-protects-nothing",
  securityToken: "temporary/security+token==",
};
const password = 'pass"word-of-the\\simulator';

async function startWiredCloud() {
  const { simulator } = await startCloud({ password, accessKeys: [{ ...temporaryKey, user: "simulator" }] });
  return startWire(simulator);
}

const region = { "huaweicloud-cph:region": { value: "cn-north-4" } };

/** Configuration that leads over the wire; failures are not repeated. */
function configOf({ url }: Wire, secrets: Record<string, string>, plain: Record<string, string> = {}): ConfigMap {
  const endpoints = JSON.stringify({ kms: url, cph: url, iam: url });
  const named = (values: Record<string, string>, secret: boolean) =>
    Object.entries(values).map(([name, value]) => [`huaweicloud-cph:${name}`, { value, secret }] as const);
  return {
    ...region,
    ...Object.fromEntries(named({ ...plain, endpoints, maxRetries: "0" }, false)),
    ...Object.fromEntries(named(secrets, true)),
  };
}

/** A workspace whose runs also leave temporary files in its folder. */
function createSearchableWorkspace(): EngineWorkspace {
  const workspace = createWorkspace();
  workspace.env.TMPDIR = join(workspace.folder, "temporary");
  mkdirSync(workspace.env.TMPDIR);
  return workspace;
}

interface Recorder {
  /** Everything that the recorded runs have printed and left in the state. */
  readonly texts: Record<string, string>;
  readonly record: (name: string, run: Promise<EngineRun>) => Promise<void>;
}

function recorderOf(stack: InlineStack): Recorder {
  const texts: Record<string, string> = {};
  return {
    texts,
    record: async (name, run) => {
      const { output, events } = await run;
      texts[`the output of ${name}`] = output;
      texts[`the events of ${name}`] = JSON.stringify(events);
      texts[`the state after ${name}`] = (await stack.exportState()).text;
    },
  };
}

/** A hosted imported pair, a generated one and its binding, and a function. */
function programOf(
  { publicKey, privateKey }: TestKey,
  args: KeypairArgs = {},
  encryption: Encryption = { type: "default" },
): PulumiFn {
  return () => {
    const generated = new Keypair("generated", args);
    new Keypair("imported", { publicKey, keyProtection: { privateKey, encryption } });
    const serverIds = getServersOutput().servers.apply((servers) => servers.map(({ serverId }) => serverId));
    new CloudPhoneKeypairBinding("binding", { keypairName: generated.name, serverIds });
    return Promise.resolve({ privateKey: generated.privateKey });
  };
}

test("with an access key: created in part, finished, looked at, changed, replaced, refused and destroyed", async () => {
  const wire = await startWiredCloud();
  const workspace = createSearchableWorkspace();
  const [first, second] = [newKey(), newKey()];
  const described = { description: "described" };
  const config = configOf(wire, { accessKey, secretKey });
  const stack = await workspace.createStack(programOf(first, described), config);
  const { record, texts } = recorderOf(stack);

  await record("a preview", stack.preview());
  wire.repeat(/^PUT .*keypairs/);
  await record("a partial create", stack.up({ exitCode: 1 }));
  wire.repeat();
  await record("the next up", stack.up());
  await record("a drift look", stack.previewRefresh());
  await record("a refresh", stack.refresh());

  const encryption = { type: "kms", kmsKeyName: "alias" } as const;
  const hosted = { ...described, keyProtection: { encryption } };
  stack.setProgram(programOf(first, hosted, encryption));
  wire.repeat(/private-key\/import/, 400);
  await record("a failing update", stack.up({ exitCode: 1 }));
  wire.repeat();
  await record("an update with debug output", stack.up({ debug: true, diff: true }));
  stack.setProgram(programOf(second, hosted, encryption));
  await record("a replacement", stack.up({ diff: true }));

  wire.repeat(/./, 401);
  await record("a refused refresh", stack.refresh({ exitCode: 1 }));
  wire.repeat(/./, 500);
  await record("a failing drift look", stack.preview({ refresh: true, exitCode: 1 }));
  wire.repeat();
  await record("a destroy", stack.destroy());

  const secrets = { ...wire.secrets, accessKey, secretKey, first: first.privateKey, second: second.privateKey };
  expect(kindsOf(wire)).toEqual(["generated private key", "signature"]);
  expectNoSecretIn({ ...texts, ...filesBelow(workspace.folder) }, secrets);
}, 300_000);

const iamUser = { userName: "simulator", domainName: "simulator" };

test.each([
  ["a temporary access key", temporaryKey, {}, ["generated private key", "signature"]],
  ["a password, and the tokens that it gets", { password }, iamUser, ["generated private key", "token"]],
])("with %s", async (_, credentials, plain, kinds) => {
  const wire = await startWiredCloud();
  const workspace = createSearchableWorkspace();
  const key = newKey();
  const stack = await workspace.createStack(programOf(key), configOf(wire, credentials, plain));
  const { record, texts } = recorderOf(stack);
  wire.repeat(/^POST .*keypairs/, 400);
  await record("a failing create", stack.up({ exitCode: 1 }));
  wire.repeat();
  await record("an up", stack.up());
  wire.repeat(/./, 401);
  await record("a refused refresh", stack.refresh({ exitCode: 1 }));
  wire.repeat();
  await record("a destroy", stack.destroy());
  expect(kindsOf(wire)).toEqual(kinds);
  expectNoSecretIn(
    { ...texts, ...filesBelow(workspace.folder) },
    { ...wire.secrets, ...credentials, imported: key.privateKey },
  );
});

test("with credentials of the environment", async () => {
  const wire = await startWiredCloud();
  const workspace = createSearchableWorkspace();
  const key = newKey();
  const token = "a-token/that+is==refused";
  Object.assign(workspace.env, { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey });
  // Functions would run in this process, which has another environment.
  const stack = await workspace.createStack(
    () => {
      const keyProtection = { privateKey: key.privateKey, encryption: { type: "default" as const } };
      new Keypair("imported", { publicKey: key.publicKey, keyProtection });
      return Promise.resolve();
    },
    configOf(wire, {}),
  );
  const { record, texts } = recorderOf(stack);
  await record("an up", stack.up());
  // The engine does not know these secrets: what it knows it takes out itself.
  wire.repeat(/./);
  await record("a failing refresh", stack.refresh({ exitCode: 1 }));
  Object.assign(workspace.env, { HW_AUTH_TOKEN: token });
  wire.repeat(/./, 401);
  await record("a refused refresh", stack.refresh({ exitCode: 1 }));
  expectNoSecretIn(
    { ...texts, ...filesBelow(workspace.folder) },
    { ...wire.secrets, accessKey, secretKey, token, imported: key.privateKey },
  );
});

test("the search finds a secret in every form, and a key by its lines", () => {
  const secret = 'a "secret"/with+signs==';
  const { privateKey } = newKey();
  const quoted = JSON.stringify(secret);
  const forms = [
    secret,
    quoted,
    JSON.stringify(quoted),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("hex"),
    ...["", "1", "12"].map((before) => Buffer.from(`${before}${secret} and more`).toString("base64")),
    Buffer.from(`12${secret}`).toString("base64url"),
  ];
  for (const form of forms) expect(secretsSeen({ place: `<${form}>` }, { secret })).toEqual(["secret in place"]);
  expect(secretsSeen({ place: JSON.stringify({ privateKey }) }, { privateKey })).toEqual(["privateKey in place"]);
  expect(secretsSeen({ place: "a secret/without signs" }, { secret, privateKey })).toEqual([]);
});

/** The kinds of secrets that have passed. */
function kindsOf({ secrets }: Wire): string[] {
  const kinds = Object.keys(secrets).map((name) => name.replace(/ \d+$/, ""));
  return [...new Set(kinds)].sort();
}
