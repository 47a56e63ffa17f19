/** Random stories of names on the real engine, which kills and interrupts may cut short. `SEED=…` repeats those of a seed. */
import fc from "fast-check";
import { most, type Program } from "../../campaign/identity/program";
import { scenario, step, type Step } from "../../campaign/identity/scenario";
import { IdentityStory, prepareCloud, type IdentityDriver } from "../../campaign/identity/story";
import type { PlayedCloud } from "../../campaign/playedCloud";
import { campaignRuns, campaignSeeds, tellSeed } from "../../campaign/runs";
import type { Command } from "../../campaign/scenario";
import type { Outcome } from "../../campaign/story";
import { onCloudOfHost } from "../cloudOfHost";
import { cut, type Cut } from "./cut";
import { EngineDriver } from "./engineDriver";
import { identityPrograms, type TimedProgram } from "./programs";

/** A step whose run may be cut short. */
interface EngineStep extends Step {
  cut?: Cut;
}

const options = { servers: most.servers, jobSeconds: 0.2 };

const engineStep: fc.Arbitrary<EngineStep> = fc
  .tuple(step, fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, cut))
  .map(([uncut, cutAt]) => ({ ...uncut, interruptAfter: undefined, cut: cutAt }));

class IdentityEngineDriver implements IdentityDriver<EngineStep> {
  private constructor(private readonly engine: EngineDriver<TimedProgram>) {}

  static async create(cloud: PlayedCloud): Promise<IdentityEngineDriver> {
    return new IdentityEngineDriver(await EngineDriver.create(cloud, identityPrograms));
  }

  get cloud(): PlayedCloud {
    return this.engine.cloud;
  }

  async run(program: Program, step: EngineStep, replaced: string | undefined): Promise<Outcome> {
    const { command, continueOnError, lateness, cut } = step;
    if (command === "taint and up" && replaced !== undefined) await this.engine.taint(replaced);
    const isForced = command === "up --replace" && replaced !== undefined;
    const replace = isForced ? [await this.engine.urnOf(replaced)] : undefined;
    const plain: Command = command === "up --replace" || command === "taint and up" ? "up" : command;
    return this.engine.run({ program, lateness }, { command: plain, options: { continueOnError, replace }, cut });
  }

  preview(program: Program): Promise<Outcome> {
    return this.engine.preview({ program, lateness: [] });
  }

  destroy(): Promise<Outcome> {
    return this.engine.destroy();
  }

  state() {
    return this.engine.state();
  }
}

onCloudOfHost(options, (cloud) => {
  test.each(campaignSeeds([1]))(
    "no name leads to a loss (seed %i)",
    async (seed) => {
      tellSeed(seed);
      const scenarios = scenario(fc.array(engineStep, { minLength: 1, maxLength: 3 }));
      await fc.assert(
        fc.asyncProperty(scenarios, async (told) => {
          await prepareCloud(cloud());
          await new IdentityStory(await IdentityEngineDriver.create(cloud()), told).tell();
        }),
        { seed, numRuns: campaignRuns({ usual: 1 }), endOnFailure: true },
      );
    },
    7_200_000,
  );
});
