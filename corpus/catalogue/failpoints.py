"""Named points where a test can end the process as a kill would: ``SALEX_FAIL_AT=name:n``.

The process ends with status 137 when it passes the point for the nth time: no clean-up, no flush.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

FAILPOINTS: Final = (
    "fetched", "hashed", "worker result", "file written", "file renamed", "original kept", "begun",
    "document row", "pages", "passages", "outcome row", "before commit", "after commit",
    "vectors put", "vectors forgotten", "index file", "second index file", "manifest",
    "before CURRENT", "after CURRENT", "cleanup",
)  # fmt: skip
"""Passed while documents are taken in and indexed."""

BACKUP_FAILPOINTS: Final = (
    "database copied", "original copied", "before backup.json", "after backup.json",
    "backup tidied", "original restored", "old database kept", "database restored",
)  # fmt: skip
"""Passed by ``back_up`` and ``restore_backup``."""

VARIABLE: Final = "SALEX_FAIL_AT"


@dataclass(frozen=True, slots=True)
class _Armed:
    name: str
    at: int
    passes: Iterator[int]


@functools.cache
def _armed() -> _Armed:
    """Read the environment once, when the first point is passed."""
    name, _, times = os.environ.get(VARIABLE, "").partition(":")
    return _Armed(name, int(times or 1), itertools.count(1))


def failpoint(name: str) -> None:
    """End the process here if it was asked to; unarmed it costs one comparison."""
    armed = _armed()
    if name == armed.name and next(armed.passes) == armed.at:
        os._exit(137)


def reset_failpoints() -> None:
    """Read the environment again at the next point."""
    _armed.cache_clear()
