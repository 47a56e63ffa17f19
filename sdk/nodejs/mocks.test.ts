/** What a user's unit test meets: `pulumi.runtime.setMocks`, and no settings of any account. */
import * as pulumi from "@pulumi/pulumi";
import { valueOf } from "../../provider/testing/registrations";
import { CloudPhoneKeypairBinding } from "./cloudPhoneKeypairBinding";
import { getKeypair, getKeypairOutput, getKeypairsOutput } from "./functions";
import { Keypair } from "./keypair";
import { Provider } from "./provider";
import { functions as allFunctions } from "./testing/everything";

let calls: pulumi.runtime.MockCallArgs[];
let resources: pulumi.runtime.MockResourceArgs[];

function mock({ preview = false } = {}): Promise<void> {
  calls = [];
  resources = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: (args) => {
      resources.push(args);
      return { id: preview ? undefined : `${args.name}-id`, state: args.inputs as object };
    },
    call: (args) => {
      calls.push(args);
      const { name } = args.inputs as { name?: string };
      if (name === "missing") throw Object.assign(new Error(), { details: "the mock refuses" });
      return { answered: args.token };
    },
  };
  return pulumi.runtime.setMocks(mocks, "project", "stack", preview);
}

beforeEach(() => mock());

type Options = pulumi.InvokeOutputOptions;

type Use = [token: string, inputs: object, call: (opts?: Options) => Promise<unknown>];

const functions: Use[] = [
  ...Object.entries(allFunctions).flatMap(([token, { args, call, callOutput }]): Use[] => {
    const outputs = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, pulumi.output(value)]));
    return [
      [token, args, (opts) => call(args as never, opts)],
      [token, args, (opts) => valueOf(callOutput(outputs as never, opts))],
    ];
  }),
  ["huaweicloud-cph:index:getKeypairs", {}, (opts) => valueOf(getKeypairsOutput({}, opts))],
];

describe.each(functions)("%s of %j", (token, inputs, call) => {
  test("is answered by the mocks", async () => {
    expect(await call()).toEqual({ answered: token });
    expect(calls).toMatchObject([{ token, inputs }]);
    expect(Object.keys(calls[0]?.inputs as object)).toEqual(Object.keys(inputs));
  });

  test("tells the mocks its provider, or its parent's", async () => {
    const provider = new Provider("south", { region: "cn-south-1", accessKey: pulumi.secret("ak") });
    const parent = new Keypair("parent", {}, { provider });
    await call({ provider });
    await call({ parent });
    const reference = `${await valueOf(provider.urn)}::south-id`;
    expect(calls.map((args) => args.provider)).toEqual([reference, reference]);
  });
});

test("a function rejects if the mocks throw", async () => {
  // Of the mocks' error Pulumi's SDK hands on only `details`.
  await expect(getKeypair({ name: "missing" })).rejects.toThrow("the mock refuses");
});

test("functions wait in a preview for what the mocks give no id", async () => {
  await mock({ preview: true });
  const output = getKeypairOutput({ name: new Keypair("key", { name: "key" }).name });
  // Settles when the output has.
  await pulumi.isSecret(output);
  expect(calls).toEqual([]);
});

test("resources have their type, inputs, and what is the package's own", async () => {
  const addedBySdk = {
    __provider: expect.any(String) as string,
    __logicalName: "fleet",
    __declaration: expect.any(Number) as number,
    __deleteBeforeReplace: true,
  };
  const key = new Keypair("fleet", { name: "key", description: "of the fleet" });
  const binding = new CloudPhoneKeypairBinding("fleet", { keypairName: key.name, serverIds: ["id"] });
  expect(await valueOf(binding.keypairName)).toBe("key");
  expect(resources.map(({ type, name, inputs }) => [type, name, inputs as unknown])).toEqual([
    [
      "pulumi-nodejs:dynamic/huaweicloud-cph:Keypair",
      "fleet",
      { name: "key", description: "of the fleet", ...addedBySdk },
    ],
    [
      "pulumi-nodejs:dynamic/huaweicloud-cph:CloudPhoneKeypairBinding",
      "fleet",
      {
        keypairName: "key",
        serverIds: ["id"],
        ...addedBySdk,
      },
    ],
  ]);
});
