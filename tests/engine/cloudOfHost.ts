/**
 * Tests on the engine that hold on every cloud: one host runs them on the simulator, and the other on the second cloud. A host knows nothing
 * of the service, and what talks to the service nothing of the host: the other two pairs would prove the same again.
 */
import { onCloud } from "../campaign/clouds";
import { host } from "./host";

type DeclareTests = Parameters<typeof onCloud>[2];

/** Declares tests for the cloud of this run's host. */
export function onCloudOfHost(options: Parameters<typeof onCloud>[1], declareTests: DeclareTests): void {
  onCloud(host === "dynamic" ? "the simulator" : "the second cloud", options, declareTests);
}
