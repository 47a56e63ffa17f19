/**
 * Tests on the engine that hold on every cloud. A host knows nothing of the service, and what talks to the service nothing of the host:
 * where the whole suite runs, one host runs them on the simulator, and the other on the second cloud. A campaign runs them all on both.
 */
import { onBothClouds, onCloud } from "../campaign/clouds";
import { isUsual } from "../campaign/runs";
import { host } from "./host";

type DeclareTests = Parameters<typeof onCloud>[2];

/** Declares tests for the cloud of this run's host, or in a campaign for both. */
export function onCloudOfHost(options: Parameters<typeof onCloud>[1], declareTests: DeclareTests): void {
  if (isUsual) onCloud(host === "dynamic" ? "the simulator" : "the second cloud", options, declareTests);
  else onBothClouds(options, declareTests);
}
