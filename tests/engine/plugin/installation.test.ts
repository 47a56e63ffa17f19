/** The plugin as it is installed: what its executable says of itself, and copies of its own of what Pulumi's SDK has as well. */
import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { version } from "../../../package.json";
import { projectId, startCloud } from "../cloud";
import { createWorkspace } from "../harness";
import { checkExitCode } from "../harnessCommand";
import { repository } from "../harnessStack";
import { YamlStack } from "../harnessYaml";
import { providePlugin } from "../plugin";

/** The package, in a folder where it finds copies of its own of these packages, and everything else where it is installed. */
function installWithCopies(folder: string, copied: readonly string[]): string {
  const dependencies = join(folder, "node_modules");
  const own = join(folder, "installed", "pulumi-huaweicloud-cph");
  mkdirSync(join(own, "node_modules"), { recursive: true });
  for (const name of ["dist", "schema.json", "package.json"])
    cpSync(join(repository, name), join(own, name), { recursive: true });

  for (const name of copied) {
    mkdirSync(dirname(join(own, "node_modules", name)), { recursive: true });
    cpSync(join(dependencies, name), join(own, "node_modules", name), { recursive: true, dereference: true });
  }
  return join(own, "dist/provider/hosts/plugin/main.js");
}

test("started by a person, it tells its version, and what it is", async () => {
  const workspace = createWorkspace();
  providePlugin(workspace);
  const ask = async (argument: string) => {
    const command = join(workspace.folder, "plugin", "pulumi-resource-huaweicloud-cph");
    return checkExitCode(await workspace.run(command, [argument], workspace.folder), 0).output;
  };
  expect(await ask("--version")).toBe(`${version}\n`);
  expect(await ask("--help")).toMatch(/^The plugin of .* for Pulumi, .*\n$/);
});

test("two copies of gRPC and of protobuf do no harm", async () => {
  const cloud = await startCloud({ servers: 1 });
  await cloud.simulator.replaceKeypair(projectId, "other");
  const [serverId = ""] = cloud.serverIds;
  const workspace = createWorkspace();
  const stack = await YamlStack.create(
    workspace,
    {
      resources: {
        key: { type: "huaweicloud-cph:Keypair", properties: {} },
        fleet: {
          type: "huaweicloud-cph:CloudPhoneKeypairBinding",
          properties: { keypairName: "${key.name}", serverIds: [serverId] },
        },
      },
    },
    cloud.config,
  );
  providePlugin(workspace, installWithCopies(workspace.folder, ["@grpc/grpc-js", "google-protobuf"]));
  const { output } = await stack.up();
  expect(output).toMatch(/CloudPhoneKeypairBinding fleet created .*1 of 1 servers bound to key pair/);
  expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
  cloud.simulator.addFault({
    match: { operation: "DeleteKeypair" },
    action: { type: "status", status: 403 },
    times: 1,
  });
  await stack.destroy([], { exitCode: 1 });
  await stack.destroy();
  expect((await stack.exportState()).resources).toEqual([]);
});
