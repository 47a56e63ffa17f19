/** Random scenarios on the real engine, which kills and interrupts may cut short. `SEED=…` repeats those of a seed. */
import fc from "fast-check";
import type { PlayedCloud, PlayedRule } from "../../campaign/playedCloud";
import { most, type Program } from "../../campaign/program";
import { campaignRuns, campaignSeeds, tellSeed } from "../../campaign/runs";
import { scenario, step, steps, type Scenario, type Step } from "../../campaign/scenario";
import { prepareCloud, Story, type Driver } from "../../campaign/story";
import { onCloudOfHost } from "../cloudOfHost";
import { cut, type Cut } from "./cut";
import { EngineDriver } from "./engineDriver";
import { plainPrograms } from "./programs";

/** A step whose run may be cut short. */
interface EngineStep extends Step {
  cut?: Cut;
}

const options = { servers: most.servers, jobSeconds: 0.2 };

/** Only operations with an effect have a time that the program sets: looks are not to be held up for minutes. */
function bounded(rule: PlayedRule): PlayedRule[] {
  const { match = {}, times, action } = rule;
  const isLook = match.operation === undefined || /^(List|Show)/.test(match.operation);
  if (isLook && action.type === "hang") return [];
  return [{ ...rule, times: isLook ? Math.min(times ?? 5, 5) : times }];
}

const engineStep: fc.Arbitrary<EngineStep> = fc
  .tuple(step, fc.option(cut, { nil: undefined }))
  .map(([{ faults, ...rest }, cutAt]) => ({ ...rest, faults: faults.flatMap(bounded), cut: cutAt }));

async function driverOf(cloud: PlayedCloud, { credentials }: Scenario): Promise<Driver<EngineStep>> {
  const driver = await EngineDriver.create<Program>(cloud, plainPrograms, credentials);
  return {
    cloud,
    secrets: driver.secrets,
    run: (program, step) => driver.run(program, step),
    preview: (program) => driver.preview(program),
    state: () => driver.state(),
  };
}

onCloudOfHost(options, (cloud) => {
  test.each(campaignSeeds([1]))(
    "an undisturbed run brings order after anything (seed %i)",
    async (seed) => {
      tellSeed(seed);
      const scenarios = scenario(steps(engineStep, { minLength: 2, maxLength: 3 }));
      await fc.assert(
        fc.asyncProperty(scenarios, async (told) => {
          await prepareCloud(cloud(), told);
          await new Story(await driverOf(cloud(), told), told).tell();
        }),
        { seed, numRuns: campaignRuns({ usual: 1 }), endOnFailure: true },
      );
    },
    7_200_000,
  );
});
