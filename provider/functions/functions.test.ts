import type { CallAction } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import type { Context } from "../contract";
import { addServers, callsOf } from "../testing/fleet";
import { getKeypair, getKeypairs, getServers } from "../testing/functions";
import { publicKeys } from "../testing/keys";
import { contextOf } from "../testing/managedResource";
import { accessKeyOf, connect, projectId, region, useShortBackoff } from "../testing/simulatedCloud";
import { everyVariant } from "../testing/variants";

const otherRegion = "cn-south-1";

const simulator = useSimulator({ servers: 0, projects: { [region]: projectId, [otherRegion]: "f".repeat(32) } });
useShortBackoff();

function newContext(configuration: Record<string, unknown> = {}): Context {
  return contextOf(connect(simulator, { ...accessKeyOf(simulator), ...configuration }));
}

async function addPairs(...names: string[]): Promise<void> {
  for (const name of names) await simulator.replaceKeypair(region, name, { publicKey: publicKeys.ed25519 });
}

async function namesOf(args: Parameters<typeof getKeypairs>[1]): Promise<string[]> {
  return (await getKeypairs(newContext(), args)).keypairs.map(({ name }) => name);
}

describe.each([["every default", {}], ...everyVariant] as typeof everyVariant)("with %s", (_, variants) => {
  beforeEach(() => {
    simulator.setVariants(variants);
  });

  test("getKeypair tells all there is about one pair, and refuses to make one up", async () => {
    await simulator.replaceKeypair(region, "key", { publicKey: publicKeys.ed25519, description: "mine" });
    const found = await getKeypair(newContext(), { name: "key" });
    expect(found).toMatchObject({ name: "key", type: "ssh", scope: "user", description: "mine", frozenState: 0 });
    expect(found.publicKey).toContain(publicKeys.ed25519);
    expect(found.userId).toBe(simulator.credentials.userId);
    expect(Math.abs(Date.parse(found.createTime ?? "") - Date.now())).toBeLessThan(60_000);
    await expect(getKeypair(newContext(), { name: "missing" })).rejects.toThrow(
      `There is no key pair named "missing" in region ${region}.`,
    );
  });

  test("getKeypairs finds every pair on every page, sorted, and selects by name and scope", async () => {
    const names = Array.from({ length: 60 }, (_name, index) => `key-${String(index).padStart(3, "0")}`);
    await addPairs(...[...names].reverse());
    await simulator.replaceKeypair(region, "shared", { publicKey: publicKeys.rsa, scope: "domain" });
    expect(await namesOf({})).toEqual([...names, "shared"]);
    expect(await namesOf({ nameRegex: "-05[0-2]$" })).toEqual(["key-050", "key-051", "key-052"]);
    expect(await namesOf({ scope: "domain" })).toEqual(["shared"]);
    expect(await namesOf({ scope: "user", nameRegex: "^(shared|key-007)$" })).toEqual(["key-007"]);
    expect(await namesOf({ nameRegex: "^none$" })).toEqual([]);
  });

  test("getServers finds every server on every page, sorted, and selects by name, status and key pair", async () => {
    await addPairs("key");
    const ids = addServers(simulator, 130);
    const [first = "", second = ""] = ids;
    simulator.changeServer(region, first, { name: "special", keypairName: "key" });
    simulator.changeServer(region, second, { status: 8 });
    const context = newContext();
    const found = await getServers(context, {});
    expect(found.servers.map(({ serverId }) => serverId)).toEqual([...ids].sort());
    expect(found.servers.find(({ serverId }) => serverId === first)).toMatchObject({
      serverName: "special",
      keypairName: "key",
      status: 5,
      availabilityZone: `${region}a`,
      networkVersion: "v2",
    });
    expect(found.serverIds).toEqual([...ids].sort());
    const idsOf = async (args: Parameters<typeof getServers>[1]) => (await getServers(context, args)).serverIds;
    expect(await idsOf({ serverName: "" })).toEqual([...ids].sort());
    expect(await idsOf({ serverName: "speci" })).toEqual([first]);
    expect(await idsOf({ status: 8 })).toEqual([second]);
    expect(await idsOf({ keypairName: "key" })).toEqual([first]);
    expect(await idsOf({ keypairName: "key", status: 8 })).toEqual([]);
  });
});

