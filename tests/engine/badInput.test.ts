import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { newKey, startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";
import { CloudPhoneKeypairBinding, differences, getServers, host, Keypair, Provider } from "./host";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud();
});

const { publicKey, privateKey } = newKey();
const serverIds = ["0123456789abcdef0123456789abcdef"];

/** What an error that nobody catches would do: here it would end the test's process. */
const report = (error: unknown) => pulumi.log.error(String(error));

async function failedPreview(program: () => unknown, config: ConfigMap = {}): Promise<string> {
  const stack = await createWorkspace().createStack(
    async () => {
      await program();
    },
    { ...cloud.config, ...config },
  );
  const { output } = await stack.preview({ exitCode: 1 });
  expect(cloud.writes()).toEqual([]);
  return output;
}

// Every kind of bad input is tested with the resources' check functions; here, how the engine shows what they say.

test("all mistakes in a key pair are shown at once, with their properties", async () => {
  const output = await failedPreview(() => {
    const args = { name: "a b", type: "pgp", description: 5, publickey: publicKey };
    new Keypair("key", args as never);
  });
  expect(output).toMatch(/name may hold letters, digits, "_" and "-" only, not "a b"/);
  expect(output).toMatch(/type must be "ssh" or "x509", not "pgp"/);
  expect(output).toMatch(/description must be a string/);
  const misspelt = 'publickey is not a property; did you mean "publicKey"?';
  expect(output.includes(misspelt)).toBe(differences.unknownArgumentsAreSent);
});

test("a private key that is given as public key is refused without being shown", async () => {
  const output = await failedPreview(() => {
    new Keypair("key", { publicKey: privateKey });
  });
  expect(output).toMatch(/publicKey is a private key/);
  expect(output).not.toContain(privateKey.split("\n")[1]);
});

test("a private key that does not fit is refused without being shown", async () => {
  const other = newKey().privateKey;
  const output = await failedPreview(() => {
    new Keypair("key", { publicKey, keyProtection: { privateKey: other, encryption: { type: "kms" } } });
  });
  expect(output).toMatch(/keyProtection\.privateKey does not belong to publicKey/);
  expect(output).toMatch(/keyProtection\.encryption of type kms needs kmsKeyName or kmsKeyId/);
  expect(output).not.toContain(other.split("\n")[1]);
});

test("all mistakes in a binding are shown at once, with their properties", async () => {
  const output = await failedPreview(() => {
    new CloudPhoneKeypairBinding("fleet", {
      keypairName: "n".repeat(65),
      serverIds: [...serverIds, "", "a b", "ä".repeat(17)],
    });
  });
  expect(output).toMatch(/keypairName is 65 characters long; at most 64/);
  expect(output).toMatch(/serverIds\[1\] is empty/);
  expect(output).toMatch(/serverIds\[2\] may hold letters, digits, "_" and "-" only, not "a b"/);
  expect(output).toMatch(/serverIds\[3\] is 34 bytes long; at most 32/);
});

test("all mistakes in a binding of a key pair for each server are shown at once, with their paths", async () => {
  const output = await failedPreview(() => {
    const args = { serverIds, keypairNames: { "a b": "key", "0": "", "1": "n".repeat(65) }, keypairFingerprint: "aa" };
    new CloudPhoneKeypairBinding("fleet", args as never);
  });
  expect(output).toMatch(/keypairNames cannot stand beside serverIds: give keypairName and serverIds for one key pair/);
  expect(output).toMatch(/keypairFingerprint goes with keypairName; with keypairNames give keypairFingerprints/);
  expect(output).toMatch(/keypairNames\.a b is named by an id that may hold letters/);
  expect(output).toMatch(/keypairNames\.0 is empty/);
  expect(output).toMatch(/keypairNames\.1 is 65 characters long; at most 64/);
});

test("values that are not known yet are left alone", async () => {
  const stack = await createWorkspace().createStack(() => {
    const other = new Keypair("other", {});
    const key = new Keypair("key", { publicKey: other.publicKey, description: other.fingerprint });
    const ids = other.fingerprint.apply(() => serverIds);
    new CloudPhoneKeypairBinding("binding", { keypairName: key.id, serverIds: ids });
    new CloudPhoneKeypairBinding("another", { keypairName: key.name, serverIds: [other.id] });
    new CloudPhoneKeypairBinding("own", { keypairNames: { "own-server": key.name } });
    new CloudPhoneKeypairBinding("all", { keypairNames: other.id.apply(() => ({})) });
    return Promise.resolve();
  }, cloud.config);
  const { changes } = await stack.preview();
  expect(changes).toEqual({ create: 7 });
});

