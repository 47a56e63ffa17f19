import { once } from "node:events";
import { stubOf } from "../../sdk/nodejs/dynamicResource";
import { startDynamicProcess, startPluginProcess, type ProviderProcess } from "../../tools/providerProcess";

const urn = "urn:pulumi:stack::project::huaweicloud-cph:index:Keypair::key";

test.each<[string, () => Promise<ProviderProcess>]>([
  ["of dynamic resources", startDynamicProcess],
  ["of the plugin", startPluginProcess],
])("a process %s whose engine was killed ends by itself", async (_, start) => {
  const provider = await start();
  try {
    await provider.check(urn, { __logicalName: "key", __provider: stubOf("keypair") });
    expect(provider.child.exitCode).toBeNull();
    provider.child.stdin?.end();
    expect(await once(provider.child, "exit")).toEqual([1, null]);
  } finally {
    provider.kill();
  }
});
