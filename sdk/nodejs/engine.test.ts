import * as pulumi from "@pulumi/pulumi";
import { CloudPhoneKeypairBinding } from "./cloudPhoneKeypairBinding";
import {
  getKeypair,
  getKeypairOutput,
  getKeypairs,
  getKeypairsOutput,
  getServers,
  getServersOutput,
} from "./functions";
import { Keypair } from "./keypair";
import { Provider } from "./provider";

const bindingArgs = { keypairName: "key", serverIds: ["id"] };

describe("without an engine", () => {
  const uses: [string, () => unknown][] = [
    ["a key pair", () => new Keypair("it")],
    ["a key pair that is read", () => Keypair.get("it", "id")],
    ["a binding", () => new CloudPhoneKeypairBinding("it", bindingArgs)],
    ["a binding that is read", () => CloudPhoneKeypairBinding.get("it", "id")],
    ["a provider", () => new Provider("it")],
    ["getKeypairOutput", () => getKeypairOutput({ name: "key" })],
    ["getKeypairsOutput", () => getKeypairsOutput()],
    ["getServersOutput", () => getServersOutput()],
  ];

  test.each(uses)("%s fails at once", (_, use) => {
    expect(use).toThrow(pulumi.RunError);
    expect(use).toThrow(/no connection to a Pulumi engine.*`pulumi up`.*setMocks.*two copies of @pulumi\/pulumi/);
    expect(use).toThrow(/that of pulumi-huaweicloud-cph \(\/.*\/node_modules\/@pulumi\/pulumi\)/);
  });

  test.each([
    ["getKeypair", () => getKeypair({ name: "key" })],
    ["getKeypairs", () => getKeypairs()],
    ["getServers", () => getServers()],
  ])("%s rejects", async (_, call) => {
    await expect(call()).rejects.toThrow(/no connection to a Pulumi engine/);
  });
});
