import * as pulumi from "@pulumi/pulumi";
import { CloudPhoneKeypairBinding, Keypair } from "pulumi-huaweicloud-cph";

const key = new Keypair("key", {});
new CloudPhoneKeypairBinding("binding", {
  keypairName: key.name,
  keypairFingerprint: key.fingerprint,
  serverIds: [new pulumi.Config().require("serverId")],
});
