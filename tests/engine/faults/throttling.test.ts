/** 429: waited out for as long as the deadline allows, whatever the service says about when to come again. */
import type { Call, SimulatorOptions } from "pulumi-huaweicloud-cph/simulator";
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

/** Calls that were refused so far. */
function refused(): Call[] {
  return cloud.simulator.calls().filter(({ status }) => status === 429);
}

/** How long it took until the first call that was refused came again, in milliseconds. */
function firstPause(): number {
  const [first] = refused();
  const ofItsKind = cloud.simulator
    .calls()
    .filter(({ method, path }) => method === first?.method && path === first.path);
  const again = ofItsKind.find(({ number }) => number > (first?.number ?? Infinity));
  return Date.parse(again?.time ?? "") - Date.parse(first?.time ?? "");
}

test.each<[string, SimulatorOptions["variants"], number]>([
  ["with Retry-After", { retryAfter: "present" }, 1_000],
  ["without Retry-After", { throttleBody: "html" }, 400],
])("a storm of 429 %s passes", async (_name, variants = {}, pause) => {
  cloud.simulator.setVariants(variants);
  cloud.simulator.addFault({ skip: 2, times: 5, action: { type: "throttle" } });
  for (const method of ["POST", "PUT"])
    cloud.simulator.addFault({ match: { method }, times: 1, action: { type: "throttle" } });

  const declaration = { keypairs: keypairs(3), bindings: { fleet: { keypair: "key-0", serverIds: cloud.serverIds } } };
  // Refusals are waited out, however few repetitions other failures have.
  const stack = await DeclaredStack.create(cloud, declaration, { "huaweicloud-cph:maxRetries": { value: "1" } });
  await stack.up();
  expect(cloud.simulator.faults().map(({ struck }) => struck)).toEqual([5, 1, 1]);
  // A little less, since timers and clocks differ.
  expect(firstPause()).toBeGreaterThan(pause - 50);
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
  // Most calls wait until they are likely to be taken.
  expect(refused().length).toBeLessThan(40);
  await expectSettled(stack, cloud);
});
