/**
 * Huawei Cloud's key pair service (KPS), Cloud Phone (CPH) and identity service (IAM) as an HTTP server on this machine, with a machine's
 * metadata service.
 *
 * @example
 * const simulator = await startSimulator({ servers: 25, jobSeconds: 0.05 });
 * simulator.addFault({ match: { operation: "CreateKeypair" }, times: 1, action: { type: "reset", when: "after" } });
 * // … point a client at simulator.url …
 * await simulator.close();
 */
import type { SimulatorOptions } from "./options";
import { Simulator } from "./simulator";

export type { Call } from "./callLog";
export type { KeypairChange, KeypairReplacement, ServerChange } from "./changes";
export type { Encryption, Job, JobOutcome, Keypair, NewServer, Server } from "./cloud";
export type { Service } from "./errors";
export type { ActiveFault, CallAction, FaultAction, FaultMatch, FaultRule, FaultTime, ServerAction } from "./faults";
export type { AccessKey, User } from "./identity";
export type { IdToken } from "./identityProviders";
export type { Operation } from "./operations";
export type { NewAgency, NewIdentityProvider, NewMachineAgency, SimulatorOptions } from "./options";
export type { Simulator } from "./simulator";
export type { CloudState, KeypairState, ProjectState } from "./state";
export { variantTable, type VariantName, type Variants } from "./variants";

/** Starts a simulator on 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new Simulator(options);
  await simulator.start();
  return simulator;
}
