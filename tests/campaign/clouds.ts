/** The clouds of the tests: what holds on one of them alone may be a misreading that it shares with the client. */
import { startSimulator } from "../../simulator";
import type { PlayedCloud } from "./playedCloud";
import { SecondCloud, type SecondCloudOptions } from "./secondCloud/secondCloud";

const clouds = [
  ["the simulator", startSimulator],
  ["the second cloud", (options) => SecondCloud.start(options)],
] as const satisfies readonly [string, (options: SecondCloudOptions) => Promise<PlayedCloud>][];

export type CloudName = (typeof clouds)[number][0];

/**
 * Declares tests once for each cloud, which runs from before the first of them until after the last. Where there are many of a kind, one
 * will do for the second cloud.
 */
export function onBothClouds(
  options: SecondCloudOptions,
  declareTests: (cloud: () => PlayedCloud, name: CloudName) => void,
): void {
  describe.each<(typeof clouds)[number]>([...clouds])("on %s", (name, start) => {
    let started: PlayedCloud;

    beforeAll(async () => {
      started = await start(options);
    });

    afterAll(() => started.close());

    declareTests(() => started, name);
  });
}
