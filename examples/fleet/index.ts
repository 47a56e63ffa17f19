import * as pulumi from "@pulumi/pulumi";
import { CloudPhoneKeypairBinding, getServersOutput, Keypair } from "pulumi-huaweicloud-cph";

const config = new pulumi.Config();

const key = new Keypair("fleet", { publicKey: config.require("publicKey") });

// This finds every matching server; without a name, every server of the region.
const servers = getServersOutput({ serverName: config.get("serverName") });

const binding = new CloudPhoneKeypairBinding("fleet", {
  keypairName: key.name,
  serverIds: servers.serverIds,
});

export const keypairName = key.name;
export const boundServers = binding.serverIds;
