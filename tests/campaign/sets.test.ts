/** Random stories of two sets whose pairs come, go, change and move, while calls fail: in the end all is as wanted. */
import fc from "fast-check";
import { Fleets } from "../../provider/fleet/fleet";
import { keypairSet } from "../../provider/resources/keypairSet/keypairSet";
import { publicKeys } from "../../provider/testing/keys";
import { contextOf, ManagedResource } from "../../provider/testing/managedResource";
import { accessKeyOf, connect, region, useShortBackoff, useShortPauses } from "../../provider/testing/simulatedCloud";
import { onBothClouds } from "./clouds";
import type { PlayedCloud } from "./playedCloud";
import { campaignRuns, campaignSeeds, isReplay, isUsual, tellSeed } from "./runs";

useShortBackoff();
useShortPauses();

const keys = [publicKeys.ed25519, publicKeys.rsa, publicKeys.ecdsa256];
const names = ["a", "b", "c", "d", "e", "f"];

/** What the program wants under each name: in which of the sets, with which key, and with which description if it gives one. */
const pair = fc.record({
  set: fc.constantFrom(0, 1, undefined),
  key: fc.constantFrom(0, 1, 2),
  description: fc.constantFrom(undefined, undefined, "", "mine"),
});

const step = fc.record({
  pairs: fc.tuple(...names.map(() => pair)),
  /** Of each set. */
  scopes: fc.tuple(...[0, 1].map(() => fc.constantFrom("user", "user", "user", "domain"))),
  fault: fc.option(
    fc.record({
      method: fc.constantFrom("POST", "DELETE", "GET", "PUT"),
      action: fc.constantFrom(
        { type: "reset", when: "after" } as const,
        { type: "reset" } as const,
        { type: "status", status: 500 } as const,
        { type: "status", status: 403, code: "KPS.9003" } as const,
      ),
      skip: fc.nat(3),
      times: fc.constantFrom(1, 2, 20),
    }),
  ),
  /** After how many calls the run is interrupted; in campaigns alone, as what an interruption meets is a matter of chance. */
  stop: isUsual ? fc.constant(null) : fc.option(fc.nat(12), { freq: 1 }),
  /** What somebody does by hand to the pair of a name. */
  hand: fc.option(fc.record({ name: fc.constantFrom(...names), deed: fc.constantFrom("delete", "replace") })),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The pairs of one set; one of them always stays, as a set has at least one. */
function wantedOf({ pairs }: Step, set: number): Record<string, { publicKey: string; description?: string }> {
  const own = names.flatMap((name, index) => {
    const wanted = pairs[index];
    if (wanted?.set !== set) return [];
    const { description } = wanted;
    const publicKey = keys[wanted.key] ?? "";
    return [[name, { publicKey, ...(description !== undefined && { description }) }] as const];
  });
  return Object.fromEntries([[`always-${set}`, { publicKey: publicKeys.ed25519 }] as const, ...own]);
}

class Story {
  private readonly client;
  private readonly sets;
  /** Whether something was done that only a refresh shows. */
  private isTouched = false;
  /** Whether nobody else described a pair of a set, which no list shows. */
  private areDescriptionsKnown = true;

  constructor(private readonly cloud: PlayedCloud) {
    this.client = connect(cloud, accessKeyOf(cloud));
    this.sets = [0, 1].map((set) => new ManagedResource(keypairSet, this.client, `set-${set}`));
  }

  async tell(steps: readonly Step[]): Promise<void> {
    for (const each of steps) {
      await this.doByHand(each);
      if (each.fault !== null) {
        const { method, action, skip, times } = each.fault;
        this.cloud.addFault({ match: { method }, action, skip, times });
      }
      const before = this.sets.map((set) => (set.exists ? Object.keys(set.state.keypairs) : []));
      const results = await this.up(each, { stop: each.stop ?? undefined });
      this.cloud.clearFaults();
      this.takeAwayLeft(each, before);
      // A deletion that failed says what to do; it may leave pairs to others, which describe them. Else success is true, whatever failed before.
      if (String(results).includes("run `pulumi refresh` before the next update"))
        [this.isTouched, this.areDescriptionsKnown] = [true, false];
      if (!this.isTouched && results.every((result) => typeof result === "string")) this.expectAsWanted(each);
    }
    const last = steps.at(-1);
    if (last === undefined) return;
    // What somebody put in the place of a pair that was given up is theirs to take away.
    for (const [name, { publicKey }] of this.live())
      if (publicKey.startsWith("ssh-dss")) this.cloud.deleteKeypair(region, name);

    // What a run has left over, such as a pair that one set was to take over from the other, the next ones do.
    for (let run = 0; run < 2; run++) await this.up(last, { refresh: true });
    this.expectAsWanted(last);
    this.cloud.clearCalls();
    expect(await this.up(last)).toEqual(["same", "same"]);
    expect(this.cloud.calls()).toEqual([]);
    await this.destroy();
  }

  /** What one set left to another that did not come to take it over is known to none: somebody takes it away. */
  private takeAwayLeft(each: Step, before: readonly string[][]): void {
    const known = this.sets.flatMap((set) => (set.exists ? Object.keys(set.state.keypairs) : []));
    before.forEach((names, set) => {
      const wanted = wantedOf(each, 1 - set);
      for (const name of names)
        if (name in wanted && !known.includes(name) && this.live().has(name)) this.cloud.deleteKeypair(region, name);
    });
  }

  private async doByHand({ hand }: Step): Promise<void> {
    if (hand === null || !this.live().has(hand.name)) return;
    this.isTouched = true;
    if (hand.deed === "delete") this.cloud.deleteKeypair(region, hand.name);
    else await this.cloud.replaceKeypair(region, hand.name, { publicKey: publicKeys.dss });
  }

  /** What became of each set: how it was brought up, or the error. */
  private async up(
    each: Step,
    { refresh = false, stop }: { refresh?: boolean; stop?: number } = {},
  ): Promise<unknown[]> {
    const fleets = new Fleets(this.client);
    const interruption = new AbortController();
    const context = () => contextOf(this.client, { fleets, seconds: 5, signal: interruption.signal });
    const calls = () => this.cloud.calls().length;
    const before = calls();
    const abortInTime = () => {
      if (stop !== undefined && calls() >= before + stop) interruption.abort();
    };
    const watch = stop === undefined ? undefined : setInterval(abortInTime, 1);
    const known = refresh ? this.sets.filter(({ exists }) => exists) : [];
    await Promise.all(known.map((set) => set.refresh(context())));
    if (refresh) this.isTouched = false;
    const ups = this.sets.map((set, index) =>
      set
        .up({ keypairs: wantedOf(each, index), scope: each.scopes[index] }, context())
        .catch((error: unknown) => error),
    );
    return Promise.all(ups).finally(() => {
      clearInterval(watch);
    });
  }

  private expectAsWanted(last: Step): void {
    const { areDescriptionsKnown } = this;
    const declared = Object.entries({ ...wantedOf(last, 0), ...wantedOf(last, 1) });
    const wanted = Object.fromEntries(
      declared.map(([name, { publicKey, description }]) => [
        name,
        { publicKey, ...(areDescriptionsKnown && description !== undefined && { description }) },
      ]),
    );
    const shown = [...this.live()].map(([name, { publicKey, description }]) => {
      const [type, blob] = publicKey.split(" ");
      const isGiven = wanted[name]?.description !== undefined;
      return [name, { publicKey: `${type} ${blob}`, ...(isGiven && { description }) }] as const;
    });
    expect(Object.fromEntries(shown)).toEqual(wanted);
  }

  private live() {
    return new Map((this.cloud.state().projects[0]?.keypairs ?? []).map((each) => [each.name, each]));
  }

  private async destroy(): Promise<void> {
    const fleets = new Fleets(this.client);
    for (const set of this.sets) await set.destroy(contextOf(this.client, { fleets }));
    expect([...this.live().keys()]).toEqual([]);
  }
}

onBothClouds({ servers: 0, jobSeconds: 0.005 }, (cloud) => {
  test.each(campaignSeeds([1]))(
    "sets end as they are wanted (seed %i)",
    async (seed) => {
      tellSeed(seed);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
          cloud().reset();
          await new Story(cloud()).tell(steps);
        }),
        { seed, numRuns: campaignRuns({ usual: 25, each: 20 }), endOnFailure: !isReplay },
      );
    },
    3_600_000,
  );
});
