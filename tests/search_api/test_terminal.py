"""What the command line prints when nobody looks: whole lines, and progress now and then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONG = "a path that is long " * 20


@pytest.mark.parametrize("stream", ["out", "err"])
def test_a_piped_message_is_one_line_however_long(stream):
    code = f"from search_api.web.terminal import {stream}; {stream}.print({LONG!r})"
    done = _piped(code)
    assert (done.stdout + done.stderr) == LONG + "\n"


def test_a_piped_table_keeps_every_cell_whole():
    code = (
        "from rich.box import SIMPLE; from rich.table import Table; "
        "from search_api.web.terminal import out; "
        "t = Table(title='A table', title_justify='left', box=SIMPLE); "
        f"t.add_column('term'); t.add_column('number'); t.add_row({LONG.strip()!r}, '7'); "
        "out.print(t)"
    )
    lines = _piped(code).stdout.splitlines()
    assert [line for line in lines if LONG.strip() in line and line.rstrip().endswith("7")]
    assert len(lines) == 6
    assert max(map(len, lines)) < len(LONG) + 20


def _piped(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
