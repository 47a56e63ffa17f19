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
  await hostKeyLater("refusedLater");
  await hostKey("hosted");
  // The last of several imports: what deals with the next one would drop what was left of it.
  await hostKey("refused");
  await generateKey("generated");
}

async function hostKey(name) {
  await create(newHostedKey(name)).catch(complain);
}

async function hostKeyLater(name) {
  const { keyProtection, ...args } = newHostedKey(name);
  const { id, outs } = await create(args);
  const inputs = await check({ ...args, keyProtection });
  await keypair.update(id, outs, inputs).catch(complain);
}

async function generateKey(name) {
  const { id, outs } = await create({ name });
  tell(name, outs.privateKey);
  await keypair.update(id, outs, await check({ name, description: "changed" }));
  await keypair.read(id, outs);
}

async function create(args) {
  return keypair.create(await check(args));
}

async function check(args) {
  const { inputs, failures } = await keypair.check({}, args);
  if (failures.length > 0) throw new Error(failures[0].reason);
  return inputs;
}

function complain({ message }) {
  console.error(message);
}

function newHostedKey(name) {
  const { publicKey, privateKey } = newKey();
  tell(name, privateKey);
  return { name, publicKey, keyProtection: { privateKey, encryption: { type: "default" } } };
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
