/** A look that fails says nothing about what is there: the state stays as it is. */
import type { FaultRule } from "pulumi-huaweicloud-cph/simulator";
import { newKey, startCloud, type TestCloud } from "../cloud";
import type { StateResource } from "../harnessStack";
import { DeclaredStack } from "./declaredStack";
import { expectSettled } from "./settled";

let cloud: TestCloud;
let stack: DeclaredStack;

beforeAll(async () => {
  cloud = await startCloud({ servers: 7 });
  // A failure that lasts is not worth a long wait here.
  const config = { "huaweicloud-cph:maxRetries": { value: "1" } };
  const declaration = {
    keypairs: { imported: { publicKey: newKey().publicKey, description: "one" }, generated: {} },
    bindings: {
      few: { keypair: "imported", serverIds: cloud.serverIds.slice(0, 1) },
      many: { keypair: "generated", serverIds: cloud.serverIds.slice(1) },
    },
  };
  stack = await DeclaredStack.create(cloud, declaration, config);
  await stack.up();
});

test.each<[string, FaultRule["action"], RegExp]>([
  ["a 403", { type: "status", status: 403, code: "KPS.9003" }, /\(HTTP 403, KPS\.9003, request \w+\)/],
  ["a 401", { type: "status", status: 401 }, /\(HTTP 401, APIGW\.0301, request \w+\)/],
  ["a 500", { type: "status", status: 500 }, /\(HTTP 500, APIGW\.0705, request \w+\)/],
  ["the gateway's 404", { type: "status", status: 404 }, /\(HTTP 404, APIGW\.0101, request \w+\)/],
  ["an empty object", { type: "body", body: {} }, /not as documented/],
  ["an answer without a body", { type: "body", body: undefined }, /not as documented/],
  ["null", { type: "body", body: { count: 0, servers: null, keypairs: null, page_info: null } }, /not as documented/],
  ["a connection that is reset", { type: "reset" }, /no answer: /],
])("%s to every look during refresh leaves the state as it is", async (_name, action, error) => {
  const before = await resourcesInState();
  cloud.simulator.addFault({ match: { service: "kps" }, action });
  cloud.simulator.addFault({ match: { service: "cph" }, action });
  const { output } = await stack.engine.refresh({ exitCode: 1 });
  cloud.simulator.clearFaults();
  expect(output).toMatch(error);
  expect(output).not.toMatch(/[.?]:\s*$/m);
  expect(await resourcesInState()).toBe(before);
});

test("once the service answers again, there is nothing to do", () => expectSettled(stack, cloud));

/**
 * As text, with secrets in plain: they are encrypted anew each time. Without what the engine alone writes: it leaves out empty
 * `propertyDependencies` from the first refresh on.
 */
async function resourcesInState(): Promise<string> {
  const { stdout } = await stack.engine.pulumi(["stack", "export", "--show-secrets"]);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources: StateResource[] } };
  return JSON.stringify(
    deployment.resources.map(({ urn, id, inputs, outputs, initErrors }) => ({ urn, id, inputs, outputs, initErrors })),
  );
}
