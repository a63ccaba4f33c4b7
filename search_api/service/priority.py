"""Long commands give way to what answers people on the same machine."""

from __future__ import annotations

import contextlib
import os
from typing import Final

GIVING_WAY: Final = frozenset(
    {
        "add", "load", "watch", "reread", "index", "tag", "works", "harvest", "evaluate", "audit",
        "backup", "copy", "freeze", "digest", "check-links",
    }
)  # fmt: skip
"""Commands that may run for minutes beside a server; nobody waits for their next line."""
NICENESS: Final = 10
"""How far they step back: a third of the usual share of a busy processor for 5, a tenth for 10."""


def give_way(command: str) -> None:
    """Let other programs go first from now on, if the command is one that can wait.

    On an idle machine it takes no longer. Where the system has no priorities, or its user chose
    one that is lower, nothing changes.
    """
    if command in GIVING_WAY and hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            if os.getpriority(os.PRIO_PROCESS, 0) < NICENESS:
                os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
