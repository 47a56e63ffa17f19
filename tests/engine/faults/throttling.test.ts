/** 429: waited out for as long as the deadline allows, whatever the service says about when to come again. */
import type { SimulatorOptions } from "pulumi-huaweicloud-cph/simulator";
import { newKey, startCloud, type TestCloud } from "../cloud";
import { DeclaredStack, type Declaration } from "./declaredStack";
import { expectSettled } from "./settled";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud({ servers: 3 });
});

beforeEach(() => {
  cloud.simulator.reset();
});

function keypairs(count: number): Declaration["keypairs"] {
  const names = Array.from({ length: count }, (_, index) => `key-${index}`);
  return Object.fromEntries(names.map((name) => [name, { name, publicKey: newKey().publicKey }]));
}

test.each<[string, SimulatorOptions["variants"]]>([
  ["with Retry-After", { retryAfter: "present" }],
  ["without Retry-After", { throttleBody: "html" }],
])("a storm of 429 %s passes", async (_name, variants = {}) => {
  cloud.simulator.setVariants(variants);
  cloud.simulator.addFault({ skip: 2, times: 5, action: { type: "throttle" } });
  const stack = await DeclaredStack.create(cloud, {
    keypairs: keypairs(3),
    bindings: { fleet: { keypair: "key-0", serverIds: cloud.serverIds } },
  });
  await stack.up();
  await expectSettled(stack, cloud);
});

test.each<[string, SimulatorOptions["variants"]]>([
  ["with Retry-After", { retryAfter: "present" }],
  ["without Retry-After", {}],
])("a window of 20 calls in 2 seconds, %s, lets a large stack through", async (_name, variants = {}) => {
  cloud.simulator.setVariants(variants);
  cloud.simulator.addFault({ action: { type: "rateLimit", calls: 20, seconds: 2 } });
  const stack = await DeclaredStack.create(cloud, {
    keypairs: keypairs(24),
    bindings: { fleet: { keypair: "key-0", serverIds: cloud.serverIds } },
  });
  await stack.up();
  await expectSettled(stack, cloud);
});
