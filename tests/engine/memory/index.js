// Works on key pairs as Pulumi's dynamic provider process does, and writes a heap snapshot when it is done. For each private key it
// prints a line of it, in hexadecimal: as text, the line would be in the memory that is to be searched.
const { Buffer } = require("node:buffer");
const { generateKeyPairSync } = require("node:crypto");
const { setTimeout: sleep } = require("node:timers/promises");
const { writeHeapSnapshot } = require("node:v8");
const { parseKey } = require("sshpk");
const { keypair } = require("pulumi-huaweicloud-cph/dynamic/v1");

const [configuration, snapshot, keep] = process.argv.slice(2);

/** Keys that are kept where the search is to find something. */
const kept = [];

async function work() {
  const values = JSON.parse(configuration);
  await keypair.configure({ config: { get: (name) => values[name] } });
  await hostKey("hosted");
  await generateKey("generated");
}

async function hostKey(name) {
  const { publicKey, privateKey } = newKey();
  tell(name, privateKey);
  const keyProtection = { privateKey, encryption: { type: "default" } };
  await create({ name, publicKey, keyProtection });
}

async function generateKey(name) {
  const { id, outs } = await create({ name });
  tell(name, outs.privateKey);
  const { inputs } = await keypair.check({}, { name, description: "changed" });
  await keypair.update(id, outs, inputs);
  await keypair.read(id, outs);
}

async function create(args) {
  const { inputs, failures } = await keypair.check({}, args);
  if (failures.length > 0) throw new Error(failures[0].reason);
  return keypair.create(inputs);
}

function newKey() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: parseKey(publicKey.export({ type: "spki", format: "pem" }), "pem").toString("ssh"),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function tell(name, privateKey) {
  if (keep === "keep") kept.push(privateKey);
  const lines = privateKey.trim().split("\n");
  // From the middle: snapshots have the beginning of long texts only, and a key begins with its public half.
  console.log(name, Buffer.from(lines[Math.floor(lines.length / 2)]).toString("hex"));
}

void work().then(async () => {
  await sleep(100);
  // JavaScript engines keep the last text that was searched.
  /a/.exec("a");
  writeHeapSnapshot(snapshot);
  process.exit(kept.length === 0 ? 0 : 3);
});
