/** The clouds of the tests: what holds on one of them alone may be a misreading that it shares with the client. */
import { startSimulator } from "../../simulator";
import type { PlayedCloud } from "./playedCloud";
import { SecondCloud, type SecondCloudOptions } from "./secondCloud/secondCloud";

const clouds = {
  "the simulator": startSimulator,
  "the second cloud": (options) => SecondCloud.start(options),
} as const satisfies Record<string, (options: SecondCloudOptions) => Promise<PlayedCloud>>;

type DeclareTests = (cloud: () => PlayedCloud) => void;

/** Declares tests once for each cloud. */
export function onBothClouds(options: SecondCloudOptions, declareTests: DeclareTests): void {
  onCloud("the simulator", options, declareTests);
  onCloud("the second cloud", options, declareTests);
}

/** Declares tests for one of the clouds, which runs from before the first of them until after the last. */
export function onCloud(name: keyof typeof clouds, options: SecondCloudOptions, declareTests: DeclareTests): void {
  describe(`on ${name}`, () => {
    let started: PlayedCloud;

    beforeAll(async () => {
      started = await clouds[name](options);
    });

    afterAll(() => started.close());

    declareTests(() => started);
  });
}
