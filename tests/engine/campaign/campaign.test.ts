/** Random scenarios on the real engine, which kills and interrupts may cut short. `SEED=…` repeats those of a seed. */
import fc from "fast-check";
import { onBothClouds, type CloudName } from "../../campaign/clouds";
import { everyMove, type Move } from "../../campaign/moves";
import type { PlayedCloud } from "../../campaign/playedCloud";
import { most, type Program } from "../../campaign/program";
import { campaignRuns, campaignSeeds, isUsual, tellSeed } from "../../campaign/runs";
import type { Scenario } from "../../campaign/scenario";
import { prepareCloud, Story, type Driver } from "../../campaign/story";
import { host, type Host } from "../host";
import { EngineDriver } from "./engineDriver";
import { plainPrograms } from "./programs";
import { engineScenario, type EngineStep } from "./scenario";

// Pairs that are generated one after the other on a busy machine would come into being after whoever asked for them has given up.
jest.mock("node:crypto", () => jest.requireActual<object>("../../campaign/smallKeys"));

const options = { servers: most.servers, jobSeconds: 0.2 };

async function driverOf(cloud: PlayedCloud, { credentials }: Scenario): Promise<Driver<EngineStep>> {
  const driver = await EngineDriver.create<Program>(cloud, plainPrograms, credentials);
  return {
    cloud,
    secrets: driver.secrets,
    run: (program, step) => driver.run(program, step),
    preview: (program) => driver.preview(program),
    state: () => driver.state(),
    stored: () => driver.storedState,
  };
}

/** Their stories have key pairs and servers go every way, in runs that end by themselves or in ones that are cut short. */
const usual: Record<Host, Record<CloudName, { seed: number; runs: "whole" | "cutShort" }>> = {
  dynamic: {
    "the simulator": { seed: 21719, runs: "cutShort" },
    "the second cloud": { seed: 48652, runs: "whole" },
  },
  native: {
    "the simulator": { seed: 38329, runs: "whole" },
    "the second cloud": { seed: 32830, runs: "cutShort" },
  },
};

onBothClouds(options, (cloud, name) => {
  const { seed: usualSeed, runs } = usual[host][name];

  test.each(campaignSeeds([usualSeed]))(
    "an undisturbed run brings order after anything (seed %i)",
    async (seed) => {
      tellSeed(seed);
      const moves = new Set<Move>();
      await fc.assert(
        fc.asyncProperty(engineScenario, async (told) => {
          await prepareCloud(cloud(), told);
          const story = new Story(await driverOf(cloud(), told), told);
          await story.tell();
          for (const move of story.moves[runs]) moves.add(move);
        }),
        { seed, numRuns: campaignRuns({ usual: 1 }), endOnFailure: true },
      );
      if (isUsual) expect(moves).toEqual(new Set(everyMove));
    },
    7_200_000,
  );
});
