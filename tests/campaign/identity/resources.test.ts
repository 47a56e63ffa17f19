/** Random stories of names, run by the resources themselves without an engine. `SEED=…` repeats one and makes it small. */
import fc from "fast-check";
import { shortenBackoff } from "../../../provider/testing/simulatedCloud";
import { startSimulator } from "../../../simulator";
import type { PlayedCloud } from "../playedCloud";
import { campaignRuns, campaignSeeds, isReplay, tellSeed } from "../runs";
import { SecondCloud } from "../secondCloud/secondCloud";
import { found } from "./found";
import { most } from "./program";
import { ResourcesDriver } from "./resourcesDriver";
import { scenario, step } from "./scenario";
import { IdentityStory, prepareCloud } from "./story";

jest.mock("node:timers/promises", () => jest.requireActual<object>("../../../provider/testing/shortPauses"));
jest.mock("node:crypto", () => jest.requireActual<object>("../smallKeys"));

const options = { servers: most.servers, jobSeconds: 0.005 };

const clouds: [name: string, start: () => Promise<PlayedCloud>][] = [
  ["the simulator", () => startSimulator(options)],
  ["the second cloud", () => SecondCloud.start(options)],
];

beforeEach(shortenBackoff);

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(clouds)("on %s", (_name, start) => {
  let cloud: PlayedCloud;

  beforeAll(async () => {
    cloud = await start();
  });

  afterAll(() => cloud.close());

  test.each(found)("%s leads to no loss", async (_what, told) => {
    await prepareCloud(cloud);
    await new IdentityStory(new ResourcesDriver(cloud), told).tell();
  });

  test.each(campaignSeeds([1]))(
    "no name leads to a loss (seed %i)",
    async (seed) => {
      tellSeed(seed);
      const scenarios = scenario(fc.array(step, { minLength: 1, maxLength: 5 }));
      await fc.assert(
        fc.asyncProperty(scenarios, async (told) => {
          await prepareCloud(cloud);
          await new IdentityStory(new ResourcesDriver(cloud), told).tell();
        }),
        { seed, numRuns: campaignRuns({ usual: 25, each: 20 }), endOnFailure: !isReplay },
      );
    },
    3_600_000,
  );
});