test("scopes are looked up one by one only where the list does not tell them", async () => {
  await addPairs("key");
  await namesOf({ scope: "user" });
  expect(callsOf(simulator, "ListKeypairDetail")).toEqual([]);
  simulator.setVariants({ listFields: "few" });
  await namesOf({});
  expect(callsOf(simulator, "ListKeypairDetail")).toEqual([]);
});

test("a region of its own is looked in, with its project", async () => {
  await simulator.replaceKeypair(otherRegion, "there", { publicKey: publicKeys.rsa });
  const { id } = simulator.addServer(otherRegion);
  const context = newContext();
  expect((await getKeypair(context, { name: "there", region: otherRegion })).name).toBe("there");
  expect((await getKeypairs(context, { region: otherRegion })).keypairs).toHaveLength(1);
  expect((await getServers(context, { region: otherRegion })).servers.map(({ serverId }) => serverId)).toEqual([id]);
  expect((await getKeypairs(context, {})).keypairs).toEqual([]);
  expect((await getServers(context, {})).servers).toEqual([]);
});

describe("a region", () => {
  const calls: [string, (context: Context, region?: string) => Promise<unknown>][] = [
    ["getKeypair", (context, inRegion) => getKeypair(context, { name: "key", region: inRegion })],
    ["getKeypairs", (context, inRegion) => getKeypairs(context, { region: inRegion })],
    ["getServers", (context, inRegion) => getServers(context, { region: inRegion })],
  ];

  test.each(calls)("that is missing is an error of %s that says where to set it", async (_, call) => {
    await expect(call(newContext({ region: undefined }))).rejects.toThrow(/^region is missing; .*HW_REGION_NAME/);
    expect(simulator.calls()).toEqual([]);
  });

  test.each(calls)("that is none is an error of %s, and nothing is called", async (_, call) => {
    await expect(call(newContext(), "evil.example/")).rejects.toThrow(/^region must be a region such as "cn-north-4"/);
    expect(simulator.calls()).toEqual([]);
  });
});

test.each(["(", "[a", "*"])("the expression %s is an error, and nothing is called", async (nameRegex) => {
  await expect(getKeypairs(newContext(), { nameRegex })).rejects.toThrow(
    `nameRegex is not a regular expression: "${nameRegex}".`,
  );
  expect(simulator.calls()).toEqual([]);
});

test("arguments of wrong types are an error that names all of them, and nothing is called", async () => {
  const args = { name: 5, regoin: "x" } as unknown as Parameters<typeof getKeypair>[1];
  await expect(getKeypair(newContext(), args)).rejects.toThrow(
    'regoin is not a property; did you mean "region"?; name must be a string.',
  );
  await expect(getServers(newContext(), { status: "5&offset=9" as unknown as number })).rejects.toThrow(
    /status must be/,
  );
  await expect(getKeypairs(newContext(), undefined as never)).rejects.toThrow("the argument must be an object.");
  expect(simulator.calls()).toEqual([]);
});

test.each<[string, CallAction, RegExp]>([
  ["lack of permission", { type: "status", status: 403, code: "CPS.0001" }, /HTTP 403/],
  ["a proxy's 404", { type: "html", status: 404 }, /HTTP 404/],
  ["an error of the service", { type: "status", status: 500 }, /HTTP 500/],
])("%s is an error and never an empty result", async (_, action, reason) => {
  simulator.addFault({ match: { path: "/(keypairs|servers)" }, action });
  await expect(getKeypair(newContext(), { name: "key" })).rejects.toThrow(reason);
  await expect(getKeypairs(newContext(), {})).rejects.toThrow(reason);
  await expect(getServers(newContext(), {})).rejects.toThrow(reason);
});
