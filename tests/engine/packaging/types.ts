/** Is compiled only: what the types promise to programs. */
import type { Output, Resource } from "@pulumi/pulumi";
import {
  CloudPhoneKeypairBinding,
  getKeypairs,
  getServers,
  getServersOutput,
  Keypair,
  Provider,
  type KeypairArgs,
} from "pulumi-huaweicloud-cph";
import * as native from "pulumi-huaweicloud-cph/native";
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

const nativeKey = new native.Keypair("key", { type: "ssh", keyProtection: undefined });
export const nativeFingerprint: Output<string> = nativeKey.fingerprint;

export const resources: Resource[] = [key, binding, nativeKey];
export const simulator: Promise<Simulator> = startSimulator();

// What is left out may be given as undefined, at every level and also by an output, whatever `exactOptionalPropertyTypes` says.
declare const region: string | undefined;
declare const description: Output<string | undefined>;
const leftOpen: KeypairArgs = {
  name: undefined,
  publicKey: undefined,
  type: undefined,
  description,
  keyProtection: { privateKey: undefined, encryption: { type: "default", kmsKeyId: undefined } },
  adoptExisting: undefined,
  triggers: undefined,
  region,
};
export const open: Resource[] = [
  new Keypair("open", leftOpen),
  new Keypair("open-protection", { keyProtection: undefined }),
  new CloudPhoneKeypairBinding("open", {
    keypairName: "key",
    serverIds: [],
    keypairFingerprint: key.privateKey,
    deletionPolicy: undefined,
  }),
  new Provider("open", { region, endpoints: { kms: undefined, iam: key.privateKey }, insecure: undefined }),
];
export const found = [
  getServers({ serverName: undefined, region }),
  getKeypairs({ nameRegex: undefined, scope: undefined }),
];
export const foundByOutputs = getServersOutput({ status: undefined, keypairName: key.privateKey });
