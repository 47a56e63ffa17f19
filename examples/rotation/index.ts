import * as pulumi from "@pulumi/pulumi";
import { CloudPhoneKeypairBinding, getServersOutput, Keypair } from "pulumi-huaweicloud-cph";

const config = new pulumi.Config();

// Two ways to rotate: the next generation, for a pair that the service generates, or another public key. Either way a new key pair
// is created beside the old one. It must not have a fixed name: two key pairs cannot share one.
const key = new Keypair("fleet", {
  publicKey: config.get("publicKey"),
  triggers: { generation: config.get("generation") ?? "1" },
});

// This binds every matching server; without a name, every server of the region.
const { servers } = getServersOutput({ serverName: config.get("serverName") });

// Depends on the new key pair, so it is bound after its creation; the old key pair is deleted only after this is done.
const binding = new CloudPhoneKeypairBinding("fleet", {
  keypairName: key.name,
  serverIds: servers.apply((found) => found.map(({ serverId }) => serverId)),
});

export const keypairName = binding.keypairName;
export const privateKey = key.privateKey;
