/**
 * Lists that change while they are read, with pages that are shorter than was asked for: no server that is still there leaves a binding
 * because of that, and no key pair is missing.
 */
import type { Variants } from "pulumi-huaweicloud-cph/simulator";
import { keypairsOf, region, serversOf } from "../../campaign/disturbance";
import { usualHabits, type Habits } from "../../campaign/secondCloud/habits";
import { configOf } from "../campaign/engineDriver";
import { newKey } from "../cloud";
import { onCloudOfHost } from "../cloudOfHost";
import { createWorkspace } from "../harness";
import type { InlineStack } from "../harnessInline";
import { CloudPhoneKeypairBinding, getKeypairs, getServers } from "../host";
import { until } from "./moments";

const options = { servers: 150, jobSeconds: 0.2 };

const lists = ["ListCloudPhoneServers", "ListKeypairs"] as const;

onCloudOfHost(options, (cloud) => {
  let stack: InlineStack;

  beforeAll(async () => {
    countServersBy("page", { serverCount: "page" });
    const names = ["earlier", "fleet", ..."12345678".split("").map((number) => `key-${number}`)];
    for (const name of names) await cloud().replaceKeypair(region, name, newKey());
    for (const { id } of serversOf(cloud())) cloud().changeServer(region, id, { keypairName: "earlier" });
    const program = async () => {
      const [{ servers }, { keypairs }] = await Promise.all([getServers({}), getKeypairs({})]);
      const serverIds = servers.map(({ serverId }) => serverId);
      new CloudPhoneKeypairBinding("fleet", { keypairName: "fleet", serverIds, deletionPolicy: "restore" });
      return { keypairs: keypairs.map(({ name }) => name) };
    };
    stack = await createWorkspace().createStack(program, {
      ...configOf(cloud(), "access key"),
      "huaweicloud-cph:serversPerCall": { value: "100" },
    });
    await stack.up();
    expect(carried()).toEqual(new Set(["fleet"]));
  });

  /** Pages of key pairs are cut short in any case. */
  function countServersBy(serverCount: Variants["serverCount"], habits: Partial<Habits>): void {
    const variants = { serversPerCall: 100, maxListLimit: 3, serverCount };
    cloud().setVariants(variants, { ...usualHabits, largestPage: { size: 3, refusesMore: false }, ...habits });
  }

  /** Key pairs of the servers that are there. */
  function carried(): Set<string> {
    return new Set(serversOf(cloud()).map(({ keypairName }) => keypairName));
  }

  function keypairNames(): string[] {
    return keypairsOf(cloud()).map(({ name }) => name);
  }

  test.each<[Variants["serverCount"], Partial<Habits>]>([
    ["page", { serverCount: "page" }],
    ["total", { serverCount: "all", largestServerPage: 3 }],
  ])(
    "what is deleted between two pages takes nothing else with it, where the count is that of the %s",
    async (serverCount, habits) => {
      countServersBy(serverCount, habits);
      cloud().clearCalls();
      for (const operation of lists)
        cloud().addFault({ match: { operation }, skip: 1, action: { type: "delay", milliseconds: 1_000 } });

      const run = stack.up();
      const pages = (list: string) =>
        cloud()
          .calls()
          .filter(({ operation }) => operation === list);
      await until(() => lists.every((list) => pages(list).length > 1));
      // Lists begin with the newest, and the marker of a page is that of its last key pair.
      cloud().removeServer(region, serversOf(cloud()).at(-1)?.id ?? "");
      cloud().deleteKeypair(region, keypairNames().at(-3) ?? "");
      cloud().clearFaults();
      await run;
      expect(carried()).toEqual(new Set(["fleet"]));
      expect((await stack.outputs()).keypairs?.value).toEqual(expect.arrayContaining(keypairNames()));
    },
  );
});
