"""One key pair on every server of a Cloud Phone fleet."""

import pulumi
import pulumi_huaweicloud_cph as cph

config = pulumi.Config()

key = cph.Keypair("fleet", public_key=config.require("publicKey"))

# This finds every matching server; without a name, every server of the region.
servers = cph.get_servers_output(server_name=config.get("serverName"))

binding = cph.CloudPhoneKeypairBinding(
    "fleet",
    keypair_name=key.name,
    server_ids=servers.server_ids,
)

pulumi.export("keypairName", key.name)
pulumi.export("boundServers", binding.server_ids)
