/** A mistake in a program is reported, and the run ends: also by the Automation API, which waits for every resource. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createWorkspace } from "./harness";

/** Previews a program in a process of its own: errors that nobody catches would end the test's. Its first argument is the program. */
const previewer = `
  const pulumi = require("@pulumi/pulumi");
  const { LocalWorkspace } = require("@pulumi/pulumi/automation");
  const { CloudPhoneKeypairBinding, getServersOutput, Keypair, Provider } = require("pulumi-huaweicloud-cph");
  const fails = () => Promise.reject(new Error("it fails"));
  const settings = { region: "cn-north-4", accessKey: "ak", secretKey: "sk" };
  const program = eval(process.argv[2]);
  LocalWorkspace.createStack(
    { stackName: "test", projectName: "test", program: async () => program() },
    { workDir: __dirname, projectSettings: { name: "test", runtime: "nodejs" } },
  )
    .then((stack) => stack.preview({ color: "never" }))
    .then(({ stdout }) => console.log(stdout), ({ message }) => { console.log(message); process.exit(1); });
`;

test.each<[string, string, string]>([
  [
    "a provider's setting fails",
    `() => {
      const provider = new Provider("p", { ...settings, securityToken: fails() });
      const key = new Keypair("key", {}, { provider });
      new CloudPhoneKeypairBinding("fleet", { keypairName: key.name, serverIds: ["id"] });
    }`,
    'error serializing property "huaweicloud-cph:securityToken": it fails',
  ],
  [
    "a setting fails that only a function uses",
    `() => {
      const provider = new Provider("p", { ...settings, endpoints: { kms: fails() } });
      return { servers: getServersOutput({}, { provider }).servers };
    }`,
    'error serializing property "huaweicloud-cph:endpoints": it fails',
  ],
  [
    "an argument fails, and another resource depends on the first",
    `() => {
      const key = new Keypair("key", { publicKey: fails() });
      new CloudPhoneKeypairBinding("fleet", { keypairName: key.name, serverIds: ["id"] });
    }`,
    'error serializing property "publicKey": it fails',
  ],
  [
    "a setting is no value of JSON",
    '() => { new Keypair("key", {}, { provider: new Provider("p", { ...settings, maxRetries: 5n }) }); }',
    "Do not know how to serialize a BigInt",
  ],
  [
    "a list holds nothing",
    '() => { new CloudPhoneKeypairBinding("fleet", { keypairName: "k", serverIds: [pulumi.output(undefined)] }, {\n' +
      'provider: new Provider("p", settings) }); }',
    "serverIds[0] must be a string",
  ],
  [
    "arguments are null",
    '() => { new CloudPhoneKeypairBinding("fleet", null, { provider: new Provider("p", settings) }); }',
    "keypairName is missing",
  ],
  ["a circle is given", "() => { const args = {}; args.keyProtection = args; new Keypair('k', args); }", "circular"],
])("%s", async (_, program, message) => {
  const workspace = createWorkspace();
  const folder = workspace.createProjectFolder();
  const script = join(folder, "preview.js");
  writeFileSync(script, previewer);
  const { exitCode, output } = await workspace.run(process.execPath, [script, program], folder);
  expect(output).toContain(message);
  expect(exitCode).toBe(1);
});
