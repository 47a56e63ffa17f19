import * as pulumi from "@pulumi/pulumi";
import { CloudPhoneKeypairBinding, Keypair } from "pulumi-huaweicloud-cph";

const config = new pulumi.Config();

const key = new Keypair("fleet", {
  publicKey: config.require("publicKey"),
  description: "Managed by a pipeline: changes by hand are undone",
});

// The servers are listed in the stack's configuration: a server that vanishes is drift too, and adding one is reviewed.
new CloudPhoneKeypairBinding("fleet", {
  keypairName: key.name,
  serverIds: config.requireObject<string[]>("serverIds"),
});

export const keypairName = key.name;
