"""Runs an operation, `up`, `unchanged` or `destroy`, on the stack in the working directory, and prints all that the engine tells."""

import json
import os
import sys

import pulumi
from pulumi import automation
import pulumi_huaweicloud_cph as cph

settings = json.loads(os.environ["TEST_SETTINGS"])


def program() -> None:
    url = settings["url"]
    own = cph.Provider(
        "own",
        region=settings["region"],
        access_key=settings["accessKey"],
        secret_key=settings["secretKey"],
        endpoints=cph.EndpointsArgs(kms=url, cph=url, iam=url),
    )
    key = cph.Keypair("key", description="generated")
    cph.Keypair(
        "hosted",
        public_key=settings["publicKey"],
        key_protection=cph.KeyProtectionArgs(
            private_key=settings["privateKey"],
            encryption=cph.EncryptionArgs(type=cph.EncryptionType.DEFAULT),
        ),
        opts=pulumi.ResourceOptions(provider=own),
    )
    seen = cph.Keypair.get("seen", "other")
    spare = cph.CloudPhoneKeypairBinding.get("spare", settings["spare"])
    servers = cph.get_servers(server_name="cph-server")
    phones = cph.CloudPhoneKeypairBinding(
        "phones",
        keypair_name=key.name,
        keypair_fingerprint=key.fingerprint,
        server_ids=[server.server_id for server in servers.servers],
        deletion_policy=cph.DeletionPolicy.RESTORE,
    )
    pulumi.export("name", key.name)
    pulumi.export("privateKey", key.private_key)
    pulumi.export("seen", seen.public_key)
    pulumi.export("spare", spare.bindings[0].server_name)
    pulumi.export("carried", phones.bindings[0].keypair_name)


workspace = automation.LocalWorkspaceOptions(work_dir=os.getcwd())
stack = automation.select_stack("test", "test-project", program, opts=workspace)
told = {
    "debug": True,
    "on_output": print,
    "on_event": lambda event: print(json.dumps(event, default=vars)),
}
match sys.argv[1]:
    case "up":
        stack.up(**told)
    case "unchanged":
        stack.up(refresh=True, expect_no_changes=True, **told)
    case "destroy":
        stack.destroy(**told)
