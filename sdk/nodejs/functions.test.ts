import { setImmediate, setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { useSimulator } from "../../simulator/testing/suite";
import { publicKeys } from "../../provider/testing/keys";
import { recordRegistrations, valueOf } from "../../provider/testing/registrations";
import { accessKeyOf, projectId, region } from "../../provider/testing/simulatedCloud";
import {
  getKeypair,
  getKeypairOutput,
  getKeypairs,
  getKeypairsOutput,
  getServers,
  getServersOutput,
} from "./functions";
import { Keypair, type KeypairArgs } from "./keypair";
import { Provider } from "./provider";

const otherRegion = "cn-south-1";
const settings = ["region", "accessKey", "secretKey", "endpoints", "maxRetries"];

const simulator = useSimulator({ servers: 0, projects: { [region]: projectId, [otherRegion]: "f".repeat(32) } });

let serverId: string;

beforeAll(() => {
  for (const name of Object.keys(process.env)) if (/^(HW|HUAWEICLOUD)_/.test(name)) process.env[name] = "";
});

beforeEach(async () => {
  await recordRegistrations();
  configureStack({ region, ...accessKeyOf(simulator), endpoints: JSON.stringify(endpoints()), maxRetries: "0" });
  await simulator.replaceKeypair(region, "key", { publicKey: publicKeys.ed25519 });
  serverId = simulator.addServer(region, { keypairName: "key" }).id;
});

afterEach(() => {
  jest.restoreAllMocks();
});

function endpoints(): { kms: string; cph: string; iam: string } {
  return { kms: simulator.url, cph: simulator.url, iam: simulator.url };
}

/** The stack's configuration, all texts. */
function configureStack(values: Record<string, string>): void {
  const prefixed = settings.map((name) => [`huaweicloud-cph:${name}`, values[name] ?? ""]);
  const secrets = ["huaweicloud-cph:accessKey", "huaweicloud-cph:secretKey"];
  pulumi.runtime.setAllConfig(Object.fromEntries(prefixed) as Record<string, string>, secrets);
}

/** A provider for another region, without the stack's configuration. */
function otherProvider(): Provider {
  const { accessKey, secretKey } = accessKeyOf(simulator);
  return new Provider("other", {
    region: otherRegion,
    accessKey: pulumi.secret(accessKey),
    secretKey: pulumi.secret(secretKey),
    endpoints: endpoints(),
    maxRetries: 0,
  });
}

test("each function takes the stack's configuration", async () => {
  expect(await getKeypair({ name: "key" })).toMatchObject({ name: "key", publicKey: publicKeys.ed25519 });
  expect((await getKeypairs()).keypairs.map(({ name }) => name)).toEqual(["key"]);
  expect((await getServers()).servers).toMatchObject([{ serverId, keypairName: "key" }]);
});

test("each function has a form for outputs", async () => {
  const name = pulumi.output("key");
  expect(await valueOf(getKeypairOutput({ name }))).toMatchObject({ name: "key" });
  expect((await valueOf(getKeypairsOutput())).keypairs).toHaveLength(1);
  expect((await valueOf(getKeypairsOutput({ nameRegex: pulumi.output("^none$") }))).keypairs).toEqual([]);
  expect((await valueOf(getServersOutput())).servers).toHaveLength(1);
  expect((await valueOf(getServersOutput({ keypairName: name }))).servers).toHaveLength(1);
});

test("credentials that are refused are tried once in a run, and again in the next one of the same process", async () => {
  simulator.revokeAccessKey(accessKeyOf(simulator).accessKey);
  for (let times = 0; times < 2; times++) await expect(getKeypairs()).rejects.toThrow(/HTTP 401/);
  expect(simulator.calls()).toHaveLength(1);
  simulator.addAccessKey({ ...accessKeyOf(simulator), user: "simulator" });
  await recordRegistrations();
  expect((await getKeypairs()).keypairs).toHaveLength(1);
});

test("a provider's own settings take the place of the stack's", async () => {
  await simulator.replaceKeypair(otherRegion, "there", { publicKey: publicKeys.rsa });
  const provider = otherProvider();
  configureStack({});
  expect((await getKeypairs({}, { provider })).keypairs.map(({ name }) => name)).toEqual(["there"]);
  expect((await getServers({}, { provider })).servers).toEqual([]);
  expect((await valueOf(getKeypairsOutput({}, { provider }))).keypairs.map(({ name }) => name)).toEqual(["there"]);
});

test("settings that turn out to hold nothing are not set, and are no credentials of a provider's own", async () => {
  const nothing = pulumi.output(undefined) as never;
  const { accessKey: HW_ACCESS_KEY, secretKey: HW_SECRET_KEY } = accessKeyOf(simulator);
  jest.replaceProperty(process, "env", {
    ...process.env,
    HW_ACCESS_KEY,
    HW_SECRET_KEY,
    HW_ENDPOINT_IAM: simulator.url,
  });
  const provider = new Provider("other", {
    region: otherRegion,
    accessKey: nothing,
    secretKey: Promise.resolve(undefined) as never,
    token: null as never,
    password: pulumi.secret(nothing),
    endpoints: { ...endpoints(), iam: nothing },
  });
  expect(await getKeypairs({}, { provider })).toEqual({ keypairs: [] });
});

test("a parent's provider counts as well", async () => {
  await simulator.replaceKeypair(otherRegion, "there", { publicKey: publicKeys.rsa });
  const parent = new Keypair("parent", {}, { provider: otherProvider() });
  expect((await getKeypairs({}, { parent })).keypairs.map(({ name }) => name)).toEqual(["there"]);
});

test("failures show nothing of secret arguments and settings, however short", async () => {
  await valueOf(getServersOutput({ keypairName: pulumi.secret("s7") }));
  const missing = `There is no key pair named "[secret]" in region ${region}.`;
  await expect(getKeypair({ name: "s7" })).rejects.toThrow(missing);
  const settings = { accessKey: "ak", secretKey: "sk", endpoints: endpoints() };
  const provider = new Provider("secret", { ...settings, region: pulumi.secret("cn-s8 x") });
  await expect(getKeypair({ name: "key" }, { provider })).rejects.toThrow(/region must be .*, not "\[secret\]"/);
});

test("results that come by secret credentials are no secrets", async () => {
  const provider = otherProvider();
  expect(await pulumi.isSecret(getKeypairsOutput({}, { provider }))).toBe(false);
});

describe("a provider whose settings are not known in the preview", () => {
  let provider: Provider;

  beforeEach(async () => {
    await recordRegistrations({ preview: true });
    const { accessKey, secretKey } = accessKeyOf(simulator);
    const unknownRegion = pulumi.output(pulumi.unknown as unknown as string);
    provider = new Provider("later", { region: unknownRegion, accessKey, secretKey, endpoints: endpoints() });
    simulator.clearCalls();
  });

  afterEach(() => {
    expect(simulator.calls()).toEqual([]);
  });

  test("has functions for outputs wait for the update", async () => {
    const applied = jest.fn();
    const output = getKeypairsOutput({}, { provider }).apply(applied);
    expect(await pulumi.isSecret(output)).toBe(false);
    await valueOf(provider.urn);
    expect(applied).not.toHaveBeenCalled();
  });

  test("fails functions that nothing waits for", async () => {
    await expect(getServers({}, { provider })).rejects.toThrow(/settings are not known yet.*getServersOutput/);
  });
});

/** A component that makes its key pair while it is constructed, or later. */
class Team extends pulumi.ComponentResource {
  constructor(name: string, keypairArgs: KeypairArgs = {}) {
    super("test:index:Team", name, { keypairArgs });
  }

  protected override async initialize({ keypairArgs }: { keypairArgs: KeypairArgs }): Promise<void> {
    await setImmediate();
    new Keypair("member", keypairArgs, { parent: this });
  }
}

describe("a function for outputs", () => {
  const dependents: [string, (keypairArgs?: KeypairArgs) => pulumi.Output<unknown>][] = [
    ["a resource that an argument comes from", (args) => getKeypairOutput({ name: new Keypair("key", args).name })],
    ["a resource", (args) => getServersOutput({}, { dependsOn: new Keypair("key", args) })],
    ["a list of resources", (args) => getKeypairsOutput({}, { dependsOn: [pulumi.output(new Keypair("key", args))] })],
    ["the resources of a component", (args) => getServersOutput({}, { dependsOn: new Team("team", args) })],
  ];

  test.each(dependents)("is not called in a preview that is to create %s", async (_, call) => {
    await recordRegistrations({ preview: true });
    const applied = jest.fn();
    const output = call({ name: "key" }).apply(applied);
    // Settles when the output has.
    await pulumi.isSecret(output);
    expect(applied).not.toHaveBeenCalled();
    expect(simulator.calls()).toEqual([]);
  });

  test.each(dependents)("is called once there is %s", async (_, call) => {
    let callsBefore: unknown;
    const describeLater = async () => {
      await setTimeout(200);
      callsBefore = simulator.calls();
      return "made";
    };
    await valueOf(call({ name: "key", description: describeLater() }));
    expect(callsBefore).toEqual([]);
    expect(simulator.calls()).not.toEqual([]);
  });
});

describe("a failure", () => {
  test("is the message alone, without the frames of a program", async () => {
    const failure: unknown = await getKeypair({ name: "missing" }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(pulumi.RunError);
    const message = `There is no key pair named "missing" in region ${region}.`;
    expect(failure).toMatchObject({ message, stack: message });
  });

  test("of a provider whose settings are misspelt names them", async () => {
    const provider = new Provider("south", { regoin: otherRegion, region } as never);
    const message = 'huaweicloud-cph:regoin is not a setting; did you mean "region"?';
    await expect(getKeypair({ name: "key" }, { provider })).rejects.toThrow(message);
    expect(simulator.calls()).toEqual([]);
  });

  test("of the configuration names what is missing", async () => {
    configureStack({ region, endpoints: JSON.stringify(endpoints()), accessKey: "half" });
    await expect(getKeypairs()).rejects.toThrow(/secretKey \(HW_SECRET_KEY\) is missing beside accessKey/);
  });

  test.each<[string, Record<string, string>]>([
    ["credentials", { region }],
    ["a region", { accessKey: "ak", secretKey: "sk" }],
  ])("for want of %s says whose environment counts", async (_, values) => {
    configureStack(values);
    await expect(getKeypairs()).rejects.toThrow(
      /envVars of an Automation API workspace do not reach it: set process.env/,
    );
  });

  test("of one set of settings is none of another", async () => {
    configureStack({ region, accessKey: "wrong", secretKey: "wrong", endpoints: JSON.stringify(endpoints()) });
    await expect(getKeypairs()).rejects.toThrow(/HTTP 401/);
    configureStack({ region, ...accessKeyOf(simulator), endpoints: JSON.stringify(endpoints()) });
    expect((await getKeypairs()).keypairs).toHaveLength(1);
  });
});
