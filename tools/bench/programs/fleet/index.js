// Makes the resources that data.json lists.
const { CloudPhoneKeypairBinding, Keypair } = require("pulumi-huaweicloud-cph");
const { keypairs, bindings } = require("./data.json");

for (const args of keypairs) new Keypair(args.name, args);
for (const { name, ...args } of bindings) new CloudPhoneKeypairBinding(name, args);