describe("a name that is no setting", () => {
  const misspelt = { "huaweicloud-cph:regoin": { value: "cn-south-1" } };
  const message = 'huaweicloud-cph:regoin is not a setting; did you mean "region"?';

  test.each<[string, () => unknown]>([
    ["a resource", () => new Keypair("key")],
    ["a resource that is only read", () => Keypair.get("key", "key")],
    ["a function", () => getServers().catch(report)],
  ])("of the stack's configuration is refused for %s", async (_, program) => {
    expect(await failedPreview(program, misspelt)).toContain(message);
    expect(cloud.simulator.calls()).toEqual([]);
  });

  if (differences.unknownArgumentsAreSent) {
    test("of a provider is refused as well", async () => {
      const output = await failedPreview(() => {
        const provider = new Provider("south", { regoin: "cn-south-1" } as never);
        new Keypair("key", {}, { provider });
      });
      expect(output).toContain(message);
    });
  }

  test("within a setting is refused as well", async () => {
    const config = { "huaweicloud-cph:endpoints": { value: '{"kps":"https://example.com"}' } };
    const output = await failedPreview(() => new Keypair("key"), config);
    expect(output).toContain('huaweicloud-cph:endpoints.kps is not a property; did you mean "kms"?');
  });

  test("that an earlier update ignored hinders no refresh and no destroy", async () => {
    const workspace = createWorkspace();
    const stack = await workspace.createStack(() => {
      new Keypair("key", { publicKey });
      return Promise.resolve();
    }, cloud.config);
    await stack.up();
    const { text } = await stack.exportState();
    const file = join(workspace.folder, "state.json");
    const ofSettings = host === "native" ? '"region":' : '"huaweicloud-cph:region":';
    const misspeltSetting = ofSettings.replace("region", "regoin");
    writeFileSync(file, text.replaceAll(ofSettings, `${misspeltSetting} "x", ${ofSettings}`));
    await stack.pulumi(["stack", "import", "--file", file]);
    expect((await stack.exportState()).text).toContain("regoin");
    await stack.refresh();
    await stack.destroy();
    cloud.writes();
  });
});

if (differences.plainSettingsAreKnown) {
  test("secrets that are stored in plain text are warned of, once and without their values", async () => {
    const plain = "plain-secret-that-is-in-no-file";
    const stack = await createWorkspace().createStack(
      () => {
        new Keypair("one", { publicKey });
        new Keypair("two", { publicKey });
        return Promise.resolve();
      },
      { ...cloud.config, "huaweicloud-cph:token": { value: plain } },
    );
    const { output, events } = await stack.preview();
    expect(events.filter(({ diagnosticEvent }) => diagnosticEvent?.message.includes("in plain text"))).toHaveLength(1);
    expect(output).toContain("`pulumi config set --secret huaweicloud-cph:token`");
    expect(output).not.toContain(plain);
  });
}

describe("what the program gave as a secret is not shown", () => {
  type Case = [string, () => unknown, RegExp];
  const secret = pulumi.secret("s3 x");

  const settingOfProvider: Case = [
    "as the setting of a provider",
    () => {
      const provider = new Provider("there", { accessKey: "ak", secretKey: "sk", region: secret });
      new Keypair("key", {}, { provider });
    },
    /huaweicloud-cph:region must be a region such as "cn-north-4", not "\[secret\]"/,
  ];

  test.each<Case>([
    [
      "by the check of a key pair",
      () => new Keypair("key", { name: secret, keyProtection: { encryption: { type: secret as never } } }),
      /name may hold .* only, not "\[secret\]"[^]*encryption\.type must be "default" or "kms", not "\[secret\]"/,
    ],
    [
      "by the check of a binding",
      () => new CloudPhoneKeypairBinding("fleet", { keypairName: "k", serverIds: ["a", secret] }),
      /serverIds\[1\] may hold .* only, not "\[secret\]"/,
    ],
    ...(differences.secretSettingsAreKnown ? [settingOfProvider] : []),
  ])("%s", async (_, program, message) => {
    const output = await failedPreview(program);
    expect(output).toMatch(message);
    expect(output).not.toContain("s3 x");
  });

  test("by what fails later, nor is it noted in the state which inputs are secrets", async () => {
    const stack = await createWorkspace().createStack(() => {
      new Keypair("key", { publicKey, description: pulumi.secret("s3cret") });
      new CloudPhoneKeypairBinding("fleet", { keypairName: "k", serverIds: [pulumi.secret("s9")] });
      return Promise.resolve();
    }, cloud.config);
    const { output } = await stack.up({ exitCode: 1 });
    expect(output).toContain("server [secret]");
    expect(output).not.toMatch(/\bs9\b/);
    const { resources, text } = await stack.exportState();
    for (const { inputs, outputs } of resources)
      expect(Object.keys({ ...inputs, ...outputs })).not.toContain("__secrets");

    expect(text).not.toContain("s3cret");
    await stack.destroy();
    cloud.writes();
  });
});

test("a newline behind a credential is taken off, and one within is refused by the name of its source", async () => {
  const { value } = cloud.config["huaweicloud-cph:secretKey"] ?? { value: "" };
  const config = (text: string) => ({ "huaweicloud-cph:secretKey": { value: text, secret: true } });
  const stack = await createWorkspace().createStack(
    () => {
      new Keypair("key", { publicKey });
      return Promise.resolve();
    },
    { ...cloud.config, ...config(`${value}\n`) },
  );
  await stack.up();
  await stack.destroy();
  cloud.simulator.clearCalls();
  const output = await failedPreview(() => new Keypair("key"), config("two\nlines"));
  expect(output).toContain("huaweicloud-cph:secretKey holds a line break");
  expect(cloud.simulator.calls()).toEqual([]);
});

test("without credentials the preview says what to set", async () => {
  const stack = await createWorkspace().createStack(() => {
    new Keypair("key", {});
    return Promise.resolve();
  }, {});
  const { output } = await stack.preview({ exitCode: 1 });
  expect(output).toContain(
    "Huawei Cloud credentials are incomplete: none are set. Set HW_ACCESS_KEY and HW_SECRET_KEY",
  );
});
