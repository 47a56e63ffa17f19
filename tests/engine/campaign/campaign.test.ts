/** Random scenarios on the real engine, which kills and interrupts may cut short. `SEED=…` repeats those of a seed. */
import fc from "fast-check";
import { missingMoves, type Move } from "../../campaign/moves";
import type { PlayedCloud } from "../../campaign/playedCloud";
import { most, type Program } from "../../campaign/program";
import { campaignRuns, campaignSeeds, isUsual, tellSeed } from "../../campaign/runs";
import type { Scenario } from "../../campaign/scenario";
import { prepareCloud, Story, type Driver } from "../../campaign/story";
import { onCloudOfHost } from "../cloudOfHost";
import { host } from "../host";
import { EngineDriver } from "./engineDriver";
import { plainPrograms } from "./programs";
import { engineScenario, type EngineStep } from "./scenario";

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

/** Seeds of stories in which key pairs and servers go every way, in runs that end by themselves and in ones that are cut short. */
const seeds = host === "dynamic" ? { whole: 48652, cutShort: 21719 } : { whole: 38329, cutShort: 32830 };

onCloudOfHost(options, (cloud) => {
  test.each(campaignSeeds(Object.values(seeds)))(
    "an undisturbed run brings order after anything (seed %i)",
    async (seed) => {
      tellSeed(seed);
      const moves = { whole: new Set<Move>(), cutShort: new Set<Move>() };
      await fc.assert(
        fc.asyncProperty(engineScenario, async (told) => {
          await prepareCloud(cloud(), told);
          const story = new Story(await driverOf(cloud(), told), told);
          await story.tell();
          for (const runs of ["whole", "cutShort"] as const)
            for (const move of story.moves[runs]) moves[runs].add(move);
        }),
        { seed, numRuns: campaignRuns({ usual: 1 }), endOnFailure: true },
      );
      const missing = { whole: missingMoves(moves.whole), cutShort: missingMoves(moves.cutShort) };
      process.stdout.write(`moves that this seed lacks: ${JSON.stringify(missing)}\n`);
      if (isUsual) expect(missing).toMatchObject(seed === seeds.whole ? { whole: [] } : { cutShort: [] });
    },
    7_200_000,
  );
});
