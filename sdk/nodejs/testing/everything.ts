import type * as pulumi from "@pulumi/pulumi";
import { CloudPhoneKeypairBinding } from "../cloudPhoneKeypairBinding";
import {
  getKeypair,
  getKeypairOutput,
  getKeypairs,
  getKeypairsOutput,
  getServers,
  getServersOutput,
} from "../functions";
import { Keypair } from "../keypair";
import { KeypairSet } from "../keypairSet";

/** Everything that a program can ask of the package, by the tokens of schema.json: what holds for all is tested with all. */

interface ResourceUse {
  /** The name by which `dynamic/v1` exports it. */
  exportName: string;
  create: (name: string) => pulumi.CustomResource;
  get: (name: string, id: string) => pulumi.CustomResource;
}

export const resources: Record<string, ResourceUse> = {
  "huaweicloud-cph:index:Keypair": {
    exportName: "keypair",
    create: (name) => new Keypair(name),
    get: (name, id) => Keypair.get(name, id),
  },
  "huaweicloud-cph:index:CloudPhoneKeypairBinding": {
    exportName: "binding",
    create: (name) => new CloudPhoneKeypairBinding(name, { keypairName: "key", serverIds: ["id"] }),
    get: (name, id) => CloudPhoneKeypairBinding.get(name, id),
  },
  "huaweicloud-cph:index:KeypairSet": {
    exportName: "keypairSet",
    create: (name) => new KeypairSet(name, { keypairs: { alice: { publicKey: "key" } } }),
    get: (name, id) => KeypairSet.get(name, id),
  },
};

interface FunctionUse {
  args: object;
  call: (args: never, opts?: pulumi.InvokeOptions) => Promise<unknown>;
  callOutput: (args: never, opts?: pulumi.InvokeOutputOptions) => pulumi.Output<unknown>;
}

export const functions: Record<string, FunctionUse> = {
  "huaweicloud-cph:index:getKeypair": { args: { name: "key" }, call: getKeypair, callOutput: getKeypairOutput },
  "huaweicloud-cph:index:getKeypairs": {
    args: { nameRegex: "^key" },
    call: getKeypairs,
    callOutput: getKeypairsOutput,
  },
  "huaweicloud-cph:index:getServers": { args: { serverName: "cph" }, call: getServers, callOutput: getServersOutput },
};
