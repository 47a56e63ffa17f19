/** Credentials that are refused: told clearly, and tried so rarely that nothing gets locked. */
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { accessKey, newKey, projectId, secretKey, startCloud, type TestCloud } from "../cloud";
import { DeclaredStack, type Declaration } from "./declaredStack";
import { whenCalled } from "./moments";
import { expectSettled } from "./settled";

let cloud: TestCloud;
let declaration: Declaration;

beforeAll(async () => {
  cloud = await startCloud({ servers: 3, user: "tester", domain: "test-account", password: "open-sesame" });
});

beforeEach(async () => {
  cloud.simulator.reset();
  await cloud.simulator.replaceKeypair(projectId, "other");
  declaration = {
    keypairs: {
      one: { name: "one", publicKey: newKey().publicKey, description: "one" },
      two: { publicKey: newKey().publicKey },
      three: {},
    },
    bindings: { fleet: { keypair: "other", serverIds: cloud.serverIds } },
  };
});

const others = ["other"];

function passwordConfig(password: string): ConfigMap {
  return {
    "huaweicloud-cph:accessKey": { value: "" },
    "huaweicloud-cph:secretKey": { value: "" },
    "huaweicloud-cph:userName": { value: "tester" },
    "huaweicloud-cph:domainName": { value: "test-account" },
    "huaweicloud-cph:password": { value: password, secret: true },
  };
}

/** How many calls were refused for want of credentials. */
function refusals(): number {
  return cloud.simulator.calls().filter(({ status }) => status === 401).length;
}

function signIns(): number {
  const isSignIn = ({ operation }: { operation: string | null }) => operation === "KeystoneCreateUserTokenByPassword";
  return cloud.simulator.calls().filter(isSignIn).length;
}

test("a token that expires in the middle is renewed", async () => {
  cloud.simulator.addFault({ skip: 5, every: 25, action: { type: "expireToken" } });
  const stack = await DeclaredStack.create(cloud, declaration, passwordConfig("open-sesame"));
  await stack.up();
  const [expiries] = cloud.simulator.faults();
  expect(signIns()).toBe(1 + (expiries?.struck ?? 0));
  await expectSettled(stack, cloud, { others });
});

test("a wrong password is tried once, and every resource says so", async () => {
  const stack = await DeclaredStack.create(cloud, declaration, passwordConfig("guessed"));
  const errors = await stack.failingUp();
  for (const name of ["one", "two", "three", "fleet"])
    expect(errors[name]).toMatch(/The username or password is wrong\. \(HTTP 401, request \w+\)/);

  expect(signIns()).toBe(1);
  await stack.engine.setConfig(passwordConfig("open-sesame"));
  await stack.up();
  await expectSettled(stack, cloud, { others });
});

test("a wrong secret key signs a single call, and every resource says so", async () => {
  const wrong = {
    "huaweicloud-cph:secretKey": { value: "wrong", secret: true },
    // Otherwise all would wait for the one call that looks it up.
    "huaweicloud-cph:projectId": { value: projectId },
  };
  const stack = await DeclaredStack.create(cloud, declaration, wrong);
  const errors = await stack.failingUp();
  for (const name of ["one", "two", "three", "fleet"]) {
    expect(errors[name]).toMatch(
      /\(HTTP 401, APIGW\.0301, request \w+\) Check the credentials.* The access key came from huaweicloud-cph:accessKey and /,
    );
  }
  expect(refusals()).toBe(1);
  await stack.engine.setConfig({ "huaweicloud-cph:secretKey": { value: secretKey, secret: true } });
  await stack.up();
  await expectSettled(stack, cloud, { others });
});

test("a clock that is wrong is named as a possible cause", async () => {
  cloud.simulator.advanceClock(20 * 60);
  const stack = await DeclaredStack.create(cloud, declaration);
  const errors = await stack.failingUp();
  expect(errors.one).toContain("the clock of this machine, which may be 15 minutes off at most");
  expect(refusals()).toBe(1);
});

test("an access key that is revoked in the middle leaves what was done in the state, and the next up does the rest", async () => {
  const keypairs = { key: { name: "key", publicKey: newKey().publicKey } };
  const fleet = { keypair: "key", serverIds: cloud.serverIds };
  const stack = await DeclaredStack.create(cloud, { keypairs, bindings: { fleet } });
  const [errors] = await Promise.all([
    stack.failingUp(),
    whenCalled(cloud, ["UpdateKeypair"], () => {
      cloud.simulator.revokeAccessKey(accessKey);
    }),
  ]);
  for (const serverId of cloud.serverIds)
    expect(errors.fleet).toMatch(new RegExp(`server ${serverId} .*\\(HTTP 401, APIGW\\.0301, request \\w+\\)`));

  expect(refusals()).toBeLessThan(5);
  cloud.simulator.addAccessKey({ accessKey, secretKey, user: "tester" });
  await stack.up();
  await expectSettled(stack, cloud, { others });
});
