import * as pulumi from "@pulumi/pulumi";
import { Provider } from "./provider";
import { functions, resources } from "./testing/everything";

describe("without an engine", () => {
  const uses: [string, () => unknown][] = [
    ...Object.entries(resources).flatMap(([token, { create, get }]): [string, () => unknown][] => [
      [token, () => create("it")],
      [`${token} that is read`, () => get("it", "id")],
    ]),
    ["a provider", () => new Provider("it")],
    ...Object.entries(functions).map(([token, { args, callOutput }]): [string, () => unknown] => [
      `${token} for outputs`,
      () => callOutput(args as never),
    ]),
  ];

  test.each(uses)("%s fails at once", (_, use) => {
    expect(use).toThrow(pulumi.RunError);
    expect(use).toThrow(/no connection to a Pulumi engine.*`pulumi up`.*setMocks.*two copies of @pulumi\/pulumi/);
    expect(use).toThrow(/that of pulumi-huaweicloud-cph \(\/.*\/node_modules\/@pulumi\/pulumi\)/);
  });

  test.each(Object.entries(functions))("%s rejects", async (_, { args, call }) => {
    await expect(call(args as never)).rejects.toThrow(/no connection to a Pulumi engine/);
  });
});
