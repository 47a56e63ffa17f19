/** Runs the program inline, by the Automation API, in a process of its own. Its argument is the stack's configuration. */
const { LocalWorkspace } = require("@pulumi/pulumi/automation");

async function main() {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "test", projectName: "app", program: async () => void require("./index.js") },
    { workDir: __dirname },
  );
  await stack.setAllConfig(JSON.parse(process.argv[2]));
  await stack.up({ onOutput: console.log });
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
