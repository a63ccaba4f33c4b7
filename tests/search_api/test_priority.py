"""Long commands step back behind a server on the same machine; what people wait for does not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from search_api.cli import COMMANDS
from search_api.service.priority import GIVING_WAY, NICENESS

ASK = (
    "import os, sys; from search_api.service.priority import give_way; os.nice({nice});"
    "give_way({command!r}); print(os.getpriority(os.PRIO_PROCESS, 0))"
)


def _priority(command, nice=0):
    code = ASK.format(command=command, nice=nice)
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="this system has no priorities")
def test_commands_that_can_wait_give_way_and_others_do_not():
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert _priority("index") == max(own, NICENESS)
    assert _priority("serve") == own
    assert _priority("index", nice=15) == max(own, 15)  # a lower one stays


def test_each_command_that_gives_way_exists():
    assert set(COMMANDS) >= GIVING_WAY
