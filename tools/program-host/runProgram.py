"""Runs the program in the given folder as the environment says. Pulumi's own launcher comes with its language host alone."""

import asyncio
import json
import os
import runpy
import sys

import pulumi
from pulumi.runtime import config, rpc_manager, settings
from pulumi.runtime.stack import run_in_stack


def main(folder: str) -> None:
    env = os.environ
    settings.reset_options(
        monitor_address=env["PULUMI_MONITOR"],
        engine_address=env["PULUMI_ENGINE"],
        organization=env["PULUMI_ORGANIZATION"],
        project=env["PULUMI_PROJECT"],
        stack=env["PULUMI_STACK"],
        root_directory=env["PULUMI_ROOT_DIRECTORY"],
        parallel=int(env["PULUMI_PARALLEL"]),
        preview=env["PULUMI_DRY_RUN"] == "true",
    )
    config.set_all_config(
        json.loads(env["PULUMI_CONFIG"]), json.loads(env["PULUMI_CONFIG_SECRET_KEYS"])
    )
    sys.path.insert(0, folder)
    asyncio.run(run_in_stack(lambda: runpy.run_path(folder, run_name="__main__")))


if __name__ == "__main__":
    main(sys.argv[1])
