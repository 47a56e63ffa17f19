/** A whole life by the plain CLI, with the exit codes that a pipeline goes by: on both clouds of the tests. */
import { publicKeys } from "../../../provider/testing/keys";
import { onBothClouds } from "../../campaign/clouds";
import { foreignKeypairs, keypairsOf, region, serversOf } from "../../campaign/disturbance";
import { configOf } from "../campaign/engineDriver";
import { createWorkspace } from "../harness";
import { YamlStack, type YamlProgram } from "../harnessYaml";

const { first: other } = foreignKeypairs;
const keypairType = "huaweicloud-cph:index:Keypair";

function fleetOf(publicKey: string, serverIds: readonly string[]): YamlProgram {
  return {
    resources: {
      key: { type: "huaweicloud-cph:Keypair", properties: { publicKey } },
      fleet: {
        type: "huaweicloud-cph:CloudPhoneKeypairBinding",
        properties: { keypairName: "${key.name}", serverIds },
      },
    },
    outputs: { name: "${key.name}" },
  };
}

onBothClouds({ servers: 3, jobSeconds: 0.2 }, (cloud) => {
  function writes(): unknown[] {
    const calls = cloud().calls();
    cloud().clearCalls();
    return calls.filter(({ method }) => method !== "GET").map(({ operation }) => operation);
  }

  test("previewed, applied, seen drifting, healed, imported, refused, replaced and destroyed", async () => {
    const serverIds = serversOf(cloud()).map(({ id }) => id);
    await cloud().replaceKeypair(region, other, { publicKey: publicKeys.rsa });
    const stack = await YamlStack.create(
      createWorkspace(),
      fleetOf(publicKeys.ed25519, serverIds),
      configOf(cloud(), "access key"),
    );
    await stack.preview(["--expect-no-changes"], { exitCode: 7 });
    expect(writes()).toEqual([]);
    await stack.up();
    const { name } = await stack.outputs();
    expect(writes()).toEqual(["CreateKeypair", "UpdateKeypair"]);
    await stack.up(["--refresh", "--expect-no-changes"]);
    expect(writes()).toEqual([]);

    cloud().changeServer(region, serverIds[1] ?? "", { keypairName: other });
    expect((await stack.previewRefresh()).exitCode).toBe(7);
    await stack.up(["--refresh"]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
    expect(serversOf(cloud()).map(({ keypairName }) => keypairName)).toEqual([name, name, name]);

    await stack.import([keypairType, "other", other]);
    await stack.import([keypairType, "none", "no-such-key-pair"], { exitCode: 1 });
    stack.setProgram({ resources: { key: { type: "huaweicloud-cph:Keypair", properties: { name: "a name" } } } });
    await stack.preview([], { exitCode: 1 });
    // An import protects.
    await stack.pulumi(["state", "unprotect", "--all", "--yes"]);

    writes();
    stack.setProgram(fleetOf(publicKeys.ecdsa256, serverIds));
    await stack.up();
    expect(writes()).toEqual(["CreateKeypair", "UpdateKeypair", "DeleteKeypair", "DeleteKeypair"]);
    expect((await stack.previewRefresh()).exitCode).toBe(0);
    await stack.destroy();
    expect(keypairsOf(cloud())).toEqual([]);
    expect((await stack.exportState()).resources).toEqual([]);
  });
});
