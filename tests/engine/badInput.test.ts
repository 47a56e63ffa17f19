import { CloudPhoneKeypairBinding, Keypair } from "pulumi-huaweicloud-cph";
import { newKey, startCloud, type TestCloud } from "./cloud";
import { createWorkspace } from "./harness";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud();
});

const { publicKey, privateKey } = newKey();
const serverIds = ["0123456789abcdef0123456789abcdef"];
async function failedPreview(program: () => void): Promise<string> {
  const stack = await createWorkspace().createStack(() => {
    program();
    return Promise.resolve();
  }, cloud.config);
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
  expect(output).toMatch(/publickey is not a property; did you mean "publicKey"\?/);
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

test("values that are not known yet are left alone", async () => {
  const stack = await createWorkspace().createStack(() => {
    const other = new Keypair("other", {});
    const key = new Keypair("key", { publicKey: other.publicKey, description: other.fingerprint });
    const ids = other.fingerprint.apply(() => serverIds);
    new CloudPhoneKeypairBinding("binding", { keypairName: key.id, serverIds: ids });
    new CloudPhoneKeypairBinding("another", { keypairName: key.name, serverIds: [other.id] });
    return Promise.resolve();
  }, cloud.config);
  const { changes } = await stack.preview();
  expect(changes).toEqual({ create: 5 });
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
