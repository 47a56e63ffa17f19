const pulumi = require("@pulumi/pulumi");
const { CloudPhoneKeypairBinding, Keypair } = require("pulumi-huaweicloud-cph");

const key = new Keypair("key", {});
new CloudPhoneKeypairBinding("binding", {
  keypairName: key.name,
  keypairFingerprint: key.fingerprint,
  serverIds: [new pulumi.Config().require("serverId")],
});
