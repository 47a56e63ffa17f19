import { once } from "node:events";
import { stubOf } from "../../sdk/nodejs/dynamicResource";
import { startProviderProcess } from "../../tools/providerProcess";

test("a provider whose engine was killed ends by itself", async () => {
  const provider = await startProviderProcess();
  try {
    await provider.check(stubOf("keypair"), { __logicalName: "key" });
    expect(provider.child.exitCode).toBeNull();
    provider.child.stdin?.end();
    expect(await once(provider.child, "exit")).toEqual([1, null]);
  } finally {
    provider.kill();
  }
});
