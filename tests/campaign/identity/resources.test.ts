/** Random stories of names, run by the resources themselves without an engine. `SEED=…` repeats one and makes it small. */
import fc from "fast-check";
import { useShortBackoff, useShortPauses } from "../../../provider/testing/simulatedCloud";
import { onBothClouds } from "../clouds";
import { campaignRuns, campaignSeeds, isReplay, tellSeed } from "../runs";
import { found } from "./found";
import { most } from "./program";
import { ResourcesDriver } from "./resourcesDriver";
import { scenario, step } from "./scenario";
import { IdentityStory, prepareCloud } from "./story";

const options = { servers: most.servers, jobSeconds: 0.005 };

useShortBackoff();
useShortPauses();

onBothClouds(options, (cloud) => {
  test.each(found)("%s leads to no loss", async (_what, told) => {
    await prepareCloud(cloud());
    await new IdentityStory(new ResourcesDriver(cloud()), told).tell();
  });

  test.each(campaignSeeds([1]))(
    "no name leads to a loss (seed %i)",
    async (seed) => {
      tellSeed(seed);
      const scenarios = scenario(fc.array(step, { minLength: 1, maxLength: 5 }));
      await fc.assert(
        fc.asyncProperty(scenarios, async (told) => {
          await prepareCloud(cloud());
          await new IdentityStory(new ResourcesDriver(cloud()), told).tell();
        }),
        { seed, numRuns: campaignRuns({ usual: 25, each: 20 }), endOnFailure: !isReplay },
      );
    },
    3_600_000,
  );
});
