"""What the command line prints when nobody looks: whole lines, and progress now and then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from index.model import Snippet
from search_api.search import printing
from search_api.web import terminal

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


@pytest.mark.parametrize(
    ("total", "told", "lines"),
    [
        (9, None, ["Looking: 4 of 9", "Looking: 8 of 9"]),
        (None, None, ["Looking: 4", "Looking: 8"]),
        (None, 2000, ["Looking: 4 of 2,000", "Looking: 8 of 2,000"]),
    ],
    ids=["counted before", "not counted", "counted on the way"],
)
def test_piped_progress_is_a_line_every_ten_seconds(capsys, monkeypatch, total, told, lines):
    monkeypatch.setattr(terminal, "err", Console(stderr=True, force_terminal=False))
    seconds = 0.0
    with terminal.progress_bar("Looking", total, clock=lambda: seconds) as advance:
        for done in range(1, 10):
            seconds += 3
            advance(done, told)
    assert capsys.readouterr() == ("", "".join(f"{line}\n" for line in lines))


def test_what_is_soon_done_says_nothing_in_a_pipe(capsys, monkeypatch):
    monkeypatch.setattr(terminal, "err", Console(stderr=True, force_terminal=False))
    with terminal.progress_bar("Looking", 2, clock=lambda: 9.9) as advance:
        advance(1)
        advance(2)
    assert capsys.readouterr() == ("", "")


def _piped(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )


def test_paragraphs_of_a_quote_are_lines_of_their_own():
    text = "Teachers say:\n\n• plan together\n\n• visit each other"
    quote = printing._quote(Snippet(1, text, 1, 1, None, ((20, 24),), 1.0, {}, "body"))
    assert quote.plain == "   “Teachers say:\n    • plan together\n    • visit each other”"
    assert [quote.plain[span.start : span.end] for span in quote.spans] == [text[20:24]]
