/**
 * Random scenarios, run by the resources themselves without an engine: hundreds of them take seconds. `SEED=…` repeats those of a seed
 * and makes the one that fails small.
 */
import fc from "fast-check";
import { Fleets } from "../../provider/fleet/fleet";
import { privateKeys } from "../../provider/testing/keys";
import { accessKeyOf, connect, shortenBackoff, userOf } from "../../provider/testing/simulatedCloud";
import { onBothClouds } from "./clouds";
import { callsEnded, foreignKeypairs, serversOf } from "./disturbance";
import type { PlayedCloud } from "./playedCloud";
import { bindingName, keypairArgs, keypairName, most, type Program } from "./program";
import { campaignRuns, campaignSeeds, isReplay, tellSeed } from "./runs";
import { scenario, step, type Scenario, type Step } from "./scenario";
import { Stack, type Declared } from "./stack";
import { prepareCloud, Story, type Driver, type Outcome } from "./story";

jest.mock("node:timers/promises", () => jest.requireActual<object>("../../provider/testing/shortPauses"));
jest.mock("node:crypto", () => jest.requireActual<object>("./smallKeys"));

/** How long an operation may take, in seconds: enough for all of them, and so little that a fault is seen to use it up. */
const time = { undisturbed: 30, disturbed: 0.4 };

const options = { servers: most.servers, jobSeconds: 0.005 };

beforeEach(shortenBackoff);

afterEach(() => {
  jest.restoreAllMocks();
});

class ResourcesDriver implements Driver<Step> {
  readonly secrets: Driver<Step>["secrets"];
  private readonly stack: Stack;
  private readonly serverIds: readonly string[];

  constructor(
    readonly cloud: PlayedCloud,
    { credentials }: Scenario,
  ) {
    const { secretKey, password } = cloud.credentials;
    this.secrets = { ...privateKeys, secretKey, password };
    this.serverIds = serversOf(cloud).map(({ id }) => id);
    const configuration = credentials === "password" ? userOf(cloud) : accessKeyOf(cloud);
    this.stack = new Stack(() => {
      const client = connect(cloud, configuration);
      return { cloud: client, fleets: new Fleets(client) };
    });
  }

  async run(program: Program, { command, faults }: Step): Promise<Outcome> {
    const seconds = faults.length === 0 ? time.undisturbed : time.disturbed;
    const outcome = await this.runCommand(command, this.declared(program), seconds);
    if (faults.length > 0) await callsEnded(this.cloud);
    return outcome;
  }

  preview(program: Program): Promise<Outcome> {
    return this.stack.preview(this.declared(program), time.undisturbed);
  }

  destroy(): Promise<Outcome> {
    return this.stack.destroy(time.undisturbed);
  }

  state() {
    return Promise.resolve(this.stack.state);
  }

  private async runCommand(command: Step["command"], declared: Declared[], seconds: number): Promise<Outcome> {
    if (command === "preview --refresh") return this.stack.preview(declared, seconds);
    if (command === "up") return this.stack.up(declared, seconds);
    const refreshed = await this.stack.refresh(seconds);
    if (command === "refresh" || !refreshed.refreshed) return refreshed;
    const updated = await this.stack.up(declared, seconds);
    return { ...updated, output: `${refreshed.output}\n${updated.output}`, refreshed: true };
  }

  private declared({ keypairs, bindings }: Program): Declared[] {
    return [
      ...keypairs.flatMap((declared, place): Declared[] =>
        declared === undefined
          ? []
          : [{ kind: "keypair", logicalName: keypairName(place), args: () => keypairArgs(declared, place) }],
      ),
      ...bindings.flatMap((declared, place): Declared[] => {
        if (declared === undefined) return [];
        const { keypair, servers, fingerprint, restores } = declared;
        const after = keypairs[keypair] && keypairName(keypair);
        const args: Declared["args"] = (outputsOf) => ({
          keypairName: after === undefined ? foreignKeypairs.first : outputsOf(after).name,
          keypairFingerprint: after !== undefined && fingerprint ? outputsOf(after).fingerprint : undefined,
          serverIds: servers.map((server) => this.serverIds[server]),
          deletionPolicy: restores ? "restore" : undefined,
        });
        return [{ kind: "binding", logicalName: bindingName(place), after, args }];
      }),
    ];
  }
}

onBothClouds(options, (cloud) => {
  test.each(campaignSeeds([1]))(
    "an undisturbed run brings order after anything (seed %i)",
    async (seed) => {
      tellSeed(seed);
      const scenarios = scenario(fc.array(step, { minLength: 1, maxLength: 6 }));
      await fc.assert(
        fc.asyncProperty(scenarios, async (told) => {
          await prepareCloud(cloud(), told);
          await new Story(new ResourcesDriver(cloud(), told), told).tell();
        }),
        { seed, numRuns: campaignRuns({ usual: 25, each: 20 }), endOnFailure: !isReplay },
      );
    },
    3_600_000,
  );
});
