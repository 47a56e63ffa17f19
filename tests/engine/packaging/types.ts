/** Is compiled only: what the types promise to programs. */
import type { Output, Resource } from "@pulumi/pulumi";
import { CloudPhoneKeypairBinding, getServersOutput, Keypair } from "pulumi-huaweicloud-cph";
import { startSimulator, type Simulator } from "pulumi-huaweicloud-cph/simulator";

const key = new Keypair("key", {});
const binding = new CloudPhoneKeypairBinding("binding", {
  keypairName: key.name,
  keypairFingerprint: key.fingerprint,
  serverIds: getServersOutput().servers.apply((servers) => servers.map(({ serverId }) => serverId)),
});

export const always: Output<string> = key.fingerprint;
// @ts-expect-error -- only a generated pair has one.
export const sometimes: Output<string> = key.privateKey;
export const privateKey: Output<string | undefined> = key.privateKey;
export const hosting = key.keyProtection.apply((protection) => protection?.encryption.type);
export const bound: Output<string[]> = binding.bindings.apply((bindings) => bindings.map(({ serverId }) => serverId));
// @ts-expect-error -- an output is the provider's to set.
key.fingerprint = always;

export const resources: Resource[] = [key, binding];
export const simulator: Promise<Simulator> = startSimulator();
