"""
Keeps private keys out of Pulumi's debug log, to which Pulumi writes the outputs of a stack with secrets in plain text. `pulumi up --json` prints
that log unasked.
"""

import re
import typing

from pulumi import log

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
    re.DOTALL,
)

_debug = log.debug


def _debug_without_private_keys(msg: str, *args: typing.Any, **kwargs: typing.Any) -> None:
    _debug(_PRIVATE_KEY.sub("[secret]", msg), *args, **kwargs)


log.debug = _debug_without_private_keys
