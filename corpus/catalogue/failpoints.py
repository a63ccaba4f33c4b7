"""Named points at which a test can end the process as a kill would: ``SALEX_FAIL_AT=name:n``.

The process ends with status 137 when it passes the point for the nth time: no clean-up, no flush.
"""

from __future__ import annotations

import itertools
import os
from typing import Final

FAILPOINTS: Final = (
    "fetched", "hashed", "worker result", "file written", "file renamed", "original kept", "begun",
    "document row", "pages", "passages", "outcome row", "before commit", "after commit",
    "vectors put", "vectors forgotten", "index file", "manifest", "before CURRENT",
    "after CURRENT", "cleanup",
)  # fmt: skip

_ARMED, _, _TIMES = os.environ.get("SALEX_FAIL_AT", "").partition(":")
_PASSED: Final = itertools.count(1)


def failpoint(name: str) -> None:
    """End the process here if it was asked to; unarmed it costs one comparison."""
    if name == _ARMED and next(_PASSED) == int(_TIMES or 1):
        os._exit(137)
